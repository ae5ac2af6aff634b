"""What the pages of the portal show, composed from the queries of the apps below."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.crypto import decrypt
from accounts.models import Person
from ballots.queries.mine import RUNS, Running, running
from candidates.queries.asking import ASKS, Ask, read_asks
from messaging.queries import UNREAD_LIMIT
from notices.queries import Newest, newest_column, read_newest
from notices.topics import BOARD
from parties.models import Contract, Term
from parties.queries import Holder, contract_of, holders, posts_held, terms_of
from parties.rules import ROLES
from premises.queries import compounds_of
from repairs.models import Request
from repairs.ongoing import OPEN, Ongoing, read
from repairs.queries import Counts, counts, own_and_public
from repairs.topics import INCIDENTS
from residency.queries import compounds_of_parents
from tenancy.actor import Actor, find_actor
from tenancy.queries import first_code
from tenancy.scope import entering
from tenancy.statements import prepared


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that a person may act as: a post, or being a resident of a compound."""

    kind: str
    key: int
    party: str
    title: str
    role: str
    crossed: bool


def standings(person_id: int, on: date) -> list[Standing]:
    """Everything that a person may act as on a day: homes first, then posts in the order they began."""
    with entering(person_id):
        homes = compounds_of(person_id, on)
        parents = compounds_of_parents(person_id, on)
        posts = posts_held(person_id, on)
    return [
        *(Standing("home", home.compound_id, "resident", home.name, _("居民"), crossed=False) for home in homes),
        *(Standing("child", compound, "resident", name, _("替父母办事"), crossed=False) for compound, name in parents),
        *(Standing("post", p.post_id, p.party, p.organisation, p.role_label, crossed=p.crossed) for p in posts),
    ]


def holds(person_id: int, kind: str, key: int, on: date) -> bool:
    """Whether the person may act from this standing on that day."""
    with entering(person_id):
        return find_actor(person_id=person_id, kind=kind, key=key, on=on) is not None


@dataclass(frozen=True, slots=True)
class Office:
    """A resident's compound and the property office that serves it: name and telephone, empty when there is none.

    ``incidents`` are the mass incidents that go on there, ``newest`` is the newest notice that is up for the person.
    ``unread`` counts the person's unread messages from there, 100 at most; ``numbers`` are the last live numbers of the
    person's requests that are not over, by topic. ``duty_phone`` is the number of whoever is on duty now (``duty_name``),
    empty when nobody is or they gave none. ``votes``: whether owners vote on something now;
    ``nominations``: the elections that ask the person to name somebody, or to answer for themselves.
    """

    code: str
    name: str
    company: str
    phone: str
    unread: int
    numbers: dict[str, int]
    duty_name: str = ""
    duty_phone: str = ""
    incidents: tuple[Ongoing, ...] = ()
    newest: Newest | None = None
    votes: bool = False
    nominations: Sequence[Ask] = ()

    @property
    def call(self) -> str:
        """The number to call now."""
        return self.duty_phone or self.phone


def office(actor: Actor, on: date, now: datetime) -> Office:
    """What a resident's shell and home show. One statement; needs the compound's scope."""
    with prepared() as cursor:
        cursor.execute(
            """
            SELECT k.code, k.name, coalesce(o.name, ''), coalesce(o.phone, ''),
              (SELECT count(*) FROM (SELECT 1 FROM messaging_message WHERE compound_id = k.id AND person_id = %(person)s
                AND channel = 'in_app' AND read_at IS NULL LIMIT %(limit)s) unread),
              (SELECT coalesce(json_object_agg(h.topic, h.seq), '{}')::text FROM (
                SELECT r.ref, r.state FROM repairs_request r WHERE r.compound_id = k.id AND r.filed_by_id = %(person)s
                UNION ALL
                SELECT r.ref, r.state FROM repairs_request r WHERE r.compound_id = k.id AND r.for_person_id = %(person)s
                UNION ALL
                SELECT r.ref, r.state FROM repairs_follower f
                  JOIN repairs_request r ON r.compound_id = k.id AND r.id = f.request_id
                  WHERE f.compound_id = k.id AND f.person_id = %(person)s) r
                JOIN live_topichead h ON h.compound_id = k.id AND h.topic = 'repairs.request:' || r.ref
                WHERE r.state NOT IN ('done', 'withdrawn')),
              coalesce(duty.name, ''), coalesce(duty.phone, ''), {incidents},
              coalesce((SELECT seq FROM live_topichead WHERE compound_id = k.id AND topic = {topic}), 0),
              coalesce((SELECT seq FROM live_topichead WHERE compound_id = k.id AND topic = {board}), 0), {newest}, {votes},
              {asks}
            FROM tenancy_compound k
            LEFT JOIN parties_contract c ON c.compound_id = k.id AND c.starts <= %(on)s
              AND (c.ends IS NULL OR c.ends >= %(on)s)
            LEFT JOIN parties_organisation o ON o.id = c.company_id
            LEFT JOIN LATERAL (SELECT person.name, s.phone FROM duty_shift s JOIN parties_post p ON p.id = s.post_id
              JOIN accounts_person person ON person.id = p.person_id
              WHERE s.compound_id = k.id AND s.cancelled_at IS NULL AND s.phone <> '' AND p.organisation_id = o.id
                AND s.starts_at <= %(now)s AND s.ends_at > %(now)s AND s.starts_at > %(now)s - interval '24 hours'
                AND p.starts <= %(on)s AND (p.ends IS NULL OR p.ends >= %(on)s)
              ORDER BY s.starts_at, s.id LIMIT 1) duty ON true
            WHERE k.id = %(compound)s
            """.replace("{incidents}", OPEN)
            .replace("{topic}", f"'{INCIDENTS}'")
            .replace("{board}", f"'{BOARD}'")
            .replace("{newest}", newest_column(actor))
            .replace("{votes}", RUNS)
            .replace("{asks}", ASKS),
            {
                "compound": actor.compound_ids[0],
                "person": actor.person_id,
                "limit": UNREAD_LIMIT,
                "on": on,
                "now": now,
            },
        )
        code, name, company, phone, unread, numbers, duty_name, duty_phone, incidents, seq, board, news, votes, asks = (
            cursor.fetchone()
        )
    number = decrypt(duty_phone) if duty_phone else ""
    seqs = json.loads(numbers) | {INCIDENTS: seq, BOARD: board}
    return Office(
        code,
        name,
        company,
        phone,
        unread,
        seqs,
        duty_name,
        number,
        read(incidents),
        read_newest(news),
        votes,
        read_asks(asks),
    )


@dataclass(frozen=True, slots=True)
class Home:
    """A resident's home page: the property office, own requests that are not over, news of the public areas, and the votes
    that run and ask this person."""

    office: Office
    own: list[Request]
    public: list[Request]
    votes: list[Running]


def resident_home(actor: Actor, person: Person, *, on: date, now: datetime) -> Home:
    """Two statements; a third while a vote runs."""
    # The live numbers before the rows: what happens in between is told again, never missed.
    here = office(actor, on, now)
    own, public = own_and_public(compound_id=actor.compound_ids[0], person_id=actor.person_id, now=now)
    votes = running(actor.compound_ids[0], person, now) if here.votes else []
    return Home(office=here, own=own, public=public, votes=votes)


def staff_page(actor: Actor) -> tuple[str, list[str]]:
    """Name and arguments of the page that a post works on; ("", []) when it covers no compound today."""
    if not actor.compound_ids:
        return "", []
    if actor.role != "worker" and len(actor.compound_ids) > 1:
        return "overview", []
    name = {"manager": "repairs_board", "dispatcher": "repairs_board", "worker": "repairs_today"}.get(actor.role)
    return name or "repairs_watch", [first_code(actor.compound_ids) or ""]


# Everyone who answers for several compounds; a worker has a list of each.
OVERVIEW_ROLES = tuple(sorted({role for roles in ROLES.values() for role in roles} - {"worker"}))
FIGURES = ("open", "late", "at_committee", "at_street", "awaiting", "unanswered", "done")


# Compounds, or areas, on one page of the overview.
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Group:
    """The compounds of one community with the sums of their figures."""

    street: str
    community: str
    rows: list[Counts]
    total: dict[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """A street, or with ``community`` one of its communities: how many compounds, and the sums of their figures."""

    street: str
    community: str
    compounds: int
    total: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the compounds that a post covers, in all and one by one.

    ``groups`` are the compounds by community. Where there are more than a page of them, ``shares`` are the streets or the
    communities to look into first, and ``groups`` is empty; a community of many has its compounds page by page.
    """

    street: str
    community: str
    compounds: int
    total: dict[str, int]
    groups: list[Group]
    shares: list[Share]
    page: "Page[Counts] | Page[Share]"

    @property
    def by_street(self) -> bool:
        """Whether the shares are streets."""
        return bool(self.shares) and not self.shares[0].community


def overview(actor: Actor, *, now: datetime, street: str = "", community: str = "", page: str = "") -> Overview | None:
    """All that a post covers, or one street or community of it; None when it covers nothing there.

    One statement for all compounds. What has the most late requests comes first.
    """
    rows = [
        row
        for row in counts(compound_ids=actor.compound_ids, now=now)
        if street in {"", row.street} and community in {"", row.community}
    ]
    if (street or community) and not rows:
        return None
    if community:
        street = rows[0].street
    shares = _shares(rows) if len(rows) > SHOWN else []
    areas = Paginator(shares, SHOWN).get_page(page) if len(shares) > 1 else None
    shown = Paginator(rows, SHOWN).get_page(page)
    return Overview(
        street=street,
        community=community,
        compounds=len(rows),
        total=_sums(rows),
        groups=_groups(shown) if areas is None else [],
        shares=[] if areas is None else list(areas),
        page=shown if areas is None else areas,
    )


def _groups(rows: Iterable[Counts]) -> list[Group]:
    ordered = sorted(rows, key=lambda row: (row.street, row.community))  # stable: late ones stay first
    groups = [
        Group(street=street, community=community, rows=members, total=_sums(members))
        for (street, community), found in groupby(ordered, key=lambda row: (row.street, row.community))
        for members in [list(found)]
    ]
    return sorted(groups, key=lambda group: (-group.total["late"], group.street, group.community))


def _shares(rows: list[Counts]) -> list[Share]:
    """By street; by community within the one street that there is."""
    several = len({row.street for row in rows}) > 1
    parts: dict[tuple[str, str], list[Counts]] = {}
    for row in rows:
        parts.setdefault((row.street, "" if several else row.community), []).append(row)
    shares = [Share(street, community, len(members), _sums(members)) for (street, community), members in parts.items()]
    return sorted(shares, key=lambda share: (-share.total["late"], -share.total["open"], share.street, share.community))


def _sums(rows: Iterable[Counts]) -> dict[str, int]:
    kept = list(rows)
    return {name: sum(getattr(row, name) for row in kept) for name in FIGURES}


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation that acts for a compound, with who holds its posts; ``workers`` are counted, not named."""

    party: str
    name: str
    phone: str
    people: list[Holder]
    workers: int


@dataclass(frozen=True, slots=True)
class Parties:
    """The three parties of a compound, and the street office above them."""

    bodies: list[Body]
    contract: Contract | None
    terms: list[Term]
    ends_soon: bool


_ORDER = ("community", "residents", "committee", "preparatory", "company", "street")
SOON = timedelta(days=90)


def parties_of(compound_id: int, on: date) -> Parties:
    """Who the three parties of a compound are on a day. Three statements."""
    near = [holder for holder in holders(compound_id, on) if holder.party in _ORDER]
    found = sorted(near, key=lambda h: (_ORDER.index(h.party), h.organisation))
    bodies = [
        Body(
            party=party,
            name=name,
            phone=people[0].organisation_phone,
            people=[holder for holder in people if holder.role != "worker"],
            workers=sum(holder.role == "worker" for holder in people),
        )
        for (party, name), group in groupby(found, key=lambda h: (h.party, h.organisation))
        for people in [list(group)]
    ]
    contract = contract_of(compound_id, on)
    return Parties(
        bodies=bodies,
        contract=contract,
        terms=terms_of(compound_id, on),
        ends_soon=contract is not None and contract.ends is not None and contract.ends - on <= SOON,
    )
