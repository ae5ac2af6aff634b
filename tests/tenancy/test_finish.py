"""A request that ends its transaction before its answer is on its way: committed for everyone, and nothing can follow in it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import Entry
from tenancy.models import Compound
from tenancy.scope import ScopeError, current_scope, entrance, finish, has_scope, scope
from tests.world import Side, World


def enter(side: Side, verb: str) -> None:
    """An entry of the audit chain: what a transaction writes last."""
    record(
        by=side.actor("manager"), compound_id=side.compound.pk, verb=verb, target="test.thing:1", changes={},
        now=timezone.now(),
    )  # fmt: skip


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(target="test.thing:1").order_by("seq").values_list("verb", flat=True))


def elsewhere(look: Callable[[], Any]) -> Any:
    """What another connection sees."""
    seen: list[Any] = []

    def looked() -> None:
        try:
            seen.append(look())
        finally:
            connection.close()

    thread = threading.Thread(target=looked)
    thread.start()
    thread.join()
    return seen[0]


def test_others_see_it_before_the_request_is_over(world: World, committed_db: str) -> None:
    side = world.here
    told: list[str] = []
    with entrance(side.people["manager"].pk), scope(side.compound.pk, join=True):
        enter(side, "first")
        transaction.on_commit(lambda: told.append("committed"))
        assert elsewhere(lambda: verbs(side)) == []
        finish()
        assert elsewhere(lambda: verbs(side)) == ["first"]
        assert (told, has_scope()) == ([], False)
        with pytest.raises(ScopeError):
            Entry.objects.count()
    assert (verbs(side), told, has_scope()) == (["first"], ["committed"], False)


def test_a_failure_after_it_takes_nothing_back(world: World, committed_db: str) -> None:
    side = world.here
    with pytest.raises(ZeroDivisionError), entrance(side.people["manager"].pk), scope(side.compound.pk, join=True):
        enter(side, "first")
        finish()
        raise ZeroDivisionError
    assert verbs(side) == ["first"]
    with scope(side.compound.pk):
        assert current_scope().compound_ids == (side.compound.pk,)


def test_what_is_part_of_more_ends_with_it(world: World, committed_db: str) -> None:
    side = world.here
    with transaction.atomic():
        with scope(side.compound.pk):
            enter(side, "first")
            finish()
            assert (has_scope(), Compound.objects.filter(pk=side.compound.pk).count()) == (True, 1)
        transaction.set_rollback(True)
    assert verbs(side) == []


def test_what_was_to_be_undone_is_not_kept(world: World, committed_db: str) -> None:
    side = world.here
    with entrance(side.people["manager"].pk), scope(side.compound.pk, join=True):
        enter(side, "first")
        transaction.set_rollback(True)
        finish()
    assert verbs(side) == []
