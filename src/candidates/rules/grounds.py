"""On what grounds a body may refuse a candidate: each has its article and the place whose text it is.

A refusal without a ground of the place is not taken: it is the weak point of every dispute (A4).
"""

from dataclasses import dataclass

from elections.rules.jurisdictions import NATIONAL, Jurisdiction, chain

GUIDE = "指导规则（建房〔2009〕274号）第三十一条"
SHANGHAI = "《上海市住宅物业管理规定》（2020-12-30）第二十条"


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground by its code. ``names_rule``: whoever refuses must quote the article (of the compound's own rules) themselves."""

    code: str
    article: str
    place: str
    names_rule: bool = False


GROUNDS = (
    Ground("not_owner", GUIDE, NATIONAL),
    Ground("capacity", GUIDE, NATIONAL),
    Ground("law_abiding", GUIDE, NATIONAL),
    Ground("duties", GUIDE, NATIONAL),
    Ground("ability", GUIDE, NATIONAL),
    Ground("employed_by_firm", "《温州市物业管理条例》（2017-04-06）第十七条", "wenzhou"),
    Ground("damage", SHANGHAI, "shanghai"),
    Ground("illegal_building", SHANGHAI, "shanghai"),
    Ground("unpaid_fee", SHANGHAI, "shanghai"),
    Ground("unpaid_fund", SHANGHAI, "shanghai"),
    Ground("illegal_letting", SHANGHAI, "shanghai"),
    Ground("own_rules", "《杭州市物业管理条例》（2021-08-09）第二十五条", "hangzhou", names_rule=True),
    Ground("group_member", "深圳市规定（市住建局页面 post_9352758、post_12199428）第二十条", "shenzhen"),
    # Elsewhere too the owners' own rules may ask for more (民法典 277, 278 (1)); then their article is what is quoted.
    Ground("rules", "", NATIONAL, names_rule=True),
)
BY_CODE = {one.code: one for one in GROUNDS}


def grounds_of(place: Jurisdiction) -> tuple[Ground, ...]:
    """What may be held against a candidate in a place: its own grounds and those of the places around it."""
    around = {one.code for one in chain(place)}
    here = [one for one in GROUNDS if one.place in around]
    own = any(one.code == "own_rules" for one in here)
    return tuple(one for one in here if not (own and one.code == "rules"))
