"""Printing ballots: one a right, each with a code; a lost or spoiled one is replaced, and its code is dead from then on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from documents.actions import request_document
from documents.models import IssuedDocument
from elections.models import Right
from elections.models import State as PollState
from paper_ballots.actions.asking import open_request, tell_made
from paper_ballots.actions.change import Ground, ground, paper_of, said, told
from paper_ballots.models import Paper
from paper_ballots.pdf import KIND, target_of
from paper_ballots.permissions import prints
from paper_ballots.queries.terms import terms_of
from paper_ballots.refusals import BadInput, OutOfState
from posting.rules.labels import new_code
from tenancy.actor import Actor

STATES = (PollState.CALLED, PollState.VOTING)
BATCH = 2_000
# Ballots in one sheet: more would keep a worker for minutes.
MAX_SHEETS = 100


@transaction.atomic
def print_papers(
    *, compound_id: int, ref: str, rights: Sequence[str] | None = None, by: Actor, now: datetime
) -> list[Paper]:
    """Make the papers of all rights of the roll as it stands, or of some (a home that asks for paper, 杭州 20).

    Whoever has a paper keeps it: printing again makes only what is missing. Refused: NoSuchPoll, NotPermitted (not_your_post),
    OutOfState (moved_on, no_box, roll_may_change), BadInput (not_on_roll).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    known = Right.objects.filter(compound_id=compound_id, edition_id=at.poll.edition_id).order_by("number")
    keys = list(known.values_list("key", flat=True))
    wanted = keys if rights is None else list(dict.fromkeys(rights))
    if not set(wanted) <= set(keys):
        raise BadInput("not_on_roll", field="rights")
    have = set(
        Paper.objects.filter(compound_id=compound_id, box=at.box, voided_at=None).values_list("right", flat=True)
    )
    made = _made(at, [key for key in wanted if key not in have], by=by, now=now)
    tell_made(at, [one.right for one in made], by=by, now=now)
    told(at, action="print", changes={"papers": [len(have), len(have) + len(made)]}, by=by, now=now)
    return made


@transaction.atomic
def replace(*, compound_id: int, ref: str, code: str, reason: str, by: Actor, now: datetime) -> Paper:
    """Void a paper that was lost or spoiled and make another for the same right.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, came_back), BadInput (mistyped,
    no_such_paper, voided_paper, say_why, too_long).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    found = paper_of(at, code)
    if found.returned_at is not None:
        raise OutOfState("came_back")
    found.voided_at, found.voided_as, found.voided_reason = now, by.signature, said(reason, "reason")
    found.save()
    (made,) = _made(at, [found.right], by=by, now=now)
    told(
        at, action="replace", changes={"paper": [found.number, made.number], "reason": [None, found.voided_reason]},
        by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def print_sheets(*, compound_id: int, ref: str, first: int, last: int, by: Actor, now: datetime) -> IssuedDocument:
    """Ask for the ballots with these numbers as a sheet to print, a hundred at most.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, no_terms: nobody said where and when a ballot
    is handed in), BadInput (too_many_papers with ``most``, no_papers).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    if not 0 <= last - first < MAX_SHEETS:
        raise BadInput("too_many_papers", field="last", most=str(MAX_SHEETS))
    if not Paper.objects.filter(
        compound_id=compound_id, box=at.box, number__range=(first, last), voided_at=None
    ).exists():
        raise BadInput("no_papers", field="last")
    if terms_of(at.poll) is None:
        raise OutOfState("no_terms")
    return request_document(
        compound_id=compound_id, by=by, kind=KIND, target=target_of(at.poll, at.box.pk, first, last), now=now
    )


@transaction.atomic
def print_asked(*, compound_id: int, ref: str, asked_id: int, by: Actor, now: datetime) -> IssuedDocument:
    """Make the paper of one request, where there is none yet, and ask for its sheet.

    Refused: as ``print_papers`` and ``print_sheets``, and OutOfState (not_asked: there is no such request, or it has ended).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    right = open_request(at.poll, asked_id).right
    print_papers(compound_id=compound_id, ref=ref, rights=[right], by=by, now=now)
    number = Paper.objects.get(compound_id=compound_id, box=at.box, right=right, voided_at=None).number
    return print_sheets(compound_id=compound_id, ref=ref, first=number, last=number, by=by, now=now)


def _made(at: Ground, rights: Sequence[str], *, by: Actor, now: datetime) -> list[Paper]:
    last = Paper.objects.filter(compound_id=at.compound_id, box=at.box).aggregate(last=Max("number"))["last"] or 0
    codes: set[str] = set()
    while len(codes) < len(rights):
        codes.add(new_code())
    made = [
        Paper(
            compound_id=at.compound_id, poll=at.poll, box=at.box, number=number, right=right, code=code, printed_at=now,
            printed_as=by.signature,
        )
        for number, (right, code) in enumerate(zip(rights, codes, strict=True), last + 1)
    ]  # fmt: skip
    # A code of 31^6 that another paper of the compound has already is refused by the table, and nothing of it is left.
    return list(Paper.objects.bulk_create(made, batch_size=BATCH))
