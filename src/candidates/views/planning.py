"""The plan of nominations, and their opening."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from candidates import actions
from candidates.forms import PlanForm, usual_pledges
from candidates.permissions import may_prepare
from candidates.queries import Whole
from candidates.queries.bodies import bodies_here
from candidates.queries.figures import local_of
from candidates.views.desk import page_of_list
from candidates.views.posting import Said, found_whole, officers, post
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def plan(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Write the plan, or change it."""
    whole, now = found_whole(request, compound, election), timezone.now()
    if not may_prepare(request.actor, whole.poll, whole.group):
        raise PermissionDenied
    here = bodies_here(compound.pk, localdate(now))
    if request.method != "POST":
        return _page(request, compound, whole, PlanForm(here=here, initial=_initial(whole)))
    form = PlanForm(request.POST, here=here)
    if not form.is_valid():
        return _page(request, compound, whole, form)

    def effect() -> str:
        actions.save_plan(compound_id=compound.pk, ref=election, draft=form.draft(), by=request.actor, now=now)
        messages.success(request, _("已保存。"), extra_tags=f"draft:plan:{election}")
        return reverse("candidates_list", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        field = said.field.removeprefix("pledge-")
        form.add_error(field if field in form.fields else None, said.text)
        return _page(request, compound, whole, form, status=said.status)


def _initial(whole: Whole) -> dict[str, Any]:
    one, local = whole.plan, local_of(whole.poll)
    if one is None:
        return {
            "seats": whole.poll.filling or local["seats_least"],
            "term_years": local["term_years_most"], "review_days": local["review_days"],
            "reply_days": local["review_reply_days"], "by_building": local["nomination_by_building"], **usual_pledges(),
            "joint_owners": local["nomination_joint_owners"],
            "status_source": local.source("candidate_status_published") if local["candidate_status_published"] else "",
        }  # fmt: skip
    return {
        "seats": one.seats, "term_years": one.term_years, "starts": one.starts, "ends": one.ends,
        "joint_owners": one.joint_owners, "by_building": one.by_building, "review_days": one.review_days,
        "reply_days": one.reply_days, "status_source": one.status_source,
        "bodies": [body.organisation_id for body in whole.bodies if body.organisation_id],
        "others": "\n".join(body.name for body in whole.bodies if not body.organisation_id),
        **{row["code"]: row["text"] for row in one.pledges},
    }  # fmt: skip


def _page(request: ActingRequest, compound: Compound, whole: Whole, form: PlanForm, *, status: int = 0) -> HttpResponse:
    local = local_of(whole.poll)
    return render(
        request,
        "candidates/plan.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "plan": whole.plan,
            "form": form,
            "fixed": whole.open_,
            "seats_source": local.source("seats_least"),
            "term_source": local.source("term_years_most"),
        },
        status=status or (422 if form.is_bound else 200),
    )


@require_POST
@officers
def open_(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Open nominations."""
    whole, now = found_whole(request, compound, election), timezone.now()

    def effect() -> str:
        actions.open_nominations(compound_id=compound.pk, ref=election, by=request.actor, now=now)
        messages.success(request, _("提名已经开始，业主可以看到并提名。"))
        return reverse("candidates_list", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return page_of_list(request, compound, whole, said=said)
