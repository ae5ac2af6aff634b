"""Every read of handovers with a join, a count or a prefetch, by name. All run inside the compound's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from documents.models import IssuedDocument, StoredFile
from handover.models import Event, FirmCopy, Handover, Item, LatePhoto, LateRecord, Passed, Signature
from handover.permissions import DESK, is_community, is_incoming, is_outgoing, may_see, may_see_late, reads_late
from handover.rules.lists import DISPUTED, MISSING, OPEN
from parties.models import Contract, Organisation, Post
from premises.models import Home
from repairs.models import HELD, PlaceCode, Quote, Request
from tenancy.actor import Actor

PAGE: Final = 50
# How long after a contract's end its worker's late words are still kept aside, and stranded requests looked for at once.
LATE_DAYS: Final = 60
SHOWN: Final = 100
# A handover is opened for a contract that ends within half a year.
AHEAD_DAYS: Final = 180


def handovers(actor: Actor, compound_id: int) -> list[Handover]:
    """The handovers of a compound that the actor may see, the latest first. One statement."""
    rows = (
        Handover.objects.filter(compound_id=compound_id)
        .select_related("outgoing", "incoming", "pack")
        .order_by("-opened_at", "-pk")[:SHOWN]
    )
    return [row for row in rows if may_see(actor, row)]


def handover_for(actor: Actor, compound_id: int, ref: str) -> Handover | None:
    """One handover with its parties, when the actor may see it. One statement."""
    found: Handover | None = (
        Handover.objects.filter(compound_id=compound_id, ref=ref)
        .select_related("outgoing", "incoming", "contract", "incoming_contract", "pack")
        .first()
    )
    return found if found is not None and may_see(actor, found) else None


def visible_to(actor: Actor, *, compound_id: int, ref: str) -> bool:
    """Whether the actor may open the page of a handover. One statement."""
    found: Handover | None = Handover.objects.filter(compound_id=compound_id, ref=ref).first()
    return found is not None and may_see(actor, found)


@dataclass(frozen=True, slots=True)
class Tally:
    """One list in figures."""

    kind: str
    total: int
    open: int
    missing: int
    disputed: int

    @property
    def settled(self) -> int:
        """How many rows were looked at."""
        return self.total - self.open


def tallies(handover: Handover) -> dict[str, Tally]:
    """The rows of each list by verdict. One statement."""
    rows = (
        Item.objects.filter(compound_id=handover.compound_id, handover_id=handover.pk, dropped_at=None)
        .values("kind")
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=Q(verdict=OPEN)),
            missing=Count("pk", filter=Q(verdict=MISSING)),
            disputed=Count("pk", filter=Q(verdict=DISPUTED)),
        )
        .order_by("kind")
    )
    return {row["kind"]: Tally(**row) for row in rows}


def items(handover: Handover, kind: str = "", *, verdict: str = "", words: str = "") -> QuerySet[Item]:
    """The rows of a list (or of all), in their order."""
    rows = Item.objects.filter(compound_id=handover.compound_id, handover_id=handover.pk, dropped_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if verdict:
        rows = rows.filter(verdict=verdict)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(place__icontains=words) | Q(detail__icontains=words))
    found: QuerySet[Item] = rows.select_related("photo").order_by("pk")
    return found


def item_of(handover: Handover, item_id: int, *, dropped_too: bool = False) -> Item | None:
    """One row. One statement. ``dropped_too`` for a form that arrives again: the action refuses what is gone."""
    rows = Item.objects.filter(compound_id=handover.compound_id, handover_id=handover.pk, pk=item_id)
    found: Item | None = (rows if dropped_too else rows.filter(dropped_at=None)).select_related("photo").first()
    return found


def signatures(handover: Handover) -> dict[str, Signature]:
    """The signatures to the present version, by role. One statement."""
    rows = Signature.objects.filter(
        compound_id=handover.compound_id, handover_id=handover.pk, version=handover.version
    ).select_related("file")
    return {row.role: row for row in rows.order_by("at", "pk")}


def events(handover: Handover) -> list[Event]:
    """What happened, the latest first. One statement."""
    rows = Event.objects.filter(compound_id=handover.compound_id, handover_id=handover.pk)
    return list(rows.order_by("-at", "-pk")[:SHOWN])


def documents(handover: Handover) -> list[IssuedDocument]:
    """The packs of a handover, the newest first. One statement."""
    rows = IssuedDocument.objects.filter(compound_id=handover.compound_id, target=pack_target(handover))
    return list(rows.order_by("-pk")[:SHOWN])


def pack_target(handover: Handover) -> str:
    """How a pack names the handover that it is about."""
    return f"handover.handover:{handover.pk}"


def by_number(pk: int) -> Handover | None:
    """A handover with its parties, by its key, for printing. One statement."""
    found: Handover | None = (
        Handover.objects.select_related("compound", "outgoing", "incoming", "contract", "incoming_contract")
        .filter(pk=pk)
        .first()
    )
    return found


# --- what the portal knows for the lists ------------------------------------------------------------------------------
def open_cases(compound_id: int) -> list[Request]:
    """The open requests of a compound with what a handover tells of them, the oldest first. Two statements."""
    rows = (
        Request.objects.filter(compound_id=compound_id, state__in=HELD)
        .select_related("worker", "company")
        .prefetch_related(
            Prefetch(
                "quotes",
                Quote.objects.filter(compound_id=compound_id, state__in=["told", "agreed"]),
                to_attr="standing_quotes",
            )
        )
        .order_by("created_at", "pk")
    )
    return list(rows)


def public_places(compound_id: int) -> list[PlaceCode]:
    """The devices and places with a code of their own. One statement."""
    return list(PlaceCode.objects.filter(compound_id=compound_id, retired_at=None).order_by("place_text", "pk"))


def register_rows(compound_id: int) -> list[tuple[Any, ...]]:
    """The household register in brief, for its count and fingerprint: address, area, owners today. One statement."""
    rows = (
        Home.objects.filter(compound_id=compound_id, ends=None)
        .annotate(present=Count("owners", filter=Q(owners__ends=None)))
        .order_by("address", "pk")
    )
    return list(rows.values_list("address", "area", "present"))


# --- contracts --------------------------------------------------------------------------------------------------------
def contracts_to_hand_over(compound_id: int, today: date, *, known_too: bool = False) -> list[Contract]:
    """Contracts that end within half a year, or ended lately, and have no handover yet, the next to end first. One statement.

    ``known_too``: those that have one as well, for a form that arrives again.
    """
    known = Handover.objects.filter(compound_id=compound_id, contract_id=OuterRef("pk")).exclude(state="cancelled")
    rows = (
        Contract.objects.filter(
            compound_id=compound_id,
            ends__range=(today - timedelta(days=LATE_DAYS), today + timedelta(days=AHEAD_DAYS)),
        )
        .select_related("company")
        .order_by("ends")
    )
    return list(rows if known_too else rows.exclude(Exists(known)))


def next_contract(contract: Contract) -> Contract | None:
    """The contract of another firm that follows one. One statement."""
    found: Contract | None = (
        Contract.objects.filter(compound_id=contract.compound_id, starts__gt=contract.ends)
        .exclude(company_id=contract.company_id)
        .select_related("company")
        .order_by("starts")
        .first()
    )
    return found


def ended_contract(compound_id: int, organisation_id: int, today: date) -> Contract | None:
    """The contract of a firm that has ended lately and is not followed by one of its own. One statement."""
    again = Contract.objects.filter(compound_id=compound_id, company_id=organisation_id, starts__lte=today)
    found: Contract | None = (
        Contract.objects.filter(
            compound_id=compound_id,
            company_id=organisation_id,
            ends__lt=today,
            ends__gte=today - timedelta(days=LATE_DAYS),
        )
        .exclude(Exists(again.exclude(ends__lt=today)))
        .select_related("company")
        .order_by("-ends")
        .first()
    )
    return found


# --- what stays behind ------------------------------------------------------------------------------------------------
_STRANDED = """
SELECT DISTINCT r.compound_id FROM parties_contract e
JOIN repairs_request r ON r.compound_id = e.compound_id AND r.state = ANY (%(held)s)
LEFT JOIN parties_contract c ON c.compound_id = r.compound_id AND c.starts <= %(on)s
  AND (c.ends IS NULL OR c.ends >= %(on)s)
WHERE e.compound_id = ANY (%(compounds)s)
  AND (e.ends BETWEEN %(since)s AND %(on)s - 1 OR e.starts BETWEEN %(since)s AND %(on)s)
  AND r.company_id IS DISTINCT FROM c.company_id
UNION
SELECT i.compound_id FROM parties_contract e
JOIN repairs_incident i ON i.compound_id = e.compound_id AND i.closed_at IS NULL
LEFT JOIN parties_contract c ON c.compound_id = i.compound_id AND c.starts <= %(on)s
  AND (c.ends IS NULL OR c.ends >= %(on)s)
WHERE e.compound_id = ANY (%(compounds)s)
  AND (e.ends BETWEEN %(since)s AND %(on)s - 1 OR e.starts BETWEEN %(since)s AND %(on)s)
  AND i.company_id IS DISTINCT FROM c.company_id
ORDER BY 1
"""


def compounds_with_stranded(compound_ids: Sequence[int], today: date, *, since: date) -> list[int]:
    """Compounds where an open request or incident is with a firm that serves there no more, or with none though there is one.

    Looks at contracts that began or ended since a day. One statement, in a scope of all, for the sweep.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STRANDED,
            {
                "compounds": list(compound_ids),
                "on": today,
                "since": since,
                "held": [str(state.value) for state in HELD],
            },
        )
        return [pk for (pk,) in cursor.fetchall()]


def compounds_with_copies_due(compound_ids: Sequence[int]) -> list[int]:
    """Compounds where a signed pack is ready and its firms have no copy yet. One statement."""
    rows = Handover.objects.filter(compound_id__in=compound_ids, state="completed", copied_at=None)
    return list(
        rows.filter(pack__state="ready").values_list("compound_id", flat=True).distinct().order_by("compound_id")
    )


def compounds_under_way(compound_ids: Sequence[int]) -> list[int]:
    """Compounds with a handover that is not over. One statement."""
    rows = Handover.objects.filter(compound_id__in=compound_ids).exclude(state__in=["completed", "cancelled"])
    return list(rows.values_list("compound_id", flat=True).distinct().order_by("compound_id"))


def without_firm(compound_id: int) -> QuerySet[Request]:
    """Open requests that no firm holds, the longest waiting first."""
    rows: QuerySet[Request] = Request.objects.filter(compound_id=compound_id, state__in=HELD, company=None)
    return rows.select_related("company", "worker").order_by("created_at", "pk")


def passed(compound_id: int) -> list[Passed]:
    """What went on lately, the latest first. One statement."""
    rows = Passed.objects.filter(compound_id=compound_id).select_related("request").order_by("-at", "pk")
    return list(rows[:SHOWN])


# --- what came too late -----------------------------------------------------------------------------------------------
def late_records(actor: Actor, compound_id: int) -> QuerySet[LateRecord]:
    """Late records that the actor may read, those that wait first."""
    rows: QuerySet[LateRecord] = LateRecord.objects.filter(compound_id=compound_id)
    if not reads_late(actor):
        return rows.none()
    return (
        rows.select_related("request", "signature")
        .prefetch_related(Prefetch("photos", LatePhoto.objects.filter(compound_id=compound_id).select_related("file")))
        .order_by("state", "-received_at", "-pk")
    )


def late_waiting(actor: Actor, compound_id: int) -> int:
    """How many late records wait to be taken over. One statement."""
    return late_records(actor, compound_id).filter(state="kept").count()


def may_read_late_file(actor: Actor, file: StoredFile) -> bool:
    """Photos and signatures of late records: whoever reads the record. One statement at most."""
    if not reads_late(actor):
        return False
    found: LateRecord | None = LateRecord.objects.filter(
        Q(signature_id=file.pk) | Q(photos__file_id=file.pk), compound_id=file.compound_id
    ).first()
    return found is not None and may_see_late(actor, found)


def may_read_signature(actor: Actor, file: StoredFile) -> bool:
    """A signature of a handover is a name in full: for those who may open the handover. One statement."""
    found: Signature | None = (
        Signature.objects.filter(compound_id=file.compound_id, file_id=file.pk).select_related("handover").first()
    )
    return found is not None and may_see(actor, found.handover)


def may_read_photo(actor: Actor, file: StoredFile) -> bool:
    """A photo of a row: for those who may open the handover. One statement."""
    found: Item | None = (
        Item.objects.filter(compound_id=file.compound_id, photo_id=file.pk).select_related("handover").first()
    )
    return found is not None and may_see(actor, found.handover)


def post_of(person_id: int, post_id: int) -> Post | None:
    """A post of a person in a property firm, ended or not, with person and firm. One statement; needs no scope."""
    return (
        Post.objects.filter(pk=post_id, person_id=person_id, organisation__kind=Organisation.Kind.PROPERTY_COMPANY)
        .select_related("person", "organisation")
        .first()
    )


def had_request(compound_id: int, ref: str, post: Post) -> Request | None:
    """A request that this post worked on until the contract ended; for a desk any that the firm held. Two statements at most."""
    found: Request | None = Request.objects.filter(compound_id=compound_id, ref=ref).first()
    if found is None:
        return None
    went = Passed.objects.filter(compound_id=compound_id, request_id=found.pk)
    if post.role in DESK:
        held = found.company_id == post.organisation_id or went.filter(from_company=post.organisation_id).exists()
    else:
        held = (found.worker_id, found.worker_post) == (post.person_id, post.pk) or went.filter(
            from_person=post.person_id, from_post=post.pk
        ).exists()
    return found if held else None


# --- copies -----------------------------------------------------------------------------------------------------------
def copies(actor: Actor) -> list[FirmCopy]:
    """The signed packs that the actor's firm keeps, the latest first. One statement; needs no compound's scope."""
    if actor.party != "company" or actor.role != "manager" or actor.organisation_id is None:
        return []
    rows = FirmCopy.objects.filter(organisation_id=actor.organisation_id).select_related("issuer")
    return list(rows.order_by("-issued_at", "-pk")[:SHOWN])


def copy_for(actor: Actor, ref: str) -> FirmCopy | None:
    """One copy of the actor's own firm. One statement."""
    if actor.party != "company" or actor.role != "manager" or actor.organisation_id is None:
        return None
    return FirmCopy.objects.filter(organisation_id=actor.organisation_id, ref=ref).first()


def side_of(actor: Actor, handover: Handover) -> str:
    """As which side the actor reads a handover: outgoing, incoming, committee, community, or "" for others."""
    if is_outgoing(actor, handover):
        return "outgoing"
    if is_incoming(actor, handover):
        return "incoming"
    if actor.party == "committee":
        return "committee"
    return "community" if is_community(actor) else ""
