"""The publicity periods wherever a post acts, and what the rules of a compound's place ask for."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices.permissions import WRITER_PARTIES, WRITER_ROLES
from publicity import queries
from publicity.models import Period, State
from publicity.rules import table
from publicity.words import (
    HANGS,
    TELLS,
    TONES,
    basis_text,
    count_text,
    least_text,
    matter_text,
    names,
    progress_text,
    state_of,
)
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound
from tenancy.queries import compounds

PAGE = 20


@require_safe
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def periods(request: ActingRequest) -> HttpResponse:
    """What runs, by its end; what is over, the latest first."""
    state = request.GET.get("state", State.RUNNING)
    state = state if state in State.values else State.RUNNING
    counted = queries.work_counts()
    page = Paginator(queries.work_periods(state), PAGE).get_page(request.GET.get("page"))
    covered = compounds(request.actor.compound_ids)
    several = len(covered) > 1
    return render(
        request,
        "publicity/periods.html",
        {
            "state": state,
            "page": page,
            "rows": [_row(one, several=several) for one in page.object_list],
            "compounds": covered,
            "tabs": [
                {"url": f"?state={value}", "label": label, "count": counted.get(value, 0), "active": value == state}
                for value, label in State.choices
            ],
        },
    )


def _row(one: Period, *, several: bool) -> dict[str, Any]:
    today = localdate()
    parts = [
        one.compound.name if several else "",
        matter_text(one.matter),
        f"{one.starts_on} – {one.ends_on}",
        progress_text(one, today),
        basis_text(one),
        one.void_reason,
    ]
    return {
        "period": one,
        "title": one.notice.title,
        "detail": " · ".join(part for part in parts if part),
        "count": count_text(one, today),
        "tone": TONES[state_of(one, today)],
    }


@require_safe
@never_cache
@in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def rules(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every matter with its rule where the compound lies, and the texts that they are taken from."""
    place = queries.place_for(compound)
    found = table.rules_of(place.key, localdate())
    return render(
        request,
        "publicity/rules.html",
        {
            "compound": compound,
            "place": place,
            "version": table.version(),
            "rows": [
                {
                    "rule": rule,
                    "matter": matter_text(rule.matter),
                    "least": least_text(rule),
                    "basis": basis_text(rule),
                    "hang_at": names(rule.hang_at, HANGS),
                    "tell": names(rule.tell, TELLS),
                }
                for rule in found
            ],
            "sources": list(dict.fromkeys(rule.source for rule in found)),
        },
    )
