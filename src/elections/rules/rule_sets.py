"""Which law a decision is judged by: that of its day (P1)."""

from dataclasses import dataclass
from datetime import date

from elections.rules.bars import HALF, TWO_THIRDS, Bar
from elections.rules.matters import MATTERS

CIVIL_CODE_FROM = date(2021, 1, 1)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """``base``: whom approval is counted of, ``participating`` or all of the ``roll``."""

    code: str
    participation: Bar
    base: str
    articles: tuple[str, str]

    def approval(self, matter: str) -> Bar:
        """The bar of approval for a matter. Raises KeyError."""
        one = MATTERS[matter]
        return one.bar if self.base == "participating" else one.bar_before_2021


# Art. 278, second paragraph: two thirds of area and of owners take part; approval is counted of the participants.
CIVIL_CODE = RuleSet(
    "civil-code", TWO_THIRDS, "participating", ("《民法典》第二百七十八条第二款", "《民法典》第二百七十八条第二款")
)
# 物业管理条例 (2018) Art. 12: more than half of area and of owners are at the meeting; approval is counted of all owners.
PRE_2021 = RuleSet(
    "pre-2021", HALF, "roll", ("《物业管理条例》（2018年文本）第十二条", "《物业管理条例》（2018年文本）第十二条")
)
RULE_SETS = {one.code: one for one in (PRE_2021, CIVIL_CODE)}
