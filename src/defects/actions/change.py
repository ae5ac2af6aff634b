"""What every action shares: the right, words on one line, a defect under its lock, its history, who is told, the audit entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from defects.models import MAX_WORDS, Defect, Event, Photo
from defects.permissions import DESK_ROLES, FIRM, keeps
from defects.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from defects.states import MACHINE
from defects.topics import LIST
from documents.actions import store_image
from documents.models import StoredFile
from lifecycle.machine import NotAllowed
from live.actions import announce
from messaging.actions import queue
from parties.queries import Holder, holders
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

CLOCK = "defects"
PHOTO = "defects.photo"
MAX_PHOTOS = 9


def clock(compound_id: int) -> Actor:
    """The author of what nobody did by hand."""
    return system_actor(CLOCK, (compound_id,))


def allow(by: Actor, compound_id: int, may: bool) -> None:
    """Raise NotPermitted for whoever may not, or is of another compound."""
    if not may or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")


def allow_keeping(by: Actor, compound_id: int) -> None:
    """Raise NotPermitted for whoever is not of the firm's desk."""
    allow(by, compound_id, keeps(by))


def lock_list(compound_id: int) -> Compound:
    """From here to the commit nobody else enters a defect there: numbers have no gaps, and one is open for a thing."""
    found: Compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    return found


def locked(compound_id: int, ref: str) -> Defect:
    """The defect under its lock; NoSuchThing."""
    found: Defect | None = (
        Defect.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, ref=ref).first()
    )
    if found is None:
        raise NoSuchThing
    return found


@dataclass
class Change:
    """One action on one locked defect: collects what changed and writes it once."""

    defect: Defect
    action: str
    by: Actor
    now: datetime
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def move(self, action: str = "") -> None:
        """Along the machine; OutOfState (defect_moved_on)."""
        try:
            self.set(state=MACHINE.target(self.defect.state, action or self.action))
        except NotAllowed as error:
            raise OutOfState("defect_moved_on", state=str(self.defect.get_state_display())) from error

    def set(self, **values: Any) -> None:
        """Set fields, keeping what they were for the audit entry."""
        for name, value in values.items():
            old = getattr(self.defect, name)
            if old != value:
                self.changes[name] = [_plain(old), _plain(value)]
                setattr(self.defect, name, value)

    def save(self, note: str = "", **event: Any) -> Defect:
        """Write the row and its history, announce it, and append the audit entry."""
        self.defect.save()
        line(self.defect, self.action, note, self.by, self.now, **event).save()
        kept(self.defect, self.action, self.changes, self.by, self.now)
        return self.defect


def line(defect: Defect, action: str, note: str, by: Actor, now: datetime, **more: Any) -> Event:
    """A line of a defect's history, not saved yet."""
    return Event(
        compound_id=defect.compound_id,
        defect=defect,
        action=action,
        note=note[:MAX_WORDS],
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        at=now,
        **more,
    )


def kept(defect: Defect, verb: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Say live that the list changed, and append the audit entry: the last thing that an action does."""
    announce(compound_id=defect.compound_id, topic=LIST, kind="changed", payload={}, now=now)
    record(
        by=by,
        compound_id=defect.compound_id,
        verb=f"defects.{verb}",
        target=f"defects.defect:{defect.pk}",
        changes=changes,
        now=now,
    )


def keep_photos(defect: Defect, uploads: Sequence[Any], stage: str, by: Actor, now: datetime) -> list[StoredFile]:
    """Take pictures in; BadInput (too_many_photos), documents.actions.FileRefused."""
    if len(uploads) > MAX_PHOTOS:
        raise BadInput("too_many_photos", field="photos", most=str(MAX_PHOTOS))
    files = [store_image(compound_id=defect.compound_id, by=by, upload=one, purpose=PHOTO, now=now) for one in uploads]
    tie_photos(defect, [one.pk for one in files], stage, now)
    return files


def tie_photos(defect: Defect, file_ids: Sequence[int], stage: str, now: datetime) -> None:
    """Keep pictures that are here already with the defect; those that are, are left."""
    Photo.objects.bulk_create(
        [Photo(compound_id=defect.compound_id, defect=defect, file_id=one, stage=stage, at=now) for one in file_ids],
        ignore_conflicts=True,
    )


def everyone_in(compound_id: int, on: date | datetime) -> list[Holder]:
    """Who holds posts there that day. One statement."""
    return holders(compound_id, localdate(on) if isinstance(on, datetime) else on)


def managers(here: Iterable[Holder]) -> list[Holder]:
    """The firm's managers."""
    return [one for one in here if (one.party, one.role) == (FIRM, "manager")]


def desk(here: Iterable[Holder]) -> list[Holder]:
    """The firm's desk."""
    return [one for one in here if one.party == FIRM and one.role in DESK_ROLES]


def tell(defect: Defect, people: Iterable[int], template: str, *, by: Actor, now: datetime, **context: str) -> None:
    """Queue a message about a defect; nobody is told of their own act."""
    told = sorted({one for one in people if one} - {by.person_id})
    if told:
        queue(
            compound_id=defect.compound_id,
            to=told,
            template=template,
            context={
                "compound": defect.compound.name, "number": defect.number, "place": defect.place,
                "what": defect.item_name, **context,
            },
            link=f"/c/{defect.compound.code}/defects/{defect.ref}/",
            by=by,
            now=now,
            urgent=defect.critical and template in URGENT,
            key=f"{template}:{defect.pk}:{now.isoformat()}",
        )  # fmt: skip


# Of a critical defect these go out by text message too.
URGENT = frozenset({"defects.found", "defects.late"})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, bool)) else value.pk
