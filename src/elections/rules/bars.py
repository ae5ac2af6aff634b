"""A legal bar, and one test of a figure against it.

Civil Code Art. 1259: 以上 includes the number, 超过 does not. Art. 278 asks two thirds and three quarters 以上, so exactly that
meets the bar; 过半数 is more than half, so exactly half does not. Compared as integers, crosswise: ``3 * part >= 2 * whole``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """``part / whole`` of a base; ``strict``: more than that, not merely as much."""

    part: int
    whole: int
    strict: bool

    @property
    def code(self) -> str:
        """How records name it. 1/2 is always 过半数, more than half; 2/3 and 3/4 always include the number."""
        return f"{self.part}/{self.whole}"

    def met(self, have: int, of: int) -> bool:
        """Whether ``have`` of ``of`` is enough. Nobody never is."""
        if have <= 0:
            return False
        return self.whole * have > self.part * of if self.strict else self.whole * have >= self.part * of

    def need(self, of: int) -> int:
        """The least that is enough: ceil(2N/3), ceil(3P/4), floor(P/2) + 1; never nothing."""
        product = self.part * of
        return max(1, product // self.whole + 1 if self.strict else -(-product // self.whole))


HALF = Bar(1, 2, strict=True)
TWO_THIRDS = Bar(2, 3, strict=False)
THREE_QUARTERS = Bar(3, 4, strict=False)


@dataclass(frozen=True, slots=True)
class Test:
    """One of the four tests: ``have`` of ``of`` against a bar. A figure that is not known is None, and so is the result."""

    __test__ = False  # pytest: not a test of ours

    measure: str
    have: int | None
    of: int | None
    bar: Bar

    @property
    def met(self) -> bool | None:
        """Whether it is met; None where a figure is missing."""
        return None if self.have is None or self.of is None else self.bar.met(self.have, self.of)

    @property
    def need(self) -> int | None:
        """The least that meets it."""
        return None if self.of is None else self.bar.need(self.of)

    @property
    def short_by(self) -> int | None:
        """How much is missing, 0 when met; in owners, or in 0.0001 square metres."""
        if self.have is None or self.of is None:
            return None
        return 0 if self.met else self.bar.need(self.of) - self.have

    @property
    def spare(self) -> int | None:
        """How much more than needed, 0 when not met."""
        if self.have is None or self.of is None:
            return None
        return self.have - self.bar.need(self.of) if self.met else 0


@dataclass(frozen=True, slots=True)
class Pair:
    """The two tests that always go together: by owners and by area, each on its own."""

    voters: Test
    area: Test

    @property
    def both(self) -> tuple[Test, Test]:
        """Owners first."""
        return (self.voters, self.area)

    @property
    def met(self) -> bool | None:
        """False if either fails, None if nothing failed and either is unknown."""
        results = (self.voters.met, self.area.met)
        return False if False in results else None if None in results else True

    @property
    def split(self) -> bool:
        """One met and the other not: common where one holder owns much area."""
        return {self.voters.met, self.area.met} == {True, False}
