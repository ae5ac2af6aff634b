"""Requests made by the same actions as the pages, at any point of their way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from repairs.actions import dispatch, feedback, filing, pauses, together, work
from repairs.models import Request
from tenancy.scope import scope
from tests.world import Side

# A Tuesday morning in working hours, within the known calendar: 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)


def picture(name: str = "photo.jpg", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    """A small honest photo."""
    out = BytesIO()
    Image.new("RGB", size, "#886644").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def file_one(side: Side, *, now: datetime = NOW, who: str = "resident", **given: object) -> Request:
    """File a request as a resident of this side; ``given`` changes the draft, ``photos`` the photos."""
    home = side.homes[0 if who == "resident" else 1]
    photos = given.pop("photos", [])
    draft = {"category": "water", "place": "home", "words": "水管漏水", "home_id": home.pk, **given}
    with scope(side.compound.pk):
        return filing.file_request(
            compound=side.compound, draft=filing.Draft(**draft), photos=photos, by=side.actor(who), now=now
        )


def bring_to(side: Side, state: str, *, now: datetime = NOW, **given: object) -> Request:
    """A request in a state, one step a minute. A merged one went into another of the same person."""
    request = file_one(side, now=now, **given)
    common = {"compound_id": side.compound.pk, "ref": request.ref}
    way = {
        "submitted": [],
        "accepted": ["accept"],
        "assigned": ["assign"],
        "working": ["assign", "start"],
        "awaiting": ["assign", "start", "finish"],
        "done": ["assign", "start", "finish", "confirm"],
        "paused": ["assign", "start", "pause"],
        "closed": ["assign", "start", "force_close"],
        "merged": ["merge"],
        "returned": ["return"],
        "withdrawn": ["withdraw"],
    }[state]
    steps: dict[str, Callable[[datetime], Request]] = {
        "accept": lambda at: dispatch.accept(**common, by=side.actor("manager"), now=at),
        "assign": lambda at: dispatch.assign(
            **common, worker_post=side.posts["worker"].pk, by=side.actor("manager"), now=at
        ),
        "start": lambda at: work.start(**common, photos=[], by=side.actor("worker"), now=at),
        "finish": lambda at: work.finish(**common, note="修好了", photos=[picture()], by=side.actor("worker"), now=at),
        "confirm": lambda at: feedback.confirm(**common, stars=5, comment="好", by=side.actor("resident"), now=at),
        "return": lambda at: dispatch.return_(
            **common, reason="属于水务公司", receiver="水务公司", by=side.actor("manager"), now=at
        ),
        "pause": lambda at: pauses.pause(
            **common, reason="等配件", until=at + timedelta(days=2), by=side.actor("worker"), now=at
        ),
        "force_close": lambda at: dispatch.force_close(**common, reason="联系不上", by=side.actor("manager"), now=at),
        "merge": lambda at: together.merge(
            **common, into=file_one(side, now=now).ref, by=side.actor("manager"), now=at
        ),
        "withdraw": lambda at: feedback.withdraw(**common, reason="", by=side.actor("resident"), now=at),
    }
    with scope(side.compound.pk):
        for index, step in enumerate(way, start=1):
            request = steps[step](now + timedelta(minutes=index))
    return request


@pytest.fixture
def filed() -> Callable[..., Request]:
    """``filed(side, category="lift")`` -> a request just filed by the side's resident."""
    return file_one


@pytest.fixture
def at_state() -> Callable[..., Request]:
    """``at_state(side, "working")`` -> a request brought to that state."""
    return bring_to


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
