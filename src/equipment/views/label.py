"""What anyone sees who scans a label: what it is, when it was last looked at, a form for what is wrong. No names."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from documents.actions import FileRefused
from documents.limits import client_address, too_often
from equipment import queries
from equipment.actions.reports import report
from equipment.forms import ReportForm
from equipment.models import Piece
from equipment.refusals import NoSuchThing, Refused
from equipment.rules.standards import standards
from equipment.words import name_of, refusal_field, refusal_text
from parties.queries import serving_company
from posting.rules.labels import grouped, normalised
from tenancy.access import public
from tenancy.models import Compound
from tenancy.scope import scope


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def label(request: HttpRequest, code: str, sign: str) -> HttpResponse:
    """The page of a label; a POST reports a fault. A code that was never given, or in another compound, is 404."""
    if too_often(request):
        return render(request, "equipment/often.html", status=429)
    compound, sign = queries.compound_public(code), normalised(sign)
    if compound is None or not sign:
        raise Http404
    with scope(compound.pk):
        found = queries.label_of(compound.pk, sign)
        if found is None:
            raise Http404
        piece: Piece = found.piece
        if request.method != "POST":
            return _page(request, compound, found, ReportForm(kind=piece.kind))
        form = ReportForm(request.POST, request.FILES, kind=piece.kind)
        if not form.is_valid():
            return _page(request, compound, found, form, status=422)
        try:
            report(
                compound_id=compound.pk,
                code=sign,
                origin=client_address(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except NoSuchThing as error:
            raise Http404 from error
        except FileRefused as error:
            form.add_error("photos", refusal_text(error))
            return _page(request, compound, found, form, status=422)
        except Refused as error:
            field = refusal_field(error)
            form.add_error(field if field in form.fields else None, refusal_text(error))
            return _page(request, compound, found, form, status=error.status)
    return redirect(f"{reverse('equipment_label', args=[code, sign])}?said=1")


def _page(request: HttpRequest, compound: Compound, found: Any, form: ReportForm, *, status: int = 200) -> HttpResponse:
    piece: Piece = found.piece
    kind = standards().kinds[piece.kind]
    firm = serving_company(compound.pk, localdate())
    return render(
        request,
        "equipment/label.html",
        {
            "compound": compound,
            "piece": piece,
            "kind": name_of(kind),
            "items": [
                {"key": one.key, "name": name_of(one)} for one in kind.items if one.type != "photo" and not one.computed
            ],
            "old": found.replaced_at is not None,
            "code": grouped(found.code),
            "label": found,
            "reported": queries.piece_reported(piece),
            "form": form if piece.state != Piece.State.GONE else None,
            "chosen": form["item"].value() or "",
            "said": request.GET.get("said") == "1",
            "phone": firm.phone if firm else "",
            "firm": firm.name if firm else "",
        },
        status=status,
    )
