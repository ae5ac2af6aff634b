"""Who must countersign a notice before it is out: the compound's own rule, or what law and custom expect.

Grounds of the defaults: a fee is changed only after publicity and by the owners (杭州市物业管理条例 53; 民法典 278), common
income and the maintenance fund are published under the committee's and the community's eyes (条例 30; 宁波 71), a committee
tells the 居委会 of its meetings and decisions (条例 29), elections are led by the street and the community (条例 26, 33).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A step names a side, which any of these parties signs for.
SIDES = ("community", "committee", "company", "street")
PARTIES_OF = {
    "community": frozenset({"community", "residents"}),
    "committee": frozenset({"committee", "preparatory"}),
    "company": frozenset({"company"}),
    "street": frozenset({"street", "city"}),
}
# Which roles sign for their side.
SIGNERS = frozenset(
    {
        *(("community", "secretary"), ("community", "officer"), ("residents", "director"), ("residents", "officer")),
        *(("committee", "chair"), ("committee", "vice_chair"), ("preparatory", "leader"), ("company", "manager")),
        *(("street", "leader"), ("street", "officer"), ("city", "leader"), ("city", "officer")),
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who countersigns, in order, what a side says of a kind and matter; an empty word stands for any."""

    kind: str
    matter: str
    speaker: str
    sides: tuple[str, ...]


DEFAULTS = (
    Rule("", "property_fee", "company", ("committee", "community")),
    Rule("", "property_fee", "committee", ("community",)),
    Rule("", "maintenance_fund", "company", ("committee", "community")),
    Rule("", "maintenance_fund", "committee", ("community",)),
    Rule("", "common_income", "company", ("committee",)),
    Rule("", "common_income", "committee", ("community",)),
    Rule("", "election", "committee", ("community",)),
    Rule("", "election", "company", ("community",)),
    Rule("", "meeting", "committee", ("community",)),
    Rule("publicity", "", "company", ("committee",)),
)


def side_of(party: str) -> str:
    """The side for which a party speaks; "" for a resident."""
    return next((side for side, parties in PARTIES_OF.items() if party in parties), "")


def signs_for(party: str, role: str) -> str:
    """The side for which this role of a party countersigns; "" for one that does not."""
    return side_of(party) if (party, role) in SIGNERS else ""


def rule_for(rules: Iterable[Rule], *, kind: str, matter: str, speaker: str) -> Rule | None:
    """The rule that says most about this notice: a matter weighs more than a kind, a kind more than who speaks."""
    fitting = [
        rule
        for rule in rules
        if rule.kind in {"", kind} and rule.matter in {"", matter} and rule.speaker in {"", speaker}
    ]
    return max(fitting, key=lambda r: (bool(r.matter), bool(r.kind), bool(r.speaker)), default=None)


def sides_for(own: Sequence[Rule], *, kind: str, matter: str, speaker: str, present: Iterable[str]) -> tuple[str, ...]:
    """Who countersigns, in order, none twice and never the speaker's own side.

    The compound's own rule before the defaults, even one that asks nobody. A side for which nobody acts in the compound
    today cannot sign: the community does so in its place (民法典 277: it guides and helps owners), and it alone is never
    left out for being absent.
    """
    rule = rule_for(own, kind=kind, matter=matter, speaker=speaker) or rule_for(
        DEFAULTS, kind=kind, matter=matter, speaker=speaker
    )
    here, found = set(present), []
    for side in rule.sides if rule else ():
        signing = side if side in here or side == "community" else "community"
        if signing != speaker and signing not in found:
            found.append(signing)
    return tuple(found)
