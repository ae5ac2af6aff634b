"""The wall around each body's books: either layer holds alone."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from firms.models import Certificate, Reminder
from firms.wall import WalledManager, WallError, books
from tests.firms.conftest import NOW, firm_of, paper
from tests.world import CANARY, STAFF, World


def count(sql: str = "SELECT count(*) FROM firms_certificate") -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def test_no_row_without_open_books(world: World) -> None:
    paper(world.here, now=NOW)
    assert count() == 0
    with pytest.raises(WallError):
        Certificate.objects.count()
    with pytest.raises(WallError):
        Reminder.objects.count()


def test_books_show_one_body_and_close_again(world: World) -> None:
    paper(world.here)
    paper(world.there, number=CANARY)
    here, there = firm_of(world.here), firm_of(world.there)
    with books([here]):
        assert count() == 1
        assert Certificate.objects.get().organisation_id == here
        with books([there]):
            assert Certificate.objects.get().number == CANARY
        assert count() == 1
        assert Certificate.objects.get().organisation_id == here
    assert count() == 0
    with books([here, there]):
        assert count() == 2


def test_nothing_is_written_into_other_books(world: World) -> None:
    one = paper(world.here)
    with books([firm_of(world.there)]):
        with pytest.raises(WallError):
            one.save()
        values = f"{firm_of(world.here)}, {one.pk}, {world.here.people['worker'].pk}, 7, now()"
        sql = f"INSERT INTO firms_reminder (organisation_id, certificate_id, person_id, step, at) VALUES ({values})"
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            count(f"{sql} RETURNING 1")


def test_without_the_managers_the_database_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paper(world.here)
    paper(world.there, number=CANARY)
    monkeypatch.setattr(WalledManager, "get_queryset", lambda self: super(WalledManager, self).get_queryset())
    with books([firm_of(world.here)]):
        assert [one.number for one in Certificate.objects.all()] == ["2233001"]


def test_without_the_database_the_managers_hold(world: World) -> None:
    paper(world.here)
    paper(world.there, number=CANARY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE firms_certificate DISABLE ROW LEVEL SECURITY")
    assert count() == 2
    with books([firm_of(world.here)]):
        assert [one.number for one in Certificate.objects.all()] == ["2233001"]


@pytest.mark.parametrize("role", [name for name in STAFF if name not in {"worker", "worker2", "dispatcher"}])
@pytest.mark.parametrize("layer", ["managers", "database"])
def test_pages_hold_with_one_layer_gone(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch, role: str, layer: str
) -> None:
    here = paper(world.here)
    there = paper(world.there, number=CANARY)
    if layer == "managers":
        monkeypatch.setattr(WalledManager, "get_queryset", lambda self: super(WalledManager, self).get_queryset())
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE firms_certificate DISABLE ROW LEVEL SECURITY")
    client, own, other = sign_in(world.here, role), firm_of(world.here), firm_of(world.there)
    for path in (
        "/firms/",
        f"/firms/{own}/",
        f"/firms/{own}/certificates/",
        f"/firms/{own}/certificates/{there.pk}/copy/",
        f"/firms/{own}/certificates/{there.pk}/withdraw/",
        f"/firms/{own}/certificates/new/?replaces={there.pk}",
        f"/firms/{other}/",
        f"/firms/{other}/certificates/",
        f"/firms/{other}/certificates/{there.pk}/withdraw/",
        f"/bodies/{own}/posts/sheet/",
    ):
        answer = client.get(path, follow=True)
        assert answer.status_code < 500, path
        if "sheet" not in path:
            assert CANARY not in answer.content.decode(), path
    assert here.pk != there.pk
