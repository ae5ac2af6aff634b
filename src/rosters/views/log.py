"""消控室值班记录: entries, handovers, alarms step by step, the printed form; and what is overdue, for the community."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.actions import request_document
from live.queries import seqs
from rosters.actions import logbook
from rosters.forms import AlarmForm, CloseForm, ConfirmForm, CorrectForm, EntryForm, HandForm, NormalForm, TakeForm
from rosters.models import Entry, Shift, Station
from rosters.permissions import WATCHERS, keeps
from rosters.queries import log
from rosters.topics import ROSTERS
from rosters.views.posting import Said, firm, post, sections, taken
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import day

SHEET = "rosters.log"
PER_PAGE = 30
watchers = in_compound(parties=WATCHERS)


@require_safe
@never_cache
@firm
def rooms(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The control rooms with their logs."""
    now = timezone.now()
    return render(
        request,
        "rosters/log.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_log"),
            "keeps": keeps(request.actor),
            "rows": [
                {
                    "room": one,
                    "href": reverse("rosters_room", args=[compound.code, one.pk]),
                    "late": one.last_entry_at is not None and one.last_entry_at <= now - log.every(),
                }
                for one in log.rooms(compound.pk)
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def room(request: ActingRequest, compound: Compound, room_id: int) -> HttpResponse:
    """A day of a room's log; a POST writes a line. ``part``: ``now`` or ``lines``, which renew themselves."""
    # The number first: what happens while the rows are being read is told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[ROSTERS]) if not request.GET.get("part") else None
    found, now = _room(compound, room_id), timezone.now()
    whose = log.whose(found, request.actor.person_id, now)
    people = () if whose.is_theirs else whose.people
    posted = request.method == "POST"
    kind = NormalForm if request.POST.get("quick") else EntryForm
    form = kind(request.POST, people=people) if posted else None

    def again(status: int) -> HttpResponse:
        return _page(request, compound, found, now, form=form, whose=whose, numbers=numbers, status=status)

    if form is None:
        return again(200)

    def effect() -> str:
        logbook.write(
            compound_id=compound.pk, station_id=room_id, words=form.line(), stand_in=form.stand_in(), by=request.actor,
            now=now,
        )  # fmt: skip
        messages.success(request, _("已记下。"), extra_tags="" if request.POST.get("quick") else "draft:room-log")
        return reverse("rosters_room", args=[compound.code, room_id])

    return taken(request, compound, form, now=now, effect=effect, again=again)


PARTS = {"now": "rosters/_room_now.html", "lines": "rosters/_room_lines.html"}


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Station,
    now: datetime,
    *,
    form: NormalForm | EntryForm | None = None,
    hand: HandForm | TakeForm | None = None,
    spot: AlarmForm | None = None,
    whose: log.Whose | None = None,
    numbers: Any = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    whose = whose or log.whose(found, request.actor.person_id, now)
    people = () if whose.is_theirs else whose.people
    today = localdate(now)
    day = _day(request.GET.get("day"), today)
    relief = log.open_relief(found)
    lines = log.day_of(found, day)
    take = TakeForm if relief is not None else HandForm
    return render(
        request,
        PARTS.get(request.GET.get("part", ""), "rosters/room.html"),
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_log"),
            "room": found,
            "whose": whose,
            "day": day,
            "is_today": day == today,
            "earlier": day - timedelta(days=1),
            "later": day + timedelta(days=1) if day < today else None,
            "lines": [
                {"line": one, "may_correct": one.entry.person_id == request.actor.person_id or keeps(request.actor)}
                for one in reversed(lines)
            ],
            "alarm": log.open_alarm(found),
            "relief": relief,
            "own_relief": relief is not None and relief.given_by == request.actor.person_id,
            "late": found.last_entry_at is not None and found.last_entry_at <= now - log.every(),
            "next": found.last_entry_at + log.every() if found.last_entry_at else None,
            "form": form if isinstance(form, EntryForm) else EntryForm(people=people),
            "quick": form if isinstance(form, NormalForm) else NormalForm(people=people, auto_id="quick_%s"),
            "hand_form": hand or take(people=people, prefix="hand"),
            "alarm_form": spot or AlarmForm(prefix="alarm"),
            "topic": ROSTERS,
            "numbers": numbers,
            "on": _by_turn(log.roster_of_day(found, day)),
            "refused": refused,
        },
        status=status,
    )


def _by_turn(shifts: Sequence[Shift]) -> list[tuple[str, str]]:
    """Who is there, by the hours: a turn is said once."""
    there: dict[str, list[str]] = {}
    for one in shifts:
        there.setdefault(one.turn, []).append(one.member.name)
    return [(turn, "、".join(names)) for turn, names in there.items()]


@require_POST
@firm
def step(request: ActingRequest, compound: Compound, room_id: int, step: str) -> HttpResponse:
    """Hand over, take over, begin with an alarm, print the day."""
    found, now = _room(compound, room_id), timezone.now()
    if step not in {"hand-over", "take-over", "alarm", "print"}:
        raise Http404
    whose = log.whose(found, request.actor.person_id, now)
    people = () if whose.is_theirs else whose.people
    form = (TakeForm if step == "take-over" else HandForm)(request.POST, people=people, prefix="hand")
    spot = AlarmForm(request.POST, prefix="alarm")
    home = reverse("rosters_room", args=[compound.code, room_id])
    common: dict[str, Any] = {"compound_id": compound.pk, "station_id": room_id, "by": request.actor, "now": now}
    if step in {"hand-over", "take-over"} and not form.is_valid():
        return _page(request, compound, found, now, hand=form, refused=_first(form), status=422)
    if step == "alarm" and not spot.is_valid():
        return _page(request, compound, found, now, spot=spot, refused=_first(spot), status=422)

    def effect() -> str:
        if step == "print":
            day = _day(request.POST.get("day"), localdate(now))
            document = request_document(
                compound_id=compound.pk,
                kind=SHEET,
                target=f"rosters.station:{room_id}:{day}",
                by=request.actor,
                now=now,
            )
            return reverse("documents:document", args=[compound.code, document.pk])
        if step == "alarm":
            alarm = logbook.raise_alarm(spot=spot.cleaned_data["spot"], **common)
            return reverse("rosters_alarm", args=[compound.code, room_id, alarm.pk])
        if step == "hand-over":
            logbook.hand_over(words=form.cleaned_data["words"], stand_in=form.stand_in(), **common)
            messages.success(request, _("您已签字。请接班的同事在自己的手机上签字。"))
        else:
            logbook.take_over(words=form.cleaned_data["words"], stand_in=form.stand_in(), **common)
            messages.success(request, _("交接完成，两个班都已签字。"))
        return home

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        hand = form if step in {"hand-over", "take-over"} else None
        return _page(request, compound, found, now, hand=hand, refused=said.text, status=said.status)


def _first(form: Any) -> str:
    return str(next(iter(form.errors.values()))[0])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def correct(request: ActingRequest, compound: Compound, room_id: int, entry_id: int) -> HttpResponse:
    """Correct a line; the old one stays to be read."""
    found, now = _room(compound, room_id), timezone.now()
    old = log.entry_of(found, entry_id, now - logbook.CORRECTABLE)
    if old is None:
        raise Http404
    posted = request.method == "POST"
    form = CorrectForm(request.POST) if posted else CorrectForm(initial=_as_typed(old))
    home = f"{reverse('rosters_room', args=[compound.code, room_id])}?day={localdate(old.at)}"

    def effect() -> str:
        logbook.correct(
            compound_id=compound.pk, station_id=room_id, entry_id=entry_id, words=form.line(),
            why=form.cleaned_data["why"], by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已更正，原来的内容还看得到。"))
        return home

    def again(status: int) -> HttpResponse:
        context = {"compound": compound, "room": found, "entry": old, "form": form, "back": home}
        return render(request, "rosters/correct.html", context, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _as_typed(old: Entry) -> dict[str, Any]:
    typed = {True: "yes", False: "no", None: ""}
    checks = old.check_list or {}
    return {
        "kind": old.kind, "normal": typed[old.normal], "alarm": old.alarm, "spot": old.spot, "words": old.words,
        "system": old.system, "automatic": typed[old.automatic], "running": typed[old.running],
        "checks": [one for one in logbook.CHECKS if checks.get(one)], "model": checks.get("model", ""),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def alarm(request: ActingRequest, compound: Compound, room_id: int, alarm_id: int) -> HttpResponse:
    """An alarm on one screen: the four steps in their order, and what to say to 119."""
    found, now = _room(compound, room_id), timezone.now()
    row = log.alarm_of(found, alarm_id)
    if row is None:
        raise Http404
    whose = log.whose(found, request.actor.person_id, now)
    people = () if whose.is_theirs else whose.people
    form = ConfirmForm(request.POST) if request.POST.get("step") == "confirm" else ConfirmForm()
    close = CloseForm(request.POST if request.POST.get("step") == "close" else None, people=people, prefix="close")
    refused, status = "", 200
    if request.method == "POST":
        here = reverse("rosters_alarm", args=[compound.code, room_id, alarm_id])

        def effect() -> str:
            common: dict[str, Any] = {
                "compound_id": compound.pk, "station_id": room_id, "alarm_id": alarm_id, "by": request.actor, "now": now
            }  # fmt: skip
            step = request.POST.get("step", "")
            if step == "close":
                logbook.close_alarm(words=close.cleaned_data["words"], stand_in=close.stand_in(), **common)
                messages.success(request, _("已记入值班记录。"))
                return reverse("rosters_room", args=[compound.code, room_id])
            given = form.cleaned_data if step == "confirm" else {}
            logbook.step_alarm(step=step, **given, **common)
            return here

        bad = next((one for one in (form, close) if one.is_bound and not one.is_valid()), None)
        if bad is not None:
            refused, status = _first(bad), 422
        else:
            try:
                return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
            except Said as said:
                refused, status = said.text, said.status
    return render(
        request,
        "rosters/alarm.html",
        {
            "compound": compound,
            "room": found,
            "alarm": row,
            "form": form,
            "close": close,
            "refused": refused,
            "fire": row.found == "fire",
            "may_close": row.closed_at is None
            and row.confirmed_at is not None
            and (row.found != "fire" or row.plan_at),
            "actor_name": request.actor.person_name,
            "actor_phone": str(getattr(request.user, "phone", "")).removeprefix("+86"),
        },
        status=status,
    )


@require_safe
@never_cache
@watchers
def overdue(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Which logs are overdue, and nothing else of them."""
    page = Paginator(log.open_lapses(compound.pk), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "rosters/overdue.html", {"compound": compound, "rows": page.object_list, "page": page})


def _room(compound: Compound, room_id: int) -> Station:
    found = log.room(compound.pk, room_id)
    if found is None:
        raise Http404
    return found


def _day(given: str | None, today: date) -> date:
    """A day of the log; today for what is none or has not come."""
    return min(day(given) or today, today)
