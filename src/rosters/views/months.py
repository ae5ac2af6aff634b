"""排班表: a month's arithmetic, its making, its table changed by tapping, publishing, a sick call."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.actions import request_document
from live.queries import seqs
from rosters import words
from rosters.actions import making, publishing
from rosters.actions.change import known
from rosters.forms import ReasonForm, SickForm
from rosters.models import Roster, Station
from rosters.permissions import keeps
from rosters.queries import choices, months
from rosters.queries.cases import Ground, duties_of, ground, members, month_after, shifts_of, stations
from rosters.rules.arithmetic import needs
from rosters.rules.reading import Malformed, read_case
from rosters.topics import ROSTERS
from rosters.views.posting import (
    Said,
    firm,
    keepers,
    month_key,
    month_name,
    month_read,
    post,
    sections,
    taken,
)
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import day

SHEET = "rosters.month"
# So many months are offered: this one and the next ones.
AHEAD = 3
TONES = {"published": "good", "draft": "warn", "waiting": "info", "making": "info"}


@require_safe
@never_cache
@keepers
def home(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The months to come and what there is of each; older ones below."""
    this = localdate().replace(day=1)
    ahead = [this]
    while len(ahead) < AHEAD:
        ahead.append(month_after(ahead[-1]))
    there: dict[date, list[Roster]] = {}
    for one in months.months(compound.pk)[:60]:
        there.setdefault(one.month, []).append(one)
    listed = [*ahead, *(month for month in there if month not in ahead)]
    return render(
        request,
        "rosters/home.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_home", months.waiting(compound.pk)),
            "posts": stations(compound.pk),
            "people": members(compound.pk),
            "rows": [
                {
                    "href": reverse("rosters_month", args=[compound.code, month_key(month)]),
                    "title": month_name(month),
                    "states": [(STATES[one.state], TONES[one.state]) for one in there.get(month, [])],
                }
                for month in listed
            ],
        },
    )


STATES = {
    "waiting": gettext_lazy("等待排班"),
    "making": gettext_lazy("正在排班"),
    "draft": gettext_lazy("草稿"),
    "published": gettext_lazy("已公布"),
    "replaced": gettext_lazy("已更换"),
    "dropped": gettext_lazy("已放弃"),
}


@require_safe
@never_cache
@firm
def month(request: ActingRequest, compound: Compound, month: str) -> HttpResponse:
    """A month: the arithmetic first, then the draft or what is published."""
    # The number first: what happens while the rows are being read is told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[ROSTERS])
    return _month(request, compound, month_read(month), numbers=numbers)


@require_safe
@never_cache
@firm
def month_part(request: ActingRequest, compound: Compound, month: str) -> HttpResponse:
    """The part of it that changes by itself."""
    return render(request, "rosters/_month.html", _context(request, compound, month_read(month)))


def _month(
    request: ActingRequest, compound: Compound, at: date, *, refused: str = "", status: int = 200,
    numbers: Any = None,
) -> HttpResponse:  # fmt: skip
    return render(
        request,
        "rosters/month.html",
        {**_context(request, compound, at), "refused": refused, "numbers": numbers, "topic": ROSTERS},
        status=status,
    )


def _context(request: ActingRequest, compound: Compound, at: date) -> dict[str, Any]:
    """What there is of a month, for the desk or for whoever works."""
    desk = keeps(request.actor)
    editions = months.editions(compound.pk, at)
    draft = next((one for one in editions if one.state in {"waiting", "making", "draft"}), None) if desk else None
    out = next((one for one in editions if one.state == "published"), None)
    shown = out if draft is None or request.GET.get("show") == "published" else draft
    there = _grounded(compound.pk, at) if desk else None
    context: dict[str, Any] = {
        "compound": compound,
        "sections": sections(request, compound, "rosters_home" if desk else "rosters_mine"),
        "title": month_name(at),
        "key": month_key(at),
        "before": month_key((at - timedelta(days=1)).replace(day=1)),
        "after": month_key(month_after(at)),
        "desk": desk,
        "draft": draft,
        "out": out,
        "shown": shown,
        "over": month_after(at) <= localdate(),
        "failed": next((one for one in editions[:1] if one.made.get("failed")), None),
        "working": draft is not None and draft.state in {"waiting", "making"},
        "today": localdate(),
        "this_month": localdate().replace(day=1) == at,
        "view": _view(request),
        "draft_url": _view(request, show=""),
        "out_url": _view(request, show="published"),
    }
    if there is not None:
        context |= {
            "arithmetic": words.arithmetic(there.case, needs(there.case)),
            "uncertified": words.certificates(there.case, there.case.people),
            "nobody": not there.case.people,
        }
    context["no_posts"] = desk and there is None
    if shown is not None and shown.state in {"draft", "published"}:
        rows = shifts_of(shown)
        case = there.case if there is not None else read_case(shown.case)
        posts = list(there.stations.values()) if there is not None else _posts_of(rows)
        chosen, context["post_tabs"] = _one_post(request, posts)
        if chosen is None:
            context["table"] = choices.table(case, posts, rows)
        else:
            context["table"] = choices.table(case, [chosen], [one for one in rows if one.station_id == chosen.pk])
        if desk and there is not None:
            context["judged"] = choices.judged(case, duties_of(rows), shown)
        if shown.state == "draft":
            context["changes"] = publishing.what_changes(shown)
        elif desk:
            context["seen"] = months.who_has_seen(shown)
    return context


def _view(request: ActingRequest, **changed: str) -> str:
    """Which edition and which post are looked at, as the end of an address."""
    there = {"show": request.GET.get("show", ""), "post": request.GET.get("post", ""), **changed}
    return "?" + urlencode({key: value for key, value in there.items() if value})


def _one_post(request: ActingRequest, posts: list[Station]) -> tuple[Station | None, list[dict[str, Any]]]:
    """The post that is looked at alone, and the tabs to choose it: a month of many posts is long on a phone."""
    if len(posts) == 1:
        return None, []
    wanted = request.GET.get("post", "")
    chosen = next((one for one in posts if str(one.pk) == wanted), None)
    tabs: list[dict[str, Any]] = [{"url": _view(request, post=""), "label": _("全部岗位"), "active": chosen is None}]
    tabs += [{"url": _view(request, post=str(one.pk)), "label": one.name, "active": one is chosen} for one in posts]
    return chosen, [{**one, "url": f"{one['url']}#table"} for one in tabs]


def _posts_of(rows: list[Any]) -> list[Station]:
    return list({one.station_id: one.station for one in rows}.values())


def _grounded(compound_id: int, at: date) -> Ground | None:
    try:
        return ground(compound_id, at)
    except Malformed:
        return None


@require_POST
@keepers
def make(request: ActingRequest, compound: Compound, month: str) -> HttpResponse:
    """Have the month made."""
    now, at = timezone.now(), month_read(month)

    def effect() -> str:
        making.ask_month(compound_id=compound.pk, month=at, by=request.actor, now=now)
        return reverse("rosters_month", args=[compound.code, month])

    return _done(request, compound, at, effect)


@require_POST
@keepers
def step(request: ActingRequest, compound: Compound, roster: str, step: str) -> HttpResponse:
    """Publish, drop or change an edition, or print it."""
    found, now = _found(compound, roster), timezone.now()
    form = ReasonForm(request.POST)
    if step not in {"publish", "drop", "revise", "print"}:
        raise Http404
    if not form.is_valid():
        return _month(request, compound, found.month, refused=str(form.errors["reason"][0]), status=422)

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "by": request.actor, "now": now}
        if step == "print":
            document = request_document(kind=SHEET, target=f"rosters.roster:{found.pk}", **common)
            return reverse("documents:document", args=[compound.code, document.pk])
        if step == "publish":
            publishing.publish(ref=roster, gap_note=form.cleaned_data["reason"], **common)
            messages.success(request, _("已公布，有班的人都收到了通知。"))
        elif step == "drop":
            making.drop(ref=roster, **common)
            messages.success(request, _("已放弃这份草稿。"))
        else:
            publishing.revise(ref=roster, **common)
            messages.success(request, _("可以改了。改好以后再公布，公布之前还是按原来的上班。"))
        return reverse("rosters_month", args=[compound.code, month_key(found.month)])

    return _done(request, compound, found.month, effect)


def _done(request: ActingRequest, compound: Compound, at: date, effect: Any) -> HttpResponse:
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        return _month(request, compound, at, refused=said.text, status=said.status)


def _found(compound: Compound, ref: str) -> Roster:
    found = months.roster_of(compound.pk, ref)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def cell(request: ActingRequest, compound: Compound, **at_cell: Any) -> HttpResponse:
    """One shift (``roster``, ``on``, ``station_id``, ``shift_no``): who could be there, each judged before it is saved."""
    roster, day, station_id, turn = (at_cell[one] for one in ("roster", "on", "station_id", "shift_no"))
    found, at = _found(compound, roster), _day(day)
    there = _grounded(compound.pk, found.month)
    if there is None or at.replace(day=1) != found.month or found.state != "draft":
        raise Http404
    station = next((one for one in stations(compound.pk) if one.pk == station_id), None)
    if station is None or turn >= len(station.shifts):
        raise Http404
    key = station.shifts[turn]
    rows = shifts_of(found)
    on = [one for one in rows if (one.day, one.station_id, one.turn) == (at, station_id, key)]
    asked = request.POST.get("out") or request.GET.get("out") or ""
    out = next((one.member_id for one in on if str(one.member_id) == asked), None)
    now, refused, status = timezone.now(), "", 200
    if request.method == "POST":
        into = request.POST.get("into", "")
        chosen = next((one.pk for one in there.members.values() if str(one.pk) == into), None)

        def effect() -> str:
            publishing.put(
                compound_id=compound.pk, ref=roster, day=at, station_id=station_id, turn=key, out=out, into=chosen,
                by=request.actor, now=now,
            )  # fmt: skip
            messages.success(request, _("已改。"))
            return f"{reverse('rosters_month', args=[compound.code, month_key(found.month)])}#d{at.day}"

        try:
            return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
        except Said as said:
            refused, status = said.text, said.status
    return render(
        request,
        "rosters/cell.html",
        {
            "compound": compound,
            "roster": found,
            "back": f"{reverse('rosters_month', args=[compound.code, month_key(found.month)])}#d{at.day}",
            "station": station,
            "day": at,
            "turn": key,
            "on": on,
            "out": next((one for one in on if one.member_id == out), None),
            "open": max(0, station.persons - len(on)),
            "past": at < localdate(now),
            "choices": choices.candidates(
                there, known(there, duties_of(rows)), day=at, station_id=station_id, turn=key, out=out
            ),
            "refused": refused,
        },
        status=status,
    )


def _day(given: str) -> date:
    found = day(given)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def sick(request: ActingRequest, compound: Compound, roster: str) -> HttpResponse:
    """Somebody cannot come: a new edition is asked for, with few changes."""
    found, now = _found(compound, roster), timezone.now()
    if found.state != "published":
        raise Http404
    people = sorted({(one.member_id, one.member.name) for one in shifts_of(found)}, key=lambda one: one[1])
    posted = request.method == "POST"
    first = max(localdate(now), found.month)
    form = SickForm(request.POST if posted else None, people=people, initial={"first": first, "last": first})

    def again(status: int) -> HttpResponse:
        context = {
            "compound": compound,
            "form": form,
            "title": month_name(found.month),
            "back": reverse("rosters_month", args=[compound.code, month_key(found.month)]),
        }
        return render(request, "rosters/sick.html", context, status=status)

    def effect() -> str:
        given = form.cleaned_data
        sick = making.Sick(given["member"], given["first"], given["last"], given["reason"])
        making.ask_mend(compound_id=compound.pk, ref=roster, sick=sick, by=request.actor, now=now)
        return reverse("rosters_month", args=[compound.code, month_key(found.month)])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)
