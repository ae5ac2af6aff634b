"""How the forms of equipment are taken, and what every page of the register shares."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.posting import Posting, Said
from equipment.permissions import KEEPER_ROLES, keeps
from equipment.refusals import NoSuchThing
from equipment.words import refusal_field, refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

__all__ = ["Said", "keepers", "post", "readers", "sections", "taken"]

post = Posting(NoSuchThing, refusal_text, refusal_field)
taken = post.form
readers = in_compound(parties=("company",))
keepers = in_compound(parties=("company",), roles=KEEPER_ROLES)


def sections(
    request: ActingRequest, compound: Compound, active: str, *, waiting: int | None = None
) -> list[dict[str, Any]]:
    """The parts of the firm's pages, as tabs."""
    found = [
        ("equipment_register", _("台账")),
        ("equipment_dues", _("到期")),
        ("equipment_reports", _("报告")),
        ("equipment_stops", _("停用")),
        ("equipment_plans", _("平面图")),
    ]
    if keeps(request.actor):
        found += [
            ("equipment_away", _("送修")),
            ("equipment_papers", _("合同证书")),
            ("equipment_visits", _("入户安检")),
        ]
    found.append(("equipment_rules", _("标准")))
    return [
        {
            "url": reverse(name, args=[compound.code]),
            "label": label,
            "active": name == active,
            "count": waiting if name == "equipment_reports" and waiting else None,
        }
        for name, label in found
    ]
