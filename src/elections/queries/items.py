"""The items of a poll, as rows and as the ballot box takes them; and the parts of the roll that may decide one."""

from collections.abc import Sequence
from functools import lru_cache

from elections.box.counting import Right as Weight
from elections.box.moments import OFF
from elections.box.questions import Item as BoxItem
from elections.box.record import Rules
from elections.models import Edition, Item, Kind, Poll, Right
from elections.rules.jurisdictions import NATIONAL


def items_of(poll: Poll) -> list[Item]:
    """In the order of the ballot."""
    return list(Item.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number"))


def box_items(poll: Poll) -> tuple[BoxItem, ...]:
    """As they are sealed into ballots."""
    return tuple(
        BoxItem(
            one.key,
            one.matter,
            one.text,
            scope=one.scope or None,
            seats=one.seats,
            candidates=tuple((name["key"], name["name"]) for name in one.candidates),
        )
        for one in items_of(poll)
    )


def numbers_of(items: Sequence[BoxItem]) -> dict[str, int]:
    """The number of each item in the announcement, by its key; 0 where there is one alone. ``items`` are all of the poll:
    whoever votes on a part of them, on a phone or on paper, sees the same numbers."""
    return {one.key: number if len(items) > 1 else 0 for number, one in enumerate(items, 1)}


def box_rules(poll: Poll) -> Rules:
    """By what its result is decided, as the box's first entry fixes it."""
    place = None if poll.jurisdiction == NATIONAL else poll.jurisdiction
    return Rules(
        poll.on, place, poll.vote_again, poll.plan, silent=poll.plan.get("silent", OFF),
        alternates=poll.kind == Kind.ELECTION,
    )  # fmt: skip


def called_items(poll: Poll) -> tuple[BoxItem, ...]:
    """The same of a poll that was called: its items stand, so a process reads them once."""
    return _called(poll.compound_id, poll.pk, poll.items_hash)


@lru_cache(maxsize=64)
def _called(compound_id: int, poll_id: int, _items_hash: str) -> tuple[BoxItem, ...]:
    return box_items(Poll(pk=poll_id, compound_id=compound_id))


def scopes_of(poll: Poll) -> frozenset[str]:
    """The buildings and entrances (``b<id>``, ``e<id>``) in which someone of the roll as it stands has a part."""
    if poll.edition_id is None:
        return frozenset()
    found = Right.objects.filter(compound_id=poll.compound_id, edition_id=poll.edition_id).values_list(
        "scopes", flat=True
    )
    return frozenset(scope for scopes in found for scope in scopes)


def weights(edition: Edition) -> dict[str, Weight]:
    """The roll as the box counts with it: area and scopes of every right, by its key."""
    found = Right.objects.filter(compound_id=edition.compound_id, edition=edition).values_list("key", "area", "scopes")
    return {key: Weight(area, scopes) for key, area, scopes in found}
