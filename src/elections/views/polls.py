"""The polls of a post wherever it acts, beginning one, and the time line of one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elections import actions, stages
from elections.actions import joint
from elections.models import Kind, Poll, State
from elections.permissions import READERS, may_conduct, may_open
from elections.poll_forms import BoxForm, OpenForm, ReasonForm
from elections.poll_words import DAYS, TONES, bound_words, ground_words
from elections.queries import polls as queries
from elections.queries.joint import steps_waiting
from elections.queries.places import places_to_choose
from elections.rules.timeline import Day
from elections.states import BEFORE_VOTING
from elections.topics import STAFF
from elections.views.posting import Said, post
from live.queries import seqs
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound
from tenancy.queries import compounds

PAGE = 20
LABELS: dict[str, Any] = {queries.UNDER_WAY: gettext_lazy("进行中"), queries.ENDED: gettext_lazy("已结束")}
# What happened last to a poll that waits for no day, from the end backwards.
LATEST = ("ended_at", "declared_at", "announced_at", "counted_at", "closed_at", "created_at")
# How the marks of the stages look on a line of the portal.
LOOKS = {"done": "done", "now": "now", "later": "next", "late": "late", "blocked": "next"}
readers = in_compound(parties=READERS)


@require_safe
@never_cache
@acting(parties=READERS)
def listed(request: ActingRequest) -> HttpResponse:
    """The polls of every compound of the post."""
    actor = request.actor
    wanted = BoxForm(request.GET).wanted()
    page = Paginator(queries.polls_of(actor, wanted), PAGE).get_page(request.GET.get("page"))
    covered = compounds(actor.compound_ids)
    return render(
        request,
        "elections/polls.html",
        {
            "wanted": wanted,
            "page": page,
            "waiting": [
                {"poll": step.poll, "url": joint.address(step.poll, step.action), "step": step}
                for step in steps_waiting(actor)
            ],
            "compounds": covered if may_open(actor, Kind.DECISION) else [],
            "rows": [_row(one, several=len(covered) > 1) for one in page.object_list],
            "tabs": [
                {"url": f"?box={name}", "label": label, "count": None, "active": name == wanted.box}
                for name, label in LABELS.items()
            ],
        },
    )


def _row(one: Poll, *, several: bool) -> dict[str, Any]:
    """A poll as one row: what it is, where, and the moment that comes next."""
    due = one.opens_at if one.state in BEFORE_VOTING else one.closes_at if one.state == State.VOTING else None
    parts = (Kind(one.kind).label, one.compound.name if several else "", one.conductor)
    return {
        "poll": one,
        "detail": " · ".join(str(part) for part in parts if part),
        "state": State(one.state).label,
        "tone": TONES[one.state],
        "due": due,
        "moment": None if due else next(filter(None, (getattr(one, name) for name in LATEST))),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Begin a poll."""
    actor, now = request.actor, timezone.now()
    kinds = [kind for kind in Kind.values if may_open(actor, kind)]
    if not kinds:
        raise PermissionDenied
    places = places_to_choose(compound.pk)
    if request.method != "POST":
        return _opening(request, compound, OpenForm(places=places, kinds=kinds, initial={"kind": kinds[-1]}))
    form = OpenForm(request.POST, places=places, kinds=kinds)
    if not form.is_valid():
        return _opening(request, compound, form)
    given, scope = form.cleaned_data, form.scope()

    def effect() -> str:
        made = actions.open_poll(
            compound_id=compound.pk, kind=given["kind"], title=given["title"], on=given["on"], by=actor, now=now,
            building_ids=scope["building_ids"], entrance_ids=scope["entrance_ids"],
        )  # fmt: skip
        messages.success(request, _("已开始，接下来取名册。"), extra_tags="draft:poll")
        return reverse("polls_one", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _opening(request, compound, form, status=said.status)


def _opening(request: ActingRequest, compound: Compound, form: OpenForm, *, status: int = 0) -> HttpResponse:
    return render(
        request,
        "elections/open.html",
        {"compound": compound, "form": form},
        status=status or (422 if form.is_bound else 200),
    )


@require_safe
@never_cache
@readers
def one(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The time line: what is done, what is to be done now, by when and why."""
    numbers = seqs(compound_id=compound.pk, topics=[STAFF])
    return time_line(request, compound, found_poll(request, compound, poll), numbers=numbers)


@require_POST
@readers
def cancel(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Give a poll up before the vote begins."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return time_line(request, compound, found, form=form, status=422)

    def effect() -> str:
        reason = form.cleaned_data["reason"]
        actions.cancel_poll(compound_id=compound.pk, ref=poll, reason=reason, by=request.actor, now=now)
        messages.success(request, _("已取消，准备的内容都会保留。"))
        return reverse("polls_one", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return time_line(request, compound, found, form=form, said=said.text, status=said.status)


def found_poll(request: ActingRequest, compound: Compound, ref: str) -> Poll:
    """The poll of an address, for whoever sees polls. Raises Http404."""
    found = queries.poll_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


def time_line(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    numbers: dict[str, int] | None = None,
    form: ReasonForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a poll."""
    now: datetime = timezone.now()
    told = stages.stages(found, request.actor, now)
    conducts = may_conduct(request.actor, found)
    return render(
        request,
        "elections/poll.html",
        {
            "compound": compound,
            "poll": found,
            "state": State(found.state).label,
            "tone": TONES[found.state],
            "conducts": conducts,
            "topic": STAFF,
            "numbers": numbers,
            "stages": [(stage, LOOKS[stage.mark]) for stage in told],
            "todo": [stage for stage in told if stage.mark in {"now", "late"}],
            "days": [_day(one, localdate(now)) for one in queries.days_of(found, localdate(now))],
            "cancels": conducts and found.state in BEFORE_VOTING,
            "form": form or ReasonForm(),
            "said": said,
        },
        status=status,
    )


def _day(one: Day, today: Any) -> dict[str, Any]:
    return {
        "title": DAYS[one.key],
        "bound": bound_words(one),
        "on": one.on,
        "past": one.on < today,
        "ground": ground_words(one),
        "days": one.days,
        "certain": one.certain,
    }
