"""Every read of repair requests with a join, a count or a prefetch, by name."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Person
from documents.models import StoredFile
from parties.models import Organisation
from repairs import ongoing
from repairs.models import (
    HELD,
    OPEN,
    Escalation,
    Event,
    Follower,
    Incident,
    Photo,
    Quote,
    QuoteLine,
    Remark,
    Request,
    Signature,
    State,
    asked_by,
)
from repairs.nearby import LATELY, SIMILAR
from repairs.permissions import is_worker, may_read_signature, may_remark, may_see, reads_internal
from repairs.rules.categories import Term
from repairs.rules.periods import NO_ANSWER_AFTER, REOPEN_WITHIN
from repairs.rules.replies import DEFAULTS, Reply
from repairs.rules.routing import Rule
from tenancy.actor import Actor
from tenancy.statements import built, columns, prepared, terse

BOARD_LIMIT = 50
DONE_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What a filing needs to know, read in one statement.

    ``home_address`` is None unless the home is the person's own today, ``home_building`` its building whoever's it is;
    ``desk`` are the people to tell, ``on_duty`` the
    firm's people on duty now, and for urgent ones ``crew`` all of its workers;
    ``persons`` are the people in the posts that the rules name; ``respond`` and ``finish`` are the compound's or the
    city's own terms, None where the defaults hold, ``for_urgent`` when they were set for urgent requests; ``spot`` is the
    place of the code that was read.
    """

    home_address: str | None
    home_building: int | None
    building_name: str | None
    company: Organisation | None
    desk: tuple[int, ...]
    respond: Term | None
    finish: Term | None
    for_urgent: bool
    rules: tuple[Rule, ...]
    persons: dict[int, int]
    crew: tuple[int, ...]
    on_duty: tuple[int, ...]
    spot: tuple[int, str, int | None] | None
    similar: bool = False


# The terms that hold for a category at a moment: those for urgent ones before the ordinary, the compound's before the
# city's. A version without minutes says that what stands above holds again.
_POLICY = """
SELECT * FROM (
  (SELECT DISTINCT ON (d.urgent) 0 AS far, d.urgent, d.respond_minutes, d.respond_basis, d.finish_minutes, d.finish_basis
    FROM repairs_deadlinepolicy d WHERE d.compound_id = %(compound)s AND d.category = %(category)s
      AND d.since <= %(now)s AND (d.ended_at IS NULL OR d.ended_at > %(now)s)
    ORDER BY d.urgent, d.version DESC)
  UNION ALL
  (SELECT DISTINCT ON (d.urgent) 1, d.urgent, d.respond_minutes, d.respond_basis, d.finish_minutes, d.finish_basis
    FROM repairs_citydeadline d WHERE d.category = %(category)s
      AND d.since <= %(now)s AND (d.ended_at IS NULL OR d.ended_at > %(now)s)
      AND d.area_id = (SELECT street.parent_id FROM tenancy_compound k JOIN tenancy_area c ON c.id = k.community_id
        JOIN tenancy_area street ON street.id = c.parent_id WHERE k.id = %(compound)s)
    ORDER BY d.urgent, d.version DESC)) every
WHERE respond_minutes IS NOT NULL AND (%(urgent)s OR NOT urgent) ORDER BY urgent DESC, far LIMIT 1
"""
_HELD_NOW = """p.starts <= %(on)s AND (p.ends IS NULL OR p.ends >= %(on)s)
    AND (p.only_compounds IS NULL OR %(compound)s = ANY (p.only_compounds))"""
_ON_DUTY = f"""SELECT DISTINCT p.person_id FROM duty_shift s JOIN parties_post p ON p.id = s.post_id
  WHERE s.compound_id = %(compound)s AND s.cancelled_at IS NULL AND s.starts_at <= %(now)s
    AND s.starts_at > %(now)s - interval '24 hours' AND s.ends_at > %(now)s AND {_HELD_NOW}"""  # noqa: S608  our own words
_FACTS = f"""
SELECT
  (SELECT h.address FROM premises_home h
    JOIN premises_occupancy o ON o.compound_id = h.compound_id AND o.home_id = h.id
    WHERE h.compound_id = %(compound)s AND h.id = %(home)s::bigint AND o.person_id = %(person)s AND o.state = 'confirmed'
      AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s) LIMIT 1),
  (SELECT e.building_id FROM premises_home h JOIN premises_entrance e ON e.compound_id = h.compound_id
    AND e.id = h.entrance_id WHERE h.compound_id = %(compound)s AND h.id = %(home)s::bigint),
  (SELECT b.name FROM premises_building b WHERE b.compound_id = %(compound)s AND b.id = %(building)s::bigint),
  firm.company_id, firm.name,
  coalesce(staff.desk, ARRAY[]::bigint[]),
  policy.respond_minutes, policy.respond_basis, policy.finish_minutes, policy.finish_basis, coalesce(policy.urgent, false),
  (SELECT json_agg(json_build_array(r.position, r.target, r.category, r.place, r.building_id, r.urgent, r.hours, r.post_id,
      r.receiver, r.rule, r.version, r.company_id,
      (SELECT p.person_id FROM parties_post p WHERE p.id = r.post_id AND p.organisation_id = firm.company_id AND {_HELD_NOW})))
    FROM repairs_routingrule r WHERE r.compound_id = %(compound)s AND r.ended_at IS NULL),
  coalesce(staff.crew, ARRAY[]::bigint[]),
  ARRAY({_ON_DUTY} AND p.organisation_id = firm.company_id),
  spot.id, spot.place_text, spot.building_id,
  {{similar}}
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (SELECT c.company_id, o.name FROM parties_contract c JOIN parties_organisation o ON o.id = c.company_id
  WHERE c.compound_id = %(compound)s AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s) LIMIT 1) AS firm ON true
LEFT JOIN LATERAL (SELECT array_agg(DISTINCT p.person_id) FILTER (WHERE p.role IN ('manager', 'dispatcher')) AS desk,
    array_agg(DISTINCT p.person_id) FILTER (WHERE p.role = 'worker' AND %(urgent)s) AS crew
  FROM parties_post p WHERE p.organisation_id = firm.company_id AND {_HELD_NOW}) staff ON true
LEFT JOIN LATERAL ({_POLICY}) policy ON true
LEFT JOIN repairs_placecode spot ON spot.compound_id = %(compound)s AND spot.code = %(spot)s AND spot.retired_at IS NULL
"""  # noqa: S608  our own words
# Looking around is most of the text; whoever does not ask sends one that psycopg keeps parsed.
_FACTS_ALONE = terse(_FACTS.format(similar="false"))
_FACTS_AND_SIMILAR = terse(
    _FACTS.format(
        similar=f"""EXISTS (SELECT 1 FROM repairs_request r WHERE {SIMILAR})
    OR EXISTS (SELECT 1 FROM repairs_incident i WHERE {ongoing.LIKELY})"""  # noqa: S608  our own words
    )
)


def filing_facts(
    *,
    compound_id: int,
    person_id: int,
    home_id: int | None,
    building_id: int | None,
    category: str,
    urgent: bool,
    on: date,
    now: datetime,
    spot: str = "",
    ask_similar: bool = False,
    inside: bool = False,
) -> FilingFacts:
    """Read everything that a filing checks and decides from; ``inside`` when it is in the home itself. One statement."""
    with prepared() as cursor:
        cursor.execute(
            _FACTS_AND_SIMILAR if ask_similar else _FACTS_ALONE,
            {
                "compound": compound_id,
                "person": person_id,
                "home": home_id,
                "building": building_id,
                "category": category,
                "urgent": urgent,
                "on": on,
                "now": now,
                "spot": spot,
                "public": not inside,
                "since": now - LATELY,
            },
        )
        address, home_building, building, company, firm, desk, respond, respond_basis, finish, finish_basis, *rest = (
            cursor.fetchone()
        )
    for_urgent, rules, crew, on_duty, spot_id, spot_text, spot_building, similar = rest
    rows = [(Rule(*row), person) for *row, person in (json.loads(rules) if isinstance(rules, str) else rules) or ()]
    return FilingFacts(
        home_address=address,
        home_building=home_building,
        building_name=building,
        # Only what the line shows of it: the answer to a filing names the firm.
        company=Organisation(pk=company, name=firm) if company else None,
        desk=tuple(desk),
        respond=Term(respond, respond_basis) if respond else None,
        finish=Term(finish, finish_basis) if finish else None,
        for_urgent=for_urgent,
        rules=tuple(rule for rule, _person in rows),
        persons={rule.post_id: person for rule, person in rows if rule.post_id and person is not None},
        crew=tuple(crew),
        on_duty=tuple(on_duty),
        spot=(spot_id, spot_text, spot_building) if spot_id is not None else None,
        similar=similar,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """The terms that a compound or its city set: None where the defaults hold."""

    respond: Term | None = None
    finish: Term | None = None
    for_urgent: bool = False


def given_terms(*, compound_id: int, category: str, urgent: bool, now: datetime) -> Given:
    """The terms that hold for a category in a compound at a moment, set there or by its city. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_POLICY, {"compound": compound_id, "category": category, "urgent": urgent, "now": now})
        row = cursor.fetchone()
    if row is None:
        return Given()
    _far, for_urgent, respond, respond_basis, finish, finish_basis = row
    return Given(Term(respond, respond_basis), Term(finish, finish_basis), for_urgent)


_HOME_AND_RESIDENT = """
SELECT h.address, (SELECT p.id FROM premises_occupancy o JOIN accounts_person p ON p.id = o.person_id
  WHERE o.compound_id = h.compound_id AND o.home_id = h.id AND o.state = 'confirmed' AND o.starts <= %(on)s
    AND (o.ends IS NULL OR o.ends >= %(on)s) AND p.phone_digest = %(digest)s AND p.is_active)
FROM premises_home h WHERE h.compound_id = %(compound)s AND h.id = %(home)s
"""


def home_and_resident(*, compound_id: int, home_id: int | None, digest: str, on: date) -> tuple[str | None, int | None]:
    """The address of a home, None for no home here, and the resident of it who has this number. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOME_AND_RESIDENT, {"compound": compound_id, "home": home_id, "digest": digest, "on": on})
        row = cursor.fetchone()
    return (None, None) if row is None else (row[0], row[1])


_CALLER = """
SELECT (SELECT h.address FROM premises_home h
    WHERE h.compound_id = %(compound)s AND h.id = %(home)s::bigint AND h.ends IS NULL),
  (SELECT p.id FROM premises_occupancy o JOIN accounts_person p ON p.id = o.person_id
    WHERE o.compound_id = %(compound)s AND o.state = 'confirmed' AND o.starts <= %(on)s
      AND (o.ends IS NULL OR o.ends >= %(on)s) AND p.phone_digest = %(digest)s AND p.is_active LIMIT 1)
"""


def home_and_caller(*, compound_id: int, home_id: int | None, digest: str, on: date) -> tuple[str | None, int | None]:
    """The address of a home, None for no home here, and the resident of the compound who has this number. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, {"compound": compound_id, "home": home_id, "digest": digest, "on": on})
        address, person_id = cursor.fetchone()
    return address, person_id


def request_for(actor: Actor, *, compound_id: int, ref: str) -> Request | None:
    """The request with everything its page shows, if the actor may see it; None otherwise. Three statements."""
    found: Request | None = (
        asked_by(Request.objects.filter(compound_id=compound_id, ref=ref), actor)
        .select_related("compound", "worker", "filed_by", "for_person", "company", "incident")
        .annotate(parent_ref=F("parent__ref"))
        .prefetch_related(
            Prefetch("events", Event.objects.filter(compound_id=compound_id).order_by("at", "pk")),
            Prefetch("photos", Photo.objects.filter(compound_id=compound_id).select_related("file").order_by("pk")),
        )
        .first()
    )
    if found is None or not may_see(actor, found):
        return None
    return found


def visible_to(actor: Actor, *, compound_id: int, ref: str) -> bool:
    """Whether there is such a request in the compound and the actor may see it. One statement."""
    found = asked_by(Request.objects.filter(compound_id=compound_id, ref=ref), actor).first()
    return found is not None and may_see(actor, found)


def may_read_photo(actor: Actor, file: StoredFile) -> bool:
    """Whether a stored file is a photo of a request that the actor may see. One statement."""
    found: Request | None = asked_by(
        Request.objects.filter(compound_id=file.compound_id, photos__file_id=file.pk), actor
    ).first()
    return found is not None and may_see(actor, found)


def slip_request(*, pk: int) -> Request | None:
    """A request of the open scope with all that its work slip shows. Two statements."""
    found: Request | None = (
        Request.objects.filter(pk=pk)
        .select_related("filed_by", "worker", "company")
        .prefetch_related(Prefetch("photos", Photo.objects.select_related("file").order_by("pk")))
        .first()
    )
    return found


# What a row of a list and its one line read of a request.
_LINE = (
    *(
        "compound_id",
        "ref",
        "number",
        "category",
        "state",
        "due_at",
        "due_certain",
        "level",
        "finished_at",
        "closed_at",
    ),
    *("stars", "returned_to", "upheld_at", "paused_until", "pause_reason", "parent_number"),
)


_SEQ = "coalesce((SELECT seq FROM live_topichead WHERE compound_id = %s AND topic = %s), 0)"


_OWN_ROW = (
    *_LINE,
    "id",
    "filed_by_id",
    "for_person_id",
    "worker_id",
    "company_id",
    "created_at",
    "urgent",
    "place_text",
)
_OWN = f"""
SELECT {columns(Request, "r", *_OWN_ROW)}, worker.name, company.name, ({_SEQ})
FROM (
  (SELECT r.id FROM repairs_request r WHERE r.compound_id = %s AND r.filed_by_id = %s AND r.filed_post IS NULL
    ORDER BY r.created_at DESC, r.id DESC LIMIT %s)
  UNION SELECT r.id FROM repairs_request r WHERE r.compound_id = %s AND r.for_person_id = %s
  UNION SELECT f.request_id FROM repairs_follower f WHERE f.compound_id = %s AND f.person_id = %s) mine
JOIN repairs_request r ON r.compound_id = %s AND r.id = mine.id
LEFT JOIN accounts_person worker ON worker.id = r.worker_id
LEFT JOIN parties_organisation company ON company.id = r.company_id
ORDER BY r.created_at DESC, r.id DESC OFFSET %s LIMIT %s
"""  # noqa: S608  our own names


def own_requests(*, compound_id: int, person_id: int, topic: str, rows: slice) -> list[Request]:
    """A resident's own requests, those filed for them and those that they joined (``joined_as``), the latest first.

    Each with ``live_seq``, the number of the live topic of that moment. ``rows`` says which, as it would of the whole
    list. One statement.
    """
    with prepared() as cursor:
        mine = [compound_id, person_id]
        where = [*mine, rows.stop, *mine, *mine, compound_id, rows.start, rows.stop - rows.start]
        cursor.execute(_OWN, [compound_id, topic, *where])
        found = cursor.fetchall()
    own = []
    for row in found:
        *_, worker, company, seq = row
        request: Any = _named(built(Request, row, *_OWN_ROW), worker, company)
        request.live_seq = seq
        request.joined_as = None if person_id in request.askers else Follower.Kind.JOINED
        own.append(request)
    return own


def visible_requests(actor: Actor, *, compound_id: int, state: str = "") -> QuerySet[Request]:
    """The requests of a compound that an actor may see (see ``permissions.may_see``), with their worker."""
    found: QuerySet[Request] = Request.objects.filter(compound_id=compound_id).select_related(
        "worker", "compound", "company"
    )
    if actor.party == "resident":
        mine = Q(filed_by_id=actor.person_id, filed_post__isnull=True) | Q(for_person_id=actor.person_id)
        joined = Follower.objects.filter(compound_id=compound_id, person_id=actor.person_id).values("request_id")
        found = found.filter(mine | Q(pk__in=joined))
    elif is_worker(actor):
        found = found.filter(Q(worker_post=actor.post_id) | Q(state__in=[State.SUBMITTED, State.ACCEPTED]))
    return found.filter(state=state) if state else found


HOME_OWN, HOME_PUBLIC = 5, 5
NEWS_WITHIN = timedelta(days=60)
# Written out, because building it from two querysets costs more than running it.
_HOME = """
SELECT {columns}, r.is_own, worker.name, company.name FROM (
  (SELECT true AS is_own, r.* FROM repairs_request r
    WHERE r.compound_id = %(compound)s AND r.filed_by_id = %(person)s AND r.filed_post IS NULL AND {lasts}
    ORDER BY r.state <> 'awaiting', r.created_at DESC, r.id DESC LIMIT %(own)s)
  UNION ALL
  (SELECT true, r.* FROM repairs_request r
    WHERE r.compound_id = %(compound)s AND r.for_person_id = %(person)s AND r.filed_by_id <> %(person)s AND {lasts}
    ORDER BY r.state <> 'awaiting', r.created_at DESC, r.id DESC LIMIT %(own)s)
  UNION ALL
  (SELECT true, r.* FROM repairs_follower f JOIN repairs_request r ON r.compound_id = f.compound_id AND r.id = f.request_id
    WHERE f.compound_id = %(compound)s AND f.person_id = %(person)s AND {lasts}
    ORDER BY f.at DESC LIMIT %(own)s)
  UNION ALL
  (SELECT false AS is_own, r.* FROM repairs_request r
    WHERE r.compound_id = %(compound)s AND r.place = 'public' AND NOT r.unlisted AND r.state <> 'withdrawn'
      AND r.created_at >= %(news)s
    ORDER BY r.created_at DESC, r.id DESC LIMIT %(public)s)) r
LEFT JOIN accounts_person worker ON worker.id = r.worker_id
LEFT JOIN parties_organisation company ON company.id = r.company_id
ORDER BY r.is_own DESC, r.state <> 'awaiting', r.created_at DESC, r.id DESC
""".replace("{columns}", columns(Request, "r")).replace(
    "{lasts}",
    """(r.state IN ('submitted', 'accepted', 'assigned', 'working', 'paused', 'awaiting')
      OR (r.state IN ('returned', 'closed') AND r.closed_at >= %(returned)s))""",
)


def own_and_public(*, compound_id: int, person_id: int, now: datetime) -> tuple[list[Request], list[Request]]:
    """For the resident's home: own requests that are not over, and the latest of the public areas. One statement.

    What waits for the resident comes first. Not over: open, waiting for the filer's answer, or returned or closed by force
    in the days in which one may disagree. Own are also those filed for them and those that they joined.
    """
    with prepared() as cursor:
        cursor.execute(
            _HOME,
            {
                "compound": compound_id,
                "person": person_id,
                "returned": now - REOPEN_WITHIN,
                "news": now - NEWS_WITHIN,
                "own": HOME_OWN,
                "public": HOME_PUBLIC,
            },
        )
        rows = cursor.fetchall()
    own: list[Request] = []
    public: list[Request] = []
    for row in rows:
        *_, is_own, worker, company = row
        request = _named(built(Request, row), worker, company)
        request.joined_as = None if person_id in request.askers else Follower.Kind.JOINED
        (own if is_own else public).append(request)
    return own[:HOME_OWN], public


def _named(request: Request, worker: str | None, company: str | None) -> Request:
    """The request with the names that its line says, so that nothing is read again to say them."""
    if request.worker_id is not None:
        request.worker = Person(pk=request.worker_id, name=worker or "")
    if request.company_id is not None:
        request.company = Organisation(pk=request.company_id, name=company or "")
    return request


def own_request(*, compound_id: int, person_id: int, ref: str) -> Request | None:
    """One of a resident's own requests, as their home lists it: filed by or for them, or joined. One statement."""
    mine = Q(filed_by_id=person_id, filed_post__isnull=True) | Q(for_person_id=person_id)
    joined = Follower.objects.filter(compound_id=compound_id, person_id=person_id, request_id=OuterRef("pk"))
    rows = Request.objects.filter(mine | Exists(joined), compound_id=compound_id, ref=ref)
    found: Any = rows.select_related("worker", "company").first()
    if found is not None:
        found.joined_as = None if person_id in found.askers else Follower.Kind.JOINED
    return cast("Request | None", found)


# What a row of the public areas reads: where and how far, and whose it is only to know whether one may join.
_PUBLIC = (
    *(
        "id",
        "compound_id",
        "ref",
        "number",
        "category",
        "place",
        "place_text",
        "state",
        "created_at",
        "due_at",
        "level",
    ),
    *("joined", "filed_by_id", "filed_post", "for_person_id", "unlisted"),
)


def public_requests(actor: Actor, *, compound_id: int) -> QuerySet[Request]:
    """What goes on in the public areas, for everyone in the compound: without who filed it, words or photos.

    For a resident each says whether they joined it (``joined_as``).
    """
    rows: QuerySet[Request] = (
        Request.objects.filter(compound_id=compound_id, place="public", unlisted=False)
        .exclude(state__in=[State.WITHDRAWN, State.MERGED])
        .only(*_PUBLIC)
        .order_by("-created_at", "-pk")
    )
    return asked_by(rows, actor)


# How many cards each column of the board shows before it says how many more there are: 50 open ones and some to confirm.
COLUMNS: dict[str, tuple[tuple[str, ...], int]] = {
    "new": (("submitted",), 20),
    "accepted": (("accepted",), 10),
    "working": (("assigned", "working"), 20),
    "paused": (("paused",), 10),
    "awaiting": (("awaiting",), 10),
}


# What a card of the board reads of a request.
_CARD = (
    *("id", "compound_id", "ref", "number", "category", "place_text", "words", "urgent", "state", "level", "reopened"),
    *("due_at", "finished_at", "updated_at", "worker_id", "worker_post", "arrived_at", "paused_until", "routed_post"),
)
# What stands first in a column: what is due first, what waits longest, what goes on soonest.
_FIRST = {"awaiting": "finished_at", "paused": "paused_until"}
# Written out, because building it from four querysets costs more than running it.
_BOARD = " UNION ALL ".join(
    f"(SELECT {columns(Request, 'r', *_CARD)}, worker.name FROM repairs_request r LEFT JOIN accounts_person worker "  # noqa: S608  our own names
    "ON worker.id = r.worker_id WHERE r.compound_id = %(compound)s "
    f"AND r.state IN ({', '.join(repr(state) for state in states)}) "
    f"ORDER BY r.{_FIRST.get(name, 'due_at')}, r.id LIMIT {limit})"
    for name, (states, limit) in COLUMNS.items()
)


def board(*, compound_id: int) -> list[Request]:
    """The cards of every column of the board, what is due first, each with ``worker_name``. One statement."""
    with prepared() as cursor:
        cursor.execute(_BOARD, {"compound": compound_id})
        rows = cursor.fetchall()
    found = []
    for row in rows:
        request: Any = built(Request, row, *_CARD)
        request.worker_name = row[-1]
        found.append(request)
    return found


def column(*, compound_id: int, name: str) -> QuerySet[Request]:
    """Everything in one column of the board as ``board`` has it; raises KeyError for no column of ours."""
    found: QuerySet[Request] = (
        Request.objects.filter(compound_id=compound_id, state__in=COLUMNS[name][0])
        .annotate(worker_name=F("worker__name"))
        .order_by(_FIRST.get(name, "due_at"), "pk")
    )
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """A worker of the firm who can be given a request here, with how much they have open here."""

    post_id: int
    name: str
    open: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The board's numbers: (all, late) per column, the workers with the least to do first, the duties to answer, and the
    mass incidents that go on.

    ``seq`` is the last number of the board's live topic, of the same moment as the figures.
    """

    columns: dict[str, tuple[int, int]]
    crew: tuple[Member, ...]
    duties: int
    seq: int
    incidents: tuple[ongoing.Ongoing, ...] = ()

    @property
    def posts(self) -> frozenset[int]:
        """The posts of the crew."""
        return frozenset(member.post_id for member in self.crew)

    @property
    def late(self) -> int:
        """Late ones in all columns."""
        return sum(late for _all, late in self.columns.values())

    @property
    def open(self) -> int:
        """What the firm still has to do."""
        return sum(every for name, (every, _late) in self.columns.items() if name != "awaiting")


# The board counts up to here in each state; beyond it the exact number helps nobody (the watch page has it).
COUNTED = 1000

# Each state by its own literal, and each in the order of an index: else a LIMIT makes the planner read the whole table in
# the hope of finding enough soon.
_COUNTED = (
    "(SELECT count(*) FROM (SELECT 1 FROM repairs_request WHERE compound_id = %(compound)s AND {} LIMIT %(most)s) c)"
)
_ON_BOARD = (*OPEN, State.PAUSED, State.AWAITING)
_COUNTS_OF = ", ".join(
    _COUNTED.format(condition)
    for state in _ON_BOARD
    for condition in (
        f"state = '{state.value}' ORDER BY updated_at DESC",
        f"state = '{state.value}' AND state <> 'awaiting' AND due_at < %(now)s ORDER BY due_at",
    )
)
_FIGURES = """
SELECT
  ARRAY[{counts}]::bigint[],
  (SELECT coalesce(json_agg(json_build_array(w.id, w.name, w.open) ORDER BY w.open, w.name, w.id), '[]') FROM (
    SELECT p.id, person.name, (SELECT count(*) FROM (SELECT 1 FROM repairs_request r WHERE r.compound_id = %(compound)s
      AND r.worker_id = p.person_id AND r.worker_post = p.id AND r.state IN ('assigned', 'working')
      ORDER BY r.due_at LIMIT %(most)s) AS held) AS open
    FROM parties_contract c
    JOIN parties_post p ON p.organisation_id = c.company_id AND p.role = 'worker'
      AND p.starts <= %(on)s AND (p.ends IS NULL OR p.ends >= %(on)s)
      AND (p.only_compounds IS NULL OR %(compound)s = ANY (p.only_compounds))
    JOIN accounts_person person ON person.id = p.person_id
    WHERE c.compound_id = %(compound)s AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s) OFFSET 0) w),
  (SELECT count(*) FROM repairs_escalation e
    JOIN repairs_request r ON r.compound_id = e.compound_id AND r.id = e.request_id
    WHERE e.compound_id = %(compound)s AND e.party = 'company' AND e.answered_at IS NULL
      AND r.state IN ('submitted', 'accepted', 'assigned', 'working')),
  coalesce((SELECT h.seq FROM live_topichead h WHERE h.compound_id = %(compound)s AND h.topic = 'repairs.board'), 0),
  {ongoing}
""".replace("{counts}", _COUNTS_OF).replace("{ongoing}", ongoing.OPEN)


def figures(*, compound_id: int, on: date, now: datetime) -> Figures:
    """The board's numbers and its workers. One statement, as fast with a hundred thousand open requests as with fifty."""
    with prepared() as cursor:
        cursor.execute(_FIGURES, {"compound": compound_id, "on": on, "now": now, "most": COUNTED})
        numbers, crew, duties, seq, incidents = cursor.fetchone()
    by_state = dict(zip(_ON_BOARD, zip(numbers[::2], numbers[1::2], strict=True), strict=True))
    columns = {
        name: (sum(by_state[State(s)][0] for s in states), sum(by_state[State(s)][1] for s in states))
        for name, (states, _limit) in COLUMNS.items()
    }
    members = crew if isinstance(crew, list) else json.loads(crew)
    return Figures(
        columns=columns,
        crew=tuple(Member(*row) for row in members),
        duties=duties,
        seq=seq,
        incidents=ongoing.read(incidents),
    )


# What stands behind each figure of a compound: the same condition as in ``_COUNTS``, as a list.
LISTS = ("late", "open", "committee", "street", "awaiting", "unanswered", "done")


def listed(*, compound_id: int, name: str, now: datetime) -> QuerySet[Request]:
    """The requests behind one figure of ``counts``; raises KeyError for a figure that there is not."""
    still = Q(state__in=HELD)
    condition, order = {
        "late": (still & Q(due_at__lt=now), "due_at"),
        "open": (still, "due_at"),
        "committee": (still & Q(level__gte=2), "due_at"),
        "street": (still & Q(level__gte=3), "due_at"),
        "awaiting": (Q(state=State.AWAITING), "finished_at"),
        "unanswered": (Q(state=State.AWAITING, finished_at__lt=now - NO_ANSWER_AFTER), "finished_at"),
        "done": (Q(state=State.DONE, closed_at__gte=now - DONE_WITHIN), "-closed_at"),
    }[name]
    found: QuerySet[Request] = (
        Request.objects.filter(condition, compound_id=compound_id).select_related("worker").order_by(order, "pk")
    )
    return found


OWN_SHOWN, FREE_SHOWN = 100, 50


def worker_list(actor: Actor, *, compound_id: int) -> list[Request]:
    """A worker's own open requests and the ones that nobody has taken, what is due first. One statement."""
    if not is_worker(actor):
        return []
    here = Request.objects.filter(compound_id=compound_id).select_related("building", "home__entrance__building")
    own = here.filter(worker_id=actor.person_id, worker_post=actor.post_id, state__in=HELD).order_by("due_at", "pk")
    free = here.filter(state__in=[State.SUBMITTED, State.ACCEPTED], worker__isnull=True).order_by("due_at", "pk")
    return list(own[:OWN_SHOWN].union(free[:FREE_SHOWN], all=True))


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of one compound: open, late (past the deadline now), waiting for the filer, unanswered, done in 30 days."""

    compound_id: int
    code: str
    name: str
    street: str
    community: str
    open: int
    late: int
    at_committee: int
    at_street: int
    awaiting: int
    unanswered: int
    done: int


# One LATERAL per compound: an array policy alone gives the index no order and no range.
_COUNTS = """
SELECT k.id, k.code, k.name, street.name, community.name, f.open, f.late, f.committee, f.street, f.awaiting, f.unanswered,
  f.done
FROM unnest(%(ids)s::bigint[]) AS c (id)
JOIN tenancy_compound k ON k.id = c.id
JOIN tenancy_area community ON community.id = k.community_id
JOIN tenancy_area street ON street.id = community.parent_id
CROSS JOIN LATERAL (
  SELECT o.open + (SELECT count(*) FROM repairs_request r WHERE r.compound_id = c.id AND r.state = 'paused') AS open,
    o.late, o.committee, o.street,
    (SELECT count(*) FROM repairs_request r WHERE r.compound_id = c.id AND r.state = 'awaiting') AS awaiting,
    (SELECT count(*) FROM repairs_request r
      WHERE r.compound_id = c.id AND r.state = 'awaiting' AND r.finished_at < %(quiet)s) AS unanswered,
    (SELECT count(*) FROM repairs_request r
      WHERE r.compound_id = c.id AND r.state = 'done' AND r.closed_at >= %(month)s) AS done
  FROM (
    SELECT count(*) AS open, count(*) FILTER (WHERE r.due_at < %(now)s) AS late,
      count(*) FILTER (WHERE r.level >= 2) AS committee, count(*) FILTER (WHERE r.level >= 3) AS street
    FROM repairs_request r
    WHERE r.compound_id = c.id AND r.state IN ('submitted', 'accepted', 'assigned', 'working')
  ) AS o
) AS f
ORDER BY f.late DESC, f.open DESC, k.code
"""


def counts(*, compound_ids: Sequence[int], now: datetime) -> list[Counts]:
    """Figures per compound, the latest trouble first. One statement for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "ids": list(compound_ids),
                "now": now,
                "quiet": now - NO_ANSWER_AFTER,
                "month": now - DONE_WITHIN,
            },
        )
        return [Counts(*row) for row in cursor.fetchall()]


def duties(actor: Actor, *, compound_id: int) -> list[Escalation]:
    """The escalations in a compound that the actor's party has still to answer, the oldest first. One statement.

    Once the repair is reported done, or the request is closed, there is nothing left to press for; what was never answered
    stays so in its time line.
    """
    return list(
        Escalation.objects.filter(
            compound_id=compound_id, party=actor.party, answered_at__isnull=True, request__state__in=OPEN
        )
        .select_related("request__worker")
        .order_by("at", "pk")[:BOARD_LIMIT]
    )


def compounds_with_due_steps(now: datetime) -> list[int]:
    """The compounds in which a request has a step to take. Runs across tenants; one statement."""
    return list(
        Request.objects.filter(next_step_at__lte=now).order_by().values_list(F("compound_id"), flat=True).distinct()
    )


def remarks_of(actor: Actor, request: Request) -> list[Remark]:
    """The conversation on a request that the actor takes part in, oldest first. One statement, none for who does not."""
    if not may_remark(actor, request):
        return []
    rows = Remark.objects.filter(compound_id=request.compound_id, request_id=request.pk).order_by("at", "pk")
    return list(rows if reads_internal(actor) else rows.filter(visibility=Remark.Visibility.SHARED))


def prices_of(request: Request) -> list[Quote]:
    """The prices of a request with their lines, the latest first. Two statements."""
    lines = Prefetch("lines", QuoteLine.objects.filter(compound_id=request.compound_id).order_by("pk"))
    rows = Quote.objects.filter(compound_id=request.compound_id, request_id=request.pk)
    return list(rows.prefetch_related(lines).order_by("-number"))


def signatures_of(actor: Actor, request: Request) -> list[Signature]:
    """The signatures of a request, oldest first, for who may read them. One statement."""
    if not may_read_signature(actor, request):
        return []
    rows = Signature.objects.filter(compound_id=request.compound_id, request_id=request.pk)
    return list(rows.select_related("file").order_by("at", "pk"))


def may_read_signature_file(actor: Actor, file: StoredFile) -> bool:
    """Whether a stored file is a signature that the actor may read. One statement."""
    signed = Signature.objects.filter(compound_id=file.compound_id, file_id=file.pk).values("request_id")
    found: Request | None = Request.objects.filter(compound_id=file.compound_id, pk__in=signed).first()
    return found is not None and may_read_signature(actor, found)


_REPLIES = """
SELECT far, reply, step, title, text FROM (
  SELECT 0 AS far, r.reply, r.step, r.title, r.text FROM repairs_replytemplate r
    WHERE r.compound_id = %(compound)s AND r.ended_at IS NULL
  UNION ALL
  SELECT 1, r.reply, r.step, r.title, r.text FROM repairs_cityreply r
    WHERE r.ended_at IS NULL AND r.area_id = (SELECT street.parent_id FROM tenancy_compound k
      JOIN tenancy_area c ON c.id = k.community_id JOIN tenancy_area street ON street.id = c.parent_id
      WHERE k.id = %(compound)s)) every ORDER BY far, reply
"""


def replies_for(*, compound_id: int) -> dict[str, list[Reply]]:
    """The reply templates by step: of each step the compound's own, else the city's, else the defaults. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLIES, {"compound": compound_id})
        rows = cursor.fetchall()
    found: dict[str, list[Reply]] = {}
    nearest: dict[str, int] = {}
    for far, _key, step, title, text in rows:
        if nearest.setdefault(step, far) == far:
            found.setdefault(step, []).append(Reply(step, title, text))
    for default in DEFAULTS:
        if default.step not in nearest:
            found.setdefault(default.step, []).append(default)
    return found


def open_incidents(*, compound_id: int) -> list[Incident]:
    """The mass incidents that go on in a compound, the latest first: for its staff and residents. One statement."""
    rows = Incident.objects.filter(compound_id=compound_id, closed_at__isnull=True)
    return list(rows.select_related("building").order_by("-opened_at", "-pk")[:BOARD_LIMIT])
