"""The committee in office: everyone of the compound sees who it is; the offices and its own chair keep its record."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from candidates.words import report_words
from committees import actions
from committees.actions.offices import Sitting
from committees.actions.terms import warn_day
from committees.forms import (
    DayForm,
    DutiesForm,
    LawForm,
    LinkForm,
    MeetingForm,
    NoForm,
    PartyForm,
    RecallForm,
    RecordForm,
    ResignForm,
    RoundForm,
    StepInForm,
)
from committees.models import Committee, Member
from committees.models.office import Role
from committees.permissions import keeps, runs, sees_filings, sees_membership, starts_reelection
from committees.queries import offices, reports
from committees.queries.rounds import rounds_for
from committees.rules.terms import standing
from committees.views.posting import Failed, Panel, Step, panel, panels, take, take_page, there
from committees.words import left_words, standing_words
from elections.permissions import may_open
from elections.rules import jurisdictions
from elections.rules.jurisdictions import NATIONAL
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

everyone = in_compound()


def _membership(common: dict[str, Any], given: dict[str, Any]) -> object:
    return actions.set_membership(
        party_member=given["party_member"] == "yes", source=given["party_source"], on=given["party_on"], **common
    )


STEPS = {
    "meeting": Step(
        lambda common, given: actions.hold_first_meeting(**given, **common), gettext_lazy("登记首次会议"),
        gettext_lazy("已登记，主任、副主任从会议当天起任职。"), MeetingForm,
    ),
    "step-in": Step(
        lambda common, given: actions.step_in(**given, **common), gettext_lazy("候补委员递补"),
        gettext_lazy("已登记，正在公示，并要变更备案。"), StepInForm,
    ),
    "by-election": Step(
        lambda common, given: actions.open_by_election(**given, **common), gettext_lazy("补选缺额委员"),
        gettext_lazy("已建好补选，请从提名和名册开始办。"), RoundForm, "secondary",
    ),
    "reelection": Step(
        lambda common, given: actions.begin_reelection(**given, **common), gettext_lazy("换届小组成立"),
        gettext_lazy("已登记，换届期间不能组织选聘、解聘物业的表决。"), DayForm, "secondary",
    ),
    "reelection-over": Step(
        lambda common, _given: actions.end_reelection(**common), gettext_lazy("本次换届结束"), gettext_lazy("已登记。"),
        NoForm, "secondary",
    ),
}  # fmt: skip
MEMBER_STEPS = {
    "duties": Step(
        lambda common, given: actions.set_duties(**given, **common), gettext_lazy("分工、联系方式、承诺"),
        gettext_lazy("已存好。"), DutiesForm, "secondary",
    ),
    "party": Step(_membership, gettext_lazy("党员身份"), gettext_lazy("已存好。"), PartyForm, "secondary"),
    "link": Step(
        lambda common, given: actions.link_member(**given, **common), gettext_lazy("登记登录的手机号"),
        gettext_lazy("已登记，本人登录后就有委员的身份。"), LinkForm,
    ),
    "resign": Step(
        lambda common, given: actions.resign(**given, **common), gettext_lazy("登记辞职"), gettext_lazy("已登记。"),
        ResignForm, "danger",
    ),
    "by-law": Step(
        lambda common, given: actions.end_by_law(**given, **common), gettext_lazy("登记职务自行终止"),
        gettext_lazy("已登记。"), LawForm, "danger",
    ),
    "recall": Step(
        lambda common, given: actions.propose_recall(**given, **common), gettext_lazy("登记罢免提议"),
        gettext_lazy("已登记，请先听取本人意见。"), RecallForm, "danger",
    ),
}  # fmt: skip


@require_safe
@never_cache
@everyone
def office(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The committee of a compound."""
    return _page(request, compound)


@require_POST
@everyone
def act(request: ActingRequest, compound: Compound, act: str) -> HttpResponse:
    """One step on the committee in office."""
    found = there(offices.standing_of(compound.pk, localdate()).committee)
    return take(
        request, compound, steps=STEPS, act=act,
        form=MeetingForm(request.POST, members=_choices(found)) if act == "meeting" else None, more={"committee_id": found.pk},
        back=reverse("committees_office", args=[compound.code]),
        again=lambda failed, status: _page(request, compound, failed=failed, status=status),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@everyone
def record(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Record a committee from before the portal."""
    if not keeps(request.actor, compound.pk):
        raise PermissionDenied
    stands = offices.standing_of(compound.pk, localdate())
    if stands.term is None or stands.committee is not None:
        return redirect("committees_office", compound.code)
    term = stands.term
    if request.method != "POST":
        initial = {"elected_on": term.starts, "basis": term.basis}
        return _record(request, compound, RecordForm(initial=initial), term)
    form = RecordForm(request.POST)

    def effect(common: dict[str, Any]) -> None:
        given = form.cleaned_data
        members = [Sitting(name, role, phone=phone) for name, role, phone in given["members"]]
        actions.record_committee(
            term_id=term.pk, planned=given["planned"], elected_on=given["elected_on"], basis=given["basis"], members=members,
            **common,
        )  # fmt: skip

    return take_page(
        request, compound, form, effect=effect, done=_("已登记。"), back=reverse("committees_office", args=[compound.code]),
        again=lambda status: _record(request, compound, form, term, status=status),
    )  # fmt: skip


def _record(
    request: ActingRequest, compound: Compound, form: forms.Form, term: Any, *, status: int = 200
) -> HttpResponse:
    return render(request, "committees/record.html", {"compound": compound, "form": form, "term": term}, status=status)


@require_safe
@never_cache
@everyone
def member(request: ActingRequest, compound: Compound, member_id: int) -> HttpResponse:
    """A member, for those who keep the record."""
    return _member(request, compound, _one(request, compound, member_id))


@require_POST
@everyone
def member_act(request: ActingRequest, compound: Compound, member_id: int, act: str) -> HttpResponse:
    """One step on a member."""
    one = _one(request, compound, member_id)
    return take(
        request, compound, steps=MEMBER_STEPS, act=act,
        more={"committee_id": one.committee_id, "member_id": one.pk}, back=reverse("committees_office", args=[compound.code]),
        again=lambda failed, status: _member(request, compound, one, failed=failed, status=status),
    )  # fmt: skip


def _one(request: ActingRequest, compound: Compound, member_id: int) -> Member:
    found = offices.member_for(compound.pk, member_id)
    if found is None or not sees_filings(request.actor):
        raise Http404
    if not _keeps_member(request.actor, found):
        raise PermissionDenied
    return found


def _keeps_member(actor: Any, one: Member) -> bool:
    return runs(actor, one.compound_id, one.committee.term.committee_id) or one.person_id == actor.person_id


def _member(
    request: ActingRequest, compound: Compound, one: Member, *, failed: Failed = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    running = not one.end and (one.committee.term.ends is None or one.committee.term.ends >= localdate())
    initial: dict[str, dict[str, Any]] = {
        "duties": {"duties": one.duties, "contact": one.contact, "pledge": one.pledge},
        "resign": {"on": localdate()},
        "by-law": {"on": localdate()},
        "party": {"party_on": localdate()},
    }
    acts: list[str] = []
    if running:
        acts = ["resign"]
        if runs(actor, compound.pk, one.committee.term.committee_id):
            acts = ["duties", "resign", *(() if one.role == Role.ALTERNATE else ("recall",))]
        if keeps(actor, compound.pk):
            link = () if one.post_id or one.role == Role.ALTERNATE else ("link",)
            acts = ["duties", "party", *link, "resign", "by-law", *acts[2:]]
    return render(
        request,
        "committees/member.html",
        {
            "compound": compound, "one": one, "panels": panels(MEMBER_STEPS, acts, failed, initial=initial),
            "knows": sees_membership(actor),
            "term": one.committee.term, "party": _party_words(one),
        },
        status=status,
    )  # fmt: skip


def _party_words(one: Member) -> str:
    if one.party_member is None:
        return _("没有登记")
    told = {"source": one.party_source, "on": f"{one.party_on:%Y-%m-%d}" if one.party_on else ""}
    return (_("是（%(source)s，%(on)s）") if one.party_member else _("否（%(source)s，%(on)s）")) % told


def _choices(found: Committee) -> list[tuple[int, str]]:
    rows = offices.everyone(found)
    return [(one.pk, one.name) for one in rows if not one.end and one.role != Role.ALTERNATE]


def _page(request: ActingRequest, compound: Compound, *, failed: Failed = None, status: int = 200) -> HttpResponse:
    actor, today = request.actor, localdate()
    stands = offices.standing_of(compound.pk, today)
    term, found = stands.term, stands.committee
    place = jurisdictions.find(compound.community.code)
    code = place.code if place else NATIONAL
    warn_on = warn_day(code, term.ends, today) if term else None
    stand = standing(term.ends, today, warn_on) if term else "none"
    words, tone = standing_words(stand)
    rows = offices.everyone(found) if found else []
    # Who left with the term is still who the committee was.
    there = [one for one in rows if not one.end or one.end == "term"]
    sitting = [one for one in rows if not one.end]
    staff = sees_filings(actor)
    lead = runs(actor, compound.pk, term.committee_id) if term else False
    return render(
        request,
        "committees/office.html",
        {
            "compound": compound,
            "term": term,
            "committee": found,
            "earlier": stands.earlier,
            "starts": may_open(actor, "election"),
            "election": stands.election if staff else None,
            "standing": stand,
            "standing_words": words,
            "tone": tone,
            "left": left_words(term.ends, today) if term else "",
            "warn_on": warn_on,
            "article": jurisdictions.parameters(code, today).source("reelection_lead"),
            "frozen": bool(found and found.reelection_since and not found.reelection_ended),
            "members": [one for one in there if one.role != Role.ALTERNATE],
            "alternates": [one for one in there if one.role == Role.ALTERNATE],
            "gone": [one for one in rows if one.end and one.end not in {"term", "stepped_in"}],
            "posts": offices.held_posts(compound.pk, term.committee_id, today) if term and found is None else [],
            "events": offices.events_of(found) if found else [],
            "staff": staff,
            "lead": lead,
            "keeps": keeps(actor, compound.pk),
            "knows": sees_membership(actor),
            "reports": [report_words(one) for one in reports.of_office(found, sitting)]
            if found and sees_membership(actor)
            else [],
            "own": actor.person_id,
            "filings": offices.filings_of(found) if found and staff else [],
            "recalls": offices.recalls_of(found) if found and staff else [],
            "handings": offices.handings_of(compound.pk) if staff else [],
            "today": today,
            "panels": _panels(
                actor, compound, found, rows, lead=lead, running=stand not in {"overdue", "none"}, failed=failed
            ),
        },
        status=status,
    )


def _panels(
    actor: Any,
    compound: Compound,
    found: Committee | None,
    rows: list[Member],
    *,
    lead: bool,
    running: bool,
    failed: Failed,
) -> list[Panel]:
    if found is None:
        return []
    acts: list[tuple[str, forms.Form]] = []
    sitting = [one for one in rows if one.role != Role.ALTERNATE and not one.end]
    waiting = [one for one in rows if one.role == Role.ALTERNATE and not one.end]
    if lead and running:
        if found.first_meeting_on is None and found.poll_id is not None:
            members = [(one.pk, one.name) for one in sitting]
            acts.append(("meeting", MeetingForm(initial={"on": localdate()}, members=members)))
        if waiting and len(sitting) < found.planned:
            # Whoever leaves today sits to the end of the day: the seat is empty from tomorrow.
            left = [one.ends + timedelta(days=1) for one in rows if one.end and one.ends is not None]
            acts.append(("step-in", StepInForm(initial={"starts": max([localdate(), *left])})))
    if keeps(actor, compound.pk) and running and not waiting and len(sitting) < found.planned and not rounds_for(found):
        acts.append(("by-election", RoundForm()))
    if starts_reelection(actor, compound.pk):
        if found.reelection_since and not found.reelection_ended:
            acts.append(("reelection-over", NoForm()))
        else:
            acts.append(("reelection", DayForm(initial={"on": localdate()})))
    return [panel(name, STEPS[name], form, failed) for name, form in acts]
