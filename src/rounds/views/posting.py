"""How the forms of rounds are taken, and what every page shares."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.posting import Posting, Said
from rounds.permissions import DESK_ROLES, WALKERS, keeps
from rounds.refusals import NoSuchThing
from rounds.words import refusal_field, refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

__all__ = ["Said", "keepers", "post", "sections", "taken", "walkers"]

post = Posting(NoSuchThing, refusal_text, refusal_field)
taken = post.form
walkers = in_compound(parties=WALKERS)
keepers = in_compound(parties=("company",), roles=DESK_ROLES)


def sections(
    request: ActingRequest, compound: Compound, active: str, *, waiting: int | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """The parts of the firm's pages, as tabs."""
    found = [("rounds_today", _("今日"))]
    if keeps(request.actor):
        found += [
            ("rounds_calendar", _("日历")),
            ("rounds_assign", _("分工")),
            ("rounds_review", _("待核")),
            ("rounds_figures", _("完成率")),
            ("rounds_print", _("打印和归档")),
            ("rounds_reports", _("向业主报告")),
            ("rounds_plans", _("计划和路线")),
        ]
    return [
        {
            "url": reverse(name, args=[compound.code]),
            "label": label,
            "active": name == active,
            "count": waiting if name == "rounds_review" and waiting else None,
        }
        for name, label in found
    ]
