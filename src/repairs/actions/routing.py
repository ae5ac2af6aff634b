"""Where a request goes by the compound's rules, and changing the rules: every version stays, with who changed what."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from audit.actions import record
from calendars.queries import work_calendar
from parties.queries import holders
from premises.models import Building
from repairs.models import Category, Place, RoutingRule
from repairs.permissions import may_set_rules
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.routing import Clause, Question, Rule, Verdict, route
from tenancy.actor import Actor
from tenancy.models import Compound

MAX_RULES = 100
MAX_RECEIVER = 80


# Between two rules, so that one can be put there over REST without moving the others.
STEP = 10
LAST = 32767  # what the column holds


@dataclass(frozen=True, slots=True)
class RuleDraft(Clause):
    """A rule as it is typed. ``own_contract`` binds it to the acting firm's contract; position 0 is behind all others."""

    own_contract: bool = False

    def rule(self, *, number: int, company_id: int | None) -> Rule:
        """The rule that it would be, for the test box."""
        values = {name: value for name, value in asdict(self).items() if name != "own_contract"}
        return Rule(**values, rule=number, company_id=company_id if self.own_contract else None)


class NoSuchRule(Exception):
    """No such rule holds in the compound; the view answers 404."""


def ask(
    rules: Iterable[Rule],
    *,
    category: str,
    place: str,
    building_id: int | None,
    urgent: bool,
    company_id: int | None,
    now: datetime,
) -> Verdict:
    """Where a request filed at ``now`` would go, with every rule that was looked at and why it did not fit."""
    working = work_calendar().works_at(now)
    return route(
        rules,
        Question(
            category=category,
            place=place,
            building_id=building_id,
            urgent=urgent,
            working=working,
            company_id=company_id,
        ),
    )


@transaction.atomic
def save_rule(*, compound_id: int, rule: int | None, draft: RuleDraft, by: Actor, now: datetime) -> RoutingRule:
    """Add a rule (``rule`` None) or put a new version in the place of one. What was filed before keeps its rule.

    Refused with NotPermitted or BadInput: rule_position, unknown_category, unknown_place, no_such_building, rule_hours,
    rule_target, no_such_worker, say_who, too_many_rules.
    """
    _allowed(compound_id, by)
    _check(compound_id, draft, now)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    last = _ended(compound_id, rule, now) if rule is not None else None
    rows = RoutingRule.objects.filter(compound_id=compound_id)
    still = rows.filter(ended_at__isnull=True)
    if last is None and still.count() >= MAX_RULES:
        raise BadInput("too_many_rules", field="position")
    key = rule if rule is not None else (rows.aggregate(most=Max("rule"))["most"] or 0) + 1
    behind = min((still.aggregate(most=Max("position"))["most"] or 0) + STEP, LAST)
    return _next(
        compound_id,
        key,
        last,
        {
            **{
                name: getattr(draft, name) for name in ("category", "place", "building_id", "urgent", "hours", "target")
            },
            "position": draft.position or (last.position if last is not None else behind),
            "company_id": by.organisation_id if draft.own_contract else None,
            "post_id": draft.post_id if draft.target == RoutingRule.Target.POST else None,
            "receiver": draft.receiver.strip() if draft.target == RoutingRule.Target.RECEIVER else "",
        },
        by,
        now,
    )


@transaction.atomic
def move_rule(*, compound_id: int, rule: int, up: bool, by: Actor, now: datetime) -> None:
    """Let a rule change places with the one above it, or below; where there is none nothing happens.

    Each rule whose position changes gets a new version.
    """
    _allowed(compound_id, by)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    rows = list(RoutingRule.objects.filter(compound_id=compound_id, ended_at__isnull=True).order_by("position", "rule"))
    at = next((index for index, row in enumerate(rows) if row.rule == rule), None)
    if at is None:
        raise NoSuchRule
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return
    positions = [row.position for row in rows]
    if len(set(positions)) < len(positions):
        positions = [(index + 1) * STEP for index in range(len(rows))]
    rows[at], rows[other] = rows[other], rows[at]
    for row, position in zip(rows, positions, strict=True):
        if row.position != position:
            _ended(compound_id, row.rule, now)
            _next(
                compound_id,
                row.rule,
                row,
                {**{name: getattr(row, name) for name in _SAID}, "position": position},
                by,
                now,
            )


@transaction.atomic
def end_rule(*, compound_id: int, rule: int, by: Actor, now: datetime) -> None:
    """Take a rule away; its versions stay."""
    _allowed(compound_id, by)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    last = _ended(compound_id, rule, now, by)
    _keep(compound_id, rule, [_said(last), None], by, now)


# What a version says, beside its position.
_SAID = ("category", "place", "building_id", "urgent", "hours", "company_id", "target", "post_id", "receiver")


def _next(  # noqa: PLR0917
    compound_id: int, rule: int, last: RoutingRule | None, values: dict[str, Any], by: Actor, now: datetime
) -> RoutingRule:
    """Write the version that follows ``last``, and the audit entry."""
    made: RoutingRule = RoutingRule.objects.create(
        compound_id=compound_id,
        rule=rule,
        version=(last.version if last is not None else 0) + 1,
        since=now,
        changed_at=now,
        changed_by=by.person_id,
        changed_as=f"{by.person_name} {by.label}"[:160],
        **values,
    )
    _keep(compound_id, rule, [_said(last), _said(made)], by, now)
    return made


def _allowed(compound_id: int, by: Actor) -> None:
    if compound_id not in by.compound_ids or not may_set_rules(by):
        raise NotPermitted("not_yours")


def _check(compound_id: int, draft: RuleDraft, now: datetime) -> None:
    checks = (
        ("rule_position", "position", 0 <= draft.position <= LAST),
        ("unknown_category", "category", draft.category in {"", *Category.values}),
        ("unknown_place", "place", draft.place in {"", *Place.values}),
        ("rule_hours", "hours", draft.hours in RoutingRule.Hours.values),
        ("rule_target", "target", draft.target in RoutingRule.Target.values),
        ("say_who", "receiver", draft.target != RoutingRule.Target.RECEIVER or bool(draft.receiver.strip())),
    )
    for code, field, right in checks:
        if not right:
            raise BadInput(code, field=field)
    if len(draft.receiver.strip()) > MAX_RECEIVER:
        raise BadInput("too_long", field="receiver", most=str(MAX_RECEIVER))
    if (
        draft.building_id is not None
        and not Building.objects.filter(compound_id=compound_id, pk=draft.building_id).exists()
    ):
        raise BadInput("no_such_building", field="building")
    if draft.target == RoutingRule.Target.POST and not any(
        h.post_id == draft.post_id and h.party == "company" and h.role == "worker"
        for h in holders(compound_id, localdate(now))
    ):
        raise BadInput("no_such_worker", field="worker")


def _ended(compound_id: int, rule: int, now: datetime, by: Actor | None = None) -> RoutingRule:
    """The version that holds, ended now; ``by`` whoever takes the rule away for good."""
    last: RoutingRule | None = RoutingRule.objects.filter(
        compound_id=compound_id, rule=rule, ended_at__isnull=True
    ).first()
    if last is None:
        raise NoSuchRule
    RoutingRule.objects.filter(compound_id=compound_id, pk=last.pk).update(
        ended_at=max(last.since, now), ended_as=f"{by.person_name} {by.label}"[:160] if by is not None else ""
    )
    return last


def _said(row: RoutingRule | None) -> str | None:
    """A rule in the audit entry: its conditions, then where it leads."""
    if row is None:
        return None
    urgent = {None: "", True: "urgent", False: "ordinary"}[row.urgent]
    conditions = [row.category, row.place, str(row.building_id or ""), urgent, row.hours, str(row.company_id or "")]
    where = " ".join(part for part in (row.target, str(row.post_id or ""), row.receiver) if part)
    return f"{row.position}. {'|'.join(conditions)} -> {where}"


def _keep(compound_id: int, rule: int, change: list[str | None], by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=compound_id,
        verb="repairs.routing",
        target=f"repairs.routingrule:{rule}",
        changes={"rule": change},
        now=now,
    )
