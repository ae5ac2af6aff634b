"""亲情代办 as the child sees it: for whom they act, in every compound."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.entry import PersonRequest
from residency import listings, queries
from residency.actions.parents import end_bond
from residency.actions.telling import newcomer
from residency.forms import CodeForm
from residency.refusals import NoSuchRow
from residency.views.posting import REFUSALS, once, status_of
from residency.words import refusal_text
from tenancy.access import signed_in
from tenancy.scope import scope


@require_safe
@never_cache
@signed_in
def parents(request: PersonRequest) -> HttpResponse:
    """For whom the person acts, and where to type a parent's code."""
    return _page(request)


@require_POST
@signed_in
def end(request: PersonRequest, bond_id: int) -> HttpResponse:
    """The child acts no longer."""
    compound_id = listings.compound_of_own_bond(child_id=request.user.pk, bond_id=bond_id)
    if compound_id is None:
        raise Http404
    now = timezone.now()
    with scope(compound_id):
        by = newcomer(request.user, queries.compound(compound_id))

        def effect() -> str:
            end_bond(compound_id=compound_id, bond_id=bond_id, by=by, now=now)
            return reverse("residency_parents")

        try:
            onward = once(request, compound_id=compound_id, person_id=request.user.pk, now=now, effect=effect)
        except NoSuchRow as error:
            raise Http404 from error
        except REFUSALS as error:
            text, status = refusal_text(error), status_of(error)
        else:
            messages.success(request, _("已结束。"))
            return redirect(onward)
    return _page(request, refused=text, status=status)


def _page(request: PersonRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    return render(
        request,
        "residency/parents.html",
        {"bonds": listings.bonds_of_child(request.user.pk), "form": CodeForm(), "refused": refused},
        status=status,
    )
