"""What the compound's own rules may say of a poll in place of the place's: names, values, and what belongs together."""

from collections.abc import Mapping
from typing import Any

from elections.rules.cases import PLAN, SILENT_RULES

OFF = "off"
# Whether parking weighs (P7), which 指导规则 25 leaves to the assembly's rules: its area beside the homes of its owner; or also
# one head for whoever owns nothing else. The law's parameters that each stands for.
PARKING = {
    OFF: {},
    "area": {"parking_in_area": True, "parking_in_heads": False},
    "owner": {"parking_in_area": True, "parking_in_heads": True},
}
# Rules of the count (``rules.cases.PLAN``), silent owners (P10), and of the poll itself.
CHOICES: dict[str, tuple[Any, ...]] = {
    **PLAN,
    "silent": SILENT_RULES,
    "extraordinary": (True, False),
    "office_areas": (True, False),
    "parking": tuple(PARKING),
}
MAX_PROXIES = 20
MAX_TEXT = 600
MAX_SOURCE = 80


class NotARule(ValueError):
    """A value that no rule can have. ``code``: unknown_rule, silent_without_text, silent_without_source or parking_without_text;
    ``name``: whose.
    """

    def __init__(self, code: str, name: str) -> None:
        super().__init__(code)
        self.code = code
        self.name = name


def checked(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan, if its rules can be, without those that are None. Names that are not known here belong to others and stay.
    Raises NotARule.

    Silent owners are counted only where the covenant or the rules say so, so their text must be there, and where it stands
    (指导规则 26). What a province asks beyond that (浙江 10) no rules of a compound can waive.
    """
    plan = {name: value for name, value in plan.items() if value is not None}
    for name, value in plan.items():
        known = CHOICES.get(name)
        if known is not None and not any(type(value) is type(one) and value == one for one in known):
            raise NotARule("unknown_rule", name)
    cap = plan.get("proxy_cap")
    if cap is not None and (type(cap) is not int or not 0 <= cap <= MAX_PROXIES):
        raise NotARule("unknown_rule", "proxy_cap")
    if "silent_majority_of_all" in plan:
        raise NotARule("unknown_rule", "silent_majority_of_all")
    for rule, name, most, problem in (
        ("silent", "silent_text", MAX_TEXT, "silent_without_text"),
        ("silent", "silent_source", MAX_SOURCE, "silent_without_source"),
        ("parking", "parking_text", MAX_TEXT, "parking_without_text"),
    ):
        text = plan.get(name, "")
        if not isinstance(text, str) or len(text) > most:
            raise NotARule("unknown_rule", name)
        if plan.get(rule, OFF) != OFF and not text.strip():
            raise NotARule(problem, name)
    return plan


def of_the_count(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a plan that a case of ``rules.cases`` takes."""
    return {name: plan[name] for name in PLAN if name in plan}
