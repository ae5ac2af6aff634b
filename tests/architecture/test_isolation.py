"""Every table that belongs to a compound is isolated, by both layers, each holding alone."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from tenancy.fields import TenantForeignKey
from tenancy.models import TenantManager, TenantModel, tenant_models

pytestmark = pytest.mark.django_db


def _rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _tables_with_compound() -> set[str]:
    return {
        name
        for (name,) in _rows(
            "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE a.attname = 'compound_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname = 'public'"
        )
    }


def test_every_table_with_a_compound_forces_row_level_security() -> None:
    forced = {name for (name,) in _rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    tables = _tables_with_compound()
    assert {"parties_contract", "premises_home", "repairs_request", "audit_entry"} <= tables
    assert tables - forced == set()


def test_every_policy_has_the_one_form_that_keeps_its_index() -> None:
    """IN (SELECT unnest()) was measured 4,000 times slower, CASE 170 times: both are forbidden."""
    policies = _rows("SELECT tablename, policyname, qual, with_check, cmd FROM pg_policies WHERE schemaname = 'public'")
    tenant = {row[0] for row in policies if row[1] == "tenant"}
    assert _tables_with_compound() - tenant == set()
    for table, name, qual, check, cmd in policies:
        assert "unnest" not in qual, table
        assert "CASE" not in qual, table
        if name == "tenant":
            assert qual.startswith("(compound_id = ANY (( SELECT"), (table, qual)
            assert check == qual, table
            assert cmd == "ALL", table
        elif name == "organisation":  # the books of a body: docs/decisions/firms.md
            assert qual.startswith("(organisation_id = ANY (( SELECT"), (table, qual)
            assert (check, cmd) == (qual, "ALL"), table
        else:
            assert (name, cmd) == ("entry", "SELECT"), table


def test_every_tenant_model_uses_the_scoped_manager_for_relations_too() -> None:
    found = tenant_models()
    assert found
    for model in found:
        assert model._meta.base_manager_name == "objects", model
        for manager in model._meta.managers:
            assert isinstance(manager, TenantManager), (model, manager)


def test_a_model_with_a_compound_is_a_tenant_model() -> None:
    for model in apps.get_models():
        names = {field.attname for field in model._meta.local_concrete_fields}
        if "compound_id" in names:
            assert issubclass(model, TenantModel), model


def test_no_plain_foreign_key_points_at_a_tenant_table() -> None:
    """Referential checks bypass row-level security, so a plain key would cross compounds."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and issubclass(field.remote_field.model, TenantModel):
                assert isinstance(field, TenantForeignKey), field


def test_every_reference_inside_a_compound_is_a_composite_key() -> None:
    composite = {
        (table, column)
        for table, column in _rows(
            "SELECT c.relname, a.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[2] "
            "JOIN pg_attribute f ON f.attrelid = c.oid AND f.attnum = k.conkey[1] "
            "WHERE k.contype = 'f' AND f.attname = 'compound_id' AND array_length(k.conkey, 1) = 2"
        )
    }
    wanted = {
        (model._meta.db_table, field.column)
        for model in tenant_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    }
    assert ("repairs_photo", "file_id") in wanted
    assert wanted - composite == set()


def test_indexes_and_unique_constraints_of_tenant_tables_start_with_the_compound() -> None:
    """Except primary keys, and the look-ups that run before any scope is open."""
    allowed = {"occupancy_person", "bond_child", "ballot_speaker_enters", "ballot_proxy_enters"}
    for model in tenant_models():
        for index in model._meta.indexes:
            if index.name not in allowed and index.fields:
                assert index.fields[0] == "compound", (model, index.name)
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                assert constraint.fields[0] == "compound", (model, constraint.name)


def test_the_role_cannot_skip_policies() -> None:
    assert _rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False, False)]


def test_migrations_have_one_leaf_each() -> None:
    assert MigrationLoader(connection).detect_conflicts() == {}


def test_the_scope_of_a_persons_own_copy_is_opened_for_that_alone() -> None:
    """It leaves the open scope for another: only what hands a person their own data may ask for it."""
    root = Path(__file__).resolve().parents[2] / "src"
    users = {
        name: sorted(str(path.relative_to(root)) for path in root.rglob("*.py") if name in path.read_text())
        for name in ("own_scope(", "instead(")
    }
    assert [path for path in users["own_scope("] if Path(path).name != "own.py"] == []
    assert users["instead("] == ["tenancy/own.py", "tenancy/scope.py"]
