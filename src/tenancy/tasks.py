"""The Celery base class that opens the scope, so that no task has to, and the task that makes partitions."""

from typing import Any

from celery import Task, shared_task
from django.db import OperationalError
from django.utils import timezone

from tenancy.partitions import months_of, partitioned_tables
from tenancy.scope import ScopeError, across_tenants, scope


class ScopedTask(Task):  # type: ignore[type-arg]  # Task is generic in its stubs only
    """Every task names its compound: ``task.delay(compound_id=7, ...)`` runs inside that scope.

    A sweep declares ``across="why"`` on the task instead (``@shared_task(across="...")``); it should only find ids and fan
    out one task a compound. A task without either is refused.
    """

    abstract = True
    across: str = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Open the scope, then run."""
        if self.across:
            with across_tenants(reason=self.across):
                return super().__call__(*args, **kwargs)
        if "compound_id" not in kwargs:
            raise ScopeError(f"Task {self.name} was called without compound_id.")
        with scope(int(kwargs["compound_id"])):
            return super().__call__(*args, **kwargs)


class SteppedTask(ScopedTask):
    """A task that talks to the network between its transactions: its action opens the scope of the compound step by step."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run without a scope; a task without its compound is refused all the same."""
        if "compound_id" not in kwargs:
            raise ScopeError(f"Task {self.name} was called without compound_id.")
        return Task.__call__(self, *args, **kwargs)


@shared_task(base=ScopedTask, name="tenancy.make_partitions", across="find the tables that grow by month")
def make_partitions() -> None:
    """See to every table partitioned by month, each in a transaction of its own."""
    for found in partitioned_tables():
        make_months_of.delay(table=found.table)


@shared_task(
    base=ScopedTask,
    name="tenancy.make_months_of",
    across="make the months ahead of a table and move the rows that came before their month was made",
    autoretry_for=(OperationalError,),
    retry_backoff=2,
    max_retries=12,
)
def make_months_of(*, table: str) -> list[str]:
    """Make this month and three more of a table that is partitioned by month; returns what was made. May be repeated."""
    return months_of(table, today=timezone.now().date())
