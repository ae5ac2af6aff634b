"""What a compound sets for its board: who countersigns, and its own templates. Rows are ended, never changed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actions import record
from notices.actions.change import said
from notices.actions.writing import checked_words
from notices.models import ApprovalRule, Kind, Matter, Side, Template
from notices.permissions import may_keep_templates, may_set_rules
from notices.refusals import BadInput, NoSuchNotice, NotPermitted
from tenancy.actor import Actor

GROUND = 200
NAME = 40


@transaction.atomic
def set_rule(
    *,
    compound_id: int,
    kind: str,
    matter: str,
    speaker: str,
    sides: tuple[str, ...],
    ground: str,
    by: Actor,
    now: datetime,
) -> ApprovalRule:
    """Say who countersigns, in order, notices of a kind and matter by a speaker; "" stands for any, no side for nobody.

    It takes the place of the compound's rule for the same. Notices that are under way keep what they were asked.
    Refused: NotPermitted (not_yours); BadInput (unknown_kind, unknown_matter, unknown_side, say_why, too_long).
    """
    _must(may_set_rules(by), compound_id, by)
    for value, known, code, field in (
        (kind, Kind.values, "unknown_kind", "kind"),
        (matter, Matter.values, "unknown_matter", "matter"),
        (speaker, Side.values, "unknown_side", "speaker"),
    ):
        if value and value not in known:
            raise BadInput(code, field=field)
    if not set(sides) <= set(Side.values):
        raise BadInput("unknown_side", field="sides")
    why = said(ground, "ground", GROUND)
    if not why:
        raise BadInput("say_why", field="ground")
    same = ApprovalRule.objects.select_for_update(no_key=True).filter(
        compound_id=compound_id, kind=kind, matter=matter, speaker=speaker, ended_at__isnull=True
    )
    before: ApprovalRule | None = same.first()
    if before is not None:
        _end(before, by, now)
    made: ApprovalRule = ApprovalRule.objects.create(
        compound_id=compound_id, kind=kind, matter=matter, speaker=speaker, sides=list(dict.fromkeys(sides)), ground=why,
        made_at=now, made_as=by.signature,
    )  # fmt: skip
    _log(
        "rule", f"notices.approvalrule:{made.pk}",
        {"sides": [list(before.sides) if before else None, list(made.sides)], "ground": [None, why],
         "for": [None, f"{kind}/{matter}/{speaker}"]},
        compound_id, by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def end_rule(*, compound_id: int, rule_id: int, by: Actor, now: datetime) -> None:
    """Go back to the default; ending again is nothing. Refused: NotPermitted (not_yours), NoSuchNotice."""
    _must(may_set_rules(by), compound_id, by)
    found: ApprovalRule | None = (
        ApprovalRule.objects.select_for_update(no_key=True).filter(compound_id=compound_id, pk=rule_id).first()
    )
    if found is None:
        raise NoSuchNotice
    if found.ended_at is None:
        _end(found, by, now)
        _log("end_rule", f"notices.approvalrule:{found.pk}", {"ended": [None, True]}, compound_id, by=by, now=now)


def _end(rule: ApprovalRule, by: Actor, now: datetime) -> None:
    rule.ended_at, rule.ended_as = now, by.signature
    rule.save(update_fields=["ended_at", "ended_as"])


@transaction.atomic
def save_template(
    *, compound_id: int, name: str, kind: str, matter: str, title: str, source: str, by: Actor, now: datetime
) -> Template:
    """Keep a template of the compound's own; one of the same name takes the place of the older, and of the built-in one.

    Refused: NotPermitted (not_yours); BadInput (unknown_kind, unknown_matter, empty, too_long).
    """
    _must(may_keep_templates(by), compound_id, by)
    if kind not in Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if matter not in Matter.values:
        raise BadInput("unknown_matter", field="matter")
    called = said(name, "name", NAME)
    if not called:
        raise BadInput("empty", field="name")
    head, text = checked_words(title, source)
    older = Template.objects.select_for_update(no_key=True).filter(
        compound_id=compound_id, name=called, ended_at__isnull=True
    )
    older.update(ended_at=now)
    made: Template = Template.objects.create(
        compound_id=compound_id, name=called, kind=kind, matter=matter, title=head, source=text, made_at=now,
        made_as=by.signature,
    )  # fmt: skip
    _log("template", f"notices.template:{made.pk}", {"name": [None, called]}, compound_id, by=by, now=now)
    return made


@transaction.atomic
def end_template(*, compound_id: int, template_id: int, by: Actor, now: datetime) -> None:
    """Stop offering a template; ending again is nothing. Refused: NotPermitted (not_yours), NoSuchNotice."""
    _must(may_keep_templates(by), compound_id, by)
    found: Template | None = Template.objects.filter(compound_id=compound_id, pk=template_id).first()
    if found is None:
        raise NoSuchNotice
    if found.ended_at is None:
        found.ended_at = now
        found.save(update_fields=["ended_at"])
        _log("end_template", f"notices.template:{found.pk}", {"ended": [None, True]}, compound_id, by=by, now=now)


def _must(may: bool, compound_id: int, by: Actor) -> None:
    if not may or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")


def _log(verb: str, target: str, changes: dict[str, list[Any]], compound_id: int, *, by: Actor, now: datetime) -> None:
    record(by=by, compound_id=compound_id, verb=f"notices.{verb}", target=target, changes=changes, now=now)
