"""Reads of publicity periods: of the notices of a page, of all compounds of a post, and what the clock has to do."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from notices.models import Kind, Notice
from notices.queries import visible_notices
from publicity.models import Period, PeriodEvent, Plan, State
from publicity.rules import table
from publicity.rules.table import Place
from tenancy.actor import Actor
from tenancy.models import Compound


def place_for(compound: Compound) -> Place:
    """The place whose rules hold in a compound, by the code of its community. One statement where that is not loaded."""
    return table.place_of(compound.community.code)


def periods_of(notices: Sequence[Notice]) -> dict[int, Period]:
    """The periods of some notices of the open scope, by the notice's id. One statement; none without a publicity."""
    wanted = [one for one in notices if one.kind == Kind.PUBLICITY]
    if not wanted:
        return {}
    found = Period.objects.filter(
        compound_id__in={one.compound_id for one in wanted}, notice_id__in=[one.pk for one in wanted]
    )
    return {one.notice_id: one for one in found}


def period_of(notice: Notice) -> Period | None:
    """The period of a notice, if it has one. One statement."""
    found: Period | None = Period.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    return found


def period_of_ref(compound_id: int, ref: str) -> Period | None:
    """The period of a notice by the notice's ref, if it has one. One statement."""
    found: Period | None = Period.objects.filter(compound_id=compound_id, notice__ref=ref).first()
    return found


def plan_of(notice: Notice) -> Plan | None:
    """What the writer of a notice wants of its publicity. One statement."""
    found: Plan | None = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    return found


def events_of(period: Period) -> list[PeriodEvent]:
    """What happened to a period, oldest first. One statement."""
    return list(PeriodEvent.objects.filter(compound_id=period.compound_id, period=period).order_by("pk"))


def work_periods(state: str) -> QuerySet[Period]:
    """The periods of every compound of the open scope in one state: what runs by its end, what is over the latest first."""
    found: QuerySet[Period] = Period.objects.filter(state=state).select_related("compound", "notice__current")
    found = found.defer(
        "notice__source", "notice__current__source", "notice__current__body_html", "notice__current__body_text"
    )
    return found.order_by("ends_on", "pk") if state == State.RUNNING else found.order_by("-ended_at", "-pk")


def work_counts() -> dict[str, int]:
    """How many periods of the open scope are in each state. One statement."""
    return dict(Period.objects.values_list("state").annotate(n=Count("pk")).order_by())


def periods_for(actor: Actor, compound_id: int, *, state: str = "", on: date | None = None) -> QuerySet[Period]:
    """The periods of a compound whose notice the actor may read, the latest first."""
    seen = visible_notices(actor, compound_id=compound_id, on=on).filter(pk=OuterRef("notice_id"))
    found: QuerySet[Period] = Period.objects.filter(Exists(seen), compound_id=compound_id)
    found = found.select_related("notice__current")
    return (found.filter(state=state) if state else found).order_by("-opened_at", "-pk")


def compounds_with_work(today: date) -> list[int]:
    """Compounds with a period that is over or was counted by an unknown year. Runs in a scope of all, for the sweep."""
    running = Period.objects.filter(state=State.RUNNING)
    due = running.filter(ends_on__lt=today) | running.filter(certain=False)
    return sorted(set(due.values_list("compound_id", flat=True)))


def snapshot(rule: table.Rule) -> dict[str, Any]:
    """The fields of a period that keep the rule as it was."""
    return {
        "jurisdiction": rule.place,
        "min_days": rule.min_days,
        "unit": rule.unit,
        "binding": rule.binding,
        "confirmed": rule.confirmed,
        "rolls": rule.rolls,
        "article": rule.article,
        "source": rule.source,
        "hang_at": list(rule.hang_at),
        "tell": list(rule.tell),
    }
