"""Monthly partitions of growing tables: made ahead of time, and as closed to direct access as their parent.

PostgreSQL applies neither the parent's row-level security nor its statement triggers to someone who addresses a partition
by name, so every partition gets its own copy of both (``dress``).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from tenancy.scope import across_tenants

# How long making a partition may wait for each of its locks before it gives way to everyone else; another attempt follows.
# All of them together take less than ``deadlock_timeout`` (a second): in a ring it is this side that gives up, never a page.
LOCK_WAIT = "100ms"
MONTHS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A table partitioned by range of one column."""

    table: str
    column: str


def partitioned_tables() -> list[Partitioned]:
    """Every table of this database that is partitioned by range of a single column, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_partitioned_table p "
            "JOIN pg_class c ON c.oid = p.partrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] "
            "WHERE p.partstrat = 'r' AND p.partnatts = 1 AND c.relnamespace = current_schema()::regnamespace "
            "ORDER BY c.relname"
        )
        return [Partitioned(table, column) for table, column in cursor.fetchall()]


def months_of(table: str, *, today: date) -> list[str]:
    """This month and ``MONTHS_AHEAD`` more of a table, as ``make_months``; nothing for a table that is not partitioned."""
    return [
        name
        for found in partitioned_tables()
        if found.table == table
        for name in make_months(table=table, column=found.column, months_ahead=MONTHS_AHEAD, today=today)
    ]


def ready_all(*, today: date) -> None:
    """Every table that grows by month, each in a transaction of its own: before anyone is served, so that nobody waits.

    Where another process serves already and holds a table, that table is left to the task.
    """
    for found in partitioned_tables():
        with suppress(OperationalError), across_tenants(reason="make the months ahead before anyone is served"):
            make_months(table=found.table, column=found.column, months_ahead=MONTHS_AHEAD, today=today)


def make_months(*, table: str, column: str, months_ahead: int, today: date) -> list[str]:
    """Make the partitions of this month and of ``months_ahead`` more, and of every month with rows in the default one.

    Returns the names of those made; a second call makes none. Rows that were written to the default partition before their
    month existed move into it, so call it in a scope that sees them (``across_tenants``): PostgreSQL refuses the new
    partition otherwise. One table a transaction: what it locks stays locked to its end, and a page that waits for one table may
    have read another. Raises OperationalError when somebody holds the table longer than ``LOCK_WAIT``: run it again later.
    """
    with connection.cursor() as cursor:
        wanted = set(_months(today, months_ahead)) | _months_in_default(cursor, table, column)
        months = {f"{table}_{month:%Y%m}": month for month in sorted(wanted)}
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS wanted (name) WHERE to_regclass(quote_ident(name)) IS NULL ORDER BY 1",
            [list(months)],
        )
        made = [name for (name,) in cursor.fetchall()]
        for name in made:
            with transaction.atomic():
                _make_month(cursor, table, column, name, months[name])
    return made


def dress(table: str, using: BaseDatabaseWrapper | None = None) -> None:
    """Give every partition of a table the table's own row-level security and statement triggers. May be repeated."""
    with (using or connection).cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass",
            [f'"{table}"'],
        )
        for (name,) in cursor.fetchall():
            _dress_one(cursor, table, name)


def _make_month(cursor: CursorWrapper, table: str, column: str, name: str, month: date) -> None:
    start, end = _bound(month), _bound(_next(month))
    default = f"{table}_default"
    _lock(cursor, table)
    cursor.execute(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    # An append-only table refuses the move to everyone else: its triggers are off for this transaction, under the lock.
    cursor.execute(f'ALTER TABLE "{default}" DISABLE TRIGGER USER')
    cursor.execute(
        f'WITH moved AS (DELETE FROM "{default}" WHERE "{column}" >= %s AND "{column}" < %s RETURNING *) '  # noqa: S608  own names
        f'INSERT INTO "{name}" SELECT * FROM moved',
        [start, end],
    )
    cursor.execute(f'ALTER TABLE "{default}" ENABLE TRIGGER USER')
    cursor.execute(f"ALTER TABLE \"{table}\" ATTACH PARTITION \"{name}\" FOR VALUES FROM ('{start}') TO ('{end}')")
    _dress_one(cursor, table, name)


def locked_for(cursor: CursorWrapper, table: str) -> list[tuple[str, str]]:
    """What attaching a partition locks, and how, in the order in which it is taken: (table, mode).

    Foreign keys are among it: those of the table are made anew on the partition, which locks what they refer to. The table
    itself is closed to writers: one who had chosen the default partition before it was locked would be refused after.
    """
    cursor.execute(
        "SELECT DISTINCT (CASE WHEN conrelid = %(table)s::regclass THEN confrelid ELSE conrelid END)::regclass::text "
        "FROM pg_constraint WHERE contype = 'f' AND %(table)s::regclass IN (conrelid, confrelid) ORDER BY 1",
        {"table": f'"{table}"'},
    )
    related = [(name, "SHARE ROW EXCLUSIVE") for (name,) in cursor.fetchall()]
    return [*related, (f'ONLY "{table}"', "SHARE ROW EXCLUSIVE"), (f'"{table}_default"', "ACCESS EXCLUSIVE")]


def _lock(cursor: CursorWrapper, table: str) -> None:
    """Take every lock before anything is done: from here on nothing is waited for."""
    locks = locked_for(cursor, table)
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    for name, mode in locks:
        cursor.execute(f"LOCK TABLE {name} IN {mode} MODE")
    cursor.execute("SET LOCAL lock_timeout = DEFAULT")


def _dress_one(cursor: CursorWrapper, table: str, name: str) -> None:
    cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
    enabled, forced = cursor.fetchone()
    if enabled:
        cursor.execute(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
    if forced:
        cursor.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')
    cursor.execute(
        "SELECT polname, polpermissive, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) "
        "FROM pg_policy WHERE polrelid = %s::regclass",
        [f'"{table}"'],
    )
    commands = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
    for policy, permissive, command, using, check in cursor.fetchall():
        cursor.execute(f'DROP POLICY IF EXISTS "{policy}" ON "{name}"')
        cursor.execute(
            f'CREATE POLICY "{policy}" ON "{name}" AS {"PERMISSIVE" if permissive else "RESTRICTIVE"} '
            f"FOR {commands[command]}{f' USING ({using})' if using else ''}{f' WITH CHECK ({check})' if check else ''}"
        )
    cursor.execute(
        "SELECT t.tgname, pg_get_triggerdef(t.oid), EXISTS (SELECT FROM pg_trigger own "
        "WHERE own.tgrelid = %s::regclass AND own.tgname = t.tgname) "
        "FROM pg_trigger t WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal AND t.tgtype & 1 = 0",
        [f'"{name}"', f'"{table}"'],
    )
    for _trigger, definition, there in cursor.fetchall():
        if not there:
            head, _, tail = definition.partition(" ON ")
            cursor.execute(f'{head} ON "{name}" {tail.partition(" ")[2]}')


def _months_in_default(cursor: CursorWrapper, table: str, column: str) -> set[date]:
    cursor.execute(
        f"SELECT DISTINCT date_trunc('month', \"{column}\" AT TIME ZONE 'UTC')::date "  # noqa: S608  the table's own names
        f'FROM "{table}_default"'
    )
    return {row[0] for row in cursor.fetchall()}


def _months(today: date, ahead: int) -> Iterator[date]:
    month = today.replace(day=1)
    for _ in range(ahead + 1):
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _bound(month: date) -> str:
    """Months are cut in UTC: one fixed rule, whatever the session's time zone."""
    return f"{month:%Y-%m-%d} 00:00:00+00"
