"""The rounds of whoever walks: the day, the places of a round, one place. Plain pages, for a phone with signal and no scripts;
the same work without signal is done over REST (docs/decisions/rounds.md).
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents.digests import hash_of
from idempotency.forms import key_of
from rounds.actions.answers import Given, take, take_photo
from rounds.models import OPEN, Occurrence, Plan, State
from rounds.queries import occurrences as queries
from rounds.queries.package import MINE, OPEN_TO_ALL, OTHERS, relation
from rounds.queries.records import record_of
from rounds.queries.whose import NOBODY, Whose, whose
from rounds.refusals import BadInput
from rounds.rules.body import MOST_PHOTO, read
from rounds.rules.drafts import form_items
from rounds.views.posting import Said, post, sections, walkers
from rounds.words import OUTCOMES, STATES, duty_name, item_name, who_line
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_safe
@never_cache
@walkers
def today(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What may be walked today, what ends first on top."""
    now = timezone.now()
    day = localdate(now)
    tasks = queries.tasks_on(compound.pk, day)
    keys = {one.plan.pk: one.plan.key for one in tasks}
    told = whose(compound.pk, [one.occurrence for one in tasks], keys, now=now, day=day)
    rows = [_task(one, compound, now, told.get(one.occurrence.pk, NOBODY), request.actor.person_id) for one in tasks]
    soon = [one for one in rows if one["today"] and one["whose"] != OTHERS]
    # Where everything is nobody's the list is one list, as long as no round was ever given to anybody.
    given = bool(told)
    return render(
        request,
        "rounds/today.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_today"),
            "day": day,
            "given": given,
            "mine": [one for one in soon if one["whose"] == MINE],
            "soon": [one for one in soon if one["whose"] == OPEN_TO_ALL],
            "later": [one for one in rows if not one["today"] and one["whose"] != OTHERS],
            "others": [one for one in rows if one["whose"] == OTHERS],
        },
    )


def _task(one: queries.Task, compound: Compound, now: datetime, told: Whose, person_id: int) -> dict[str, Any]:
    words, tone = STATES[one.occurrence.state]
    answered, points = one.part
    title = one.plan.name
    if one.plan.times > 1:
        title = _("%(name)s（第 %(n)s 轮，共 %(all)s 轮）") % {
            "name": title, "n": one.occurrence.slot + 1, "all": one.plan.times,
        }  # fmt: skip
    detail = _("%(points)s 处，已看 %(answered)s 处") % {"points": points, "answered": answered} if points else ""
    mine = relation(told, person_id)
    detail = detail or duty_name(one.occurrence.duty)
    if told.label and mine != MINE:
        detail = f"{detail} · {_('派给%(who)s') % {'who': who_line(told)}}"
    return {
        "whose": mine,
        "title": title,
        "detail": detail,
        "badge": words,
        "tone": tone,
        "due": one.occurrence.due_at,
        "href": reverse("rounds_places", args=[compound.code, one.occurrence.pk]),
        "today": one.occurrence.due_at < queries.day_bounds(localdate(now))[1] + timedelta(hours=12),
    }


def _round(compound: Compound, occurrence: int) -> tuple[Occurrence, Plan]:
    found = queries.occurrence_of(compound.pk, occurrence)
    if found is None:
        raise Http404
    return found, queries.plans_of(compound.pk, [found.plan_id])[found.plan_id]


@require_safe
@never_cache
@walkers
def places(request: ActingRequest, compound: Compound, occurrence: int) -> HttpResponse:
    """The places of a round, each with what was found there; a round without places leads to its form."""
    found, plan = _round(compound, occurrence)
    if found.route_id is None and found.state in OPEN:
        return redirect("rounds_place", compound.code, found.pk, 0)
    seen, _whole = record_of(compound.pk, found.pk, found.route_id)
    rows = []
    for one in seen:
        newest = one.answers[0] if one.answers else None
        badge, tone = OUTCOMES[newest.outcome] if newest is not None else ("", "")
        rows.append(
            {
                "title": one.point.name,
                "detail": one.point.address if one.point.address != one.point.name else "",
                "badge": badge,
                "tone": tone,
                "href": reverse("rounds_place", args=[compound.code, found.pk, one.point.pk]) if _may(found) else "",
            }
        )
    words, tone = STATES[found.state]
    return render(
        request,
        "rounds/places.html",
        {
            "compound": compound,
            "round": found,
            "plan": plan,
            "rows": rows,
            "state": words,
            "tone": tone,
            "left": sum(not one.answers for one in seen),
        },
    )


def _may(found: Occurrence) -> bool:
    return found.state in OPEN


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@walkers
def place(request: ActingRequest, compound: Compound, occurrence: int, round_point: int) -> HttpResponse:
    """One place, item by item; a POST is an answer with its photo at once, or none of it."""
    now = timezone.now()
    found, plan = _round(compound, occurrence)
    if not round_point and found.route_id is not None:
        raise Http404
    point, items, edition = None, _form(plan), 0
    if round_point:
        current = queries.editions_of(compound.pk, [found.route_id or 0]).get(found.route_id or 0)
        point = next((one for one in current.content["points"] if one["id"] == round_point), None) if current else None
        if current is None or point is None:
            raise Http404
        edition, items = current.pk, current.content["forms"][point["form"]]
    items = [one for one in items if not one.get("months") or localdate(now).month in one["months"]]

    def again(said: Said | None = None) -> HttpResponse:
        return render(
            request,
            "rounds/place.html",
            {
                "compound": compound,
                "round": found,
                "plan": plan,
                "point": point,
                "items": [_asked(one, request) for one in items if one.get("type") != "photo"],
                "photo": any(one.get("type") == "photo" for one in items),
                "said": said,
                "open": found.state in OPEN,
                "again": found.state == State.DONE,
                "note": request.POST.get("note", ""),
                "normal": request.POST.get("normal", ""),
            },
            status=said.status if said else 200,
        )

    def effect() -> str:
        upload = request.FILES.get("photo")
        given = _given(request, found, items, point=round_point, edition=edition, now=now)
        common: dict[str, Any] = {"compound_id": compound.pk, "by": request.actor, "now": now}
        take(given=[given], device_now=now, **common)
        if upload is not None:
            take_photo(client_id=given.client_id, slot=0, upload=upload, **common)
        messages.success(request, _("已记下。"))
        return _next(compound, found)

    if request.method != "POST":
        return again()
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return again(said)


def _form(plan: Plan) -> list[dict[str, Any]]:
    return [one.kept() for one in form_items(plan.form or f"duty:{plan.duty}")] if plan.route_id is None else []


def _asked(item: dict[str, Any], request: ActingRequest) -> dict[str, Any]:
    limits = "–".join(part for part in (item.get("min", ""), item.get("max", "")) if part)
    return {
        "key": item["key"],
        "name": item_name(item),
        "type": item.get("type", "ok"),
        "unit": item.get("unit", ""),
        "limits": limits,
        "options": item.get("options", ()),
        "optional": item.get("optional", False),
        "value": request.POST.get(f"item-{item['key']}", ""),
    }


def _given(
    request: ActingRequest, found: Occurrence, items: list[dict[str, Any]], *, point: int, edition: int, now: datetime
) -> Given:
    upload = request.FILES.get("photo")
    results: list[dict[str, Any]] = []
    for one in items:
        if one.get("type") == "photo":
            continue
        value = request.POST.get(f"item-{one['key']}", "").strip()[:200]
        if not value and not one.get("optional", False):
            raise BadInput("say_results", field=f"item-{one['key']}")
        results.append({"item": one["key"], "value": value, "photos": [0] if upload is not None else []})
    if upload is not None and not 0 < (upload.size or 0) <= MOST_PHOTO:
        raise BadInput("photo_size", field="photo")
    if upload is None and any(one["value"] == "bad" for one in results):
        raise BadInput("say_photo", field="photo")
    normal = request.POST.get("normal", "")
    body: dict[str, Any] = {
        "kind": "point" if point else "finish",
        "rounds": [{"round": found.pk, "point": point, "edition": edition} if point else {"round": found.pk}],
        "way": "list",
        "results": results,
        "note": request.POST.get("note", "")[:200],
        "device_at": now.isoformat(),
        "photos": [{"slot": 0, "sha256": hash_of(upload), "bytes": upload.size}] if upload is not None else [],
        **({"normal": int(normal)} if normal.isascii() and normal.isdigit() and len(normal) < 5 else {}),  # noqa: PLR2004
    }
    # The page's key is the answer's id: a form that arrives twice is one answer.
    client_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{request.actor.person_id}:{key_of(request)}")
    return Given(client_id, read(body), body)


def _next(compound: Compound, found: Occurrence) -> str:
    """The place that is to be seen next; the round where none is left."""
    if found.route_id is not None:
        seen, _whole = record_of(compound.pk, found.pk, found.route_id)
        left = next((one.point.pk for one in seen if not one.answers), None)
        if left is not None:
            return reverse("rounds_place", args=[compound.code, found.pk, left])
    return reverse("rounds_today", args=[compound.code])
