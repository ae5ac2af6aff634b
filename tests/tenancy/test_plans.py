"""The plans that isolation was designed for: the policy keeps its index, and a list over compounds reads each in order."""

import pytest
from django.db import connection

from repairs.queries import board, counts, own_requests
from tenancy.scope import scope
from tests.repairs.conftest import NOW
from tests.world import World


@pytest.fixture
def many(world: World) -> World:
    """Enough requests that a plan matters: 3,000 in each compound, made in one statement."""
    for side in (world.here, world.there):
        with scope(side.compound.pk), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO repairs_request (compound_id, ref, number, category, place, place_text, words, urgent,"
                " wanted_time, filed_by_id, filed_as, state, created_at, updated_at, opened_at, clock_from, due_at,"
                " due_certain, level, reopened, returned_to, comment) "
                "SELECT %s, 'r' || g, 'N' || g, 'water', 'public', 'x', 'y', false, '', %s, '', "
                "CASE WHEN g %% 10 = 0 THEN 'submitted' ELSE 'done' END, t, t, t, "
                "CASE WHEN g %% 10 = 0 THEN t END, CASE WHEN g %% 10 = 0 THEN t + interval '1 day' END, true, -1, 0, '', '' "
                "FROM generate_series(1, 3000) g, LATERAL (SELECT %s::timestamptz - g * interval '1 minute' AS t) AS at",
                [side.compound.pk, side.people["resident"].pk, NOW],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE repairs_request")
    return world


def _plan(sql: str, params: tuple = ()) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


def _captured(statements, read) -> str:
    with statements() as seen:
        read()
    return next(q["sql"] for q in seen if "repairs_request" in q["sql"])


def test_the_latest_of_a_compound_come_from_the_index_in_order(many: World, statements) -> None:
    here = many.here
    with scope(here.compound.pk):
        sql = _captured(
            statements,
            lambda: own_requests(
                compound_id=here.compound.pk,
                person_id=here.people["resident"].pk,
                topic="repairs.own:1",
                rows=slice(0, 20),
            ),
        )
        plan = _plan(sql)
    assert "Seq Scan on repairs_request" not in plan, plan
    assert "request_own" in plan or "request_recent" in plan, plan


def test_the_board_reads_open_requests_by_their_index(many: World, statements) -> None:
    here = many.here
    with scope(here.compound.pk):
        plan = _plan(_captured(statements, lambda: board(compound_id=here.compound.pk)))
    assert "Seq Scan on repairs_request" not in plan, plan
    assert "request_" in plan, plan


def test_figures_of_several_compounds_are_read_compound_by_compound(many: World, statements) -> None:
    ids = [many.here.compound.pk, many.there.compound.pk]
    with scope(ids):
        plan = _plan(_captured(statements, lambda: counts(compound_ids=ids, now=NOW)))
    assert "Seq Scan on repairs_request" not in plan, plan


def test_the_setting_is_read_once_a_statement_and_not_once_a_row(many: World) -> None:
    with scope(many.here.compound.pk):
        plan = _plan("SELECT * FROM repairs_request WHERE compound_id = %s", (many.here.compound.pk,))
    assert "InitPlan" in plan, plan
