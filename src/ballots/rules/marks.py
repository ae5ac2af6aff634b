"""How far the turnout is from the legal marks, and what of it may be seen while the vote runs. Plain Python, integers only."""

from dataclasses import dataclass

# Fewer ballots than this, and how much area has voted would say who did (A8).
FEW = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the two tests of taking part, 三分之二: ``short`` is what is missing, 0 when it is reached."""

    have: int
    of: int
    needs: int

    @property
    def short(self) -> int:
        """What is missing."""
        return max(0, self.needs - self.have)

    @property
    def met(self) -> bool:
        """Whether it is reached; nothing of nothing is not."""
        return self.of > 0 and not self.short


def mark(have: int, of: int) -> Mark:
    """Two thirds, that number included (民法典 278, 1259)."""
    return Mark(have, of, -(-2 * of // 3))


def shows_area(voters: int, of_voters: int, *, whole: bool, over: bool) -> bool:
    """Whether the area that took part is shown: of the whole roll from ``FEW`` ballots on, until as few are left; of a building
    or an entrance only when the vote is over. Where fewer than twice as many have a vote at all, only then too.
    """
    if over:
        return True
    return whole and voters >= FEW and (of_voters - voters >= FEW or voters == of_voters)
