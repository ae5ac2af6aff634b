"""Plan pictures and dated papers: taken in, replaced, never removed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from documents.actions import store_file, store_image
from documents.models import StoredFile
from equipment.actions.change import allow_keeping, keep, lock_register
from equipment.actions.dues import refresh_paper
from equipment.models import MAX_NAME, FloorPlan, Paper, Piece
from equipment.refusals import BadInput, NoSuchThing
from lifecycle.typed import said
from tenancy.actor import Actor

PLAN, PAPER = "equipment.plan", "equipment.paper"
MAX_PLANS = 300
MAX_AHEAD = 3660


@transaction.atomic
def add_plan(*, compound_id: int, name: str, upload: Any, by: Actor, now: datetime) -> FloorPlan:
    """Take in the picture of a floor. One of the same name takes the place of the older, and its pieces with it.

    Refused: NotPermitted (not_yours), BadInput (say_plan_name, too_long, too_many_plans), FileRefused.
    """
    allow_keeping(by, compound_id)
    words = said(name, "name", MAX_NAME, needed="say_plan_name")
    lock_register(compound_id)
    old: FloorPlan | None = FloorPlan.objects.filter(
        compound_id=compound_id, name=words, retired_at__isnull=True
    ).first()
    if old is None and FloorPlan.objects.filter(compound_id=compound_id, retired_at__isnull=True).count() >= MAX_PLANS:
        raise BadInput("too_many_plans", field="name", most=str(MAX_PLANS))
    file = store_image(compound_id=compound_id, by=by, upload=upload, purpose=PLAN, now=now)
    if old is not None:
        old.retired_at = now
        old.save(update_fields=["retired_at"])
    made: FloorPlan = FloorPlan.objects.create(
        compound_id=compound_id, name=words, file=file, made_at=now, made_as=by.signature
    )
    if old is not None:
        Piece.objects.filter(compound_id=compound_id, plan=old).update(plan=made)
    keep(
        compound_id=compound_id, verb="plan", target=f"equipment.floorplan:{made.pk}",
        changes={"name": [None, words], "file": [None, file.sha256]}, by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def retire_plan(*, compound_id: int, plan_id: int, by: Actor, now: datetime) -> None:
    """Take a plan out of use; its pieces stand on none then. Refused: NotPermitted (not_yours), NoSuchThing."""
    allow_keeping(by, compound_id)
    found: FloorPlan | None = (
        FloorPlan.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=plan_id, retired_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchThing
    found.retired_at = now
    found.save(update_fields=["retired_at"])
    Piece.objects.filter(compound_id=compound_id, plan=found).update(plan=None, plan_x=None, plan_y=None)
    keep(
        compound_id=compound_id, verb="plan", target=f"equipment.floorplan:{found.pk}",
        changes={"name": [found.name, None]}, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def file_paper(
    *,
    compound_id: int,
    kind: str,
    title: str,
    expires_on: date,
    holder: str = "",
    number: str = "",
    issued_on: date | None = None,
    upload: Any = None,
    replaces: int = 0,
    by: Actor,
    now: datetime,
) -> Paper:
    """Keep a dated paper: a contract, a certificate, the yearly test, the assessment. ``replaces``: the one that it renews.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput (unknown_kind, say_title, too_long, ends_before_start,
    ends_too_far), FileRefused.
    """
    allow_keeping(by, compound_id)
    if kind not in Paper.Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if issued_on is not None and expires_on < issued_on:
        raise BadInput("ends_before_start", field="expires_on")
    if abs((expires_on - now.date()).days) > MAX_AHEAD:
        raise BadInput("ends_too_far", field="expires_on")
    words = said(title, "title", MAX_NAME, needed="say_title")
    old: Paper | None = None
    if replaces:
        old = (
            Paper.objects.select_for_update(of=("self",), no_key=True)
            .filter(compound_id=compound_id, pk=replaces, replaced_at__isnull=True)
            .first()
        )
        if old is None:
            raise NoSuchThing
    file: StoredFile | None = None
    if upload:
        file = store_file(compound_id=compound_id, by=by, upload=upload, purpose=PAPER, now=now)
    made: Paper = Paper.objects.create(
        compound_id=compound_id, kind=kind, title=words, holder=said(holder, "holder", MAX_NAME),
        number=said(number, "paper_number", MAX_NAME), issued_on=issued_on, expires_on=expires_on, file=file,
        made_at=now, made_as=by.signature,
    )  # fmt: skip
    if old is not None:
        old.replaced_at = now
        old.save(update_fields=["replaced_at"])
        refresh_paper(old)
    refresh_paper(made)
    keep(
        compound_id=compound_id, verb="paper", target=f"equipment.paper:{made.pk}",
        changes={"title": [old.title if old else None, words], "expires_on": [None, expires_on.isoformat()]}, by=by,
        now=now,
    )  # fmt: skip
    return made
