"""Deadlines as rows: a compound's own, and the city's above them. Every version stays, with who changed what."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from messaging.actions import queue
from parties.models import Jurisdiction
from parties.queries import holders
from repairs.models import Category, CityDeadline, DeadlinePolicy
from repairs.permissions import may_set_city_rules, may_set_deadlines
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.categories import Term, refused
from tenancy.actor import Actor
from tenancy.models import Area, Compound

Row = TypeVar("Row", DeadlinePolicy, CityDeadline)


@transaction.atomic
def set_deadlines(
    *,
    compound_id: int,
    category: str,
    urgent: bool,
    respond: Term | None,
    finish: Term | None,
    since: datetime,
    by: Actor,
    now: datetime,
) -> DeadlinePolicy:
    """Set a compound's deadlines of a category, ordinary or urgent, from a moment on; None twice goes back to the city's.

    Requests keep the terms that held when their clock began. Refused with NotPermitted or BadInput (unknown_category,
    term_whole, term_minutes, term_basis, term_order, since_past).
    """
    if compound_id not in by.compound_ids or not may_set_deadlines(by):
        raise NotPermitted("not_yours")
    _check(category, respond, finish, since, now)
    # One change of a compound's rules at a time; a first version has no row of its own to wait for.
    compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    last, made = _next(
        DeadlinePolicy,
        {"compound_id": compound_id, "category": category, "urgent": urgent},
        {**_fields(respond, finish), "since": since},
        by,
        now,
    )
    record(
        by=by,
        compound_id=compound_id,
        verb="repairs.deadlines",
        target=f"repairs.deadlinepolicy:{made.pk}",
        changes={f"{category}{'!' if urgent else ''}": [_said(last), _said(made)], "since": [None, since.isoformat()]},
        now=now,
    )
    told = {
        h.person_id
        for h in holders(compound_id, localdate(now))
        if (h.party == "company" and h.role == "manager") or h.party in {"committee", "community"}
    } - {by.person_id}
    if told:
        queue(
            compound_id=compound_id,
            to=told,
            template="repairs.deadlines_changed",
            context={"category": str(Category(category).label), "who": by.label},
            link=f"/c/{compound.code}/rules/deadlines/",
            by=by,
            now=now,
            key=f"repairs.deadlines_changed:{made.pk}",
        )
    return made


@transaction.atomic
def set_city_deadlines(
    *,
    area_id: int,
    category: str,
    urgent: bool,
    respond: Term | None,
    finish: Term | None,
    since: datetime,
    by: Actor,
    now: datetime,
) -> CityDeadline:
    """As ``set_deadlines``, for a whole city: it holds wherever a compound has none of its own. The versions are the record."""
    answers = Jurisdiction.objects.filter(
        organisation_id=by.organisation_id or 0, area_id=area_id, area__level=Area.Level.CITY
    )
    if (
        not may_set_city_rules(by)
        or not answers.filter(starts__lte=localdate(now)).exclude(ends__lt=localdate(now)).exists()
    ):
        raise NotPermitted("not_yours")
    _check(category, respond, finish, since, now)
    Area.objects.select_for_update(no_key=True).get(pk=area_id)
    _last, made = _next(
        CityDeadline,
        {"area_id": area_id, "category": category, "urgent": urgent},
        {**_fields(respond, finish), "since": since},
        by,
        now,
    )
    return made


def _check(category: str, respond: Term | None, finish: Term | None, since: datetime, now: datetime) -> None:
    if category not in Category.values:
        raise BadInput("unknown_category", field="category")
    wrong, field = refused(respond, finish)
    if wrong:
        raise BadInput(wrong, field=field)
    if since < now:
        raise BadInput("since_past", field="since")


def _next(
    kind: type[Row], whose: dict[str, Any], values: dict[str, Any], by: Actor, now: datetime
) -> tuple[Row | None, Row]:
    """End the last version where the next begins, and write that: (the last as it was, the next)."""
    rows = kind._default_manager.filter(**whose)
    last: Row | None = rows.order_by("-version").first()
    if last is not None and last.ended_at is None:
        rows.filter(pk=last.pk).update(ended_at=max(last.since, values["since"]))
    return last, rows.create(
        **whose,
        **values,
        version=(last.version if last is not None else 0) + 1,
        changed_at=now,
        changed_by=by.person_id,
        changed_as=f"{by.person_name} {by.label}"[:160],
    )


def _fields(respond: Term | None, finish: Term | None) -> dict[str, Any]:
    return {
        "respond_minutes": respond.minutes if respond is not None else None,
        "respond_basis": respond.basis if respond is not None else "",
        "finish_minutes": finish.minutes if finish is not None else None,
        "finish_basis": finish.basis if finish is not None else "",
    }


def _said(row: DeadlinePolicy | None) -> str | None:
    """A version as the audit entry says it: minutes and basis of both terms."""
    if row is None or row.respond_minutes is None:
        return None
    return f"{row.respond_minutes} {row.respond_basis} / {row.finish_minutes} {row.finish_basis}"
