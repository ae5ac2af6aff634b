"""Reads of screens and of what they show."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from accounts import crypto
from documents.models import StoredFile
from live.admission import Bearer
from notices.models import Attachment, Notice
from notices.queries import hall_board
from notices.topics import HALL
from screens import rules
from screens.models import Screen
from screens.refusals import NoSuchScreen
from tenancy.models import Compound
from tenancy.scope import scope


@contextmanager
def shown(token: str) -> Iterator[Screen]:
    """The screen of a token with its compound and place, inside the scope of that compound alone. Raises NoSuchScreen.

    For whoever has the address, so it opens the scope by itself. Two statements.
    """
    compound = Compound.objects.filter(code=rules.code_of(token) or None).first()
    if compound is None:
        raise NoSuchScreen
    with scope(compound.pk):
        found: Screen | None = (
            Screen.objects.select_related("building", "entrance")
            .filter(compound_id=compound.pk, digest=crypto.digest(token), revoked_at__isnull=True)
            .first()
        )
        if found is None:
            raise NoSuchScreen
        found.compound = compound
        yield found


def bearer(token: str) -> Bearer | None:
    """What a socket may watch with a token: the events of its compound's halls. None when there is no such screen."""
    try:
        with shown(token) as screen:
            return Bearer(str(screen.pk), screen.compound_id, screen.compound.code, frozenset({HALL}))
    except NoSuchScreen:
        return None


@dataclass(frozen=True, slots=True)
class Slide:
    """A notice as a screen shows it, with its pictures and how many papers it has."""

    notice: Notice
    pictures: Sequence[StoredFile]
    papers: int


def slides(screen: Screen) -> list[Slide]:
    """What is up for the place of a screen, pinned ones first, 40 at most. Two statements."""
    rows = list(
        hall_board(screen.compound_id, building_id=screen.building_id, entrance_id=screen.entrance_id)[
            : rules.MOST_SLIDES
        ]
    )
    wanted = [pk for row in rows for pk in row.current.files]
    files = {
        one.pk: one.file
        for one in Attachment.objects.select_related("file").filter(compound_id=screen.compound_id, pk__in=wanted)
    }
    made = []
    for row in rows:
        named = [files[pk] for pk in row.current.files if pk in files]
        pictures = [file for file in named if file.is_picture]
        made.append(Slide(row, pictures, len(named) - len(pictures)))
    return made


def picture(screen: Screen, ref: str) -> StoredFile | None:
    """A picture of a notice that the screen shows; None for any other file. Two statements."""
    found: Attachment | None = (
        Attachment.objects.select_related("file").filter(compound_id=screen.compound_id, file__ref=ref).first()
    )
    if found is None or not found.file.is_picture:
        return None
    up = hall_board(screen.compound_id, building_id=screen.building_id, entrance_id=screen.entrance_id)
    return found.file if up.filter(pk=found.notice_id, current__files__contains=[found.pk]).exists() else None


def screens_of(compound_id: int) -> list[Screen]:
    """The screens of a compound, those that are on first, then the latest; 100 at most. One statement."""
    rows = Screen.objects.select_related("building", "entrance").filter(compound_id=compound_id)
    return sorted(rows.order_by("-made_at", "-pk")[:100], key=lambda one: one.revoked_at is not None)


def screen_of(compound_id: int, screen_id: int) -> Screen | None:
    """One screen of a compound. One statement."""
    found: Screen | None = (
        Screen.objects.select_related("building", "entrance").filter(compound_id=compound_id, pk=screen_id).first()
    )
    return found
