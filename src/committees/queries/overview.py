"""Committees of every compound of a post: one statement for the rows, one for the numbers of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.timezone import make_aware

from committees.actions.terms import warn_day
from committees.rules.terms import standing
from elections.rules import jurisdictions, slates
from elections.rules.jurisdictions import NATIONAL

_ROWS = """
SELECT k.id, k.code, k.name, area.code, area.name, street.code, street.name,
  t.id, t.body, t.number, t.starts, t.ends, c.id, c.planned, c.reelection_since IS NOT NULL AND c.reelection_ended IS NULL,
  c.vacancy_since, coalesce(m.sitting, 0), coalesce(m.party, 0), coalesce(m.unknown, 0), coalesce(m.alternates, 0),
  coalesce(x.held, 0), p.ref, p.state
FROM tenancy_compound k
JOIN tenancy_area area ON area.id = k.community_id
JOIN tenancy_area street ON street.id = area.parent_id
LEFT JOIN LATERAL (
  SELECT t.id, t.number, t.starts, t.ends, o.name AS body FROM parties_term t
  JOIN parties_organisation o ON o.id = t.committee_id AND o.kind = 'owners_committee'
  WHERE t.compound_id = k.id AND t.starts <= %(on)s ORDER BY t.starts DESC, t.id DESC LIMIT 1
) t ON true
LEFT JOIN committees_committee c ON c.compound_id = k.id AND c.term_id = t.id
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE m.role <> 'alternate') AS sitting,
    count(*) FILTER (WHERE m.role <> 'alternate' AND m.party_member) AS party,
    count(*) FILTER (WHERE m.role <> 'alternate' AND m.party_member IS NULL) AS unknown,
    count(*) FILTER (WHERE m.role = 'alternate') AS alternates
  FROM committees_member m
  WHERE m.compound_id = k.id AND m.committee_id = c.id AND m.starts <= %(on)s AND (m.ends IS NULL OR m.ends >= %(on)s
    OR m."end" = 'term')
) m ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS held FROM committees_crosspost x WHERE x.compound_id = k.id AND x.state = 'held'
) x ON true
LEFT JOIN LATERAL (
  SELECT p.ref, p.state FROM elections_poll p WHERE p.compound_id = k.id AND p.kind = 'election' AND p.filling = 0
    AND p.state NOT IN ('declared', 'cancelled', 'annulled') ORDER BY p.id DESC LIMIT 1
) p ON true
WHERE k.id = ANY (%(compounds)s)
ORDER BY t.ends NULLS LAST, k.code
"""
# Re-elections that the portal helped with, and Party members among those elected, in a year.
_YEAR = """
SELECT
  (SELECT count(*) FROM elections_poll p WHERE p.compound_id = ANY (%(compounds)s) AND p.kind = 'election'
    AND p.filling = 0 AND p.state = 'declared' AND p.declared_at >= %(since)s AND p.declared_at < %(until)s),
  count(DISTINCT c.id), count(m.id), count(m.id) FILTER (WHERE m.party_member),
  count(m.id) FILTER (WHERE m.party_member IS NULL)
FROM committees_committee c
LEFT JOIN committees_member m ON m.compound_id = c.compound_id AND m.committee_id = c.id AND m.role <> 'alternate'
  AND m.starts = (SELECT t.starts FROM parties_term t WHERE t.compound_id = c.compound_id AND t.id = c.term_id)
WHERE c.compound_id = ANY (%(compounds)s) AND c.poll_id IS NOT NULL
  AND EXISTS (SELECT FROM elections_poll p WHERE p.compound_id = c.compound_id AND p.id = c.poll_id
    AND p.declared_at >= %(since)s AND p.declared_at < %(until)s)
"""
STATES = ("soon", "overdue", "reelection", "vacancy", "ratio", "none")


@dataclass(slots=True)
class Line:
    """One compound of the roll-up. ``ratio`` None: whether the target is met depends on memberships that nobody has said, or it
    is not one of members. ``standing`` as ``rules.terms`` names it."""

    compound_id: int
    code: str
    name: str
    community_code: str
    community: str
    street_code: str
    street: str
    term_id: int | None
    body: str | None
    number: int | None
    starts: date | None
    ends: date | None
    committee_id: int | None
    planned: int | None
    frozen: bool | None
    vacancy_since: date | None
    sitting: int
    party: int
    unknown: int
    alternates: int
    crossed: int
    poll_ref: str | None
    poll_state: str | None
    warn_on: date | None = None
    standing: str = "none"
    ratio: bool | None = None

    @property
    def reelection(self) -> bool:
        """Whether a re-election is under way."""
        return bool(self.poll_ref or self.frozen)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: a street, a community, a state of ``STATES``, words of a name."""

    street: str = ""
    community: str = ""
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a county publishes of a year: re-elections declared, committees that took office, members, Party members.

    ``unknown``: of how many members nobody has said whether they are; the county's number is short by those who are.
    """

    year: int
    reelections: int
    committees: int
    elected: int
    party: int
    unknown: int


def lines(compound_ids: Sequence[int], on: date) -> list[Line]:
    """Every compound of the open scope with its committee, those whose term ends first on top. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"compounds": list(compound_ids), "on": on})
        found = [Line(*row) for row in cursor.fetchall()]
    for one in found:
        _stand(one, on)
    return found


def _stand(one: Line, on: date) -> None:
    if one.term_id is None:
        return
    place = jurisdictions.find(one.community_code)
    code = place.code if place else NATIONAL
    one.warn_on = warn_day(code, one.ends, on)
    one.standing = standing(one.ends, on, one.warn_on)
    local = jurisdictions.parameters(code, on)
    if one.sitting and local["ratio_base"] != "candidates":
        flags = [True] * one.party + [None] * one.unknown + [False] * (one.sitting - one.party - one.unknown)
        one.ratio = slates.share(local["ratio_base"], flags, local).good


def chosen(found: Sequence[Line], wanted: Wanted) -> list[Line]:
    """Those of some lines that are wanted, in their order."""
    tests: dict[str, Any] = {
        "soon": lambda one: one.standing == "soon",
        "overdue": lambda one: one.standing == "overdue",
        "reelection": lambda one: one.reelection,
        "vacancy": lambda one: one.vacancy_since is not None,
        "ratio": lambda one: one.ratio is False,
        "none": lambda one: one.term_id is None,
    }
    test = tests.get(wanted.state)
    return [
        one
        for one in found
        if (not wanted.street or one.street_code == wanted.street)
        and (not wanted.community or one.community_code == wanted.community)
        and (test is None or test(one))
        and (not wanted.words or wanted.words in one.name or wanted.words in (one.body or ""))
    ]


def counts(found: Sequence[Line]) -> dict[str, int]:
    """How many lines are in each state."""
    return {state: len(chosen(found, Wanted(state=state))) for state in STATES}


def numbers(compound_ids: Sequence[int], year: int) -> Numbers:
    """The numbers of a year. One statement."""
    since, until = make_aware(datetime(year, 1, 1)), make_aware(datetime(year + 1, 1, 1))  # noqa: DTZ001  made aware
    with connection.cursor() as cursor:
        cursor.execute(_YEAR, {"compounds": list(compound_ids), "since": since, "until": until})
        row = cursor.fetchone()
    return Numbers(year, *row)
