"""What publicity adds to a notice of the board: a part of the editor, a mark in its row, panels, lines on paper, a field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from notices import extras
from notices.models import Kind, Notice
from notices.models import State as NoticeState
from notices.permissions import is_staff
from publicity import queries
from publicity.actions.planning import call_small, plan, unplan
from publicity.forms import CorrectionForm, PlanForm, initial_of
from publicity.models import Period, State
from publicity.rules.table import rule_for
from publicity.words import (
    EVENTS,
    HANGS,
    REFUSALS,
    TELLS,
    TONES,
    basis_text,
    count_text,
    least_text,
    length_text,
    matter_text,
    names,
    progress_text,
    stands,
    state_of,
)
from tenancy.actor import Actor
from tenancy.models import Compound


class PlanPart:
    """Matter, length and last day of a publicity, in the editor."""

    template = "publicity/_plan.html"

    def form(
        self,
        *,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        compounds: Sequence[Compound],
        notice: Notice | None,
        amends: bool,
    ) -> forms.Form | None:
        """The plan of a draft; where there is none yet, the usual one of what the notice is about."""
        if amends:
            return None
        if data is not None:
            return PlanForm(data, compounds=compounds)
        kept = queries.plan_of(notice) if notice is not None and notice.kind == Kind.PUBLICITY else None
        return PlanForm(initial=initial_of(kept, initial), compounds=compounds)

    def save(self, form: Any, *, notice: Notice, by: Actor, now: datetime) -> None:
        """Keep the plan; a draft that is no publicity has none."""
        if notice.kind != Kind.PUBLICITY:
            unplan(notice=notice, by=by, now=now)
            return
        given = form.cleaned_data
        plan(
            compound_id=notice.compound_id,
            ref=notice.ref,
            matter=given["publicity_matter"],
            days=given["publicity_days"],
            last_day=given["publicity_last_day"],
            accepted=given["publicity_accepted"],
            by=by,
            now=now,
        )


class CorrectionPart:
    """Whether a correction of a running publicity changes words only."""

    template = "publicity/_correction.html"

    def form(
        self,
        *,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        compounds: Sequence[Compound],
        notice: Notice | None,
        amends: bool,
    ) -> forms.Form | None:
        """The question, while the period runs."""
        if not amends or notice is None or notice.kind != Kind.PUBLICITY:
            return None
        period = queries.period_of(notice)
        if period is None or state_of(period, localdate()) != State.RUNNING:
            return None
        return CorrectionForm(data) if data is not None else CorrectionForm()

    def save(self, form: Any, *, notice: Notice, by: Actor, now: datetime) -> None:
        """Keep the answer for the correction that follows."""
        small = form.cleaned_data["publicity_correction"] == "small"
        call_small(compound_id=notice.compound_id, ref=notice.ref, small=small, by=by, now=now)


def marks(notices: Sequence[Notice]) -> dict[int, extras.Mark]:
    """Where the publicity of each stands, as a word in its row."""
    today = localdate()
    return {
        pk: extras.Mark(count_text(period, today), TONES[state_of(period, today)])
        for pk, period in queries.periods_of(notices).items()
    }


def panel(notice: Notice, actor: Actor | None, now: datetime) -> extras.Panel | None:
    """The count-down above the text; for a draft what it will be."""
    if notice.kind != Kind.PUBLICITY:
        return None
    period = queries.period_of(notice)
    if period is not None:
        behind = actor is not None and is_staff(actor)
        return extras.Panel("publicity/_panel.html", panel_of(notice, period, now, behind=behind), above=True)
    if actor is None or notice.state == NoticeState.WITHDRAWN:
        return None
    kept = queries.plan_of(notice)
    if kept is None:
        return None
    rule = rule_for(queries.place_for(notice.compound).key, kept.matter, localdate(now))
    days = length_text(
        max(kept.days or 0, rule.min_days) if not kept.accepted else kept.days or rule.min_days, rule.unit
    )
    return extras.Panel(
        "publicity/_planned.html",
        {
            "matter": matter_text(kept.matter),
            "days": days,
            "last_day": kept.last_day,
            "least": least_text(rule),
            "basis": basis_text(rule),
            "hang_at": names(rule.hang_at, HANGS),
            "tell": names(rule.tell, TELLS),
            "note": rule.note,
        },
        above=True,
    )


def panel_of(notice: Notice, period: Period, now: datetime, *, behind: bool) -> dict[str, Any]:
    """A period as its panel shows it; ``behind``: with what happened to it."""
    today = localdate(now)
    where = stands(period, today)
    return {
        "period": period,
        "state": state_of(period, today),
        "tone": TONES[state_of(period, today)],
        "count": count_text(period, today),
        "progress": progress_text(period, today),
        "day": min(where.day, where.of),
        "of": where.of,
        "matter": matter_text(period.matter),
        "least": least_text(period),
        "basis": basis_text(period),
        "hang_at": names(period.hang_at, HANGS),
        "tell": names(period.tell, TELLS),
        "changed_after": period.state == State.COMPLETED and notice.current_id != period.version_id,
        "events": [
            {
                "title": str(EVENTS.get(one.action, one.action)),
                "who": one.label,
                "moment": one.at,
                "detail": "；".join(
                    part
                    for part in (
                        one.note,
                        _("公示 %(starts)s 到 %(ends)s") % {"starts": one.starts_on, "ends": one.ends_on}
                        if one.action in {"open", "restart", "extend"}
                        else "",
                    )
                    if part
                ),
                "party": "",
            }
            for one in queries.events_of(period)
        ]
        if behind
        else [],
    }


def lines(notice: Notice) -> list[str]:
    """What the paper says of the publicity."""
    if notice.kind != Kind.PUBLICITY:
        return []
    period = queries.period_of(notice)
    if period is None:
        return []
    if period.state == State.VOIDED:
        return [_("本次公示已作废。")]
    return [
        _("公示期：%(starts)s 至 %(ends)s（发布当天不算）。依据：%(basis)s。")
        % {"starts": period.starts_on, "ends": period.ends_on, "basis": basis_text(period)},
        _("对公示内容有异议的，请在 %(until)s 以前（含当天）提出。") % {"until": period.objections_until},
    ]


def values(notices: Sequence[Notice]) -> dict[int, Period]:
    """The period of each, for the field of the API."""
    return queries.periods_of(notices)


def register() -> None:
    """Add all of it."""
    from publicity.api import PeriodSerializer

    extras.register(part=_PLAN, marks=marks, panel=panel, lines=lines, words=REFUSALS)
    extras.register(part=_CORRECTION)
    extras.register(
        api_field=extras.ApiField("publicity", lambda: PeriodSerializer(allow_null=True, read_only=True), values)
    )


_PLAN, _CORRECTION = PlanPart(), CorrectionPart()
