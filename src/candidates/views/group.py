"""The preparatory or re-election group: its members checked as they are typed, its founding, its list, its days."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from candidates import actions
from candidates.actions.groups import seats_of
from candidates.forms import FoundForm, GroupForm, ReasonForm
from candidates.permissions import may_form
from candidates.queries import Whole
from candidates.queries.figures import local_of
from candidates.rules import makeup
from candidates.views.posting import Said, found_whole, officers, post
from candidates.words import finding_words
from publicity.models import Period
from publicity.queries import period_of_ref
from tenancy.access import ActingRequest
from tenancy.models import Compound

ACTS: dict[str, tuple[Callable[..., object], type[Any] | None, Any]] = {
    "found": (actions.found_group, FoundForm, gettext_lazy("已登记成立。")),
    "post": (actions.post_group, None, gettext_lazy("已公示成员名单。")),
    "extend": (actions.extend_group, ReasonForm, gettext_lazy("已延期一次。")),
    "end": (actions.end_group, ReasonForm, gettext_lazy("已结束，成员在本系统的职务今天到期。")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def page(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """The group; a POST writes its members down."""
    whole, now = found_whole(request, compound, election), timezone.now()
    if request.method != "POST":
        return _page(request, compound, whole)
    if not may_form(request.actor, whole.poll):
        raise PermissionDenied
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, whole, form=form, status=422)

    def effect() -> str:
        actions.save_members(
            compound_id=compound.pk, ref=election, kind=form.cleaned_data["kind"], members=form.drafts(), by=request.actor,
            now=now,
        )  # fmt: skip
        messages.success(request, str(gettext_lazy("已保存成员。")), extra_tags=f"draft:group:{election}")
        return reverse("candidates_group", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        number = said.field.removeprefix("member-")
        if number != said.field and number.isdigit():
            lines = [one for one in form.members if one.cleaned_data.get("name")]
            lines[int(number) - 1].add_error("name", said.text)
        else:
            form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, whole, form=form, status=said.status)


@require_POST
@officers
def check(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """The make-up of what is typed just now, without writing anything."""
    whole = found_whole(request, compound, election)
    form = GroupForm(request.POST)
    form.is_valid()
    typed = [
        makeup.Seat(one.cleaned_data["name"], one.cleaned_data.get("seat") or "", bool(one.cleaned_data.get("chair")))
        for one in form.members
        if one.cleaned_data.get("name")
    ]
    return render(request, "candidates/_findings.html", _findings(whole, typed))


@require_POST
@officers
def act(request: ActingRequest, compound: Compound, election: str, act: str) -> HttpResponse:
    """Found it, post its list, extend it, end it."""
    if act not in ACTS:
        raise Http404
    whole, now = found_whole(request, compound, election), timezone.now()
    call, kind, done = ACTS[act]
    form = kind(request.POST) if kind is not None else None
    if form is not None and not form.is_valid():
        return _page(request, compound, whole, bound=(act, form), status=422)

    def effect() -> str:
        given = form.cleaned_data if form is not None else {}
        call(compound_id=compound.pk, ref=election, by=request.actor, now=now, **given)
        messages.success(request, str(done))
        return reverse("candidates_group", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if form is not None and said.field in form.fields:
            form.add_error(said.field, said.text)
            return _page(request, compound, whole, bound=(act, form), status=said.status)
        return _page(request, compound, whole, said=said, status=said.status)


def _findings(whole: Whole, seats: list[makeup.Seat]) -> dict[str, Any]:
    return {
        "count": len(seats),
        "owners": sum(one.seat == makeup.OWNER for one in seats),
        "findings": [
            (finding_words(one), one.source, one.binding) for one in makeup.findings(seats, local_of(whole.poll))
        ]
        if seats
        else [],
    }


def _page(
    request: ActingRequest,
    compound: Compound,
    whole: Whole,
    *,
    form: GroupForm | None = None,
    bound: tuple[str, Any] | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    group, local, today = whole.group, local_of(whole.poll), localdate()
    kept = [{"name": one.name, "seat": one.seat, "body": one.body, "chair": one.chair} for one in whole.members]
    forms_ = may_form(request.actor, whole.poll) and (group is None or group.ended_on is None)
    name, one = bound or ("", None)
    period: Period | None = period_of_ref(compound.pk, group.notice_ref) if group and group.notice_ref else None
    return render(
        request,
        "candidates/group.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "group": group,
            "members": whole.members,
            "forms": forms_,
            "form": (form or GroupForm(kept=kept, initial={"kind": group.kind if group else "preparatory"})) if forms_ else None,
            "said": said,
            "found": one if name == "found" else FoundForm(initial={"formed_on": today}),
            "reason": one if name in {"extend", "end"} else ReasonForm(),
            "founds": forms_ and group is not None and group.formed_on is None and bool(whole.members),
            "posts": forms_ and group is not None and group.formed_on is not None and not group.notice_ref,
            "extends": forms_ and group is not None and group.formed_on is not None and not group.extended_why
            and local["group_extension_days"] is not None,
            "ends": forms_ and group is not None,
            "late": group is not None and group.ended_on is None and group.ends_on is not None and group.ends_on < today,
            "period": period,
            "days_source": local.source("group_days"),
            **_findings(whole, seats_of(whole.members)),
        },
        status=status,
    )  # fmt: skip
