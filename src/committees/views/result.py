"""The result of a poll: drafted, announced, declared, annulled; read by everyone once it is announced."""

from collections.abc import Sequence
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

from candidates import queries as candidates
from candidates.words import report_words
from committees import actions, pdf
from committees.actions.offices import Sitting
from committees.forms import AnnulForm, DraftForm, NoForm, OfficeForm, RevoteForm, RoundForm, TieForm
from committees.models import Outcome, Round
from committees.permissions import announces, keeps, sees_membership
from committees.queries import offices, outcomes, reports
from committees.queries.rounds import elected_later, round_of, rounds_after
from committees.showing import shown
from committees.views.posting import Failed, Panel, Step, panel, print_sheet, take, take_page, there
from elections.actions import joint
from elections.models import Poll, State
from elections.permissions import may_agree, sees_polls
from elections.queries.joint import joint_steps
from elections.queries.register import least_seats
from elections.rules.jurisdictions import parameters
from publicity.queries import period_of
from publicity.words import basis_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

everyone = in_compound()
PUBLIC = (State.ANNOUNCED, State.DECLARED)


def _tie(common: dict[str, Any], given: dict[str, Any]) -> object:
    return actions.settle_tie(
        item_key=given["item_key"], chosen=given.get("chosen") or (), ground=given["ground"],
        witnesses=given.get("witnesses") or "", revote=given.get("revote") or "", **common,
    )  # fmt: skip


def _annul(common: dict[str, Any], given: dict[str, Any]) -> object:
    paper = {"ground": given["ground"], "paper": given["paper"]}
    return joint.ask(step="annul", reason=given["reason"], given=paper, **common)


STEPS = {
    "draft": Step(
        lambda common, given: actions.draft_result(**given, **common), gettext_lazy("公示里的监票人、咨询方式"),
        gettext_lazy("已存好。"), DraftForm, "secondary",
    ),
    "tie": Step(_tie, gettext_lazy("得票相等的处理"), gettext_lazy("已登记。"), TieForm),
    "revote": Step(
        lambda common, given: actions.open_revote(**given, **common), gettext_lazy("在得票相等的人中再次投票"),
        gettext_lazy("已建好再次投票，请从名册开始办。"), RevoteForm,
    ),
    "further": Step(
        lambda common, given: actions.open_further_round(**given, **common), gettext_lazy("就缺额另行选举"),
        gettext_lazy("已建好，请从提名和名册开始办。"), RoundForm,
    ),
    "announce": Step(
        lambda common, _given: actions.announce(**common), gettext_lazy("公示结果"), gettext_lazy("已公示。"), NoForm
    ),
    "again": Step(
        lambda common, _given: actions.announce_again(**common), gettext_lazy("重新公示"), gettext_lazy("已重新公示。"), NoForm
    ),
    "declare": Step(
        lambda common, _given: actions.declare(**common), gettext_lazy("宣布结果生效"), gettext_lazy("结果已生效。"), NoForm
    ),
    "annul": Step(_annul, gettext_lazy("提出作废"), gettext_lazy("已提出，要另一方同意。"), AnnulForm, "danger"),
    "agree": Step(
        lambda common, _given: joint.agree(**common), gettext_lazy("同意作废"), gettext_lazy("已作废，会公开。"), NoForm, "danger"
    ),
}  # fmt: skip


@require_safe
@never_cache
@everyone
def result(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """A result; before it is announced only whoever runs polls sees it."""
    return _page(request, compound, _found(request, compound, poll))


@require_POST
@everyone
def act(request: ActingRequest, compound: Compound, poll: str, act: str) -> HttpResponse:
    """One step on a result."""
    found = _found(request, compound, poll)
    if not sees_polls(request.actor):
        raise PermissionDenied
    more: dict[str, Any] = {"ref": poll}
    form = None
    if act == "tie":
        form = TieForm(request.POST, tied=_tied(found, request.POST.get("item_key", "")))
    if act == "agree":
        more["step_id"] = whole(request.POST.get("step")) or 0
    return take(
        request, compound, steps=STEPS, act=act, form=form, more=more,
        back=reverse("committees_result", args=[compound.code, poll]),
        again=lambda failed, status: _page(request, compound, found, failed=failed, status=status),
    )  # fmt: skip


@require_POST
@everyone
def sheet(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Have the tally printed."""
    found = _found(request, compound, poll)
    outcome = there(outcomes.outcome_of(found))
    return print_sheet(
        request, compound, "committees.result", pdf.result_target(outcome),
        again=lambda said: _page(request, compound, found, said=said.text, status=said.status),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@everyone
def office(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Those who were elected take office."""
    found = _found(request, compound, poll)
    if not keeps(request.actor, compound.pk):
        raise PermissionDenied
    outcome = outcomes.outcome_of(found)
    if found.state != State.DECLARED or outcome is None or not outcome.facts["items"][0].get("elected"):
        return redirect("committees_result", compound.code, poll)
    people = _people(found, outcome)
    if request.method != "POST":
        homes = offices.homes_by_name(found, [one["name"] for one in people])
        initial: dict[str, Any] = {"starts": localdate(), "years": 5}
        initial |= {f"home_{number}": one["home"] or homes.get(one["name"], "") for number, one in enumerate(people)}
        return _office(request, compound, found, OfficeForm(initial=initial, people=people, fills=bool(found.filling)))
    form = OfficeForm(request.POST, people=people, fills=bool(found.filling))

    def effect(common: dict[str, Any]) -> None:
        given = {
            "ref": poll,
            "starts": form.cleaned_data["starts"],
            "members": [Sitting(**one) for one in form.sitting()],
        }
        if found.filling:
            actions.fill_seats(**given, **common)
        else:
            actions.take_office(years=form.cleaned_data["years"], **given, **common)

    return take_page(
        request, compound, form, effect=effect, back=reverse("committees_office", args=[compound.code]),
        done=_("已就任，请办理变更备案。") if found.filling else _("已就任。请安排首次会议和备案。"),
        again=lambda status: _office(request, compound, found, form, status=status),
    )  # fmt: skip


def _people(found: Poll, outcome: Outcome) -> list[dict[str, Any]]:
    """Everyone who is to sit or to stand by, those of further rounds with them; ``known``: the account stood as a candidate;
    ``home``: the one that they stood with."""
    item = outcome.facts["items"][0]
    people = [*item["elected"], *({**one, "stands_by": True} for one in item["alternates"])]
    stood = dict(candidates.people_of(found, on=localdate()))
    if not found.filling:
        later, rounds = elected_later(found)
        people += later
        for one in rounds:
            stood |= candidates.people_of(one.poll, on=localdate())
    found_of = [(one, stood.get(one["key"])) for one in people]
    return [
        {
            **one, "known": who is not None and bool(who.person_id) and not who.represents,
            "home": who.address if who is not None else "",
        }
        for one, who in found_of
    ]  # fmt: skip


def _office(
    request: ActingRequest, compound: Compound, found: Poll, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    return render(
        request, "committees/take_office.html", {"compound": compound, "poll": found, "form": form}, status=status
    )


def _found(request: ActingRequest, compound: Compound, ref: str) -> Poll:
    found = there(outcomes.poll_of(compound.pk, ref))
    # Owners and the firm read what was announced, and what became of it; never what is only counted.
    if not sees_polls(request.actor) and found.announced_at is None:
        raise Http404
    return found


def _tied(found: Poll, key: str) -> dict[str, Any] | None:
    outcome = outcomes.outcome_of(found) or Outcome(poll=found)
    for one in outcomes.facts_of(found, outcome)["items"]:
        if one["key"] == key and one.get("tied"):
            return dict(one["tied"])
    return None


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    failed: Failed = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    outcome = outcomes.outcome_of(found)
    fixed = outcome is not None and outcome.announced_at is not None
    facts = outcome.facts if fixed and outcome else outcomes.facts_of(found, outcome or Outcome(poll=found))
    staff = sees_polls(actor)
    period = period_of(outcome.notice) if outcome and outcome.notice else None
    follows = round_of(found) if found.filling else None
    steps = [one for one in joint_steps(found) if one.action == "annul"] if staff else []
    rounds = rounds_after(found) if staff and found.kind == "election" and not found.filling else []
    return render(
        request,
        "committees/result.html",
        {
            "compound": compound,
            "poll": found,
            "outcome": outcome,
            "facts": facts,
            "shown": shown(facts) if facts["items"] else None,
            "fixed": fixed,
            "state": State(found.state).label,
            "period": period,
            "basis": basis_text(period) if period is not None else "",
            "staff": staff,
            "reports": _reports(actor, found, facts),
            "waiting": next((one for one in steps if one.agreed_at is None and one.withdrawn_at is None), None),
            "panels": _panels(
                actor, found, outcome, facts=facts, period=period, steps=steps, rounds=rounds, failed=failed
            )
            if staff
            else [],
            "agrees": staff and may_agree(actor, found),
            "prints": staff and outcome is not None,
            "seats": _seats(actor, found, follows),
            "follows": follows if staff else None,
            "rounds": rounds,
            "said": said or (failed[2] if failed and failed[0] == "agree" else ""),
        },
        status=status,
    )


def _reports(actor: Any, found: Poll, facts: Any) -> list[Any]:
    """What is reported of those elected, to whom membership is shown; it decides nothing."""
    if not sees_membership(actor) or found.kind != "election":
        return []
    local = parameters(found.jurisdiction, found.on)
    least = least_seats(compound_id=found.compound_id, local=local, on=localdate())
    return [report_words(one) for one in reports.of_result(found, facts, least=least)]


def _seats(actor: Any, found: Poll, follows: Round | None) -> bool:
    """Whether those who were elected may take office now, from this page."""
    if found.kind != "election" or found.state != State.DECLARED or not keeps(actor, found.compound_id):
        return False
    if not found.filling:
        return not offices.is_seated(found)
    return follows is not None and follows.filled_on is None and offices.seats_for(follows)


def _revote(rounds: Sequence[Round], key: str) -> str:
    """The vote among these equals that was held last."""
    return next((one.poll.ref for one in reversed(rounds) if one.item_key == key), "")


def _runs(rounds: Sequence[Round], key: str = "") -> bool:
    """Whether another vote on the same seats is under way: a second one would be refused."""
    return any(one.item_key == key and one.poll.state != State.DECLARED for one in rounds)


def _too_few(actor: Any, found: Poll, facts: Any) -> bool:
    """Whether seats are open that no further round has filled."""
    if found.kind != "election" or found.filling or found.state != State.DECLARED or not facts["items"]:
        return False
    item = facts["items"][0]
    if not keeps(actor, found.compound_id) or len(item.get("elected", ())) >= item["seats"]:
        return False
    later, _rounds = elected_later(found)
    return len(item.get("elected", ())) + len(later) < item["seats"] and not offices.is_seated(found)


def _panels(
    actor: Any,
    found: Poll,
    outcome: Outcome | None,
    *,
    facts: Any,
    period: Any,
    steps: Any,
    rounds: Sequence[Round],
    failed: Failed,
) -> list[Panel]:
    refused = failed[0] if failed is not None else ""
    panels: list[Panel] = []
    if announces(actor, found) and found.state == State.COUNTED:
        for one in facts["items"]:
            if one.get("tied"):
                form = TieForm(
                    initial={"item_key": one["key"], "revote": _revote(rounds, one["key"])}, tied=one["tied"]
                )
                panels.append(panel("tie", STEPS["tie"], form, failed))
                again = refused == "revote" or not _runs(rounds, one["key"])
                if one["tied"]["remedy"] == "revote" and "settled" not in one["tied"] and again:
                    panels.append(
                        panel("revote", STEPS["revote"], RevoteForm(initial={"item_key": one["key"]}), failed)
                    )
        initial = {name: getattr(outcome, name) for name in ("supervisors", "contact", "note")} if outcome else {}
        panels.append(panel("draft", STEPS["draft"], DraftForm(initial=initial), failed))
        panels.append(panel("announce", STEPS["announce"], NoForm(), failed))
    if (refused == "further" or not _runs(rounds)) and _too_few(actor, found, facts):
        panels.append(panel("further", STEPS["further"], RoundForm(), failed))
    if announces(actor, found) and found.state == State.ANNOUNCED:
        if period is None or period.state == "voided":
            panels.append(panel("again", STEPS["again"], NoForm(), failed))
        panels.append(panel("declare", STEPS["declare"], NoForm(), failed))
    asked = any(one.agreed_at is None and one.withdrawn_at is None for one in steps)
    if found.state in {State.COUNTED, State.ANNOUNCED} and not asked and may_agree(actor, found):
        panels.append(panel("annul", STEPS["annul"], AnnulForm(), failed))
    return panels
