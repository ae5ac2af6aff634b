"""Reads of letters: a body's own box, one letter, what is late. All run inside the compounds' scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from documents.models import StoredFile
from letters.actions.change import everyone_in
from letters.actions.writing import bodies_here
from letters.models import GONE_OUT, Addressee, Attachment, Letter, State
from letters.permissions import may_read_letters
from tenancy.actor import Actor

INBOX, OUTBOX, DRAFTS, TODO = "in", "out", "drafts", "todo"
BOXES = (TODO, INBOX, OUTBOX, DRAFTS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: a box, words of subject, text, number or the other body."""

    box: str = TODO
    words: str = ""


def box(actor: Actor, wanted: Wanted, *, compound_id: int | None = None) -> QuerySet[Letter]:
    """A body's letters in the compounds of the open scope, the latest first.

    Of each: ``mine_signed`` and ``mine_answered`` for what came in, ``to_names`` is asked with ``addressed``.
    """
    if not may_read_letters(actor):
        return Letter.objects.none()
    mine = Addressee.objects.filter(
        compound_id=OuterRef("compound_id"), letter=OuterRef("pk"), organisation_id=actor.organisation_id
    )
    found: QuerySet[Letter] = Letter.objects.select_related("compound").defer("source", "body_html", "body_text")
    found = found.annotate(
        mine_signed=Subquery(mine.values("signed_at")[:1]), mine_answered=Subquery(mine.values("answered_at")[:1])
    )
    if compound_id is not None:
        found = found.filter(compound_id=compound_id)
    own = Q(organisation_id=actor.organisation_id)
    if wanted.box == DRAFTS:
        found = found.filter(own, state=State.DRAFT)
    elif wanted.box == OUTBOX:
        found = found.filter(own, state__in=GONE_OUT)
    elif wanted.box == INBOX:
        found = found.filter(Exists(mine), state__in=GONE_OUT)
    else:
        waiting = mine.filter(Q(signed_at__isnull=True) | Q(answered_at__isnull=True, letter__reply_by__isnull=False))
        found = found.filter(Exists(waiting), state=State.SENT)
    if wanted.words:
        words = wanted.words
        to = Addressee.objects.filter(compound_id=OuterRef("compound_id"), letter=OuterRef("pk"), name__icontains=words)
        found = found.filter(
            Q(subject__icontains=words) | Q(body_text__icontains=words) | Q(sender__icontains=words) | Exists(to)
        )
    return found.order_by(F("sent_at").desc(nulls_first=True), "-pk")


def box_counts(actor: Actor, *, compound_id: int | None = None) -> dict[str, int]:
    """How many letters are in each box. One statement."""
    rows = [box(actor, Wanted(name), compound_id=compound_id).order_by().values("pk") for name in BOXES]
    if not may_read_letters(actor):
        return dict.fromkeys(BOXES, 0)
    counted = Letter.objects.aggregate(
        **{f"n_{name}": Count("pk", filter=Q(pk__in=part)) for name, part in zip(BOXES, rows, strict=True)}
    )
    return {name: counted[f"n_{name}"] for name in BOXES}


def addressed(letters: Sequence[Letter]) -> dict[int, list[Addressee]]:
    """To whom each of some letters went, in order. One statement."""
    found: dict[int, list[Addressee]] = {one.pk: [] for one in letters}
    rows = Addressee.objects.filter(
        compound_id__in={one.compound_id for one in letters}, letter_id__in=list(found)
    ).order_by("pk")
    for row in rows:
        found[row.letter_id].append(row)
    return found


def letter_for(actor: Actor, compound_id: int, ref: str) -> Letter | None:
    """One letter with its addressees, files and what it answers or replaces, when the actor's body wrote it or was sent it."""
    mine = Addressee.objects.filter(
        compound_id=compound_id, letter=OuterRef("pk"), organisation_id=actor.organisation_id or 0
    )
    found: Letter | None = (
        Letter.objects.filter(compound_id=compound_id, ref=ref)
        .select_related("compound", "reply_to", "replaces")
        .annotate(to_me=Exists(mine))
        .prefetch_related(
            Prefetch("addressees", Addressee.objects.select_related("answer").order_by("pk")),
            Prefetch("attachments", Attachment.objects.select_related("file").order_by("pk")),
            Prefetch("replaced_by", Letter.objects.filter(state__in=GONE_OUT).order_by("pk")),
        )
        .first()
    )
    if found is None or compound_id not in actor.compound_ids or not may_read_letters(actor):
        return None
    if found.organisation_id == actor.organisation_id:
        return found
    return found if found.to_me and found.state in GONE_OUT else None  # type: ignore[attr-defined]


def to_choose(actor: Actor, compound_id: int, now: datetime) -> list[tuple[int, str]]:
    """The bodies that a letter may go to there today: id and name. Two statements."""
    here = bodies_here(everyone_in(compound_id, now), without=actor.organisation_id or 0)
    return [(pk, name) for pk, (name, _side) in here.items()]


def may_read_file(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read an attachment: the body that wrote the letter, and those that it went to."""
    row: Attachment | None = (
        Attachment.objects.filter(compound_id=stored.compound_id, file=stored).select_related("letter").first()
    )
    if row is None or (row.dropped_at is not None and row.letter.organisation_id != actor.organisation_id):
        return False
    return letter_for(actor, stored.compound_id, row.letter.ref) is not None


def letter_by_key(pk: int) -> Letter | None:
    """A letter of the open scope by its id, with everything that its sheet shows."""
    found: Letter | None = (
        Letter.objects.filter(pk=pk)
        .select_related("compound", "reply_to", "replaces")
        .prefetch_related(
            Prefetch("addressees", Addressee.objects.order_by("pk")),
            Prefetch("attachments", Attachment.objects.select_related("file").order_by("pk")),
        )
        .first()
    )
    return found


def kept_files(letter: Letter) -> list[Attachment]:
    """The attachments that belong to a letter."""
    return [row for row in letter.attachments.all() if row.dropped_at is None]


def own_addressee(actor: Actor, letter: Letter) -> Addressee | None:
    """The actor's body among the addressees."""
    return next((row for row in letter.addressees.all() if row.organisation_id == actor.organisation_id), None)


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where a reply is late and nobody was reminded. Runs in a scope of all, for the sweep."""
    due = Addressee.objects.filter(
        answered_at__isnull=True,
        reminded_at__isnull=True,
        letter__state=State.SENT,
        letter__reply_by__lt=localdate(now),
    )
    rows: Any = due.order_by("compound_id").values_list("compound_id", flat=True).distinct()
    return list(rows)
