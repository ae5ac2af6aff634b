"""What every step of an import shares: the right to take it, the row under its lock, the machine, and who is told."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.crypto import seal
from audit.actions import record
from messaging.actions import queue
from registers.models import Part, Run
from registers.permissions import may_keep
from registers.refusals import NoSuchRun, NotPermitted, Refused
from registers.states import MACHINE
from tenancy.actor import Actor
from tenancy.models import Compound

LOCK = 7_300_101


def must_keep(by: Actor) -> None:
    """Raise NotPermitted for whoever does not keep the register."""
    if not may_keep(by):
        raise NotPermitted("not_a_keeper")


def locked_run(*, compound_id: int, ref: str) -> Run:
    """The import under its lock; raises NoSuchRun."""
    found: Run | None = (
        Run.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, ref=ref).first()
    )
    if found is None:
        raise NoSuchRun
    return found


def one_writer(compound_id: int) -> None:
    """From here to the commit no other import or undo of the compound writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, compound_id])


def move(run: Run, action: str, now: datetime, **fields: Any) -> None:
    """Take the run along the machine and save it. Raises Refused(out_of_state) with the state that it is in."""
    if action not in {one.action for one in MACHINE.actions_from(run.state)}:
        raise Refused("out_of_state", state=run.state)
    run.state = MACHINE.target(run.state, action)
    run.moved_at = now
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "moved_at", *fields])


def tell(run: Run, template: str, *, to: set[int], context: Mapping[str, str], by: Actor, now: datetime) -> None:
    """A message to people about the import."""
    code = Compound.objects.values_list("code", flat=True).get(pk=run.compound_id)
    queue(
        compound_id=run.compound_id,
        to=to,
        template=template,
        context={"name": run.name, **context},
        link=f"/c/{code}/register/imports/{run.ref}/",
        by=by,
        now=now,
    )


def note(run: Run, verb: str, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """The audit entry of a step."""
    record(
        by=by,
        compound_id=run.compound_id,
        verb=f"registers.{verb}",
        target=f"registers.run:{run.pk}",
        changes=changes,
        now=now,
    )


def keep_part(run: Run, kind: str, content: bytes) -> None:
    """Keep a part of the import, encrypted, in the place of an earlier one."""
    Part.objects.filter(compound_id=run.compound_id, run=run, kind=kind).delete()
    Part.objects.create(compound_id=run.compound_id, run=run, kind=kind, content=seal(content))


def hand_over(run: Run) -> None:
    """Let a worker take the import once this commits; with the broker away the sweep finds it."""
    from registers.tasks import work

    transaction.on_commit(partial(work.delay, compound_id=run.compound_id, run_id=run.pk), robust=True)
