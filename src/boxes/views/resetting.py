"""A box that cannot be opened any more: one party asks for the reset, another agrees."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boxes import queries
from boxes.forms import ResetForm
from boxes.models import State
from boxes.views.posting import Said, post
from elections.actions import joint
from elections.models import Poll
from elections.models.joint import Joint, JointStep
from elections.permissions import may_agree, may_conduct
from elections.queries.joint import joint_steps
from elections.views.polls import found_poll, readers
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Ask for it with a reason and witnesses; agree to it."""
    found, now = found_poll(request, compound, poll), timezone.now()
    if request.method != "POST":
        return _page(request, compound, found, ResetForm())
    waiting = _waiting(found)
    leads = reverse("boxes_one", args=[compound.code, poll])
    if waiting is not None:

        def agreed() -> str:
            joint.agree(compound_id=compound.pk, ref=poll, step_id=waiting.pk, by=request.actor, now=now)
            messages.success(request, _("票箱已封存，改为纸质表决。"))
            return leads

        return _taken(request, compound, found, ResetForm(), agreed)
    form = ResetForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, found, form, status=422)
    given = form.cleaned_data

    def asked() -> str:
        joint.ask(
            compound_id=compound.pk, ref=poll, step=Joint.RESET, reason=given["reason"], by=request.actor, now=now,
            given={
                "witnesses": given["witnesses"], "opens_at": given["opens_at"].isoformat(),
                "closes_at": given["closes_at"].isoformat(),
            },
        )  # fmt: skip
        messages.success(request, _("已提出，等另一方同意。"))
        return reverse("boxes_reset", args=[compound.code, poll])

    return _taken(request, compound, found, form, asked)


def _taken(request: ActingRequest, compound: Compound, found: Poll, form: ResetForm, effect: Any) -> HttpResponse:
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        if said.field in form.fields and form.is_bound:
            form.add_error(said.field, said.text)
            return _page(request, compound, found, form, status=said.status)
        return _page(request, compound, found, form, said=said.text, status=said.status)


def _waiting(found: Poll) -> JointStep | None:
    return next(
        (
            one
            for one in joint_steps(found)
            if one.action == Joint.RESET and one.agreed_at is None and one.withdrawn_at is None
        ),
        None,
    )


def _page(
    request: ActingRequest, compound: Compound, found: Poll, form: ResetForm, *, said: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    box = queries.box_of(found)
    waiting = _waiting(found)
    able = box is not None and box.state == State.CLOSED and not box.paper_only
    allowed = may_conduct(actor, found) or may_agree(actor, found)
    context = {
        "compound": compound,
        "poll": found,
        "waiting": waiting,
        "agrees": waiting is not None
        and may_agree(actor, found)
        and actor.organisation_id != waiting.asked_organisation_id,
        "form": form if able and allowed and waiting is None else None,
        "said": said,
    }
    return render(request, "boxes/reset.html", context, status=status)
