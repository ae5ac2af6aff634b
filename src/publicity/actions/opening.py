"""What upper floors announce through: a notice with its publicity, written, planned and handed in at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from notices import actions as notices
from notices.actions.writing import Draft
from notices.audience import Audience
from notices.models import Kind, Notice
from publicity.actions.planning import plan
from publicity.models import Period
from publicity.queries import period_of
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Opened:
    """A notice that was handed in; its period runs when it is out, and is None while it waits for signatures or its time."""

    notice: Notice
    period: Period | None


@transaction.atomic
def open_period(
    *,
    compound_ids: Sequence[int],
    matter: str,
    title: str,
    source: str,
    by: Actor,
    now: datetime,
    about: str = "general",
    days: int | None = None,
    last_day: date | None = None,
    accepted: bool = False,
    audience: Audience | None = None,
    publish_at: datetime | None = None,
    public: bool = False,
) -> list[Opened]:
    """Make something public in some compounds, in their order: one notice and one period each, or nothing at all.

    ``matter`` is of ``publicity.models.Matter``; ``about`` is the notice's own (``notices.models.Matter``), which decides who
    countersigns. ``days``, ``last_day``, ``accepted`` as in ``planning.plan``. Refused as ``notices.actions.write``,
    ``planning.plan`` and ``notices.actions.submit`` refuse.
    """
    draft = Draft(
        kind=Kind.PUBLICITY,
        matter=about,
        title=title,
        source=source,
        audience=audience or Audience(),
        publish_at=publish_at,
        public=public,
    )
    opened = []
    for written in notices.write(compound_ids=compound_ids, draft=draft, by=by, now=now):
        plan(
            compound_id=written.compound_id, ref=written.ref, matter=matter, days=days, last_day=last_day,
            accepted=accepted, by=by, now=now,
        )  # fmt: skip
        out = notices.submit(compound_id=written.compound_id, ref=written.ref, by=by, now=now)
        opened.append(Opened(out, period_of(out)))
    return opened
