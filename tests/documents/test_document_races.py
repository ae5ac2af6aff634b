"""Two people press the same button at once."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from documents.actions import request_document
from documents.models import DocumentCounter
from tenancy.scope import scope
from tests.documents.conftest import NOW, Maker
from tests.world import World


def test_two_at_once_are_one(committed_db: str, world: World, open_to: set[str], maker: Maker) -> None:
    open_to.add("company")
    actor = world.here.actor("manager")

    def press(_: int) -> tuple[int, str]:
        try:
            with scope(world.here.compound.pk):
                made = request_document(
                    compound_id=world.here.compound.pk, by=actor, kind="test_slip", target="test:1", now=NOW
                )
                return made.pk, made.number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    with scope(world.here.compound.pk):
        assert DocumentCounter.objects.get(compound=world.here.compound).last == 1
