"""The page of one request, for every role, and every action on it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.actions import DocumentRefused, FileRefused
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from live.queries import seqs
from repairs import forms as given
from repairs.actions.change import NoSuchRequest
from repairs.actions.dispatch import accept, assign, reassign
from repairs.actions.feedback import confirm, contest, reopen, urge, withdraw
from repairs.actions.reveal import reveal_phone
from repairs.actions.work import claim, start
from repairs.hooks import origin_of
from repairs.models import Event, Photo, Request
from repairs.permissions import (
    filed_for_others,
    is_desk,
    is_filer,
    is_worker,
    may,
    may_run_incident,
    may_see_phone,
    oversees,
)
from repairs.queries import figures, request_for
from repairs.refusals import OutOfState, Refused
from repairs.rules.categories import CATEGORIES
from repairs.rules.periods import URGE_EVERY, may_reopen
from repairs.states import MACHINE
from repairs.topics import REQUEST
from repairs.views import resident, staff
from repairs.views.hands import Hand, as_given, nothing
from repairs.words import (
    ACTIONS,
    event_detail,
    event_title,
    event_who,
    filer_name,
    for_whom,
    refusal_field,
    refusal_text,
    spoken_line,
    wanted_text,
    without_numbers,
)
from tenancy.access import ActingRequest, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound

# In the order in which the page offers them: what goes on with the work first, what stops it last.
HANDS: dict[str, Hand] = {
    "claim": Hand(given.NoForm, claim, nothing, "primary"),
    "start": Hand(given.StartForm, start, as_given, "primary"),
    "arrive": staff.HANDS["arrive"],
    "finish": staff.HANDS["finish"],
    "confirm": Hand(given.ConfirmForm, confirm, as_given, "primary"),
    "accept": Hand(given.NoForm, accept, nothing, "primary"),
    "resume": staff.HANDS["resume"],
    "assign": Hand(given.AssignForm, assign, lambda g: {"worker_post": g["worker"]}),
    "reassign": Hand(given.ReassignForm, reassign, lambda g: {"worker_post": g["worker"], "reason": g["reason"]}),
    "urge": Hand(given.NoForm, urge, nothing),
    "reopen": Hand(given.ReopenForm, reopen, as_given),
    "contest": Hand(given.ContestForm, contest, as_given, "primary"),
    **{name: staff.HANDS[name] for name in ("uphold", "deny", "pause", "return", "merge", "tie", "force_close")},
    "withdraw": Hand(given.WithdrawForm, withdraw, as_given, "danger"),
}
# What has a place of its own on the page, beside these panels.
ELSEWHERE: dict[str, Hand] = {**resident.HANDS, **staff.BESIDE}
_WITH_WORKERS = {"assign", "reassign"}
# Behind 更多操作.
SELDOM = {"return", "merge", "tie", "force_close"}
# Where a form that stands on a list goes back to.
BACK = {"board": "repairs_board", "today": "repairs_today", "own": "repairs_own"}


@require_safe
@never_cache
@in_compound()
def detail(request: ActingRequest, compound: Compound, ref: str) -> HttpResponse:
    """Everything about one request that the actor may see, and what they may do with it now."""
    return _page(request, compound, ref, timezone.now())


@require_POST
@in_compound()
def act(request: ActingRequest, compound: Compound, ref: str, action: str) -> HttpResponse:
    """Take one action; a refused form comes back beside its words, with everything typed in it."""
    hand = HANDS.get(action) or ELSEWHERE.get(action)
    if hand is None:
        raise Http404
    now = timezone.now()
    form = hand.form(request.POST, request.FILES, auto_id=f"{action}_%s")
    if not form.is_valid():
        return _page(request, compound, ref, now, tried=action, form=form, status=422)
    # Whoever has left a request may not open its page any more.
    back = BACK.get("own" if action == "leave" else request.POST.get("back", ""))
    page = reverse(back, args=[compound.code]) if back else reverse("repairs_request", args=[compound.code, ref])

    def effect() -> str:
        hand.call(compound_id=compound.pk, ref=ref, by=request.actor, now=now, **hand.takes(form.cleaned_data))
        return page

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchRequest as error:
        raise Http404 from error
    except (Refused, FileRefused, DocumentRefused, KeyRefused) as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
        return _page(request, compound, ref, now, tried=action, form=form, status=status, refused=error)


@require_POST
@never_cache
@in_compound()
def reveal(request: ActingRequest, compound: Compound, ref: str) -> HttpResponse:
    """Show the filer's number once, in this answer alone; the look is recorded."""
    now = timezone.now()
    try:
        phone = reveal_phone(compound_id=compound.pk, ref=ref, by=request.actor, now=now)
    except NoSuchRequest as error:
        raise Http404 from error
    except Refused as error:
        return render(
            request, "repairs/refused.html", {"compound": compound, "text": refusal_text(error)}, status=error.status
        )
    if "HX-Request" in request.headers:
        return render(request, "repairs/_phone.html", {"compound": compound, "phone": phone})
    return _page(request, compound, ref, now, phone=phone)


def _page(
    request: ActingRequest,
    compound: Compound,
    ref: str,
    now: datetime,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    phone: str = "",
    status: int = 200,
    refused: Exception | None = None,
) -> HttpResponse:
    actor = request.actor
    # The number first: what happens while the page is being read is then told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[f"{REQUEST}:{ref}"])
    found = request_for(actor, compound_id=compound.pk, ref=ref)
    if found is None:
        # Whoever was slower may not see it any more, but is told who was faster.
        if isinstance(refused, OutOfState) or (tried == "join" and isinstance(refused, Refused)):
            text = refusal_text(refused)
            return render(request, "repairs/refused.html", {"compound": compound, "text": text}, status=status)
        raise Http404
    offered = [name for name in HANDS if _offered(found, name, request, now)]
    beside = resident.parts(found, actor, compound, now, tried=tried, form=form)
    chosen = staff.choices(found, actor, offered)
    beside |= staff.parts(found, actor, chosen=chosen, quotes=beside["quotes"], tried=tried, form=form)
    tried_words = _all_errors(form) if tried not in offered and not _has_place(tried, beside) else []
    crew = (
        figures(compound_id=compound.pk, on=localdate(now), now=now).crew
        if is_desk(actor) and _WITH_WORKERS & set(offered)
        else ()
    )
    mine = is_filer(actor, found)
    # Whoever only has the same trouble reads how far it is, not what their neighbour wrote, photographed or wishes.
    private = actor.party == "resident" and not mine
    return render(
        request,
        "repairs/request.html",
        {
            "compound": compound,
            "case": found,
            "icon": CATEGORIES[found.category].icon,
            "line": spoken_line(found, now, to_filer=mine),
            "mine": mine,
            "staff": is_desk(actor) or is_worker(actor),
            # What a resident wrote may hold a number; those who oversee never see one.
            "words": "" if private else _told(found.words, actor),
            "place": _told(found.place_text, actor),
            "comment": "" if private else _told(found.comment, actor),
            "wanted": "" if private else wanted_text(found),
            "filer": filer_name(found, viewer=actor.person_id) if not private else _("邻居"),
            "for_whom": "" if private else for_whom(found, viewer=actor.person_id),
            "consent": "" if private else found.consent,
            "origin": origin_of(actor, found),
            "may_reveal": not mine and may_see_phone(actor, found),
            "phone": phone,
            "events": timeline(found, actor),
            "photos": _by_stage(found, compound, hidden={Photo.Stage.FILED} if private else set()),
            "panels": _arranged(
                [
                    _panel(name, form if name == tried else None, crew, found, now, lead=index == 0)
                    | staff.panel(name, chosen)
                    for index, name in enumerate(offered)
                ],
                found,
                actor,
            ),
            "refusals": tried_words,
            "filed_now": "filed" in request.GET and (mine or filed_for_others(actor, found)),
            "topic": f"{REQUEST}:{found.ref}",
            "seqs": numbers,
            "had_photos": bool(request.FILES) and status != HTTPStatus.OK,
            **beside,
        },
        status=status,
    )


def _offered(found: Request, name: str, request: ActingRequest, now: datetime) -> bool:
    """Whether this actor may take the action, the machine allows it now, and its period has not passed."""
    if not may(request.actor, name, found) or (name == "confirm" and found.is_finding):
        return False
    if name == "urge":
        return found.is_open and (found.urged_at is None or now >= found.urged_at + URGE_EVERY)
    waits = staff.waits(found, name)
    if waits is not None:
        return waits
    if name not in {transition.action for transition in MACHINE.actions_from(found.state)}:
        return False
    if name in {"reopen", "contest"} and found.closed_at is not None:
        return may_reopen(found.closed_at, now)
    return True


def _panel(
    name: str, form: forms.Form | None, crew: Iterable[Any], found: Request, now: datetime, *, lead: bool
) -> dict[str, Any]:
    hand = HANDS[name]
    others = [member for member in crew if name != "reassign" or member.post_id != found.worker_post]
    blank = form if form is not None else hand.form(auto_id=f"{name}_%s", initial=staff.initial(name, found, now))
    # The worker whom the rules name is chosen already; the desk may choose another.
    worker = str(blank.data.get("worker", "")) or (str(found.routed_post or "") if name == "assign" else "")
    return {
        "name": name,
        "label": ACTIONS[name],
        "kind": hand.kind if lead or hand.kind != "primary" else "secondary",
        "form": blank,
        "plain": not blank.fields,
        # 未解决 is always one tap.
        "open": (lead and hand.kind == "primary") or form is not None or name in {"reopen", "assign"},
        "crew": others if name in _WITH_WORKERS else None,
        "chosen": worker,
        "suggested": found.routed_post if name == "assign" else None,
        "stars": int(raw) if (raw := str(blank.data.get("stars", ""))) in set("12345") and raw else 0,
    }


def _arranged(panels: list[dict[str, Any]], found: Request, actor: Actor) -> dict[str, Any]:
    """The panels as the page lays them out: for residents one below the other, for staff by how often they are needed."""
    incident = may_run_incident(actor) and found.is_open and found.incident_id is None
    if actor.party == "resident":
        return {"lead": panels}
    more = [panel for panel in panels if panel["name"] in SELDOM]
    often = [panel for panel in panels if panel["name"] not in SELDOM]
    # What is next stands alone above the rest; where nothing is, nothing does.
    lead = often[:1] if often and often[0]["kind"] == "primary" else []
    return {
        "lead": lead,
        "main": often[len(lead) :],
        "more": more,
        "more_open": any(panel["form"].is_bound for panel in more),
        "incident": incident,
    }


def _has_place(tried: str, beside: dict[str, Any]) -> bool:
    """Whether the form that was refused stands on the page again, with the words beside its field."""
    return any(isinstance(one, forms.Form) and one.is_bound for one in beside.values()) and tried in ELSEWHERE


def _all_errors(form: forms.Form | None) -> list[str]:
    return [str(text) for found in form.errors.values() for text in found] if form is not None else []


def _told(text: str, actor: Actor) -> str:
    return without_numbers(text) if oversees(actor) else text


def timeline(found: Request, actor: Actor) -> list[dict[str, Any]]:
    """The events for ``ui/timeline.html``, the latest first; all who joined are one line with their number."""
    every = list(found.events.all())
    last_join = max((row.pk for row in every if row.action == "join"), default=None) if found.joined else None
    rows = [row for row in every if row.action not in {"join", "leave"} or row.pk == last_join]
    neighbour = actor.party == "resident" and not is_filer(actor, found)
    told = [
        {
            "title": event_title(event),
            "detail": _detail(event, found, actor, masked=neighbour),
            "moment": event.at,
            "who": "" if event.action == "join" else event_who(event, viewer=actor.person_id, askers=found.askers),
            "party": "" if event.action == "join" else event.party,
            "state": _mark(event, latest=event is rows[-1], is_open=found.is_open),
        }
        for event in rows
    ]
    return told[::-1]


def _detail(event: Event, found: Request, actor: Actor, *, masked: bool) -> str:
    if event.action == "join":
        return _("共 %(count)s 人") % {"count": found.joined}
    text = event_detail(event)
    return without_numbers(text) if masked else _told(text, actor)


def _mark(event: Event, *, latest: bool, is_open: bool) -> str:
    if event.action == "escalate":
        return "late"
    return "now" if latest and is_open else "done"


def _by_stage(found: Request, compound: Compound, hidden: Collection[str]) -> list[dict[str, Any]]:
    stages: dict[str, list[dict[str, str]]] = {}
    for photo in found.photos.all():
        if photo.stage in hidden:
            continue
        stages.setdefault(photo.stage, []).append(_shown(photo, compound))
    return [{"label": stage.label, "photos": stages[stage.value]} for stage in Photo.Stage if stage.value in stages]


def _shown(photo: Photo, compound: Compound) -> dict[str, str]:
    address = reverse("documents:file", args=[compound.code, photo.file.ref])
    return {"url": address, "thumb_url": f"{address}?size=thumb", "alt": str(Photo.Stage(photo.stage).label)}
