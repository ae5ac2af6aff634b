"""The printed ballots: a slip for the door and the ballot below it, each ballot on its own page, a set of a hundred a sheet."""

from typing import Any

from documents import qr
from documents.actions import TargetGone
from elections.models import Item, Poll, Right, Unit
from elections.models.polls import Secrecy
from elections.poll_words import silence_words
from elections.queries.items import items_of
from elections.rules.measures import area_text
from paper_ballots.models import Paper
from paper_ballots.permissions import prints
from paper_ballots.queries.terms import terms_of
from posting.rules.labels import grouped
from tenancy.actor import Actor

KIND = "paper_ballots.ballots"
TITLE = "纸质选票"
TEMPLATE = "paper_ballots/ballots.html"
_TARGET = "paper_ballots.ballots"
_PARTS = 4
# Of several parts of one owner so many are named; the rest are a number.
NAMED = 3


def target_of(poll: Poll, box_id: int, first: int, last: int) -> str:
    """How a sheet names its ballots: poll, box, and the numbers of the printing from and to."""
    return f"{_TARGET}:{poll.pk}:{box_id}:{first}:{last}"


def may_print(actor: Actor, target: str) -> bool:
    """Whoever conducts the poll. One statement."""
    found = _found(target)
    return found is not None and prints(actor, found[0])


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """The ballots that are not void, in the order of their numbers. Raises TargetGone where none is left."""
    found = _found(target)
    if found is None or found[0].compound_id != compound_id:
        raise TargetGone
    poll, box_id, first, last = found
    papers = list(
        Paper.objects.filter(
            compound_id=compound_id, poll=poll, box_id=box_id, number__range=(first, last), voided_at=None
        ).order_by("number")
    )
    rights = {
        one.key: one
        for one in Right.objects.filter(
            compound_id=compound_id, edition_id=poll.edition_id, key__in=[paper.right for paper in papers]
        )
    }
    if not papers or len(rights) < len(papers):
        raise TargetGone
    numbers = {number for one in rights.values() for number in one.units}
    homes = dict(
        Unit.objects.filter(compound_id=compound_id, poll=poll, number__in=numbers).values_list("number", "address")
    )
    items = items_of(poll)
    return {
        "poll": poll,
        "secret": poll.secrecy == Secrecy.SECRET,
        "terms": terms_of(poll),
        "silence": silence_words(poll),
        "ballots": [_ballot(paper, rights[paper.right], homes, items) for paper in papers],
    }


def _ballot(paper: Paper, right: Right, homes: dict[int, str], items: list[Item]) -> dict[str, Any]:
    """One ballot: only the items that its home votes on, in the order and by the numbers of the announcement."""
    return {
        "number": paper.number,
        "code": grouped(paper.code),
        "qr": qr.svg_data_uri(paper.code, scale=6),
        "homes": "、".join(homes[number] for number in right.units[:NAMED]),
        "more": max(len(right.units) - NAMED, 0),
        "holder": right.holder,
        # Of a secret poll this is all that is left on the paper when its code is cut off.
        "area": area_text(right.area),
        "items": [
            {
                "number": number,
                "text": one.text,
                "seats": one.seats,
                "names": [each["name"] for each in one.candidates],
            }
            for number, one in enumerate(items, 1)
            if not one.scope or one.scope in right.scopes
        ],
    }


def _found(target: str) -> tuple[Poll, int, int, int] | None:
    name, *rest = target.split(":")
    if name != _TARGET or len(rest) != _PARTS or not all(one.isascii() and one.isdigit() for one in rest):
        return None
    key, box_id, first, last = map(int, rest)
    poll: Poll | None = Poll.objects.select_related("compound", "edition").filter(pk=key).first()
    return None if poll is None else (poll, box_id, first, last)
