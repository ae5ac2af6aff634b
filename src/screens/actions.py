"""Putting a screen up, changing it, taking it down, and noting that it asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import crypto
from audit.actions import record
from live import admission
from premises.models import Building, Entrance
from screens import rules
from screens.models import Orientation, Screen
from screens.permissions import may_manage
from screens.refusals import BadInput, NoSuchScreen, NotPermitted, OutOfState
from tenancy.actor import Actor
from tenancy.models import Compound
from ui.numbers import whole

# The kind of its passes to live topics (``live.admission``).
KIND = "screen"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is said of a screen. ``place``: "" for the whole compound, else "b:<building id>" or "e:<entrance id>"."""

    name: str
    place: str = ""
    orientation: str = Orientation.LANDSCAPE
    sound: bool = False


@transaction.atomic
def put_up(*, compound_id: int, settings: Settings, by: Actor, now: datetime) -> tuple[Screen, str]:
    """Make a screen; returns it and its token, which is shown this once.

    Refused: NotPermitted (not_yours), BadInput (name, unknown_orientation, no_such_place), OutOfState (too_many).
    """
    _must(compound_id, by)
    values = _checked(compound_id, settings)
    # One after the other: two at once must not both see room for one more.
    compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    if Screen.objects.filter(compound_id=compound_id, revoked_at__isnull=True).count() >= rules.MOST_SCREENS:
        raise OutOfState("too_many", most=str(rules.MOST_SCREENS))
    token = rules.new_token(compound.code)
    made = Screen(
        compound=compound, digest=crypto.digest(token), hint=token[-4:], made_at=now, made_as=_who(by), **values
    )
    made.save()
    _record(made, "put_up", {"name": [None, made.name]}, by=by, now=now)
    return made, token


@transaction.atomic
def change(*, compound_id: int, screen_id: int, settings: Settings, by: Actor, now: datetime) -> Screen:
    """Change what is said of a screen; it shows so within a minute. Nothing when nothing is different.

    Refused: NoSuchScreen; NotPermitted (not_yours); BadInput as ``put_up``; OutOfState (revoked).
    """
    found = _locked(compound_id, screen_id, by)
    changes: dict[str, list[Any]] = {}
    for name, value in _checked(compound_id, settings).items():
        before = getattr(found, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(found, name, value)
    if changes:
        found.save()
        _record(found, "change", changes, by=by, now=now)
    return found


@transaction.atomic
def revoke(*, compound_id: int, screen_id: int, by: Actor, now: datetime) -> Screen:
    """Take a screen down: its address shows nothing from now on, and its socket is closed.

    Refused: NoSuchScreen, NotPermitted (not_yours), OutOfState (revoked).
    """
    found = _locked(compound_id, screen_id, by)
    found.revoked_at, found.revoked_as = now, _who(by)
    found.save(update_fields=["revoked_at", "revoked_as"])
    admission.revoke(KIND, str(found.pk))
    _record(found, "revoke", {"revoked": [False, True]}, by=by, now=now)
    return found


def note_seen(screen: Screen, now: datetime) -> bool:
    """Note that a screen asked, once a minute at most; whether it was noted. No audit entry: nobody did anything."""
    if screen.seen_at is not None and now - screen.seen_at < rules.SEEN_EVERY:
        return False
    old = Q(seen_at__isnull=True) | Q(seen_at__lt=now)
    return bool(
        Screen.objects.filter(old, compound_id=screen.compound_id, pk=screen.pk, revoked_at__isnull=True).update(
            seen_at=now
        )
    )


def _must(compound_id: int, by: Actor) -> None:
    if not may_manage(by, compound_id):
        raise NotPermitted("not_yours")


def _locked(compound_id: int, screen_id: int, by: Actor) -> Screen:
    _must(compound_id, by)
    found: Screen | None = (
        Screen.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=screen_id)
        .first()
    )
    if found is None:
        raise NoSuchScreen
    if found.revoked_at is not None:
        raise OutOfState("revoked")
    return found


def _checked(compound_id: int, settings: Settings) -> dict[str, Any]:
    name = " ".join(settings.name.split())
    if not name or len(name) > rules.MAX_NAME or "\x00" in name:
        raise BadInput("name", field="name", most=str(rules.MAX_NAME))
    if settings.orientation not in Orientation.values:
        raise BadInput("unknown_orientation", field="orientation")
    building, entrance = _place(compound_id, settings.place)
    return {
        "name": name,
        "orientation": str(settings.orientation),
        "sound": settings.sound,
        "building": building,
        "entrance": entrance,
    }


def _place(compound_id: int, place: str) -> tuple[Building | None, Entrance | None]:
    if not place:
        return None, None
    kind, _colon, key = place.partition(":")
    number = whole(key) or 0
    if kind == "e":
        found = Entrance.objects.select_related("building").filter(compound_id=compound_id, pk=number).first()
        if found is not None:
            return found.building, found
    if kind == "b":
        building = Building.objects.filter(compound_id=compound_id, pk=number).first()
        if building is not None:
            return building, None
    raise BadInput("no_such_place", field="place")


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Building | Entrance) else value


def _who(by: Actor) -> str:
    return f"{by.person_name} {by.label}".strip()[:160]


def _record(screen: Screen, verb: str, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=screen.compound_id,
        verb=f"screens.{verb}",
        target=f"screens.screen:{screen.pk}",
        changes=changes,
        now=now,
    )
