"""The rights of a person in a poll: those on the roll by account or telephone, those they speak for, those given to them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from accounts.models import Person
from ballots.models import Cast
from ballots.permissions import PUBLIC
from ballots.rules.standing import PROXY, Claim, Part, Standing, may_cast, standing
from elections.box.questions import Item
from elections.models import Poll
from tenancy.models import Compound
from tenancy.statements import ALONE, Piece, built, columns, prepared, terse


@dataclass(frozen=True, slots=True)
class Home:
    """One part of a right as its voter sees it."""

    address: str
    owners: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A live record about a right: who speaks for it, or to whom it was given. ``stated``: with the owner's sealed word."""

    pk: int
    name: str
    ground: str
    stated: bool = False
    giver_id: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """That the right was used: how, by whom, when, with which receipt."""

    channel: str
    by: str
    at: datetime
    receipt: str
    number: int


@dataclass(frozen=True, slots=True)
class Mine:
    """One right of a person. ``area`` in 0.0001 m²; ``standing`` says as what they vote, or why they may not.

    ``accounts`` and ``phones`` (digests) are those of all owners in the register.
    """

    key: str
    holder: str
    area: int
    scopes: dict[str, int]
    homes: tuple[Home, ...]
    standing: Standing
    speaker: Given | None = None
    proxy: Given | None = None
    use: Use | None = None
    casts: tuple[Cast, ...] = field(default=())
    accounts: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """The parts in words."""
        return "、".join(one.address for one in self.homes)

    def blocked(self, *, again: bool) -> str:
        """Why this person cannot vote now for this right; "" when they can."""
        if self.standing.refused:
            return self.standing.refused
        used = self.use
        return may_cast(
            self.standing.via, used_by=used.by if used else "", channel=used.channel if used else "", again=again
        )

    def items(self, items: Sequence[Item]) -> list[Item]:
        """The items of the ballot on which this right votes: those of the whole roll and of the places in which it has a part."""
        return [one for one in items if one.scope is None or one.scope in self.scopes]


# Of a right: itself, who speaks or acts for it, whether it was used, its parts. ``{poll}``: whose; ``{mine}``: which are mine.
_COLUMNS = """
r.key, r.holder, r.developer, r.area, r.scopes,
  s.id, s.name, s.ground, s.phone_digest = %(digest)s,
  p.id, p.agent, p.form, p.stated IS NOT NULL, p.giver_id, p.agent_digest = %(digest)s,
  used.channel, used.by, used.at, used.hash, used.number,
  (SELECT json_agg(json_build_array(u.address, u.owners, {mine}) ORDER BY u.number)
   FROM elections_unit u WHERE u.compound_id = r.compound_id AND u.poll_id = {poll} AND u.number = ANY (r.units))
"""
_BESIDE = """
LEFT JOIN ballots_speaker s ON s.compound_id = r.compound_id AND s.poll_id = {poll} AND s."right" = r.key
  AND s.ended_at IS NULL
LEFT JOIN ballots_proxy p ON p.compound_id = r.compound_id AND p.poll_id = {poll} AND p."right" = r.key AND p.ended_at IS NULL
LEFT JOIN LATERAL (
  SELECT b.id FROM boxes_box b WHERE b.compound_id = r.compound_id AND b.poll_id = {poll} ORDER BY b.number DESC LIMIT 1
) box ON true
LEFT JOIN boxes_used used ON used.compound_id = r.compound_id AND used.box_id = box.id AND used."right" = r.key
"""
_POLL = "%(poll)s"
# The rights first: by a part that names the person, by a record that does. Then what stands beside each.
_RIGHTS = terse(f"""
WITH mine AS (
  SELECT u.number FROM elections_unit u
  WHERE u.compound_id = %(compound)s AND u.poll_id = %(poll)s
    AND (u.owners @> %(account)s::jsonb OR u.owners @> %(phone)s::jsonb)
), told AS (
  SELECT s."right" FROM ballots_speaker s
  WHERE s.compound_id = %(compound)s AND s.poll_id = %(poll)s AND s.ended_at IS NULL AND s.phone_digest = %(digest)s
  UNION SELECT p."right" FROM ballots_proxy p
  WHERE p.compound_id = %(compound)s AND p.poll_id = %(poll)s AND p.ended_at IS NULL AND p.agent_digest = %(digest)s
)
SELECT {_COLUMNS.format(poll=_POLL, mine="u.number = ANY (ARRAY(SELECT number FROM mine))")}
FROM elections_right r {_BESIDE.format(poll=_POLL)}
WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s
  AND (r.units && ARRAY(SELECT number FROM mine) OR r.key IN (SELECT "right" FROM told))
ORDER BY r.number
""")  # noqa: S608  constants
_MINE = "u.owners @> %(account)s::jsonb OR u.owners @> %(phone)s::jsonb"
# Of the poll that ``asked`` looks for, as a condition for what stands beside it.
VOTES_AGAIN = terse("""
EXISTS (SELECT FROM elections_poll again
        WHERE again.compound_id = %(compound)s AND again.ref = %(ref)s AND again.vote_again)
""")
_ASKED = ("id", "compound", "ref", "state", "vote_again", "closes_at", "items_hash", "edition")
_PLACE = ("id", "code")


@lru_cache(maxsize=8)
def _one(beside: str, gives: tuple[str, ...]) -> str:
    """One right by its key together with its poll: only its own parts are looked at, however large the roll."""
    return terse(f"""
{f"WITH {beside}" if beside else ""}
SELECT {columns(Poll, "poll", *_ASKED)}, {columns(Compound, "c", *_PLACE)}, {_COLUMNS.format(poll="poll.id", mine=_MINE)}
{"".join(f", {one}" for one in gives)}
FROM elections_poll poll JOIN tenancy_compound c ON c.id = poll.compound_id
LEFT JOIN elections_right r ON r.compound_id = poll.compound_id AND r.edition_id = poll.edition_id AND r.key = %(right)s
{_BESIDE.format(poll="poll.id")}
WHERE poll.compound_id = %(compound)s AND poll.ref = %(ref)s AND poll.state = ANY (%(public)s::text[])
  AND poll.called_at IS NOT NULL
""")  # noqa: S608  constants


def rights_of(poll: Poll, person: Person, *, casts: bool = False) -> list[Mine]:
    """Every right of a person in a poll, in the order of the roll. One statement; with ``casts`` one more.

    A telephone counts once its number is verified. ``boxes`` fixes the roll when it opens; until the close no edition follows.
    """
    with prepared() as cursor:
        cursor.execute(
            _RIGHTS, {"compound": poll.compound_id, "poll": poll.pk, "edition": poll.edition_id or 0, **_who(person)}
        )
        rows = cursor.fetchall()
    made: dict[str, list[Cast]] = {}
    if casts and rows:
        found = Cast.objects.filter(compound_id=poll.compound_id, poll=poll, right__in=[row[0] for row in rows])
        for one in found.order_by("number"):
            made.setdefault(one.right, []).append(one)
    return [_mine(row, tuple(made.get(row[0], ()))) for row in rows]


def _who(person: Person) -> dict[str, str]:
    digest = person.phone_digest if person.phone_verified else ""
    return {
        "account": json.dumps([{"account": person.pk}]),
        "phone": json.dumps([{"phones": [digest or "-"]}]),
        "digest": digest or "-",
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """A poll that was called, as far as casting reads it, and one right in it; None for a right that is not the person's.

    ``given`` is what stood beside the statement.
    """

    poll: Poll
    mine: Mine | None
    given: tuple[Any, ...]


def asked(compound_id: int, ref: str, person: Person, key: str, *, beside: Piece = ALONE) -> Asked | None:
    """The poll and the right by its key; None for no poll that was called. One statement, whatever the size of the roll."""
    told: dict[str, Any] = {"compound": compound_id, "ref": ref, "right": key, "public": sorted(PUBLIC), **_who(person)}
    statement = _one(beside.sql, beside.gives)
    with prepared(statement) as cursor:
        cursor.execute(statement, {**told, **beside.parameters})
        row = cursor.fetchone()
    if row is None:
        return None
    poll = built(Poll, row, *_ASKED)
    poll.compound = built(Compound, row[len(_ASKED) :], *_PLACE)
    rest = row[len(_ASKED) + len(_PLACE) :]
    given = tuple(rest[len(rest) - len(beside.gives) :])
    if rest[0] is None:
        return Asked(poll, None, given)
    mine = _mine(rest, ())
    # As in the list: by a part, by a record. Anyone else has no right here.
    named = any(home.mine for home in mine.homes) or bool(rest[8]) or bool(rest[14])
    return Asked(poll, mine if named else None, given)


def _mine(row: Sequence[Any], casts: tuple[Cast, ...]) -> Mine:
    key, holder, developer, area, scopes = row[:5]
    speaker = Given(row[5], row[6], row[7]) if row[5] is not None else None
    proxy = Given(row[9], row[10], row[11], row[12], row[13]) if row[9] is not None else None
    parts = _loaded(row[20]) or ()
    homes = tuple(Home(address, tuple(one["name"] for one in owners), mine) for address, owners, mine in parts)
    lines = [one for _address, owners, _mine in parts for one in owners]
    claim = Claim(
        parts=[Part(one.owners, one.mine) for one in homes],
        developer=developer,
        speaks=bool(row[8]),
        spoken_for=speaker is not None,
        acts=bool(row[14]),
    )
    use = Use(*row[15:20]) if row[15] is not None else None
    return Mine(
        key=key, holder=holder, area=area, scopes=_loaded(scopes), homes=homes, standing=standing(claim), speaker=speaker,
        proxy=proxy, use=use, casts=casts, accounts=frozenset(one["account"] for one in lines if one["account"]),
        phones=frozenset(phone for one in lines for phone in one["phones"]),
    )  # fmt: skip


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def right_of(poll: Poll, person: Person, key: str, *, casts: bool = False) -> Mine | None:
    """One of them; None when it is not the person's."""
    return next((one for one in rights_of(poll, person, casts=casts) if one.key == key), None)


def is_proxy(mine: Mine) -> bool:
    """Whether the person would vote as somebody's agent."""
    return mine.standing.via == PROXY
