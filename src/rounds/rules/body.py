"""Reading what a phone sends: as far as it can be read. What is missing has its default, what is unusual is for the flags.

Only what cannot be an answer at all is refused (``Unreadable``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

POINT, FINISH = "point", "finish"
WAYS: Final = ("nfc", "qr", "typed", "list")
MOST_PHOTOS: Final = 12
MOST_PHOTO: Final = 20 * 1024 * 1024
MOST_NOTE: Final = 200
MOST_ROUNDS: Final = 20
MOST_RESULTS: Final = 100
MOST_BODY: Final = 64 * 1024
MOST_ID: Final = 2**63 - 1
MOST_SECONDS: Final = 2**31 - 1
_SHA256: Final = 64
_DAY: Final = 86400


class Unreadable(ValueError):
    """What was sent is no answer; ``code`` says why, ``field`` where."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo that an answer names: the slot, the SHA-256 of its bytes in hexadecimal digits, and how many there are."""

    slot: int
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Named:
    """A round that an answer is for, as the phone knew it; 0 where it said nothing that can be a number."""

    round: int
    point: int
    edition: int


@dataclass(frozen=True, slots=True)
class Read:
    """One answer as it was sent."""

    kind: str
    walk: UUID | None
    order: int
    seconds: int | None
    package: str
    loaded_server: datetime | None
    loaded_device: datetime | None
    rounds: tuple[Named, ...]
    way: str
    label: str
    latitude: float | None
    longitude: float | None
    accuracy: float | None
    results: tuple[Mapping[str, Any], ...]
    normal: int | None
    note: str
    device_at: datetime
    photos: tuple[Announced, ...]


def read(body: Any) -> Read:
    """What a body says. Unreadable (not_an_answer, kind, device_at, too_many, bad_hash, photo_size, photo_twice,
    too_many_photos).
    """
    if not isinstance(body, dict):
        raise Unreadable("not_an_answer", "")
    if body.get("kind") not in (POINT, FINISH):
        raise Unreadable("kind", "kind")
    device_at = _moment(body.get("device_at"))
    if device_at is None:
        raise Unreadable("device_at", "device_at")
    rounds = _list(body, "rounds", MOST_ROUNDS)
    results = _list(body, "results", MOST_RESULTS)
    loaded, place = _part(body, "loaded"), _part(body, "place")
    latitude, longitude = _real(place.get("lat"), 90), _real(place.get("lon"), 180)
    return Read(
        kind=body["kind"],
        walk=_uuid(body.get("walk")),
        order=_whole(body.get("order"), MOST_SECONDS) or 0,
        seconds=_whole(body.get("seconds"), MOST_SECONDS),
        package=_words(body.get("package"), _SHA256),
        loaded_server=_moment(loaded.get("server")),
        loaded_device=_moment(loaded.get("device")),
        rounds=tuple(
            Named(*(_whole(one.get(name), MOST_ID) or 0 for name in ("round", "point", "edition")))
            for one in rounds
            if isinstance(one, dict)
        ),
        way=body["way"] if body.get("way") in WAYS else "list",
        label=_words(body.get("label"), 16),
        latitude=latitude if longitude is not None else None,
        longitude=longitude if latitude is not None else None,
        accuracy=_real(place.get("accuracy"), 1e6),
        results=tuple(one for one in results if isinstance(one, dict)),
        normal=_whole(body.get("normal"), 32767),
        note=" ".join(_words(body.get("note"), MOST_NOTE).split()),
        device_at=device_at,
        photos=_photos(body.get("photos")),
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _list(body: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = body.get(name)
    if not isinstance(found, list):
        return []
    if len(found) > most:
        raise Unreadable("too_many", name)
    return found


def _photos(given: Any) -> tuple[Announced, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise Unreadable("bad_hash", "photos")
    if len(given) > MOST_PHOTOS:
        raise Unreadable("too_many_photos", "photos")
    found = []
    for one in given:
        told: Mapping[str, Any] = one if isinstance(one, dict) else {}
        sha256 = told.get("sha256")
        if not isinstance(sha256, str) or len(sha256) != _SHA256 or not set(sha256) <= set("0123456789abcdef"):
            raise Unreadable("bad_hash", "photos")
        slot, size = _whole(told.get("slot"), MOST_PHOTOS - 1), _whole(told.get("bytes"), MOST_PHOTO)
        if slot is None or not size:
            raise Unreadable("photo_size", "photos")
        found.append(Announced(slot, sha256, size))
    if len({one.slot for one in found}) != len(found):
        raise Unreadable("photo_twice", "photos")
    return tuple(found)


def _words(given: Any, most: int) -> str:
    return given.replace("\x00", "")[:most] if isinstance(given, str) else ""


def _whole(given: Any, most: int) -> int | None:
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:  # noqa: PLR0124  not a number
        return None
    return int(given) if 0 <= given <= most else None


def _real(given: Any, most: float) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if -most <= given <= most else None


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _moment(given: Any) -> datetime | None:
    """A moment with its zone, not further away than a phone's clock can be."""
    if not isinstance(given, str):
        return None
    try:
        found = datetime.fromisoformat(given[:40])
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1990 <= found.year <= 2200 else None  # noqa: PLR2004  no phone is elsewhere
