"""What is voted on, when and how, and the call after which none of it changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elections import actions, words
from elections.actions.announcing import call_text
from elections.actions.calling import notice_days
from elections.hooks import against_call
from elections.item_forms import ItemsForm, WindowForm, window_initial
from elections.models import Item, Kind, Poll, State
from elections.permissions import may_conduct, may_confirm
from elections.poll_words import ground_words, refusal_text
from elections.queries import announcing
from elections.queries.items import items_of, scopes_of
from elections.queries.places import place_names
from elections.queries.polls import days_of
from elections.rules.jurisdictions import parameters
from elections.rules.matters import MATTERS
from elections.rules.measures import area_text
from elections.rules.timeline import Day
from elections.views.polls import found_poll, readers
from elections.views.posting import Said, post
from notices import richtext
from tenancy.access import ActingRequest
from tenancy.models import Compound

WORDABLE = (State.PREPARING, State.ROLL_FIXED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def items(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """What a decision is about; the names of an election are the candidates' page."""
    found, now = found_poll(request, compound, poll), timezone.now()
    stood = items_of(found)
    scopes = _scopes(found)
    changes = found.kind == Kind.DECISION and found.state in WORDABLE and may_conduct(request.actor, found)
    if request.method != "POST":
        form = ItemsForm(items=stood, scopes=scopes) if changes else None
        return _items(request, compound, found, form, stood=stood, scopes=scopes)
    form = ItemsForm(request.POST, items=stood, scopes=scopes)
    if not form.is_valid():
        return _items(request, compound, found, form, stood=stood, scopes=scopes, status=422)

    def effect() -> str:
        actions.word_items(compound_id=compound.pk, ref=poll, items=form.drafts(), by=request.actor, now=now)
        messages.success(request, _("已保存。请另一个人复核归类。"), extra_tags=f"draft:items:{poll}")
        return reverse("polls_items", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.refuse(said.field, said.text)
        return _items(request, compound, found, form, stood=stood, scopes=scopes, status=said.status)


@require_POST
@readers
def confirm(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Agree, as somebody else, on the matters under which the items stand."""
    found, now = found_poll(request, compound, poll), timezone.now()

    def effect() -> str:
        actions.confirm_items(compound_id=compound.pk, ref=poll, by=request.actor, now=now)
        messages.success(request, _("已复核，您的姓名和岗位记在每一项上。"))
        return reverse("polls_items", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        stood, scopes = items_of(found), _scopes(found)
        return _items(request, compound, found, None, stood=stood, scopes=scopes, said=said.text, status=said.status)


def _scopes(found: Poll) -> list[tuple[str, str]]:
    """The buildings and entrances that may decide an item alone: those of the fixed roll."""
    here = scopes_of(found)
    return [(key, name) for key, name in place_names(found.compound_id).items() if key in here]


def _items(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    form: ItemsForm | None,
    *,
    stood: list[Item],
    scopes: list[tuple[str, str]],
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    names = dict(scopes)
    confirms = (
        bool(stood)
        and found.state in WORDABLE
        and may_confirm(request.actor, found)
        and not any(one.confirmed_as or one.worded_by == request.actor.person_id for one in stood)
    )
    return render(
        request,
        "elections/items.html",
        {
            "compound": compound,
            "poll": found,
            "rows": [_item(one, names) for one in stood],
            "form": form,
            "confirms": confirms,
            "said": said,
            "draft": f"items:{found.ref}",
        },
        status=status,
    )


def _item(one: Item, names: dict[str, str]) -> dict[str, Any]:
    matter = MATTERS[one.matter]
    return {
        "item": one,
        "matter": words.MATTERS[one.matter],
        "number": words.ITEMS[matter.item - 1],
        "bar": words.bar_words(matter.bar),
        "quorum": words.BARS["2/3"],
        "also": [words.MATTERS[code] for code in one.also],
        "scope": names.get(one.scope, "") or _("名册上的全体业主"),
        "candidates": [who["name"] for who in one.candidates],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def window(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """When and how it is voted, and what the compound's own rules say."""
    found, now = found_poll(request, compound, poll), timezone.now()
    if request.method != "POST":
        changes = found.state in WORDABLE and may_conduct(request.actor, found)
        form = WindowForm(initial=window_initial(found), poll=found) if changes else None
        return _window(request, compound, found, form)
    form = WindowForm(request.POST, poll=found)
    if not form.is_valid():
        return _window(request, compound, found, form, status=422)

    def effect() -> str:
        actions.settle_window(compound_id=compound.pk, ref=poll, by=request.actor, now=now, **form.given())
        messages.success(request, _("已定投票时间和方式，日子已重算。"))
        return reverse("polls_one", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _window(request, compound, found, form, status=said.status)


def _window(
    request: ActingRequest, compound: Compound, found: Poll, form: WindowForm | None, *, status: int = 200
) -> HttpResponse:
    local = parameters(found.jurisdiction, localdate(found.opens_at) if found.opens_at else found.on)
    named = ("notice_days_regular", "window_days_least", "window_days_most", "invalid_in_participation", "silent")
    return render(
        request,
        "elections/window.html",
        {
            "compound": compound,
            "poll": found,
            "form": form,
            "local": [(local[name], local.source(name)) for name in named if local[name] is not None],
            "least": local["window_days_least"],
            "most": local["window_days_most"],
            "notice": local["notice_days_regular"],
            "notice_source": local.source("notice_days_regular"),
            "window_source": local.source("window_days_least"),
            "proxies": local["proxy_cap"],
            "proxies_source": local.source("proxy_cap"),
            "invalid_source": local.source("invalid_in_participation"),
            "silent_source": local.source("silent"),
        },
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at before the call: how it stands, and the article. ``tone``: good, warn (may be meant) or late."""

    title: str
    text: str
    tone: str
    article: str = ""
    url: str = ""


@require_safe
@never_cache
@readers
def call(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """What will be announced, and what speaks against it."""
    return _call(request, compound, found_poll(request, compound, poll))


@require_POST
@readers
def publish(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Call it, and hand the notice in."""
    found, now = found_poll(request, compound, poll), timezone.now()
    accepted = bool(request.POST.get("accepted"))

    def effect() -> str:
        actions.call_publicly(compound_id=compound.pk, ref=poll, accepted=accepted, by=request.actor, now=now)
        messages.success(request, _("已公告；要会签的，会签后自动发布。"))
        return reverse("polls_one", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _call(request, compound, found, said=said.text, status=said.status)


def _call(
    request: ActingRequest, compound: Compound, found: Poll, *, said: str = "", status: int = 200
) -> HttpResponse:
    stood, now = items_of(found), timezone.now()
    checks = _checks(found, stood, now)
    if found.called_at is None:
        # What floors above hold against it is said here, not only when the button is pressed.
        held = against_call(found, request.actor, now)
        checks += [Check(_("还不能公告"), refusal_text(one), "late") for one in held]
    ready = found.edition is not None and found.opens_at is not None and bool(stood)
    out = announcing.announced_call(found)
    return render(
        request,
        "elections/call.html",
        {
            "compound": compound,
            "poll": found,
            "checks": checks,
            "calls": found.state == State.ROLL_FIXED
            and may_conduct(request.actor, found)
            and not any(one.tone == "late" for one in checks),
            "warned": any(one.tone == "warn" for one in checks),
            "text": mark_safe(richtext.rendered(call_text(found, stood))) if ready else "",  # noqa: S308  ends with the gate
            "out": out,
            "said": said,
        },
        status=status,
    )


def _checks(found: Poll, stood: list[Item], now: datetime) -> list[Check]:
    code, ref = found.compound.code, found.ref
    opens = localdate(found.opens_at) if found.opens_at else found.on
    local = parameters(found.jurisdiction, opens)
    name = notice_days(found)
    days = {one.key: one for one in days_of(found, localdate(now))}
    return [
        _roll(found, days["roll"], reverse("polls_roll", args=[code, ref])),
        *_worded(found, stood, reverse("polls_items", args=[code, ref])),
        _dated(found, reverse("polls_window", args=[code, ref])),
        _noticed(found, now, opens, local[name], local.source(name), law=local.rows[name].standing == "law"),
    ]


def _roll(found: Poll, day: Day, url: str) -> Check:
    title, article = _("业主名册"), ground_words(day)
    if found.edition is None:
        return Check(title, _("还没有定。"), "late", article, url)
    told = _("第 %(number)s 版，业主 %(voters)s 户，面积 %(area)s 平方米。") % {
        "number": found.edition.number, "voters": found.edition.voters, "area": area_text(found.edition.area),
    }  # fmt: skip
    out = announcing.announced_roll(found)
    if out is None:
        return Check(
            title, told + _("还没有公示，最晚 %(day)s。") % {"day": f"{day.on:%Y-%m-%d}"}, "warn", article, url
        )
    if localdate(out.at) > day.on:
        said = _("%(day)s 才公示，投票前不满规定的天数。") % {"day": f"{localdate(out.at):%Y-%m-%d}"}
        return Check(title, told + said, "warn", article, url)
    return Check(title, told + _("已公示。"), "good", article, url)


def _worded(found: Poll, stood: list[Item], url: str) -> list[Check]:
    law = _("《民法典》第二百七十八条")
    if found.kind == Kind.ELECTION:
        if not stood:
            return [Check(_("候选人名单"), _("还没有确定候选人。"), "late", law)]
        said = _("应选 %(seats)s 人，候选人 %(count)s 名。")
        told = said % {"seats": stood[0].seats, "count": len(stood[0].candidates)}
        return [Check(_("候选人名单"), told, "good", law, url)]
    if not stood:
        return [Check(_("表决事项"), _("还没有拟定。"), "late", law, url)]
    told = _("%(count)s 项。") % {"count": len(stood)}
    if any(not one.confirmed_as for one in stood):
        told += _("归类还没有另一个人复核。")
        return [Check(_("表决事项"), told, "warn", law, url)]
    return [Check(_("表决事项"), told + _("归类已复核。"), "good", law, url)]


def _dated(found: Poll, url: str) -> Check:
    if found.opens_at is None or found.closes_at is None:
        return Check(_("投票时间"), _("还没有定。"), "late", "", url)
    told = f"{localtime(found.opens_at):%Y-%m-%d %H:%M} – {localtime(found.closes_at):%Y-%m-%d %H:%M}"
    return Check(_("投票时间"), told, "good", "", url)


def _noticed(found: Poll, now: datetime, opens: Any, days: int, source: str, *, law: bool) -> Check:
    """Full days between the notice and the first day of voting: neither of the two counts."""
    posted = localdate(found.called_at or now)
    given = max((opens - posted).days - 1, 0)
    told = _("今天公告，到投票有 %(given)s 个整天，要求 %(days)s 个。") % {"given": given, "days": days}
    if found.called_at is not None:
        told = _("公告到投票有 %(given)s 个整天，要求 %(days)s 个。") % {"given": given, "days": days}
    tone = "good" if given >= days else "late" if law else "warn"
    return Check(_("公告天数"), told, tone, source)
