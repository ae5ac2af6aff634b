"""The scope: what it lets through, and that each of the two layers holds without the other."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Person
from parties.models import Contract
from premises.models import Building, Entrance, Home, Occupancy
from tenancy.models import Compound
from tenancy.own import own_scope
from tenancy.scope import ScopeError, across_tenants, current_scope, entering, has_scope, scope
from tests.world import CANARY, World


def _raw(sql: str, params: list | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_without_a_scope_the_manager_refuses_and_the_database_shows_nothing(world: World) -> None:
    with pytest.raises(ScopeError):
        Home.objects.count()
    assert _raw("SELECT count(*) FROM premises_home") == [(0,)]


def test_a_scope_shows_its_compound_only(world: World) -> None:
    with scope(world.here.compound.pk):
        assert set(Home.objects.values_list("compound_id", flat=True)) == {world.here.compound.pk}
        assert Home.objects.count() == 6


def test_row_level_security_holds_alone(world: World) -> None:
    """The ORM layer off: raw SQL that names the other compound still finds nothing of it."""
    with scope(world.here.compound.pk):
        assert _raw("SELECT count(*) FROM premises_home WHERE compound_id = %s", [world.there.compound.pk]) == [(0,)]
        assert _raw("SELECT DISTINCT compound_id FROM premises_home") == [(world.here.compound.pk,)]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            _raw(
                "INSERT INTO premises_building (compound_id, name, position) VALUES (%s, 'x', 0) RETURNING id",
                [world.there.compound.pk],
            )


def test_the_manager_holds_alone(world: World) -> None:
    """Row-level security off, as for a superuser: the manager still adds the compound to every query."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE premises_home DISABLE ROW LEVEL SECURITY")
        cursor.execute("ALTER TABLE premises_building DISABLE ROW LEVEL SECURITY")
    assert _raw("SELECT count(DISTINCT compound_id) FROM premises_home") == [(2,)]
    with scope(world.here.compound.pk):
        assert set(Home.objects.values_list("compound_id", flat=True)) == {world.here.compound.pk}
        assert not Home.objects.filter(compound_id=world.there.compound.pk).exists()
        with pytest.raises(ScopeError):
            Building.objects.create(compound=world.there.compound, name="9幢")
        with pytest.raises(ScopeError):
            Building.objects.bulk_create([Building(compound=world.there.compound, name="9幢")])
        assert Home.objects.filter(compound_id=world.there.compound.pk).update(floor=9) == 0
        assert Home.objects.filter(compound_id=world.there.compound.pk).delete()[0] == 0


def test_a_reference_cannot_cross_compounds(world: World) -> None:
    """The database itself refuses a pair (compound, id) that does not exist, even in a scope of both."""
    both = [world.here.compound.pk, world.there.compound.pk]
    with pytest.raises(IntegrityError), scope(both):
        foreign = Building.objects.get(compound=world.there.compound)
        Entrance.objects.create(compound=world.here.compound, building=foreign, name="9单元")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_row_cannot_move(world: World) -> None:
    with scope([world.here.compound.pk, world.there.compound.pk]), pytest.raises(ScopeError):
        Building.objects.update(compound=world.there.compound)


def test_a_nested_scope_only_narrows_and_gives_the_outer_one_back(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    with scope([here, there]):
        with scope(here):
            assert _raw("SELECT DISTINCT compound_id FROM premises_home") == [(here,)]
            with pytest.raises(ScopeError), scope(there):
                pass
        assert _raw("SELECT count(DISTINCT compound_id) FROM premises_home") == [(2,)]
        assert current_scope().compound_ids == tuple(sorted((here, there)))
    assert not has_scope()


def test_a_refusal_that_passes_through_leaves_the_outer_scope_usable(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    with scope([here, there]):
        with pytest.raises(LookupError), scope(here):
            raise LookupError
        assert _raw("SELECT count(DISTINCT compound_id) FROM premises_home") == [(2,)]
        with pytest.raises(DatabaseError), transaction.atomic(), scope(here):
            _raw("SELECT no_such_column")
        assert _raw("SELECT count(DISTINCT compound_id) FROM premises_home") == [(2,)]


def test_a_scope_ends_with_its_transaction(world: World) -> None:
    with scope(world.here.compound.pk):
        pass
    assert _raw("SELECT current_setting('app.compounds', true)") in ([("{}",)], [("",)])
    assert _raw("SELECT count(*) FROM premises_home") == [(0,)]


def test_commit_callbacks_run_outside_the_scope(world: World, django_capture_on_commit_callbacks) -> None:
    seen: list[bool] = []
    with django_capture_on_commit_callbacks(execute=True), scope(world.here.compound.pk):
        transaction.on_commit(lambda: seen.append(has_scope()))
    assert seen == [False]


def test_another_thread_has_no_scope(world: World) -> None:
    seen: list[bool] = []
    with scope(world.here.compound.pk):
        thread = threading.Thread(target=lambda: seen.append(has_scope()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_across_tenants_needs_a_reason_and_no_scope(world: World) -> None:
    with pytest.raises(ScopeError), across_tenants(reason=" "):
        pass
    with scope(world.here.compound.pk), pytest.raises(ScopeError), across_tenants(reason="test"):
        pass
    with across_tenants(reason="test"):
        assert set(Home.objects.values_list("compound_id", flat=True)) == set(
            Compound.objects.values_list("pk", flat=True)
        )


def test_entering_shows_a_person_their_own_entry_rows_only(world: World) -> None:
    resident, manager = world.here.people["resident"], world.here.people["manager"]
    with entering(resident.pk):
        assert _raw("SELECT person_id FROM premises_occupancy") == [(resident.pk,)]
        assert _raw("SELECT count(*) FROM parties_contract") == [(0,)]
        assert _raw("SELECT count(*) FROM premises_home") == [(0,)]
    with entering(manager.pk):
        assert _raw("SELECT compound_id FROM parties_contract") == [(world.here.compound.pk,)]
        assert _raw("SELECT count(*) FROM premises_occupancy") == [(0,)]


def test_a_persons_own_scope_takes_the_place_of_the_open_one_and_gives_it_back(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    resident, city, manager = (world.here.people[name].pk for name in ("resident", "city", "manager"))
    for person, compounds in ((resident, (here,)), (manager, (here,)), (city, tuple(sorted((here, there))))):
        with scope(there):
            with own_scope(person) as opened:
                assert opened.compound_ids == compounds
                assert sorted(_raw("SELECT DISTINCT compound_id FROM premises_home")) == [(one,) for one in compounds]
                assert set(Home.objects.values_list("compound_id", flat=True)) == set(compounds)
            assert current_scope().compound_ids == (there,)
            assert _raw("SELECT DISTINCT compound_id FROM premises_home") == [(there,)]
    with own_scope(resident):
        assert _raw("SELECT DISTINCT compound_id FROM premises_home") == [(here,)]
    assert not has_scope()
    assert _raw("SELECT count(*) FROM premises_home") == [(0,)]


def test_an_own_scope_without_ties_shows_nothing_and_a_failure_in_it_leaves_the_outer_one(world: World) -> None:
    stranger = Person.objects.create_person(phone="+8619900900001").pk
    with scope(world.here.compound.pk):
        with own_scope(stranger):
            assert _raw("SELECT count(*) FROM premises_home") == [(0,)]
            assert not Home.objects.exists()
        with pytest.raises(LookupError), own_scope(stranger):
            raise LookupError
        assert _raw("SELECT DISTINCT compound_id FROM premises_home") == [(world.here.compound.pk,)]
        assert Home.objects.count() == 6


def test_an_entry_policy_gives_no_right_to_write(world: World) -> None:
    resident = world.here.people["resident"]
    with entering(resident.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE premises_occupancy SET relation = 'owner'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM premises_occupancy")
        assert cursor.rowcount == 0


def test_the_other_compound_really_holds_a_canary(world: World) -> None:
    with scope(world.there.compound.pk):
        assert Contract.objects.filter(company__name__contains=CANARY).count() == 1
        assert Occupancy.objects.filter(person__name__contains=CANARY).count() == 2
