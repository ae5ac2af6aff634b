"""Hostile photos, phones of a firm whose contract is over, labels that would be alike: refused in words, and nothing is lost."""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from equipment.actions import pieces
from equipment.models import Label
from parties.models import Contract
from rounds.models import Answer, Photo
from tenancy.scope import scope
from tests.equipment.conftest import a_piece
from tests.posting.conftest import jpeg
from tests.rounds.conftest import NOW, body_for, fresh, planned, points_of, round_of
from tests.rounds.test_api import Phone
from tests.world import World

CHECK = "check:extinguisher:check:half_month"
MANY = 60 * 2**20


def test_a_photo_of_sixty_megabytes_is_refused_and_its_answer_stands(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    phone, mine, photo = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg()
    huge = photo + b"\0" * (MANY - len(photo))
    body = body_for(one, point, bad="body", photos=[huge])
    said = phone.answer(uuid.uuid4(), body)
    assert (said.status_code, said.json()["code"]) == (400, "photo_size")
    # Announced smaller than it is: the answer is here, the photo is not taken, and another try with the true one is.
    told = {"slot": 0, "sha256": hashlib.sha256(huge).hexdigest(), "bytes": 300_000}
    assert phone.answer(mine, {**body, "photos": [told]}).status_code == 201
    refused = phone.photo(mine, huge)
    assert (refused.status_code, refused.json()["code"]) == (422, "photo_size")
    assert "20" in refused.json()["detail"]
    with scope(side.compound.pk):
        assert Answer.objects.get(client_id=mine).state == "waiting"
        assert Photo.objects.filter(file__isnull=False).count() == 0
    # Twice the same whole one, and half of it.
    again, whole = uuid.uuid4(), body_for(one, point, bad="body", photos=[photo])
    phone.answer(again, whole)
    assert [phone.photo(again, part).status_code for part in (b"", photo[:99], photo, photo)] == [422, 422, 201, 200]
    assert (fresh(one).answered, fresh(one).faults) == (1, 1)


@pytest.mark.parametrize(("days", "kept"), [(3, True), (29, True), (40, False)])
def test_answers_of_a_firm_whose_contract_is_over(
    world: World, sign_in: Callable[..., Client], days: int, kept: bool
) -> None:
    """Within thirty days they wait for a word; after that they stay on the phone, with words, to be exported."""
    side = world.here
    plan = planned(side, 1)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    phone = Phone(side, sign_in(side, "worker"))
    with scope(side.compound.pk):
        Contract.objects.filter(compound=side.compound).update(ends=NOW.date() - timedelta(days=days))
    said = phone.answer(uuid.uuid4(), body_for(one, point))
    with scope(side.compound.pk):
        rows = [(row.state, "not_in_post" in row.flags) for row in Answer.objects.all()]
    if kept:
        assert (said.status_code, rows) == (201, [("review", True)])
    else:
        assert (said.status_code in {403, 404}, bool(said.json()["detail"]), rows) == (True, True, [])
    assert fresh(one).answered == 0


def test_no_two_labels_have_one_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code that is drawn twice is drawn again, and the database holds it besides."""
    side = world.here
    first = a_piece(side, "MHQ-1")
    with scope(side.compound.pk):
        taken = Label.objects.get(piece=first).code
    drawn = iter([taken, taken, "2222222"])
    monkeypatch.setattr(pieces, "new_code", lambda: next(drawn))
    second = a_piece(side, "MHQ-2")
    with scope(side.compound.pk):
        assert Label.objects.get(piece=second).code == "2222222"
        with pytest.raises(IntegrityError), transaction.atomic():
            Label.objects.create(compound=side.compound, piece=second, code=taken, made_at=NOW, replaced_at=NOW)
