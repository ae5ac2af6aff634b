"""What a compound says of itself: its class, and rules of its own that are stricter than the standard's."""

from datetime import datetime

from django.db import transaction

from equipment.actions.change import allow, keep, lock_register
from equipment.actions.dues import refresh_kind
from equipment.hooks import tell_moved
from equipment.models import MAX_REASON, OwnRule, Profile
from equipment.permissions import sets_rules
from equipment.queries import unit_of, word_of
from equipment.refusals import BadInput, NoSuchThing
from equipment.rules.standards import Looser, Tighter, looser, standards
from lifecycle.typed import said
from tenancy.actor import Actor


class TooLoose(BadInput):
    """A rule that asks less than the standard; ``why`` says what the standard asks and where."""

    def __init__(self, why: Looser) -> None:
        super().__init__(why.code, field="every" if why.code == "looser" else "years")
        self.why = why


@transaction.atomic
def set_unit(*, compound_id: int, unit: str, by: Actor, now: datetime) -> Profile:
    """Say what class the compound is; its own words stay, and the strictest holds. Refused: NotPermitted (not_yours),
    BadInput (unknown_unit).
    """
    allow(by, compound_id, sets_rules(by))
    lock_register(compound_id)
    if unit not in standards().units:
        raise BadInput("unknown_unit", field="unit")
    was = unit_of(compound_id)
    made: Profile = Profile.objects.update_or_create(
        compound_id=compound_id, defaults={"unit": unit, "changed_at": now, "changed_as": by.signature}
    )[0]
    if was != unit:
        tell_moved(compound_id, now)
        keep(
            compound_id=compound_id, verb="unit", target=f"tenancy.compound:{compound_id}",
            changes={"unit": [was, unit]}, by=by, now=now,
        )  # fmt: skip
    return made


@transaction.atomic
def set_rule(*, compound_id: int, word: Tighter, reason: str = "", by: Actor, now: datetime) -> OwnRule:
    """Ask more than the standard does: more often, or a shorter life. It takes the place of an earlier one of the same.

    Refused: NotPermitted (not_yours), BadInput (unknown_rule, too_long), TooLoose for what asks less than the standard.
    """
    allow(by, compound_id, sets_rules(by))
    lock_register(compound_id)
    why_words = said(reason, "reason", MAX_REASON)
    try:
        why = looser(word, unit=unit_of(compound_id))
    except KeyError as error:
        raise BadInput("unknown_rule", field="subject") from error
    if why is not None:
        raise TooLoose(why)
    same: OwnRule | None = OwnRule.objects.filter(
        compound_id=compound_id, kind=word.kind, subject=word.subject, place=word.place, subtype=word.subtype,
        ended_at__isnull=True,
    ).first()  # fmt: skip
    if same is not None:
        if word_of(same) == word:
            return same
        same.ended_at, same.ended_as = now, by.signature
        same.save(update_fields=["ended_at", "ended_as"])
    made: OwnRule = OwnRule.objects.create(
        compound_id=compound_id, kind=word.kind, subject=word.subject, place=word.place, subtype=word.subtype,
        every=word.every, years=word.years, then=word.then, reason=why_words, made_at=now, made_as=by.signature,
    )  # fmt: skip
    if word.years:
        refresh_kind(compound_id, word.kind)
    tell_moved(compound_id, now)
    _log(made, [_said(same) if same is not None else None, _said(made)], by, now)
    return made


@transaction.atomic
def end_rule(*, compound_id: int, rule_id: int, by: Actor, now: datetime) -> None:
    """Go back to the standard. Refused: NotPermitted (not_yours), NoSuchThing."""
    allow(by, compound_id, sets_rules(by))
    found: OwnRule | None = (
        OwnRule.objects.select_for_update(no_key=True)
        .filter(compound_id=compound_id, pk=rule_id, ended_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchThing
    found.ended_at, found.ended_as = now, by.signature
    found.save(update_fields=["ended_at", "ended_as"])
    if found.years:
        refresh_kind(compound_id, found.kind)
    tell_moved(compound_id, now)
    _log(found, [_said(found), None], by, now)


def _said(rule: OwnRule) -> str:
    return rule.every or f"{rule.years}/{rule.then}"


def _log(rule: OwnRule, change: list[str | None], by: Actor, now: datetime) -> None:
    keep(
        compound_id=rule.compound_id, verb="rule", target=f"equipment.ownrule:{rule.pk}",
        changes={f"{rule.kind}.{rule.subject}": change, "place": [None, rule.place or rule.subtype]}, by=by, now=now,
    )  # fmt: skip
