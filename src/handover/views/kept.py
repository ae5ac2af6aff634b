"""What came too late, for the side that has the requests now; and a firm's own copies of what it signed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.delivery import deliver
from documents.models import PDF, StoredFile
from handover import queries
from handover.actions.late import take
from handover.models import LateRecord
from handover.permissions import may_take_late, reads_late
from handover.views.overview import staff
from handover.views.posting import Said, post
from handover.words import step_text
from tenancy.access import ActingRequest, acting
from tenancy.models import Compound

firm = acting(parties=("company",), roles=("manager",))


@require_safe
@never_cache
@staff
def late(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Late records, those that wait first."""
    return _late(request, compound)


@require_POST
@staff
def take_over(request: ActingRequest, compound: Compound, record: str) -> HttpResponse:
    """Take one over into its request."""
    if not reads_late(request.actor):
        raise PermissionDenied
    now = timezone.now()

    def effect() -> str:
        taken = take(compound_id=compound.pk, ref=record, by=request.actor, now=now)
        messages.success(request, _("已接收，文字和照片已放进这件报修。"))
        return reverse("repairs_request", args=[compound.code, taken.request.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _late(request, compound, said=said)


def _late(request: ActingRequest, compound: Compound, *, said: Said | None = None) -> HttpResponse:
    if not reads_late(request.actor):
        raise PermissionDenied
    page = Paginator(queries.late_records(request.actor, compound.pk), queries.PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "handover/late.html",
        {
            "compound": compound,
            "page": page,
            "rows": [_row(compound, one, request) for one in page.object_list],
            "said": said.text if said else "",
        },
        status=said.status if said else 200,
    )


def _row(compound: Compound, one: LateRecord, request: ActingRequest) -> dict[str, object]:
    def shown(file: StoredFile) -> dict[str, str]:
        address = reverse("documents:file", args=[compound.code, file.ref])
        return {"url": address, "thumb_url": f"{address}?size=thumb", "alt": one.person_name}

    return {
        "record": one,
        "step": step_text(one.action),
        "photos": [shown(photo.file) for photo in one.photos.all()],
        "signature": [shown(one.signature)] if one.signature is not None else [],
        "takes": one.state == LateRecord.State.KEPT and may_take_late(request.actor, one),
    }


@require_safe
@never_cache
@firm
def copies(request: ActingRequest) -> HttpResponse:
    """The signed packs that the actor's firm keeps, also of compounds that it serves no more."""
    return render(request, "handover/copies.html", {"rows": queries.copies(request.actor)})


@require_safe
@firm
def copy(request: ActingRequest, kept: str) -> HttpResponse:
    """One of them to download. Another firm's and an absent one answer alike: 404."""
    found = queries.copy_for(request.actor, kept)
    if found is None:
        raise Http404
    file = StoredFile(
        ref=found.ref,
        path=found.path,
        content_type=PDF,
        bytes=found.bytes,
        sha256=found.sha256,
        name=f"{found.title} {found.number}.pdf",
    )
    return deliver(request, file, thumb=False)
