"""The list of whoever walks: on the phone, loaded ahead, worked without signal."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from idempotency.forms import key_of
from posting import queries
from posting.actions.answers import Announced, Given, take, take_photo
from posting.forms import AnswerForm
from posting.models import Result, Task
from posting.permissions import STAFF, WALKERS, may_walk
from posting.refusals import BadInput
from posting.rules.jobs import RESULTS
from posting.rules.labels import normalised
from posting.views.posting import Said, post
from posting.words import DONE, JOB_ICONS, KIND_ICONS
from tenancy.access import ActingRequest, in_compound, public
from tenancy.models import Compound

walkers = in_compound(parties=WALKERS)
# What the list needs to open and work without signal.
_ASSETS = (
    "ui/tokens.css",
    "ui/ui.css",
    "ui/ui.js",
    "ui/icons.svg",
    "ui/mark.svg",
    "ui/vendor/htmx-2.0.11.min.js",
    "live/live.js",
    "documents/photos.js",
    "ui/offline/store.js",
    "ui/offline/answers.js",
    "ui/offline/box.js",
    "ui/offline/walk.js",
    "ui/offline/scan.js",
    "ui/vendor/jsQR-1.4.0.js",
    "posting/posting.css",
    "posting/queue.js",
    "posting/walk.js",
)


@require_safe
@never_cache
@walkers
def walk(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is to be put up, looked at and taken down, building by building."""
    return _page(request, compound, timezone.now())


@require_POST
@walkers
def answer(request: ActingRequest, compound: Compound, task_id: int) -> HttpResponse:
    """An answer from a page without scripts: its form and its photo at once, or none of it."""
    now = timezone.now()
    form = AnswerForm(request.POST, request.FILES)

    def effect() -> str:
        if not form.is_valid():
            raise BadInput("unknown_result", field="result")
        upload = form.cleaned_data["photo"]
        if not upload:
            raise BadInput("no_photo", field="photo")
        given = _given(request, task_id, form, upload, now)
        take(compound_id=compound.pk, given=given, by=request.actor, now=now)
        take_photo(compound_id=compound.pk, client_id=given.client_id, slot=0, upload=upload, by=request.actor, now=now)
        messages.success(request, _("已记下。"))
        return reverse("posting_walk", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, now, said=said, tried=task_id)


def _given(request: ActingRequest, task_id: int, form: AnswerForm, upload: Any, now: datetime) -> Given:
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    upload.seek(0)
    photo = Announced(0, digest.hexdigest(), upload.size)
    given = form.cleaned_data
    body = {
        "task": task_id,
        "result": given["result"],
        "note": given["note"],
        "label": given["label"],
        "photos": [{"slot": 0, "sha256": photo.sha256, "bytes": photo.bytes}],
    }
    # The page's key is the answer's id: a form that arrives twice is one answer.
    client_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{request.actor.person_id}:{key_of(request)}")
    return Given(
        client_id, task_id, given["result"], given["note"], given["label"], now, now, (photo,), body
    )  # fmt: skip


@require_safe
@never_cache
@in_compound()
def scan(request: ActingRequest, compound: Compound, label: str) -> HttpResponse:
    """What the code at a point leads to: its work for whoever walks, its page for the desk, the board for a resident.

    A code of the next compound, a wrong one and none are alike 404; a replaced label leads on, saying so.
    """
    found = queries.label_of(compound.pk, normalised(label) or "-")
    if found is None:
        raise Http404
    if found.replaced_at is not None:
        messages.warning(request, _("这是换下来的旧标签，请撕掉，改用新的。"))
    if may_walk(request.actor):
        if found.point.retired_at is not None:
            messages.warning(request, _("这个张贴点已经停用，请把标签撕下来。"))
        return redirect(f"{reverse('posting_walk', args=[compound.code])}?label={found.code}#point-{found.point_id}")
    if request.actor.party in STAFF:
        return redirect("posting_point", compound.code, found.point_id)
    return redirect("notices_board", compound.code)


@require_safe
@public
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes it
    """The script that opens the list without signal. It may serve only the pages under a compound's /posting/."""
    addresses = "".join(static(asset) for asset in _ASSETS)
    text = render_to_string(
        "posting/sw.js", {"assets": _ASSETS, "version": hashlib.sha256(addresses.encode()).hexdigest()[:12]}
    )
    # Asked again at every visit: an old one would go on serving old scripts.
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/c/"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


def _page(
    request: ActingRequest, compound: Compound, now: datetime, *, said: Said | None = None, tried: int = 0
) -> HttpResponse:
    tasks = queries.open_tasks(request.actor, compound.pk)
    codes = queries.walking_labels(compound.pk, {task.point_id for task in tasks})
    read = normalised(request.GET.get("label", "")[:16])
    places: list[dict[str, Any]] = []
    for task in tasks:
        name = task.point.building.name if task.point.building is not None else ""
        if not places or places[-1]["name"] != name:
            places.append({"name": name, "points": []})
        points = places[-1]["points"]
        if not points or points[-1]["point"].pk != task.point_id:
            code = codes.get(task.point_id, "")
            points.append({"point": task.point, "code": code, "icon": KIND_ICONS[task.point.kind], "tasks": []})
        points[-1]["tasks"].append(
            _task(task, now, said if task.pk == tried else None, read=read, code=points[-1]["code"])
        )
    known = {point["code"] for place in places for point in place["points"]}
    return render(
        request,
        "posting/walk.html",
        {
            "compound": compound,
            "places": places,
            "count": len(tasks),
            "late": sum(task.round.due_at < now for task in tasks),
            "said": said,
            "lost": said is not None and tried not in {task.pk for task in tasks},
            "read": read,
            "nothing_here": bool(read) and read not in known,
            "now": now,
            "loaded": now.isoformat(),
            "person": request.actor.person_id,
            "standing": f"{request.actor.kind}:{request.actor.key}",
        },
        status=said.status if said else 200,
    )


def _task(task: Task, now: datetime, said: Said | None, *, read: str, code: str) -> dict[str, Any]:
    return {
        "row": task,
        "title": task.round.version.title,
        "icon": JOB_ICONS[task.job],
        "late": task.round.due_at < now,
        "results": [(value, Result(value).label) for value in RESULTS[task.job]],
        "only": RESULTS[task.job][0] if len(RESULTS[task.job]) == 1 else "",
        "done": DONE[task.job],
        "said": said,
        "open": said is not None or (bool(read) and read == code),
    }
