"""What anyone may know of a paper by the number on it: that it came back and that it was counted in, never what it says."""

from django.db.models import Max

from boxes.models import Box, Channel, Used
from boxes.receipts import Paper as Known
from elections.models import Poll, Secrecy
from paper_ballots.models import Paper, Sheet, State
from posting.rules.labels import normalised


def known(poll: Poll, typed: str) -> Known | None:
    """The paper of this number. Of a secret poll the numbers were cut off: there the papers that came back are held against
    those that were counted in, all together. Six statements at most.
    """
    code = normalised(typed)
    paper: Paper | None = (
        Paper.objects.select_related("box").filter(compound_id=poll.compound_id, poll=poll, code=code).first()
        if code
        else None
    )
    if paper is None:
        return None
    if paper.voided_at is not None or paper.returned_at is None:
        return Known(paper.box.number, voided=paper.voided_at is not None)
    if poll.secrecy == Secrecy.SECRET:
        return _together(paper)
    sheet: Sheet | None = (
        Sheet.objects.select_related("batch").filter(compound_id=poll.compound_id, paper=paper).order_by("-pk").first()
    )
    used: Used | None = Used.objects.filter(compound_id=poll.compound_id, box=paper.box, right=paper.right).first()
    overtaken = used is None or used.channel != Channel.PAPER
    if sheet is None or sheet.batch.state != State.COUNTED:
        return Known(paper.box.number, taken_at=paper.returned_at, aside=overtaken)
    counts = not sheet.aside and not overtaken and used is not None
    return Known(
        paper.box.number, taken_at=paper.returned_at, batch=sheet.batch.number, counted_at=sheet.batch.counted_at,
        aside=not counts, number=used.number if counts and used is not None else 0,
        hash=used.hash if counts and used is not None else "",
    )  # fmt: skip


def _together(paper: Paper) -> Known:
    box: Box = paper.box
    mine: Used | None = Used.objects.filter(compound_id=box.compound_id, box=box, right=paper.right).first()
    if mine is None or mine.channel != Channel.PAPER:
        return Known(box.number, taken_at=paper.returned_at, aside=True)
    back = Used.objects.filter(compound_id=box.compound_id, box=box, channel=Channel.PAPER).count()
    sheets = Sheet.objects.filter(compound_id=box.compound_id, batch__box=box, batch__state=State.COUNTED)
    counted = sheets.count()
    at = sheets.aggregate(at=Max("batch__counted_at"))["at"]
    return Known(
        box.number, taken_at=paper.returned_at, counted_at=at if counted and counted >= back else None,
        together=(back, counted),
    )  # fmt: skip
