"""What kinds of organisation there are, for which party they speak, and which roles they have. Plain data."""

from dataclasses import dataclass

# The standing party of each kind of organisation; the three-party office (三方办) speaks for the level it sits at.
PARTY_OF_KIND = {
    "community_party": "community",
    "residents_committee": "residents",
    "owners_committee": "committee",
    "preparatory_group": "preparatory",
    "property_company": "company",
    "street_office": "street",
    "city_bureau": "city",
}
LEVEL_PARTY = {"community": "community", "street": "street", "city": "city"}

# The roles of each party, in order of rank. Sources: 民法典 277 (committee), 浙江 practice 兼职委员, 小区专员 (三方协同).
ROLES: dict[str, tuple[str, ...]] = {
    "community": ("secretary", "officer", "part_time_member"),
    "residents": ("director", "officer"),
    "committee": ("chair", "vice_chair", "member"),
    "preparatory": ("leader", "member"),
    "company": ("manager", "dispatcher", "worker"),
    "street": ("leader", "officer"),
    "city": ("leader", "officer"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a rule: ``ok`` and, when not, the reason code."""

    ok: bool
    reason: str = ""


def party_of(kind: str, level: str | None) -> str:
    """The party that an organisation of this kind speaks for; ``level`` is the level of its area, where it has one."""
    if kind == "three_party_office":
        return LEVEL_PARTY[level or "community"]
    return PARTY_OF_KIND[kind]


def may_hold(party: str, role: str) -> Verdict:
    """Whether a role exists in a party."""
    return Verdict(ok=True) if role in ROLES.get(party, ()) else Verdict(ok=False, reason="no_such_role")


def may_link(kind: str, to: str) -> Verdict:
    """Whether an organisation of this kind is linked to ``area``, ``contract`` (a compound) or ``term`` (a compound)."""
    allowed = {
        "contract": {"property_company"},
        "term": {"owners_committee", "preparatory_group"},
        "area": {"community_party", "residents_committee", "street_office", "city_bureau", "three_party_office"},
    }
    return Verdict(ok=True) if kind in allowed[to] else Verdict(ok=False, reason="wrong_kind")
