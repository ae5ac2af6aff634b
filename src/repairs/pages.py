"""Rows that are read page by page: the conversation on a request, and incidents."""

from django.db.models import QuerySet

from repairs.models import Incident, Remark, Request
from repairs.permissions import may_remark, reads_internal
from tenancy.actor import Actor


def remark_rows(actor: Actor, request: Request) -> QuerySet[Remark]:
    """The conversation on a request that the actor takes part in; the firm and the administration read internal ones too."""
    rows: QuerySet[Remark] = Remark.objects.filter(compound_id=request.compound_id, request_id=request.pk)
    if not may_remark(actor, request):
        return rows.none()
    return rows if reads_internal(actor) else rows.filter(visibility=Remark.Visibility.SHARED)


def incident_rows(*, compound_id: int) -> QuerySet[Incident]:
    """The incidents of a compound, gone on and over, with their building."""
    rows: QuerySet[Incident] = Incident.objects.filter(compound_id=compound_id)
    return rows.select_related("building")
