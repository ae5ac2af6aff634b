"""What a writer wants of the publicity of a notice while it is not out, and whether a correction leaves it as it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from audit.actions import record
from calendars.queries import work_calendar
from lifecycle.refusals import BadInput, NotPermitted, OutOfState
from notices.actions.approving import moved_on
from notices.actions.change import locked
from notices.models import Kind, Notice, Version
from notices.models import State as NoticeState
from notices.permissions import may_submit, speaks_for
from notices.refusals import NoSuchNotice
from publicity.models import Matter, Plan
from publicity.queries import place_for
from publicity.rules.choosing import Verdict, choose
from publicity.rules.table import Rule, rule_for
from publicity.words import length_text
from tenancy.actor import Actor
from tenancy.models import Compound

# What a notice of each matter makes public where its writer did not say: see ``notices.models.Matter``.
USUAL = {
    "property_fee": "firm_data",
    "common_income": "common_income",
    "maintenance_fund": "maintenance_fund",
    "election": "candidates",
    "meeting": "assembly",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A choice by the rule of one compound."""

    compound: Compound
    rule: Rule
    verdict: Verdict


def judge(
    compounds: Sequence[Compound],
    *,
    matter: str,
    days: int | None,
    last_day: date | None,
    publish_at: datetime | None,
    now: datetime,
) -> list[Judged]:
    """What a choice comes to in each compound, posted today or on the day for which it is planned."""
    posted = localdate(max(publish_at, now) if publish_at else now)
    calendar = work_calendar()
    found = []
    for compound in compounds:
        rule = rule_for(place_for(compound).key, matter, posted)
        found.append(Judged(compound, rule, choose(rule, posted, days=days, last_day=last_day, calendar=calendar)))
    return found


def strictest(judged: Sequence[Judged]) -> Judged:
    """Of some compounds the one that decides: what is refused before what is warned of, and the latest end."""
    return max(
        judged,
        key=lambda one: (bool(one.verdict.refused), bool(one.verdict.warned), one.verdict.least.ends_on),
    )


def details(one: Judged) -> dict[str, str]:
    """What the words of a refusal name: the article, the least length and its end, the unknown year."""
    least, chosen = one.verdict.least, one.verdict.span
    return {
        "article": one.rule.article,
        "least": length_text(one.rule.min_days, one.rule.unit),
        "posted": f"{least.posted_on:%Y-%m-%d}",
        "ends": f"{least.ends_on:%Y-%m-%d}",
        "chosen": f"{chosen.ends_on:%Y-%m-%d}",
        "year": str(chosen.ends_on.year),
        "compound": one.compound.name,
    }


FIELDS = {
    "too_long": "publicity_days",
    "ends_before_start": "publicity_last_day",
    "short_of_advice": "publicity_accepted",
    "unknown_year": "publicity_accepted",
}


def refused_choice(one: Judged, *, accepted: bool, days: int | None) -> BadInput | None:
    """The refusal of a choice, None for a good one. What is only warned of passes when it was accepted."""
    code = one.verdict.refused or ("" if accepted else next(iter(one.verdict.warned), ""))
    if not code:
        return None
    beside = FIELDS.get(code) or ("publicity_days" if days is not None else "publicity_last_day")
    return BadInput(code, field=beside, **details(one))


@transaction.atomic
def plan(
    *,
    compound_id: int,
    ref: str,
    matter: str,
    days: int | None = None,
    last_day: date | None = None,
    accepted: bool = False,
    by: Actor,
    now: datetime,
) -> Plan:
    """Say what a draft makes public and how long; again to change it. Neither days nor a last day: as few as the rule allows.

    ``accepted``: fewer days than a recommendation, or a count through an unknown year, are meant. Refused: NoSuchNotice;
    NotPermitted (not_yours); OutOfState (moved_on); BadInput (not_publicity, unknown_matter, too_short,
    short_of_advice, too_long, ends_before_start, unknown_year, expires_early).
    """
    found = locked(compound_id=compound_id, ref=ref)
    if found is None or compound_id not in by.compound_ids:
        raise NoSuchNotice
    if not speaks_for(by, found):
        raise NotPermitted("not_yours")
    if found.state != NoticeState.DRAFT:
        raise moved_on(found)
    if found.kind != Kind.PUBLICITY:
        raise BadInput("not_publicity", field="kind")
    if matter not in Matter.values:
        raise BadInput("unknown_matter", field="publicity_matter")
    judged = judge([found.compound], matter=matter, days=days, last_day=last_day, publish_at=found.publish_at, now=now)[
        0
    ]
    refused = refused_choice(judged, accepted=accepted, days=days)
    if refused is not None:
        raise refused
    if found.expires_at is not None and localdate(found.expires_at) <= judged.verdict.span.ends_on:
        raise BadInput("expires_early", field="expires_at", **details(judged))
    made, _new = Plan.objects.update_or_create(
        compound_id=compound_id,
        notice=found,
        defaults={
            "matter": matter, "days": days, "last_day": last_day, "accepted": accepted, "set_at": now, "set_as": by.signature,
        },
    )  # fmt: skip
    kept: Plan = made
    _log(
        kept, "publicity.plan",
        {"matter": [None, matter], "days": [None, days], "last_day": [None, str(last_day) if last_day else None],
         "accepted": [None, accepted]},
        by=by, now=now,
    )  # fmt: skip
    return kept


@transaction.atomic
def unplan(*, notice: Notice, by: Actor, now: datetime) -> None:
    """The draft is no publicity any more; nothing where none was planned."""
    kept: Plan | None = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    if kept is not None and notice.state == NoticeState.DRAFT:
        _log(kept, "publicity.unplan", {"matter": [kept.matter, None]}, by=by, now=now)
        kept.delete()


@transaction.atomic
def call_small(*, compound_id: int, ref: str, small: bool, by: Actor, now: datetime) -> None:
    """Say of the correction that is handed in next whether it changes words only: then the period goes on as it runs.

    Without it every correction begins the period anew. Refused: NoSuchNotice; NotPermitted (not_your_post);
    OutOfState (moved_on).
    """
    found = locked(compound_id=compound_id, ref=ref)
    if found is None or compound_id not in by.compound_ids:
        raise NoSuchNotice
    if not may_submit(by, found):
        raise NotPermitted("not_your_post")
    if found.state != NoticeState.PUBLISHED or found.kind != Kind.PUBLICITY:
        raise moved_on(found) if found.state != NoticeState.PUBLISHED else OutOfState("not_publicity")
    last = Version.objects.filter(compound_id=compound_id, notice=found).aggregate(last=Max("number"))["last"] or 0
    kept, _new = Plan.objects.get_or_create(
        compound_id=compound_id,
        notice=found,
        defaults={"matter": USUAL.get(found.matter, "general"), "set_at": now, "set_as": by.signature},
    )
    before = list(kept.small)
    kept.small = sorted({*before, last + 1} if small else set(before) - {last + 1})
    if kept.small != before:
        kept.save(update_fields=["small"])
        _log(kept, "publicity.call_small", {"small": [before, list(kept.small)]}, by=by, now=now)


def _log(kept: Plan, verb: str, changes: dict[str, list[object]], *, by: Actor, now: datetime) -> None:
    record(by=by, compound_id=kept.compound_id, verb=verb, target=f"publicity.plan:{kept.pk}", changes=changes, now=now)
