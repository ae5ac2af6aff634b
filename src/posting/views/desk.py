"""The desk: what hangs where, what is missing, what somebody has to look at."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.models import StoredFile
from live.queries import seqs
from notices.models import Notice, State
from notices.words import KIND_LOOKS
from posting import queries
from posting.actions.judging import judge as judge_answer
from posting.actions.judging import saw_conflict
from posting.actions.rounds import plan
from posting.forms import JudgeForm, PlanForm
from posting.models import Answer, Conflict
from posting.permissions import KEEPER_ROLES, KEEPERS, STAFF, judges, keeps_points, may_plan
from posting.queries import PointPosting, Seen
from posting.rules.jobs import wants_paper
from posting.topics import WALLS
from posting.views.posting import Said, post
from posting.words import FLAGS, JOB_ICONS, gap_text, offset_text, progress_text, standing
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20
readers = in_compound(parties=STAFF)
keepers = in_compound(parties=tuple(KEEPERS), roles=KEEPER_ROLES)


@require_safe
@never_cache
@readers
def desk(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every notice that goes on the walls, with how far it is."""
    # The number first: what happens while the rows are being read is told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[WALLS])
    return render(request, "posting/desk.html", {**_desk(request, compound), "numbers": numbers, "topic": WALLS})


@require_safe
@never_cache
@readers
def rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the desk that renews itself."""
    return render(request, "posting/_desk.html", _desk(request, compound))


def _desk(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    past = request.GET.get("past") == "1"
    now = timezone.now()
    page = Paginator(queries.notices_on_walls(compound.pk, past=past), PAGE).get_page(request.GET.get("page"))
    found: list[Notice] = list(page.object_list)
    how_far = queries.progress(compound.pk, [one.pk for one in found], now=now)
    waiting = queries.notices_waiting(compound.pk)
    here = reverse("posting_desk", args=[compound.code])
    return {
        "compound": compound,
        "page": page,
        "past": past,
        "rows": [_row(one, how_far.get(one.pk), waits=one.pk in waiting) for one in found],
        "waiting": len(waiting),
        "keeps": keeps_points(request.actor),
        "points": queries.points(compound.pk).count(),
        "tabs": [
            {"url": here, "label": _("正在张贴"), "count": None, "active": not past},
            {"url": f"{here}?past=1", "label": _("以往"), "count": None, "active": past},
        ],
    }


def _row(notice: Notice, how_far: queries.Progress | None, *, waits: bool) -> dict[str, Any]:
    badge, tone = (_("已撤回"), "neutral") if notice.state == State.WITHDRAWN else standing(how_far)
    return {
        "notice": notice,
        "icon": KIND_LOOKS[notice.kind][0],
        "title": notice.current.title,
        "detail": progress_text(how_far),
        "badge": badge,
        "tone": tone,
        "waits": waits,
    }


@require_safe
@never_cache
@readers
def notice(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """One notice: every point with its photos, times and gaps; what waits for a word; where it is to hang."""
    return _page(request, compound, _found(request, compound, notice), timezone.now())


@require_safe
@never_cache
@readers
def notice_rows(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """The part of it that renews itself."""
    found = _found(request, compound, notice)
    return render(request, "posting/_notice.html", _wall(request, compound, found, timezone.now()))


@require_POST
@in_compound(parties=STAFF)
def paper(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Say whether, where and by whom it is put up."""
    now = timezone.now()
    found = _found(request, compound, notice)
    form = PlanForm(request.POST, known=_choices(compound))
    if not form.is_valid():
        return _page(request, compound, found, now, form=form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        plan(
            compound_id=compound.pk,
            ref=found.ref,
            wanted=given["wanted"],
            point_ids=given["points"],
            side=given["side"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已安排张贴。") if given["wanted"] else _("已取消张贴。"))
        return reverse("posting_notice", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in {"side", "points"} else None, said.text)
        return _page(request, compound, found, now, form=form, status=said.status)


@require_POST
@keepers
def judge(request: ActingRequest, compound: Compound, notice: str, answer_id: int) -> HttpResponse:
    """A word on an answer that waits for one."""
    now = timezone.now()
    found = _found(request, compound, notice)
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, found, now, refused=_("请选择作数还是不作数。"), status=422)

    def effect() -> str:
        judge_answer(
            compound_id=compound.pk,
            answer_id=answer_id,
            counts=form.cleaned_data["counts"] == "yes",
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已核对。"))
        return reverse("posting_notice", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, now, refused=said.text, status=said.status)


@require_POST
@keepers
def conflict_seen(request: ActingRequest, compound: Compound, notice: str, conflict_id: int) -> HttpResponse:
    """Note that both were looked at."""
    now = timezone.now()
    found = _found(request, compound, notice)

    def effect() -> str:
        saw_conflict(compound_id=compound.pk, conflict_id=conflict_id, by=request.actor, now=now)
        return reverse("posting_notice", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, now, refused=said.text, status=said.status)


def _found(request: ActingRequest, compound: Compound, ref: str) -> Notice:
    """The notice: for its own body while it is written, for everyone of the desk once it is or was out."""
    found = queries.notice_of(compound.pk, ref)
    if found is None or (found.current is None and not may_plan(request.actor, found)):
        raise Http404
    return found


def _choices(compound: Compound) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in queries.points(compound.pk)]


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Notice,
    now: datetime,
    *,
    form: PlanForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    numbers = seqs(compound_id=compound.pk, topics=[WALLS])
    plans = may_plan(request.actor, found) and found.state not in {State.WITHDRAWN, State.EXPIRED}
    wall = _wall(request, compound, found, now)
    made = wall["plan"]
    if form is None and plans:
        chosen = {"side": made.side, "points": made.point_ids} if made is not None else {}
        form = PlanForm(known=_choices(compound), initial=chosen)
    return render(
        request,
        "posting/notice.html",
        {
            **wall,
            "numbers": numbers,
            "topic": WALLS,
            "form": form if plans else None,
            "always": wants_paper(found.kind),
            "refused": refused,
            "opened": form is not None and form.is_bound,
        },
        status=status,
    )


def _wall(request: ActingRequest, compound: Compound, found: Notice, now: datetime) -> dict[str, Any]:
    how_far = queries.progress(compound.pk, [found.pk], now=now).get(found.pk) if found.current_id else None
    made = queries.plan_of(found)
    return {
        "compound": compound,
        "notice": found,
        "title": found.current.title if found.current is not None else found.title,
        "progress": how_far,
        "detail": progress_text(how_far),
        "postings": [_posting(one, now) for one in queries.postings_of(found, now=now)],
        "rounds": [{"row": one, "icon": JOB_ICONS[one.job]} for one in queries.rounds_of(found)],
        "unusual": [_answer(one) for one in queries.unusual(found)],
        "conflicts": [_conflict(one) for one in queries.conflicts_of(found)],
        "plan": made,
        "over_at": made.over_at if made is not None else None,
        "judges": judges(request.actor),
        "person": request.actor.person_id,
        "now": now,
    }


def _posting(one: PointPosting, now: datetime) -> dict[str, Any]:
    shown = one.latest
    return {
        "row": one,
        "shown": _seen(shown) if shown is not None else None,
        "photo": shown.photo if shown is not None else None,
        "gaps": [gap_text(gap, now, one.ends_at) for gap in one.gaps],
        "checks": [_seen(check) for check in one.checks],
        "down": _seen(one.taken_down) if one.taken_down is not None else None,
        "earlier": [_seen(seen) for seen in one.postings[:-1]],
    }


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "row": seen,
        "label": dict(Answer._meta.get_field("result").flatchoices)[seen.result],
        "offset": offset_text(seen.offset_seconds),
        "late": (seen.received_at - seen.at).total_seconds() > 600,  # noqa: PLR2004  sent ten minutes after it happened
        "flags": [FLAGS[flag] for flag in seen.flags],
        "photo": seen.photo,
    }


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "row": one,
        "flags": [FLAGS[flag] for flag in one.flags],
        "photos": [photo.file for photo in one.photos.all() if photo.file is not None],
        "waits": one.state == Answer.State.REVIEW,
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    def files(rows: Any) -> list[StoredFile]:
        return [photo.file for photo in rows if photo.file is not None]

    return {
        "row": one,
        "first": files(one.answer.photos.all()),
        "second": files(one.photos.all()),
        "note": (one.body or {}).get("note", ""),
    }
