"""What the pages of the figures and the monthly report show in common: cards, cells, charts; each number with its cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oversight import charts
from oversight.queries.figures import Compare, Worker
from oversight.rules.indicators import (
    APART,
    HEADLINES,
    INDICATORS,
    SCORED,
    Counts,
    Rate,
    change,
    percent,
    points,
    rate,
)
from oversight.words import COUNTS, MEANS, RATES, RATES_MEAN
from repairs.models import Category

Words = str | Promise
# The columns of the tables: counts by name, rates by theirs.
COLUMNS = ("filed", "due", *INDICATORS, "unanswered", "forced", "returned", "not_ours")


@dataclass(frozen=True, slots=True)
class Where:
    """The address of the lists behind the numbers of one page or row; an empty one is no link."""

    address: str
    query: str = ""

    def count(self, name: str) -> str:
        """The list of a count."""
        return f"{self.address}?{self.query}of={name}" if self.address else ""

    def rate(self, code: str) -> str:
        """The three lists of a rate."""
        return f"{self.address}?{self.query}rate={code}&of={INDICATORS[code].hit}" if self.address else ""

    def also(self, **pairs: object) -> "Where":
        """The same, narrowed."""
        return Where(self.address, f"{self.query}{urlencode(pairs)}&")


@dataclass(frozen=True, slots=True)
class RateCard:
    """One rate, large: what it is, of how many, and how it stood before."""

    code: str
    label: Words
    meaning: Words
    rate: Rate
    then: Rate
    change: str
    better: bool | None
    url: str
    hit: Words
    base: Words


@dataclass(frozen=True, slots=True)
class CountCard:
    """One count with its meaning."""

    code: str
    label: Words
    meaning: Words
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One number in a table: a count, or a rate with its fraction below."""

    shown: str
    fraction: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    name: str
    url: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the table beside it: its head and its rows, words first."""

    drawing: SafeString
    head: tuple[Words, ...]
    rows: list[Row]


def rate_card(code: str, whole: Compare, where: Where) -> RateCard:
    """The card of one rate."""
    now, then = rate(code, whole.now), rate(code, whole.then)
    one, moved = INDICATORS[code], change(now, then)
    return RateCard(
        code=code,
        label=RATES[code],
        meaning=RATES_MEAN[code],
        rate=now,
        then=then,
        change="" if moved is None else points(moved),
        better=None if not moved else (moved > 0) == one.more,
        url=where.rate(code),
        hit=COUNTS[one.hit],
        base=COUNTS[one.base],
    )


def headlines(whole: Compare, where: Where) -> list[RateCard]:
    """The two rates that a street of this city publishes."""
    return [rate_card(code, whole, where) for code in HEADLINES]


def other_rates(whole: Compare, where: Where) -> list[RateCard]:
    """The rates below them."""
    return [rate_card(code, whole, where) for code in INDICATORS if code not in HEADLINES]


def count_cards(names: Iterable[str], counts: Counts, where: Where) -> list[CountCard]:
    """Counts by name."""
    return [CountCard(name, COUNTS[name], MEANS[name], counts[name], where.count(name)) for name in names]


def scored(counts: Counts, where: Where) -> list[CountCard]:
    """What became of everything that the firm had to do."""
    return count_cards(SCORED, counts, where)


def apart(counts: Counts, where: Where) -> list[CountCard]:
    """What is not counted for or against the firm; below it what was handed on, where a firm has changed."""
    return count_cards((*APART, *(["handed"] if counts["handed"] else [])), counts, where)


def row(name: str, url: str, counts: Counts, where: Where) -> Row:
    """A line of the tables by area, firm and worker."""
    return Row(name, url, _cells(COLUMNS, counts, where))


def _cells(columns: Iterable[str], counts: Counts, where: Where) -> list[Cell]:
    """A cell for each count or rate. Nothing leads nowhere."""
    cells = []
    for column in columns:
        if column in INDICATORS:
            found = rate(column, counts)
            fraction = "" if found.is_small else found.fraction
            cells.append(Cell(found.shown, fraction, where.rate(column) if found.base else ""))
        else:
            number = counts[column]
            cells.append(Cell(str(number), "", where.count(column) if number else ""))
    return cells


def heads() -> list[Words]:
    """The heads of those columns."""
    return [RATES[column] if column in INDICATORS else COUNTS[column] for column in COLUMNS]


def worker_rows(found: Sequence[Worker], where: Where) -> list[Row]:
    """The table of the firm's workers; what nobody has yet stands last."""
    return [row(one.name or _("未派工"), "", one.counts, where.also(worker=one.person_id)) for one in found]


def category_chart(categories: dict[str, Compare], period: str, where: Where) -> Chart:
    """What was asked by category, and how much of it is done: the most first."""
    found = sorted(
        ((code, both) for code, both in categories.items() if both.now["due"]),
        key=lambda pair: (-pair[1].now["due"], pair[0]),
    )
    lines = [(str(Category(code).label), rate("resolved", both.now)) for code, both in found]
    said = _("；").join(f"{label} {one.fraction}" for label, one in lines)
    drawing = charts.bars(
        [
            charts.Bar(
                label, one.base, one.hit, one.fraction if one.is_small else f"{one.fraction}  {percent(one.per_mille)}"
            )
            for label, one in lines
        ],
        name="category",
        title=_("%(period)s各类报修：应办和办结") % {"period": period},
        description=said,
    )
    rows = [
        Row(
            str(Category(code).label),
            "",
            [
                *_cells(("due", "done", "resolved"), both.now, where.also(category=code)),
                *_cells(("due", "resolved"), both.then, Where("")),
            ],
        )
        for code, both in found
    ]
    head = (_("类别"), COUNTS["due"], COUNTS["done"], RATES["resolved"], _("上期应办"), _("上期办结率"))
    return Chart(drawing, head, rows)


def trend_chart(months: Sequence[tuple[date, Counts]], where: Where) -> Chart:
    """Twelve months: what was to be done, and what is done."""
    drawing = charts.columns(
        [charts.Column(_("%(n)s月") % {"n": day.month}, counts["due"], counts["done"]) for day, counts in months],
        name="trend",
        title=_("近十二个月：应办和办结"),
        description=_("；").join(f"{day:%Y-%m} {rate('resolved', counts).fraction}" for day, counts in months),
    )
    shown = ("due", "done", "resolved", "satisfaction", "not_ours")
    rows = [Row(f"{day:%Y-%m}", "", _cells(shown, counts, where.also(period=f"{day:%Y-%m}"))) for day, counts in months]
    head = (
        _("月份"),
        COUNTS["due"],
        COUNTS["done"],
        RATES["resolved"],
        RATES["satisfaction"],
        COUNTS["not_ours"],
    )
    return Chart(drawing, head, rows)
