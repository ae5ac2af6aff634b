"""The preparation as a whole: for officers with its figures, for owners with who stands and how to name somebody."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from candidates import actions, pdf, words
from candidates.actions.change import OPEN
from candidates.models import Candidate, Route, State
from candidates.models.standing import STANDING
from candidates.permissions import is_owner_standing, may_prepare, may_recommend, sees_membership
from candidates.queries import Whole, candidates_of, ratio_now, slate_now
from candidates.queries.figures import local_of
from candidates.queries.reading import is_nominee, may_see, memberships_of, sees_ground
from candidates.refusals import NotPermitted
from candidates.rules.windows import nominating
from candidates.views.posting import Said, everyone, found_whole, officers, post
from documents.actions import request_document
from elections.queries.register import least_seats
from tenancy.access import ActingRequest
from tenancy.models import Compound

SHEETS = {"list": pdf.LIST_KIND, "form": pdf.FORM_KIND}


@require_safe
@never_cache
@everyone
def listed(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Who stands."""
    return page_of_list(request, compound, found_whole(request, compound, election))


def page_of_list(request: ActingRequest, compound: Compound, whole: Whole, *, said: Said | None = None) -> HttpResponse:
    """The page, with a refusal on it where there is one."""
    actor, today = request.actor, localdate()
    resident = actor.party == "resident"
    candidates = [one for one in candidates_of(whole.poll) if may_see(actor, one)]
    plan, opened = whole.plan, whole.poll.state in OPEN
    running = opened and plan is not None and nominating(today, starts=plan.starts, ends=plan.ends, opened=whole.open_)
    context: dict[str, Any] = {
        "compound": compound,
        "poll": whole.poll,
        "plan": plan,
        "whole": whole,
        "said": said,
        "running": running,
        "began": plan is not None and plan.starts <= today,
        "rows": [
            _row(one, whole, actor, today, mine=is_nominee(actor, one)) for one in candidates if one.state in STANDING
        ],
        "gone": [
            _row(one, whole, actor, today, mine=is_nominee(actor, one))
            for one in candidates
            if one.state not in STANDING
        ],
    }
    if resident:
        context["names"] = running and is_owner_standing(actor, whole.poll)
        context["mine"] = [one for one in candidates if is_nominee(actor, one) and one.state in STANDING]
        return render(request, "candidates/public.html", context, status=said.status if said else 200)
    prepares = may_prepare(actor, whole.poll, whole.group)
    context |= {
        "prepares": prepares and opened,
        "opens": prepares and opened and plan is not None and not whole.open_,
        "names": running and (prepares or may_recommend(actor, whole.poll)),
        "slates": opened and prepares and any(one.state == State.PASSED for one in candidates),
        "membership": sees_membership(actor, whole.poll),
        "figures": _figures(actor, whole, candidates),
    }
    context["first"] = _first(context)
    return render(request, "candidates/desk.html", context, status=said.status if said else 200)


def _first(context: dict[str, Any]) -> str:
    """The one act that comes next for whoever reads: the page has one primary button."""
    if context["slates"]:
        return "slate"
    if context["prepares"] and context["plan"] is None:
        return "plan"
    return "open" if context["opens"] else "name" if context["names"] else ""


def _figures(actor: Any, whole: Whole, candidates: list[Candidate]) -> dict[str, Any]:
    """What the panel of shares says; how many are Party members only to whom it is shown."""
    if whole.plan is None:
        return {}
    local, standing = local_of(whole.poll), [one for one in candidates if one.state in STANDING]
    plan = whole.plan
    # Seats that are filled are as many as are empty: they make no committee of a lawful size.
    least = None if whole.poll.filling else least_seats(compound_id=whole.poll.compound_id, local=local, on=localdate())
    told: dict[str, Any] = {
        "reports": [
            words.report_words(one)
            for one in slate_now(
                standing, seats=plan.seats, years=plan.term_years, on=plan.ends, least=least, local=local
            )
        ]
    }
    if sees_membership(actor, whole.poll):
        one = ratio_now(standing, memberships_of(whole.poll), seats=whole.plan.seats, local=local)
        told["ratio"] = words.ratio_words(one)
        told["ratio_tone"] = {True: "good", False: "warn", None: "info"}[one.reachable]
        told["ratio_source"] = one.source
    return told


def _row(one: Candidate, whole: Whole, actor: Any, today: Any, *, mine: bool) -> dict[str, Any]:
    """A candidate as one row."""
    inside = sees_ground(actor, whole, one)
    detail = [
        one.building,
        one.get_route_display() if one.route == Route.SELF else f"{one.get_route_display()}：{one.nominator}",
    ]
    if one.represents:
        detail.insert(0, _("%(owner)s代表") % {"owner": one.represents})
    late = False
    if inside and one.state in {State.IN_REVIEW, State.REFUSED}:
        waiting = [row for row in one.reviews.all() if not row.outcome]
        late = any(row.due_on < today for row in waiting)
        if waiting:
            detail.append(_("等%(names)s答复") % {"names": "、".join(row.body.name for row in waiting)})
    if one.route in {Route.JOINT, Route.BUILDING} and one.state == State.PROPOSED:
        detail.append(_("已联名 %(count)s 户") % {"count": len(one.signatures.all())})
    state = State(one.state).label
    # Who was refused is nobody's news.
    if one.state in {State.REFUSED, State.STRUCK} and not (inside or mine):
        state = State(State.IN_REVIEW).label if one.state == State.REFUSED else State(State.WITHDRAWN).label
    return {
        "one": one,
        "title": f"{one.place}. {one.name}" if one.place else one.name,
        "detail": " · ".join(str(part) for part in detail if part),
        "state": _("超期") if late else state,
        "tone": "late"
        if late
        else words.TONES[one.state]
        if inside or mine or one.state in {"passed", "listed"}
        else "info",
    }


@require_safe
@never_cache
@officers
def members(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Party membership as a list: for few, and on the record."""
    whole = found_whole(request, compound, election)
    try:
        rows = actions.read_memberships(whole=whole, by=request.actor, now=timezone.now())
    except NotPermitted as error:
        raise PermissionDenied from error
    return render(
        request,
        "candidates/members.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "rows": [
                {
                    "one": one,
                    "known": known,
                    "word": _("是")
                    if known and known.member
                    else _("不是")
                    if known and known.member is False
                    else _("还没有核实"),
                    "tone": "good"
                    if known and known.member
                    else "neutral"
                    if known and known.member is False
                    else "warn",
                }
                for one, known in rows
                if one.state in STANDING
            ],
        },
    )


@require_POST
@officers
def sheet(request: ActingRequest, compound: Compound, election: str, kind: str) -> HttpResponse:
    """Have the list, or a form to name somebody on, printed."""
    whole, now = found_whole(request, compound, election), timezone.now()
    if kind not in SHEETS or (kind == "list" and whole.slate is None) or (kind == "form" and whole.plan is None):
        raise Http404

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=SHEETS[kind], target=pdf.target_of(whole.poll), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return page_of_list(request, compound, whole, said=said)
