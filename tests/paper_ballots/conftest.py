"""Paper ballots at any point of their way, over the boxes of ``tests/boxes``."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from paper_ballots import actions
from paper_ballots.models import Batch, Paper, Reading, Sheet, Terms
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, closed, sealed
from tests.elections.conftest import do
from tests.world import Side

# Two clerks of different parties, and who settles what they read differently.
FIRST, SECOND, THIRD = "officer", "chair", "secretary"


def picture() -> SimpleUploadedFile:
    """A small photo of a paper."""
    out = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(out, "JPEG")
    return SimpleUploadedFile("paper.jpg", out.getvalue(), content_type="image/jpeg")


def printed(running: Running, **given: Any) -> list[Paper]:
    """Papers for the roll."""
    found: list[Paper] = do(actions.print_papers, running.side, running.poll, **{"now": DURING, **given})
    return found


def returned(running: Running, paper: Paper, who: str = FIRST, **given: Any) -> Paper:
    """A paper that came back."""
    asked: dict[str, Any] = {"code": paper.code, "now": DURING, **given}
    found: Paper = do(actions.take_back, running.side, running.poll, who, **asked)
    return found


def act(running: Running, action: Any, who: str = FIRST, **given: Any) -> Any:
    """Any action after the close."""
    return do(action, running.side, running.poll, who, **{"now": AFTER, **given})


def batch(running: Running, by_hand: int) -> Batch:
    """A batch of so many papers."""
    found: Batch = act(running, actions.open_batch, name="第一批", by_hand=by_hand, witnesses="胡一明、楼晓燕")
    return found


def read(running: Running, number: int, place: int, who: str, given: dict[str, Any]) -> Sheet:
    """One person's reading."""
    found: Sheet = act(running, actions.read_sheet, who, batch=number, place=place, given=given)
    return found


def scanned(running: Running, papers: list[Paper], by_hand: int | None = None) -> Batch:
    """A batch of these papers, each with its photo."""
    made = batch(running, len(papers) if by_hand is None else by_hand)
    for one in papers:
        sheet = act(running, actions.scan, batch=made.number, code=one.code)
        act(running, actions.keep_photo, batch=made.number, place=sheet.place, upload=picture())
    return made


def laid(running: Running, papers: Sequence[tuple[str, dict[str, Any]]]) -> Batch:
    """A batch of a secret poll: papers of these areas, each photographed and read alike by two."""
    made = batch(running, len(papers))
    for area, said in papers:
        sheet = act(running, actions.lay, batch=made.number, area=area)
        act(running, actions.keep_photo, batch=made.number, place=sheet.place, upload=picture())
        for who in (FIRST, SECOND):
            read(running, made.number, sheet.place, who, said)
    return made


def settled(running: Running, **given: Any) -> Terms:
    """Where and when papers are handed in."""
    said = {"place": "望江社区居委会一楼票箱", "hours": "每天 9:00 至 17:30", "contact": "徐美玲 87110001", **given}
    found: Terms = do(actions.settle_terms, running.side, running.poll, **{"now": DURING, **said})
    return found


def readings(side: Side) -> list[Reading]:
    """Every reading in order."""
    with scope(side.compound.pk):
        return list(Reading.objects.filter(compound=side.compound).order_by("sheet", "place"))


def came_back(side: Side, count: int = 2, **given: Any) -> tuple[Running, list[Paper]]:
    """A closed poll with so many papers in the ballot box."""
    running = sealed(side, **given)
    back = [returned(running, one) for one in printed(running)[:count]]
    closed(running)
    return running, back
