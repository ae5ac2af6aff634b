"""Having forms printed: a numbered sheet that a worker makes."""

from datetime import date, datetime

from django.utils.timezone import localdate

from documents.actions import TargetGone, request_document
from documents.models import IssuedDocument
from rounds import pdf
from rounds.actions.change import allow
from rounds.permissions import may_walk
from rounds.queries import sheets as queries
from rounds.refusals import BadInput
from tenancy.actor import Actor

FIRST = date(2000, 1, 1)


def print_form(*, compound_id: int, form: str, span: str, by: Actor, now: datetime) -> IssuedDocument:
    """Have a form made. ``form``: c1 (``span`` a day), d1 (a month or a year), archive (a month), or a duty (a month).

    Refused: NotPermitted (not_yours), BadInput (unknown_sheet, bad_span: no day or not yet begun, nothing_to_print).
    """
    allow(by, compound_id, may_walk(by))
    try:
        first, last = (pdf.day_of(span),) * 2 if form == "c1" else pdf.span_of(span)
    except TargetGone as error:
        raise BadInput("bad_span", field="span") from error
    if not FIRST <= first <= localdate(now) or (form not in {"c1", "d1"} and len(span) != len("2026-06")):
        raise BadInput("bad_span", field="span")
    duties, kind, what = {
        "c1": ({pdf.FACILITY}, pdf.C1, span),
        "d1": ({pdf.TEST, pdf.YEARLY}, pdf.D1, span),
        "archive": (None, pdf.ARCHIVE, span),
    }.get(form, ({form}, pdf.RECORD, f"{form}:{span}"))
    if kind == pdf.RECORD and form not in pdf.TITLES:
        raise BadInput("unknown_sheet", field="form")
    there = queries.duties_between(compound_id, first, last)
    if not (there & duties if duties is not None else there):
        raise BadInput("nothing_to_print", field="span")
    return request_document(
        compound_id=compound_id, by=by, kind=kind, target=pdf.target_of(kind, compound_id, what), now=now
    )
