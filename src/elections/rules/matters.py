"""What owners decide together: the items of Civil Code Art. 278, first paragraph."""

from dataclasses import dataclass

from elections.rules.bars import HALF, THREE_QUARTERS, TWO_THIRDS, Bar


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of matter: its item of Art. 278, the bar of approval since 2021 and the bar before."""

    code: str
    item: int
    bar: Bar
    bar_before_2021: Bar


# Before 2021: Property Law Art. 76 and 物业管理条例 Art. 11-12, two thirds of all owners for raising and using the fund and for
# rebuilding, more than half of all for everything else. Since 2021: Civil Code Art. 278, second paragraph, three quarters of
# the participants for items (6) to (8), more than half of them for the others.
MATTERS: dict[str, Matter] = {
    one.code: one
    for one in (
        Matter("rules", 1, HALF, HALF),
        Matter("covenant", 2, HALF, HALF),
        Matter("elect", 3, HALF, HALF),
        Matter("hire_firm", 4, HALF, HALF),
        Matter("dismiss_firm", 4, HALF, HALF),
        Matter("use_fund", 5, HALF, TWO_THIRDS),
        Matter("raise_fund", 6, THREE_QUARTERS, TWO_THIRDS),
        Matter("rebuild", 7, THREE_QUARTERS, TWO_THIRDS),
        Matter("change_common_use", 8, THREE_QUARTERS, HALF),
        Matter("other", 9, HALF, HALF),
    )
}


def stricter(codes: tuple[str, ...], *, before_2021: bool = False) -> Matter:
    """Of several items that fit one decision, the one with the higher bar; the first of equals.

    A lift replaced out of the fund is item (5) and item (7) at once: the stricter applies, and who chose is recorded (A1).
    Raises KeyError for a matter that is none, ValueError for no matter at all.
    """

    def share(matter: Matter) -> int:
        bar = matter.bar_before_2021 if before_2021 else matter.bar
        # Twelfths compare one half, two thirds and three quarters exactly.
        return 12 * bar.part // bar.whole

    return max((MATTERS[code] for code in codes), key=share)
