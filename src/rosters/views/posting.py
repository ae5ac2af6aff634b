"""How the forms of rosters are taken, and what every page of the desk shares."""

from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.posting import Posting, Said
from rosters.permissions import KEEPER_ROLES, keeps
from rosters.refusal_words import refusal_field, refusal_text
from rosters.refusals import NoSuchThing
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

__all__ = ["Said", "firm", "keepers", "month_key", "month_name", "month_read", "post", "sections", "taken"]

post = Posting(NoSuchThing, refusal_text, refusal_field)
taken = post.form
firm = in_compound(parties=("company",))
keepers = in_compound(parties=("company",), roles=KEEPER_ROLES)


def sections(
    request: ActingRequest, compound: Compound, active: str, waiting: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """The parts of the firm's pages, as tabs."""
    waiting = waiting or {}
    found = [("rosters_mine", _("我的班"), 0), ("rosters_log", _("消控室"), 0)]
    if keeps(request.actor):
        found = [
            ("rosters_home", _("排班表"), 0),
            ("rosters_leave", _("请假"), waiting.get("leave", 0)),
            ("rosters_swaps", _("换班"), waiting.get("swaps", 0)),
            ("rosters_log", _("消控室"), 0),
            ("rosters_people", _("人员"), 0),
            ("rosters_posts", _("岗位"), 0),
            ("rosters_mine", _("我的班"), 0),
        ]
    return [
        {"url": reverse(name, args=[compound.code]), "label": label, "active": name == active, "count": count or None}
        for name, label, count in found
    ]


def month_read(key: str) -> date:
    """The month of an address (``2026-07``); Http404 for what is none."""
    year, _dash, number = key.partition("-")
    if not (len(key) == len("2026-07") and year.isdecimal() and number.isdecimal() and key.isascii()):
        raise Http404
    if not (2000 <= int(year) <= 2099 and 1 <= int(number) <= 12):  # noqa: PLR2004  months of a century
        raise Http404
    return date(int(year), int(number), 1)


def month_key(month: date) -> str:
    """A month in an address."""
    return f"{month:%Y-%m}"


def month_name(month: date) -> str:
    """A month in words."""
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}
