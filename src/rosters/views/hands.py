"""请假和换班 as the desk decides about them, and 我的班: one's own shifts, days off, swaps, calendar."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rosters import ical
from rosters.actions import absences, feeds, publishing, swapping
from rosters.forms import OffForm, ReasonForm, SwapForm
from rosters.models import Member, Shift, Swap
from rosters.permissions import keeps
from rosters.queries import months
from rosters.queries.cases import members
from rosters.queries.feeds import token_of
from rosters.views.posting import Said, firm, keepers, month_key, month_name, post, sections, taken
from tenancy.access import ActingRequest
from tenancy.models import Compound

PER_PAGE = 30
ABSENCES = {
    "asked": (gettext_lazy("等批准"), "warn"),
    "granted": (gettext_lazy("已记下"), "good"),
    "refused": (gettext_lazy("没有批准"), "neutral"),
    "withdrawn": (gettext_lazy("已撤回"), "neutral"),
}
SWAPS = {
    "asked": (gettext_lazy("等同事答复"), "info"),
    "agreed": (gettext_lazy("等经理批准"), "warn"),
    "approved": (gettext_lazy("已换班"), "good"),
    "declined": (gettext_lazy("同事不换"), "neutral"),
    "refused": (gettext_lazy("没有批准"), "neutral"),
    "withdrawn": (gettext_lazy("已撤回"), "neutral"),
}


def spoken(day: date | None, turn: str) -> str:
    """A shift in words."""
    if day is None:
        return ""
    return _("%(month)s月%(day)s日（%(weekday)s）%(turn)s") % {
        "month": day.month, "day": day.day, "weekday": WEEKDAYS_ABBR[day.weekday()], "turn": turn,
    }  # fmt: skip


# The desk.


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def leave(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Leave and wishes; a POST writes one down for somebody."""
    now = timezone.now()
    posted = request.method == "POST"
    people = [(one.pk, one.name) for one in members(compound.pk)]
    form = OffForm(request.POST if posted else None, people=people)

    def again(status: int) -> HttpResponse:
        page = Paginator(months.absences(compound.pk, localdate(now)), PER_PAGE).get_page(request.GET.get("page"))
        rows = [{"absence": one, "state": ABSENCES[one.state]} for one in page.object_list]
        return render(
            request,
            "rosters/leave.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "rosters_leave"),
                "rows": rows,
                "page": page,
                "form": form,
            },
            status=status,
        )

    def effect() -> str:
        given = form.cleaned_data
        absences.enter_off(
            compound_id=compound.pk, member_id=given["member"], kind=given["kind"], first=given["first"],
            last=given["last"], reason=given["reason"], by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已记下，排班时会避开。"))
        return reverse("rosters_leave", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_POST
@firm
def leave_step(request: ActingRequest, compound: Compound, absence_id: int, step: str) -> HttpResponse:
    """Grant, refuse or take back days off."""
    if step not in {"grant", "refuse", "withdraw"}:
        raise Http404
    now = timezone.now()
    back = "rosters_leave" if request.POST.get("desk") else "rosters_mine"

    def effect() -> str:
        common: dict[str, Any] = {
            "compound_id": compound.pk, "absence_id": absence_id, "by": request.actor, "now": now
        }  # fmt: skip
        if step == "withdraw":
            absences.withdraw_off(**common)
        else:
            absences.decide_off(grant=step == "grant", **common)
        messages.success(request, _("已处理。"))
        return reverse(back, args=[compound.code])

    return _button(request, compound, effect, back)


@require_safe
@never_cache
@keepers
def swaps(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every swap; those that wait for a decision can be decided."""
    page = Paginator(months.swaps(compound.pk), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "rosters/swaps.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_swaps"),
            "rows": [_swap(one) for one in page.object_list],
            "page": page,
        },
    )


@require_POST
@firm
def swap_step(request: ActingRequest, compound: Compound, swap_id: int, step: str) -> HttpResponse:
    """Agree, decline, withdraw; approve or refuse."""
    if step not in {"agree", "decline", "withdraw", "approve", "refuse"}:
        raise Http404
    now = timezone.now()
    form = ReasonForm(request.POST)
    form.is_valid()
    back = "rosters_swaps" if step in {"approve", "refuse"} else "rosters_mine"

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "swap_id": swap_id, "by": request.actor, "now": now}
        if step == "withdraw":
            swapping.withdraw_swap(**common)
        elif step in {"agree", "decline"}:
            swapping.answer_swap(agree=step == "agree", **common)
        else:
            reason = form.cleaned_data.get("reason", "")
            swapping.decide_swap(approve=step == "approve", reason=reason, **common)
        messages.success(request, _("已处理。"))
        return reverse(back, args=[compound.code])

    return _button(request, compound, effect, back)


def _swap(one: Swap, me: Member | None = None) -> dict[str, Any]:
    return {
        "swap": one,
        "given": spoken(one.day, one.turn),
        "back": spoken(one.back_day, one.back_turn),
        "state": SWAPS[one.state],
        "mine": me is not None and one.giver_id == me.pk,
        "to_me": me is not None and one.taker_id == me.pk and one.state == "asked",
        "open": one.state in {"asked", "agreed"},
    }


# One's own.


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def mine(request: ActingRequest, compound: Compound) -> HttpResponse:
    """One's own shifts, what waits to be acknowledged, days off and swaps; a POST asks for days off."""
    now = timezone.now()
    posted = request.method == "POST"
    form = OffForm(request.POST) if posted else OffForm()

    def effect() -> str:
        given = form.cleaned_data
        made = absences.ask_off(
            compound_id=compound.pk, kind=given["kind"], first=given["first"], last=given["last"],
            reason=given["reason"], by=request.actor, now=now,
        )  # fmt: skip
        messages.success(
            request, _("已告诉经理，等批准。") if made.state == "asked" else _("已记下，排班时会尽量照顾。")
        )
        return reverse("rosters_mine", args=[compound.code])

    def again(status: int) -> HttpResponse:
        return _mine(request, compound, form, now, status)

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _mine(request: ActingRequest, compound: Compound, form: OffForm, now: datetime, status: int) -> HttpResponse:
    me = months.member_of(compound.pk, request.actor.person_id)
    today = localdate(now)
    shifts = months.own_shifts(me, now) if me is not None else []
    return render(
        request,
        "rosters/mine.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_mine"),
            "keeps": keeps(request.actor),
            "me": me,
            "turns": [_turn(one, now) for one in shifts],
            "to_see": [
                {"roster": one, "title": month_name(one.month), "key": month_key(one.month)}
                for one in (months.to_acknowledge(me, today) if me is not None else [])
            ],
            "months": [(month_name(one), month_key(one)) for one in dict.fromkeys(s.roster.month for s in shifts)],
            "off": [
                {"absence": one, "state": ABSENCES[one.state]}
                for one in (months.own_absences(me, today) if me is not None else [])
            ],
            "swaps": [_swap(one, me) for one in (months.own_swaps(me) if me is not None else [])],
            "form": form,
            "address": _address(compound, me),
        },
        status=status,
    )


def _turn(one: Shift, now: datetime) -> dict[str, Any]:
    return {"shift": one, "words": spoken(one.day, one.turn), "running": one.starts_at <= now}


@require_POST
@firm
def seen(request: ActingRequest, compound: Compound, roster: str) -> HttpResponse:
    """One has read one's shifts of a month."""
    now = timezone.now()

    def effect() -> str:
        publishing.acknowledge(compound_id=compound.pk, ref=roster, by=request.actor, now=now)
        messages.success(request, _("已确认。"))
        return reverse("rosters_mine", args=[compound.code])

    return _button(request, compound, effect, "rosters_mine")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def swap(request: ActingRequest, compound: Compound, own_shift: int) -> HttpResponse:
    """Ask a colleague to take one's shift."""
    now = timezone.now()
    me = months.member_of(compound.pk, request.actor.person_id)
    shift = months.own_shift(me, own_shift, now) if me is not None else None
    if me is None or shift is None:
        raise Http404
    others = [one for one in months.others_shifts(shift, now) if one.member_id != me.pk]
    people = sorted({(one.member_id, one.member.name) for one in others}, key=lambda one: one[1])
    theirs = [(one.pk, f"{one.member.name} {spoken(one.day, one.turn)}") for one in others]
    posted = request.method == "POST"
    form = SwapForm(request.POST if posted else None, people=people, shifts=theirs)

    def again(status: int) -> HttpResponse:
        context = {"compound": compound, "form": form, "words": spoken(shift.day, shift.turn), "shift": shift}
        return render(request, "rosters/swap.html", context, status=status)

    def effect() -> str:
        given = form.cleaned_data
        wish = swapping.Wish(shift.pk, given["taker"], given["back"], given["reason"])
        swapping.ask_swap(compound_id=compound.pk, wish=wish, by=request.actor, now=now)
        messages.success(request, _("已发出。同事同意、经理批准以后才算数，之前还是您上。"))
        return reverse("rosters_mine", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_safe
@never_cache
@firm
def calendar(request: ActingRequest, compound: Compound) -> HttpResponse:
    """One's own shifts as a calendar file."""
    me = months.member_of(compound.pk, request.actor.person_id)
    if me is None:
        raise Http404
    content = ical.calendar_of(compound, months.own_shifts(me, timezone.now()))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="shifts.ics"'
    return answer


@require_POST
@firm
def feed_step(request: ActingRequest, compound: Compound, step: str) -> HttpResponse:
    """Make a calendar address, make another, or take it back."""
    if step not in {"open", "close"}:
        raise Http404
    now = timezone.now()

    def effect() -> str:
        act = feeds.open_feed if step == "open" else feeds.close_feed
        act(compound_id=compound.pk, by=request.actor, now=now)
        messages.success(request, _("地址已生成。") if step == "open" else _("已停用，原来的地址打不开了。"))
        return f"{reverse('rosters_mine', args=[compound.code])}#feed"

    return _button(request, compound, effect, "rosters_mine")


def _address(compound: Compound, me: Member | None) -> str:
    token = token_of(me) if me is not None else ""
    return f"{settings.PUBLIC_URL}{reverse('rosters_feed', args=[compound.code, token])}" if token else ""


def _button(request: ActingRequest, compound: Compound, effect: Any, back: str) -> HttpResponse:
    """A button: done, or the page it stands on with what was refused."""
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        messages.error(request, said.text)
        return redirect(reverse(back, args=[compound.code]))
