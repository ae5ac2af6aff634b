"""What goes on when the firm goes, as rows of a list and of a sheet: open requests, and mass incidents."""

from typing import Any

from django.utils.translation import gettext as _

from repairs.models import Category, Incident, Request
from repairs.models import State as CaseState
from repairs.rules.money import yuan


def case_row(case: Request) -> dict[str, Any]:
    """One open request as a row: number and category, words, place, state and worker, deadline, agreed price."""
    agreed = next((quote for quote in getattr(case, "standing_quotes", ()) if quote.state == "agreed"), None)
    state = str(CaseState(case.state).label)
    parts = [state, case.worker.name if case.worker is not None else ""]
    if agreed is not None:
        parts.append(_("已同意报价 %(sum)s 元") % {"sum": yuan(agreed.total_fen)})
    return {
        "title": f"{case.number} {Category(case.category).label}{'（' + str(_('紧急')) + '）' if case.urgent else ''}",
        "detail": case.words[:300],
        "place": case.place_text,
        "condition": " · ".join(part for part in parts if part)[:300],
        "amount_fen": agreed.total_fen if agreed is not None else None,
        "since": case.created_at,
        "due_at": case.due_at or case.paused_due_at,
    }


def incident_row(incident: Incident) -> dict[str, Any]:
    """One mass incident that goes on as a row: what it is called, what was said of it, where, and until when."""
    return {
        "title": _("群体事件 %(title)s") % {"title": incident.title},
        "detail": incident.words[:300],
        "place": incident.building.name if incident.building is not None else _("全小区"),
        "condition": "",
        "amount_fen": None,
        "since": incident.opened_at,
        "due_at": incident.expected_end,
    }
