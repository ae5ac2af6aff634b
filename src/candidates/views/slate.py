"""The slate: its order, the lot, the ballot, and its publicity."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from candidates import actions
from candidates.actions.change import OPEN
from candidates.actions.listing import PASSED, is_stale
from candidates.forms import SlateForm
from candidates.models import Candidate, State
from candidates.models.slates import Method
from candidates.permissions import may_prepare
from candidates.queries import Whole, candidates_of
from candidates.queries.figures import local_of
from candidates.rules.strokes import by_strokes
from candidates.views.posting import Said, found_whole, officers, post
from publicity.queries import period_of_ref
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def page(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """The slate as it stands; a POST settles it."""
    whole, now = found_whole(request, compound, election), timezone.now()
    if request.method != "POST":
        return _page(request, compound, whole)
    if not may_prepare(request.actor, whole.poll, whole.group):
        raise PermissionDenied
    form = SlateForm(request.POST, passed=_passed(whole, candidates_of(whole.poll)))
    if not form.is_valid():
        return _page(request, compound, whole, form=form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        actions.settle_slate(
            compound_id=compound.pk, ref=election, text=given["text"], method=given["method"], order=form.order(),
            how=given["how"], witness=given["witness"], seed=given["seed"], by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("名单已排定，请公示。"), extra_tags=f"draft:slate:{election}")
        return reverse("candidates_slate", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, whole, form=form, status=said.status)


@require_POST
@officers
def publish(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Make it public."""
    whole, now = found_whole(request, compound, election), timezone.now()

    def effect() -> str:
        actions.post_slate(
            compound_id=compound.pk,
            ref=election,
            accepted=bool(request.POST.get("accepted")),
            by=request.actor,
            now=now,
        )
        messages.success(request, _("名单已提交公示。"))
        return reverse("candidates_slate", args=[compound.code, election])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, whole, said=said, status=said.status)


def _passed(whole: Whole, everyone: list[Candidate]) -> list[Candidate]:
    """Who passed, by the strokes of their names, never by when they were named; as they stood where an article ordered them."""
    found = [one for one in everyone if one.state in PASSED]
    counted = [found[place] for place in by_strokes([one.name for one in found]).places]
    if whole.slate is not None and whole.slate.method == Method.RULES:
        counted.sort(key=lambda one: one.place or len(counted))
    return counted


def _alike(passed: list[Candidate]) -> list[str]:
    """Whom a count of strokes and the first stroke do not part: a person looks at the strokes after it."""
    names = [one.name for one in passed]
    return [f"{names[a]}、{names[b]}" for a, b in by_strokes(names).unsettled]


def _page(
    request: ActingRequest,
    compound: Compound,
    whole: Whole,
    *,
    form: SlateForm | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, slate = request.actor, whole.slate
    everyone = candidates_of(whole.poll)
    passed = _passed(whole, everyone)
    by_ref = {one.ref: one for one in everyone}
    opened = whole.poll.state in OPEN
    stale = slate is not None and is_stale(slate, everyone)
    waiting = [one.name for one in everyone if one.state in {State.IN_REVIEW, State.REFUSED}]
    settles = opened and may_prepare(actor, whole.poll, whole.group) and bool(passed) and whole.plan is not None
    initial = {"text": _("%(title)s：选举委员") % {"title": whole.poll.title}, "method": "lot"}
    return render(
        request,
        "candidates/slate.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "plan": whole.plan,
            "slate": slate,
            "stale": stale,
            "waiting": "、".join(waiting[:8]),
            "listed": [by_ref[ref] for ref in slate.order] if slate else [],
            "form": (form or SlateForm(passed=passed, initial=initial)) if settles else None,
            "alike": _alike(passed) if settles else [],
            "posts": opened and slate is not None and not slate.notice_ref and not stale
            and may_prepare(actor, whole.poll, whole.group),
            "period": period_of_ref(compound.pk, slate.notice_ref) if slate and slate.notice_ref else None,
            "days_source": local_of(whole.poll).source("candidate_publicity_days"),
            "said": said,
        },
        status=status,
    )  # fmt: skip
