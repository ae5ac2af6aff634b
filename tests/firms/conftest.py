"""What tests of the register enter: contracts, posts and certificates, by the same actions as the pages."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from firms.actions.certificates import enter_certificate
from firms.actions.posts import enter_post
from firms.models import Certificate
from idempotency.forms import fresh_key
from parties.models import Contract, Post
from tenancy.actor import Actor
from tenancy.scope import scope
from tests.world import Side

NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 6, 2)
# 91330784MA2E4KQX5 with the sign that belongs to it.
CODE = "91330784MA2E4KQX5F"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def firm_of(side: Side) -> int:
    """The firm that serves a side."""
    return int(side.posts["manager"].organisation_id)


def body_of(side: Side, name: str) -> int:
    """The body in which somebody of the cast holds a post."""
    return int(side.posts[name].organisation_id)


def contract_of(side: Side) -> Contract:
    with scope(side.compound.pk):
        found: Contract = Contract.objects.get(compound=side.compound)
        return found


def city(side: Side) -> Actor:
    return side.actor("city")


def paper(
    side: Side,
    kind: str = "fire_operator",
    *,
    who: str | None = "worker",
    by: str = "manager",
    number: str = "2233001",
    expires: date | None = date(2027, 1, 1),
    now: datetime = NOW,
    **told: Any,
) -> Certificate:
    """A certificate in the books of a side's firm."""
    actor = side.actor(by)
    with scope(actor.compound_ids):
        return enter_certificate(
            body_id=firm_of(side),
            person_id=side.people[who].pk if who else None,
            kind=kind,
            number=number,
            title=told.pop("title", ""),
            grade=told.pop("grade", "四级"),
            issuer=told.pop("issuer", ""),
            starts=told.pop("starts", None),
            expires=expires,
            by=actor,
            now=now,
            **told,
        )


def enter(side: Side, body_id: int, *, by: str = "manager", now: datetime = NOW, **told: Any) -> Post:
    """Somebody enters somebody into a post."""
    actor = side.actor(by)
    given: dict[str, Any] = {
        "phone": "+8619900012345",
        "name": "新来的",
        "role": "worker",
        "starts": TODAY,
        "ends": None,
        "basis": "劳动合同",
        "only": None,
        "crossed": False,
        **told,
    }
    with scope(actor.compound_ids):
        return enter_post(body_id=body_id, by=actor, now=now, **given)


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def pdf(name: str = "x.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF\n", "application/pdf")


def jpeg() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), "#884422").save(out, "JPEG")
    return SimpleUploadedFile("x.jpg", out.getvalue(), "image/jpeg")
