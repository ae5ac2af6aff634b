"""Bodies and who holds posts in them."""

import io
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import XLSX
from firms import permissions
from firms.actions import posts as actions
from firms.forms import EndPostForm, PostForm, WhyForm
from firms.queries import bodies as body_reads
from firms.queries import certificates as papers
from firms.queries import posts as reads
from firms.queries.bodies import Body
from firms.sheets import write_staff
from firms.views.posting import Said, must_read, post, put
from firms.views.register import page_number, reading, sheet_of, with_places
from firms.wall import books
from firms.words import warning_text
from parties.models import Post
from tenancy.access import ActingRequest
from tenancy.queries import compounds

PER_PAGE = 50
MOST = 5000


@require_safe
@never_cache
@reading
def bodies(request: ActingRequest) -> HttpResponse:
    """The bodies that the standing reaches beside firms; where there is only one, its people."""
    must_read(request)
    rows = body_reads.bodies(request.actor, localdate())
    return render(request, "firms/bodies.html", {"rows": rows})


@require_safe
@never_cache
@reading
def posts(request: ActingRequest, body_id: int) -> HttpResponse:
    """Who holds a post in a body, ``?when=`` now, coming or past."""
    found = _body(request, body_id)
    actor, on = request.actor, localdate()
    past = permissions.sees_the_past(actor, body_id)
    allowed = (reads.NOW, reads.COMING, reads.PAST) if past else (reads.NOW, reads.COMING)
    when = request.GET.get("when", reads.NOW)
    when = when if when in allowed else reads.NOW
    number = page_number(request.GET.get("page"))
    start = (number - 1) * PER_PAGE
    rows = list(reads.posts(actor, body_id, when, on)[start : start + PER_PAGE + 1])
    mine = permissions.appoints(actor, found.party)
    whole = bool(mine) and reads.may_cover_all(actor, found)
    words = {reads.NOW: _("在任"), reads.COMING: _("未到任"), reads.PAST: _("已离任")}
    return render(
        request,
        "firms/posts.html",
        {
            "body": found,
            "rows": [
                (one, place, when != reads.PAST and _may_touch(request, one, mine, whole=whole))
                for one, place in with_places(request, rows[:PER_PAGE])
            ],
            "page": sheet_of(number, more=len(rows) > PER_PAGE),
            "tabs": [
                {"url": f"?when={code}", "label": words[code], "count": None, "active": code == when}
                for code in allowed
            ],
            "when": when,
            "may_enter": bool(mine),
        },
    )


def _may_touch(request: ActingRequest, one: Post, mine: tuple[str, ...], *, whole: bool) -> bool:
    if one.role not in mine:
        return False
    return whole if one.only_compounds is None else set(one.only_compounds) <= set(request.actor.compound_ids)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reading
def new(request: ActingRequest, body_id: int) -> HttpResponse:
    """Enter somebody into a post."""
    found = _body(request, body_id)
    actor, now = request.actor, timezone.now()
    roles = permissions.appoints(actor, found.party)
    if not roles:
        raise PermissionDenied
    told: dict[str, Any] = {"roles": roles, "grounds": [], "may_cover_all": True}
    if found.is_firm:
        ids = reads.choices(actor, found, localdate(now))
        told["grounds"] = [(one.pk, one.name) for one in compounds(ids)]
        told["may_cover_all"] = reads.may_cover_all(actor, found)
    if request.method != "POST":
        return _form(request, found, PostForm(initial={"starts": localdate(now)}, **told))
    form = PostForm(request.POST, **told)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        made = actions.enter_post(
            body_id=body_id,
            phone=given["phone"],
            name=given["name"],
            role=given["role"],
            starts=given["starts"],
            ends=given["ends"],
            basis=given["basis"],
            only=given.get("only") or None,
            crossed=given["crossed"],
            by=actor,
            now=now,
        )
        messages.success(request, _("已登记，并通知了本人。"))
        coming = "?when=coming" if made.starts > localdate(now) else ""
        return reverse("firms_posts", args=[body_id]) + coming

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _form(request, found, form, status=put(form, said))


def _form(request: ActingRequest, body: Body, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return render(request, "firms/post_form.html", {"body": body, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reading
def end(request: ActingRequest, body_id: int, post_key: int) -> HttpResponse:
    """End a post on a day, after what is still open with it was said."""
    found, one = _post(request, body_id, post_key)
    now = timezone.now()
    on = localdate(now)
    warnings = [warning_text(told) for told in actions.warnings(one, by=request.actor, on=on)]
    if request.method != "POST":
        form = EndPostForm(warned=bool(warnings), initial={"ends": max(on, one.starts)})
        return _end(request, found, one, form, warnings=warnings, on=on)
    form = EndPostForm(request.POST, warned=bool(warnings))
    if not form.is_valid():
        return _end(request, found, one, form, warnings=warnings, on=on, status=422)
    given = form.cleaned_data

    def effect() -> str:
        back = actions.end_post(
            body_id=body_id,
            post_id=post_key,
            ends=given["ends"],
            why=given["why"],
            sure=given.get("sure", False),
            by=request.actor,
            now=now,
        )
        messages.success(request, _ended(back))
        return reverse("firms_posts", args=[body_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _end(request, found, one, form, warnings=warnings, on=on, status=put(form, said))


def _ended(back: int) -> str:
    if not back:
        return _("已登记结束，并通知了本人。")
    return ngettext(
        "已登记结束。%(count)d 件未完成的已退回派工，请重新派。",
        "已登记结束。%(count)d 件未完成的已退回派工，请重新派。",
        back,
    ) % {"count": back}


@require_POST
@never_cache
@reading
def void(request: ActingRequest, body_id: int, post_key: int) -> HttpResponse:
    """Take back a post that was entered by mistake."""
    found, one = _post(request, body_id, post_key)
    now = timezone.now()
    on = localdate(now)
    form = WhyForm(request.POST)

    def again(text: str, status: int) -> HttpResponse:
        warnings = [warning_text(told) for told in actions.warnings(one, by=request.actor, on=on)]
        blank = EndPostForm(warned=bool(warnings), initial={"ends": max(on, one.starts)})
        return _end(request, found, one, blank, warnings=warnings, on=on, said=text, status=status)

    if not form.is_valid():
        return again(str(_("请写原因。")), 422)

    def effect() -> str:
        actions.void_post(body_id=body_id, post_id=post_key, why=form.cleaned_data["why"], by=request.actor, now=now)
        messages.success(request, _("已作废，立即停用。"))
        return reverse("firms_posts", args=[body_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return again(said.text, said.status)


@require_safe
@never_cache
@reading
def sheet(request: ActingRequest, body_id: int) -> HttpResponse:
    """The people of a body as a workbook, with their certificates where the reader may see them."""
    found = _body(request, body_id)
    actor, on = request.actor, localdate()
    rows = list(reads.posts(actor, body_id, reads.NOW, on)[:MOST])
    held: dict[int, list[str]] = {}
    if found.is_firm and permissions.reads_certificates(actor):
        with books([body_id]):
            for paper in papers.certificates(body_id).filter(person__isnull=False):
                until = paper.expires.isoformat() if paper.expires else "长期"
                held.setdefault(paper.person_id or 0, []).append(f"{paper.name} {paper.number}（至 {until}）")
    lines = [
        (
            one.person.name,
            str(one.get_role_display()),
            "全部" if place.whole else "、".join([*place.names, *([f"另 {place.others} 个"] if place.others else [])]),
            one.starts.isoformat(),
            one.ends.isoformat() if one.ends else "",
            one.basis,
            one.cross_from.organisation.name if one.cross_from else "",
            "；".join(held.get(one.person_id, [])),
        )
        for one, place in with_places(request, rows)
    ]
    made = io.BytesIO()
    write_staff(found.name, lines, to=made)
    answer = HttpResponse(made.getvalue(), content_type=XLSX)
    name = f"人员名单{on:%Y%m%d}.xlsx"
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return answer


def _body(request: ActingRequest, body_id: int) -> Body:
    must_read(request)
    found = body_reads.body(request.actor, body_id, localdate())
    if found is None:
        raise Http404
    return found


def _post(request: ActingRequest, body_id: int, post_key: int) -> tuple[Body, Post]:
    found = _body(request, body_id)
    one = reads.post(request.actor, body_id, post_key, localdate())
    if one is None:
        raise Http404
    if not reads.may_touch(request.actor, found, one):
        raise PermissionDenied
    return found, one


def _end(
    request: ActingRequest,
    body: Body,
    one: Post,
    form: forms.Form,
    *,
    warnings: list[str],
    on: date,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "firms/post_end.html",
        {
            "body": body,
            "post": one,
            "form": form,
            "warnings": warnings,
            "may_void": one.starts >= on,
            "yesterday": on - timedelta(days=1),
            "said": said,
        },
        status=status,
    )
