"""Reads of keys, of what was filed with them, and of requests as GeoReport lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from open311.models import Filed, Key
from open311.rules import OPEN_STATES
from premises.models import Building, Home
from repairs.models import Photo, Request
from repairs.queries import visible_requests
from tenancy.actor import Actor


def key_of(digest: str) -> Key | None:
    """The key of a secret's digest, unless it was revoked or its maker's account is closed. One statement, before any scope."""
    return Key.objects.filter(digest=digest, revoked_at__isnull=True, person__is_active=True).first()


@dataclass(frozen=True, slots=True)
class Held:
    """A key as its organisation sees it; ``alive`` when it still lets in."""

    key: Key
    alive: bool


def keys_of(organisation_id: int, on: date) -> list[Held]:
    """An organisation's keys, those that let in first. One statement."""
    rows = Key.objects.filter(organisation_id=organisation_id).select_related("post", "person")
    held = [Held(row, _alive(row, on)) for row in rows.order_by("-made_at", "-pk")[:100]]
    return sorted(held, key=lambda one: not one.alive)


def keys_made_by(person_id: int) -> list[Key]:
    """Every key that a person made, in the order in which they were. One statement."""
    return list(Key.objects.filter(person_id=person_id).select_related("organisation").order_by("made_at", "pk"))


def _alive(key: Key, on: date) -> bool:
    held = key.post.starts <= on and (key.post.ends is None or key.post.ends >= on)
    return held and key.revoked_at is None and key.person.is_active


def buildings(compound_id: int) -> list[str]:
    """The names of a compound's buildings in their order. One statement."""
    rows = Building.objects.filter(compound_id=compound_id).order_by("position", "name")
    return list(rows.values_list("name", flat=True))


def place_of(compound_id: int, name: str) -> int | None:
    """The building of this name in the compound. One statement."""
    return Building.objects.filter(compound_id=compound_id, name=name).values_list("pk", flat=True).first()


def home_called(compound_id: int, address: str) -> int | None:
    """The home of this address in the compound. One statement."""
    rows = Home.objects.filter(compound_id=compound_id, address=address, ends__isnull=True)
    return rows.values_list("pk", flat=True).first()


def filed_before(*, compound_id: int, key_id: int, token: str, digest: str, since: datetime) -> Filed | None:
    """What the same call filed before, with its request: by its token, or without one by its body. One statement."""
    same = Q(token=token) if token else Q(token="", digest=digest, at__gt=since)
    found: Filed | None = (
        Filed.objects.filter(same, compound_id=compound_id, key_id=key_id)
        .select_related("request__company", "request__worker")
        .order_by("-at")
        .first()
    )
    return found


def number_of(actor: Actor, *, compound_id: int, key_id: int, token: str) -> str | None:
    """The number of the request that a token stands for: a call's Idempotency-Key, or the reference that webhooks tell."""
    filed = Filed.objects.filter(compound_id=compound_id, key_id=key_id, token=token).values("request_id")
    rows = visible_requests(actor, compound_id=compound_id).filter(Q(pk__in=filed) | Q(ref=token))
    return rows.values_list("number", flat=True).first()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests are asked for; ``numbers`` overrides all else, as the specification says."""

    since: datetime
    until: datetime
    numbers: Sequence[str] = ()
    categories: Sequence[str] = ()
    statuses: Sequence[str] = ()
    page: int = 1
    size: int = 1000


def requests(actor: Actor, *, compound_id: int, asked: Asked) -> list[Request]:
    """One page of the requests of a compound that the actor may see, the latest first. One statement.

    Each with ``photo``, the reference of the filer's first photo, and ``spot_code``, the code of the place that was read.
    """
    found = _rows(actor, compound_id)
    if asked.numbers:
        found = found.filter(number__in=asked.numbers)
    else:
        found = found.filter(created_at__gte=asked.since, created_at__lte=asked.until)
        if asked.categories:
            found = found.filter(category__in=asked.categories)
        if len(set(asked.statuses)) == 1:
            is_open = Q(state__in=sorted(OPEN_STATES))
            found = found.filter(is_open if "open" in asked.statuses else ~is_open)
    first = (asked.page - 1) * asked.size
    return list(found.order_by("-created_at", "-pk")[first : first + asked.size])


def request(actor: Actor, *, compound_id: int, number: str) -> Request | None:
    """One request by its number, as ``requests`` has it. One statement."""
    return _rows(actor, compound_id).filter(number=number).first()


def _rows(actor: Actor, compound_id: int) -> QuerySet[Request]:
    photo = Photo.objects.filter(compound_id=compound_id, request_id=OuterRef("pk"), stage=Photo.Stage.FILED).order_by(
        "pk"
    )
    return visible_requests(actor, compound_id=compound_id).annotate(
        photo=Subquery(photo.values("file__ref")[:1]), spot_code=F("spot__code")
    )
