"""Writing the firm's regular report: a draft on the notice board, which goes out as every notice does."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from notices.actions import write
from notices.actions.writing import Draft
from notices.models import Kind, Matter, Notice
from rounds.actions.change import allow_keeping, keep, lock_plans
from rounds.models import Report
from rounds.refusals import BadInput, OutOfState
from rounds.report import source, title_of, written
from tenancy.actor import Actor


@transaction.atomic
def write_report(*, compound_id: int, month: date, by: Actor, now: datetime) -> Notice:
    """Draft the report of a month from its figures. Publishing, countersigning and receipts are the board's.

    Refused: NotPermitted (not_yours), BadInput (bad_span: not yet begun), OutOfState (reported: there is one).
    """
    allow_keeping(by, compound_id)
    if month.day != 1 or month > localdate(now):
        raise BadInput("bad_span", field="month")
    # Two at once are one: the second finds the first.
    lock_plans(compound_id)
    if written(compound_id, [month]):
        raise OutOfState("reported")
    draft = Draft(
        kind=Kind.ANNOUNCEMENT, matter=Matter.SAFETY, title=title_of(month), source=source(compound_id, month, now)
    )
    made = write(compound_ids=[compound_id], draft=draft, by=by, now=now)[0]
    Report.objects.create(compound_id=compound_id, month=month, notice=made, made_at=now, made_as=by.signature)
    keep(
        compound_id=compound_id, verb="report", target=f"notices.notice:{made.pk}",
        changes={"month": [None, f"{month:%Y-%m}"]}, by=by, now=now,
    )  # fmt: skip
    return made
