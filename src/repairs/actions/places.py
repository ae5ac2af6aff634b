"""QR codes of public places and devices: reading one fills in where, and what as a rule."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actions import record
from documents.actions import request_document
from documents.models import IssuedDocument
from premises.models import Building
from repairs.models import Category, PlaceCode, PlaceSheet
from repairs.permissions import may_print_places, may_set_rules
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.periods import MAX_PLACE
from tenancy.actor import Actor
from tenancy.models import Compound

# Without what is mistaken for something else when it is read aloud or typed.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 6
# The kind of document that its labels are.
KIND = "repairs.places"


class NoSuchPlace(Exception):
    """No such code in the compound; the view answers 404."""


@transaction.atomic
def make_place(
    *, compound_id: int, place_text: str, building_id: int | None, category: str, by: Actor, now: datetime
) -> PlaceCode:
    """Give a place or device a code. Refused with NotPermitted or BadInput (say_where, too_long, no_such_building,
    unknown_category, place_twice).
    """
    if compound_id not in by.compound_ids or not may_set_rules(by):
        raise NotPermitted("not_yours")
    text = place_text.strip()
    if not text:
        raise BadInput("say_where", field="place_text")
    # What the filer adds ("left door") must still fit behind it.
    if len(text) > MAX_PLACE - 20:
        raise BadInput("too_long", field="place_text", most=str(MAX_PLACE - 20))
    if category not in {"", *Category.values}:
        raise BadInput("unknown_category", field="category")
    if building_id is not None and not Building.objects.filter(compound_id=compound_id, pk=building_id).exists():
        raise BadInput("no_such_building", field="building")
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    if PlaceCode.objects.filter(compound_id=compound_id, place_text=text, retired_at__isnull=True).exists():
        raise BadInput("place_twice", field="place_text")
    made: PlaceCode = PlaceCode.objects.create(
        compound_id=compound_id,
        code=_fresh(compound_id),
        place_text=text,
        building_id=building_id,
        category=category,
        made_at=now,
    )
    _keep(made, [None, text], by, now)
    return made


@transaction.atomic
def retire_place(*, compound_id: int, code: str, by: Actor, now: datetime) -> PlaceCode:
    """Take a code out of use: who reads it is asked to choose the place by hand. What was filed with it keeps it."""
    if compound_id not in by.compound_ids or not may_set_rules(by):
        raise NotPermitted("not_yours")
    found: PlaceCode | None = (
        PlaceCode.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, code=code, retired_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchPlace
    found.retired_at = now
    found.save()
    _keep(found, [found.place_text, None], by, now)
    return found


@transaction.atomic
def print_places(*, compound_id: int, codes: Sequence[str], by: Actor, now: datetime) -> IssuedDocument:
    """Ask for a sheet of labels: of these codes, or with none named of all in use.

    Refused with NotPermitted, BadInput (no_places) where none is in use, or NoSuchPlace for one that is not.
    """
    if compound_id not in by.compound_ids or not may_print_places(by):
        raise NotPermitted("not_yours")
    asked = sorted(set(codes))
    used = PlaceCode.objects.filter(compound_id=compound_id, retired_at__isnull=True)
    if asked and used.filter(code__in=asked).count() != len(asked):
        raise NoSuchPlace
    if not asked and not used.exists():
        raise BadInput("no_places", field="codes")
    which = "all"
    if asked:
        # Asked for the same once more, it is the same sheet.
        sheet = PlaceSheet.objects.filter(compound_id=compound_id, codes=asked).first()
        sheet = sheet or PlaceSheet.objects.create(compound_id=compound_id, codes=asked, made_at=now)
        which = str(sheet.pk)
    return request_document(
        compound_id=compound_id, by=by, kind=KIND, target=f"repairs.places:{compound_id}:{which}", now=now
    )


def _fresh(compound_id: int) -> str:
    """A code that the compound never used; the compound's row is locked meanwhile."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not PlaceCode.objects.filter(compound_id=compound_id, code=code).exists():
            return code


def _keep(place: PlaceCode, change: list[str | None], by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=place.compound_id,
        verb="repairs.place",
        target=f"repairs.placecode:{place.pk}",
        changes={"place_text": change},
        now=now,
    )
