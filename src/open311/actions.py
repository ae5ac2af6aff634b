"""Making and revoking keys, letting one in, and filing with one."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import crypto
from audit.actions import record
from open311 import rules
from open311.models import Filed, Key
from open311.permissions import may_manage
from open311.queries import filed_before, home_called, key_of, place_of
from parties.queries import acting_post
from repairs.actions import filing
from repairs.models import Request
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.scope import entrance

PREFIX = "o311_"


class KeyRefused(Exception):
    """A key that is not made or revoked; ``code`` is the reason, ``field`` the input that it is about."""

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class NoSuchKey(LookupError):
    """No key of the actor's organisation of this number."""

    code = "no_such_key"


class NoEntry(Exception):
    """A call without a key, with one that there is not, was revoked, or whose post is not held today: all alike."""


class Refiled(Exception):
    """An Idempotency-Key that stands for another call."""


# --- keys ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_key(*, compound_id: int, name: str, by: Actor, now: datetime) -> tuple[Key, str]:
    """Make a key that acts as the actor's post; returns it and its secret, which is shown this once.

    The audit entry stands in the compound from whose page it was made. Refuses with KeyRefused: not_yours, name, too_many.
    """
    organisation_id, post_id = _manager(by, compound_id)
    name = " ".join(name.split())
    if not name or len(name) > rules.MAX_KEY_NAME or "\x00" in name:
        raise KeyRefused("name", field="name")
    kept = Key.objects.filter(organisation_id=organisation_id, post_id=post_id, revoked_at__isnull=True)
    if kept.count() >= rules.MOST_KEYS:
        raise KeyRefused("too_many")
    secret = PREFIX + secrets.token_urlsafe(32)
    made: Key = Key.objects.create(
        digest=crypto.digest(secret),
        hint=secret[-4:],
        name=name,
        organisation_id=organisation_id,
        person_id=by.person_id,
        post_id=post_id,
        made_as=f"{by.person_name} {by.label}"[:160],
        made_at=now,
    )
    _record(made, "make", {"name": [None, name]}, compound_id=compound_id, by=by, now=now)
    return made, secret


@transaction.atomic
def revoke_key(*, compound_id: int, key_id: int, by: Actor, now: datetime) -> Key:
    """Revoke a key of the actor's organisation, whoever made it. NoSuchKey; KeyRefused: not_yours, revoked."""
    organisation_id, _post = _manager(by, compound_id)
    found: Key | None = (
        Key.objects.select_for_update(no_key=True).filter(pk=key_id, organisation_id=organisation_id).first()
    )
    if found is None:
        raise NoSuchKey
    if found.revoked_at is not None:
        raise KeyRefused("revoked")
    found.revoked_at, found.revoked_as = now, f"{by.person_name} {by.label}"[:160]
    found.save(update_fields=["revoked_at", "revoked_as"])
    _record(found, "revoke", {"revoked": [False, True]}, compound_id=compound_id, by=by, now=now)
    return found


def _manager(by: Actor, compound_id: int) -> tuple[int, int]:
    """The organisation and post of an actor who manages its keys; KeyRefused for anyone else."""
    if not may_manage(by) or compound_id not in by.compound_ids or by.organisation_id is None or by.post_id is None:
        raise KeyRefused("not_yours")
    return by.organisation_id, by.post_id


def _record(key: Key, verb: str, changes: dict[str, Any], *, compound_id: int, by: Actor, now: datetime) -> None:
    record(
        by=by, compound_id=compound_id, verb=f"open311.{verb}", target=f"open311.key:{key.pk}", changes=changes, now=now
    )


@contextmanager
def let_in(secret: str, *, on: date) -> Iterator[tuple[Key, Actor]]:
    """The transaction of one call, with its key and the actor as whom it acts today. Raises NoEntry.

    The right is that of the post, looked up anew for every call: it ends with the post, the contract or the key. The actor's
    label names the key, and with it every record of what it does.
    """
    found = key_of(crypto.digest(secret)) if secret else None
    if found is None:
        raise NoEntry
    with entrance(found.person_id):
        actor = acting_post(found.person_id, found.post_id, on)
        if actor is None or not may_manage(actor):
            raise NoEntry
        if found.used_on != on:
            Key.objects.filter(pk=found.pk).update(used_on=on)
        yield found, replace(actor, label=f"{actor.label[:80]}（{found.name}）")


# --- filing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller told, as the call brought it. ``place``, ``building`` and ``home`` are words; ``spot`` a place's code."""

    category: str
    words: str
    place: str = ""
    place_text: str = ""
    building: str = ""
    home: str = ""
    spot: str = ""
    urgent: bool = False
    name: str = ""
    phone: str = ""


@transaction.atomic
def file(
    *,
    compound: Compound,
    key: Key,
    token: str,
    digest: str,
    call: Call,
    photos: Sequence[UploadedFile[Any]],
    by: Actor,
    now: datetime,
) -> Request:
    """File what a caller told, or find what the same call filed before (see ``Filed``).

    ``digest`` is that of the whole call (``idempotency.forms.fingerprint``). Raises Refiled for a ``token`` that stands for
    another one, and what ``repairs.actions.filing.file_request`` raises;
    ``rules.Unfit`` for a building, home or place that the compound does not have.
    """
    # One call of a key after the other: else two that are alike would both find nothing.
    Key.objects.select_for_update(no_key=True).get(pk=key.pk)
    before = filed_before(
        compound_id=compound.pk, key_id=key.pk, token=token, digest=digest, since=now - rules.SAME_WITHIN
    )
    if before is not None:
        if before.digest != digest:
            raise Refiled
        again: Request = before.request
        return again
    made = filing.file_request(compound=compound, draft=_draft(compound.pk, key, call), photos=photos, by=by, now=now)
    Filed.objects.create(compound=compound, key=key, token=token, digest=digest, request=made, at=now)
    return made


def _draft(compound_id: int, key: Key, call: Call) -> filing.Draft:
    """Where it is: the home, building or place that was named, and what was said of it; else a public area in words."""
    home_id = home_called(compound_id, call.home) if call.home else None
    if call.home and home_id is None:
        raise rules.Unfit("attribute[home]", "unknown")
    building_id = place_of(compound_id, call.building) if call.building else None
    if call.building and building_id is None:
        raise rules.Unfit("attribute[building]", "unknown")
    place = call.place or ("home" if home_id else "building" if building_id else "public")
    return filing.Draft(
        category=call.category,
        place=place,
        words=call.words,
        home_id=home_id if place == "home" else None,
        building_id=building_id if place == "building" else None,
        place_text=call.place_text,
        urgent=call.urgent,
        spot=call.spot if place == "public" else "",
        behalf=filing.Behalf(name=call.name, phone=call.phone, consent=rules.CONSENT.format(key.name), caller=True),
    )
