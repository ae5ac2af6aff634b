"""The share of Party members (P30): a target for nomination and a report after the count. It never filters a lawful result (A11).

Base, operator and value are those of the jurisdiction: members of the committee, more than one half, unless a city says
otherwise. Above and at least one half differ only where the base can be even: four of eight meets >= and not >.
"""

from collections.abc import Sequence

from elections.rules.verdicts import Ratio

BASES = ("candidates", "members", "members+alternates")


def meets(have: int, of: int, *, operator: str, share: tuple[int, int]) -> bool:
    """Whether ``have`` of ``of`` meets the target; nobody never does."""
    if of <= 0:
        return False
    left, right = share[1] * have, share[0] * of
    return left > right if operator == ">" else left >= right


def ratio(
    base: str, flags: Sequence[bool | None], *, operator: str, share: tuple[int, int], final: bool = True
) -> Ratio:
    """The ratio in those who are in the base. Who is not known to be a member may be one: then met is None unless it is clear."""
    have, open_ones = sum(flag is True for flag in flags), sum(flag is None for flag in flags)
    low = meets(have, len(flags), operator=operator, share=share)
    high = meets(have + open_ones, len(flags), operator=operator, share=share)
    return Ratio(base, have, len(flags), low if final and flags and low == high else None, operator, share)


def slate_can_reach(
    flags: Sequence[bool | None], *, seats: int | None, base: str, operator: str, share: tuple[int, int]
) -> bool | None:
    """Whether the target can be reached with these candidates, if every seat is filled; None while memberships are not known.

    At best every member among them is elected. Alternates only add to the base, and none need be: they do not change the answer.
    """
    if not flags:
        return None

    def best(members: int) -> bool:
        places = len(flags) if base == "candidates" or seats is None else min(seats, len(flags))
        return meets(min(members, places), places, operator=operator, share=share)

    have, open_ones = sum(flag is True for flag in flags), sum(flag is None for flag in flags)
    low, high = best(have), best(have + open_ones)
    return low if low == high else None


def members_needed(of: int, *, operator: str, share: tuple[int, int]) -> int:
    """The least number of members that meets the target in a base of so many: 2 of 3, 3 of 5, 4 of 7, 5 of 9, 6 of 11."""
    product = share[0] * of
    return product // share[1] + 1 if operator == ">" else -(-product // share[1])
