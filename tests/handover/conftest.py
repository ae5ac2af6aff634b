"""A compound whose firm leaves: contracts with days, a handover at any point of its way, made by the same actions as pages."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Person
from documents.typed import in_type
from handover.actions import listing, opening, signing
from handover.models import Handover, Item
from handover.permissions import needed
from parties import actions as parties
from parties.models import Contract, Organisation, Post
from parties.queries import acting_post
from tenancy.actor import Actor, system_actor
from tenancy.scope import entering, scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.world import BEGAN, MADE_AT, Side

__all__ = ["bring_to", "file_one", "picture"]

# A Tuesday, 10:00 in Shanghai, some days before the firm's last day.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
LAST_DAY = date(2026, 6, 10)
# Midnight in Shanghai at the end of that day.
MIDNIGHT = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
NEXT_FIRM = "新安物业"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test here stands at NOW; pages look at it, actions are given their moment."""
    if "real_clock" in request.keywords:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def end_contract(side: Side, *, last_day: date = LAST_DAY, now: datetime = NOW) -> Contract:
    """Let the side's firm have a last day."""
    with scope(side.compound.pk):
        contract = Contract.objects.filter(compound=side.compound).order_by("starts").first()
        assert contract is not None
        return parties.end_contract(
            contract=contract,
            ends=last_day,
            basis="业主大会决定",
            by=system_actor("test", (side.compound.pk,)),
            now=now,
        )


def next_firm(side: Side, *, starts: date | None = None, name: str = NEXT_FIRM, index: int = 7) -> Organisation:
    """A firm whose contract begins the day after, with a manager and a worker: ``side.people["manager2"]``, ``worker3``."""
    starts = starts or LAST_DAY + timedelta(days=1)
    by = system_actor("test", (side.compound.pk,))
    with scope(side.compound.pk):
        firm = parties.register_organisation(kind="property_company", name=name, phone="0579-87180009")
        parties.sign_contract(
            compound=side.compound, company=firm, starts=starts, ends=None, basis="选聘", by=by, now=MADE_AT
        )
        for offset, (who, role) in enumerate((("manager2", "manager"), ("worker3", "worker"))):
            person = Person.objects.create_person(
                phone=f"+8619900{index}{90 + offset:05d}", name=f"{who}{name}", phone_verified=True
            )
            post = parties.appoint(
                person=person, organisation=firm, role=role, starts=BEGAN, basis="任命", by=by, now=MADE_AT
            )
            side.people[who], side.posts[who] = person, post
    return firm


def actor_on(side: Side, who: str, on: date) -> Actor:
    """The actor for someone on a day."""
    with entering(side.people[who].pk):
        found = acting_post(side.people[who].pk, side.posts[who].pk, on)
    assert found is not None
    return found


def opened(side: Side, *, by: str = "secretary", now: datetime = NOW, **given: Any) -> Handover:
    """A handover of the firm that leaves."""
    with scope(side.compound.pk):
        contract = Contract.objects.filter(compound=side.compound, ends__isnull=False).order_by("ends").first()
        assert contract is not None
        return opening.open_handover(
            compound_id=side.compound.pk,
            contract_id=contract.pk,
            due_on=given.get("due_on"),
            note=given.get("note", ""),
            by=side.actor(by, now.date()),
            now=now,
        )


def listing_of(side: Side, *, now: datetime = NOW) -> Handover:
    """A handover whose lists have begun."""
    made = opened(side, now=now)
    with scope(side.compound.pk):
        return listing.begin_lists(
            compound_id=side.compound.pk, ref=made.ref, by=side.actor("manager", now.date()), now=now
        )


def settled(side: Side, made: Handover, *, verdict: str = "handed", now: datetime = NOW) -> None:
    """Everything on the lists looked at."""
    with scope(side.compound.pk):
        rows = Item.objects.filter(compound=side.compound, handover=made, dropped_at=None, verdict="open")
        judged = [listing.Judged(row.pk, verdict) for row in rows]
        listing.judge(
            compound_id=side.compound.pk, ref=made.ref, judged=judged, by=side.actor("chair", now.date()), now=now
        )


def frozen(side: Side, *, now: datetime = NOW) -> Handover:
    """A handover that waits for signatures."""
    made = listing_of(side, now=now)
    settled(side, made, now=now)
    with scope(side.compound.pk):
        return listing.freeze(compound_id=side.compound.pk, ref=made.ref, by=side.actor("officer", now.date()), now=now)


def signature(name: str = "王签") -> SimpleUploadedFile:
    """A signature as the form gives it."""
    return SimpleUploadedFile("signature.png", in_type(name), content_type="image/png")


def sign_as(
    side: Side, made: Handover, role: str, *, who: str | None = None, now: datetime = NOW, words: str = ""
) -> None:
    """One side's signature; ``who`` takes it."""
    taker = (
        who or {"outgoing": "manager", "committee": "chair", "community": "secretary", "incoming": "secretary"}[role]
    )
    with scope(side.compound.pk):
        fresh = Handover.objects.get(compound=side.compound, pk=made.pk)
        signing.sign(
            compound_id=side.compound.pk,
            ref=made.ref,
            role=role,
            image=signature(),
            name="王签",
            post="负责人",
            words=words,
            fingerprint=fresh.fingerprint,
            by=side.actor(taker, now.date()),
            now=now,
        )


def completed(side: Side, *, now: datetime = NOW) -> Handover:
    """A handover that everybody signed."""
    made = frozen(side, now=now)
    for role in (*needed(made), "community"):
        sign_as(side, made, role, now=now)
    with scope(side.compound.pk):
        return Handover.objects.get(compound=side.compound, pk=made.pk)


@pytest.fixture
def leaving(world: Any) -> Callable[..., Side]:
    """``leaving()``: the side "here", whose firm has a last day; ``leaving(next=True)``: and another firm follows."""

    def make(*, next: bool = False) -> Side:  # noqa: A002
        end_contract(world.here)
        if next:
            next_firm(world.here)
        return world.here

    return make


def put_something(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """For the isolation tests: a handover with rows of this mark, and a late record of a request."""
    from handover.models import LateRecord
    from repairs.models import Request

    end_contract(side, last_day=now.date() + timedelta(days=3), now=now)
    made = opened(side, now=now, note=f"说明{mark}")
    with scope(side.compound.pk):
        listing.begin_lists(compound_id=side.compound.pk, ref=made.ref, by=side.actor("manager"), now=now)
        row = Item.objects.filter(compound=side.compound, handover=made, kind="paper").order_by("pk").first()
        assert row is not None
        Item.objects.filter(pk=row.pk).update(title=f"图纸{mark}")
        request = Request.objects.order_by("pk").first()
        post = Post.objects.get(pk=side.posts["worker"].pk)
        late = LateRecord.objects.create(
            compound=side.compound,
            request=request,
            ref=f"late{side.compound.pk}",
            effect=f"{side.compound.pk:064d}",
            company=post.organisation_id,
            company_name=f"物业{mark}",
            person_id=post.person_id,
            person_name=f"师傅{mark}",
            post_id=post.pk,
            role_label="维修工",
            action="finish",
            words=f"修好了{mark}",
            last_day=now.date(),
            received_at=now,
        )
    return {
        "handover": made.ref,
        "item_id": row.pk,
        "kind": "paper",
        "role": "community",
        "turn": "freeze",
        "record": late.ref,
        "kept": "nosuchcopy",
    }


def blob() -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "#112233").save(out, "JPEG")
    return out.getvalue()
