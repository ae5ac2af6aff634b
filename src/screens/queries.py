"""Reads of screens and of what they show."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from accounts import crypto
from documents.models import StoredFile
from live.admission import Bearer
from notices.models import Attachment, Notice, Page
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
    """A notice as a screen shows it, with its pictures, the first pages of its papers and how many papers it has."""

    notice: Notice
    pictures: Sequence[StoredFile]
    sheets: Sequence[Page]
    papers: int


def slides(screen: Screen) -> list[Slide]:
    """What is up for the place of a screen, pinned ones first, 40 at most. Two statements, one more where there are papers."""
    rows = list(
        hall_board(screen.compound_id, building_id=screen.building_id, entrance_id=screen.entrance_id)[
            : rules.MOST_SLIDES
        ]
    )
    wanted = [pk for row in rows for pk in row.current.files]
    files = {
        one.pk: one
        for one in Attachment.objects.select_related("file").filter(compound_id=screen.compound_id, pk__in=wanted)
    }
    drawn = _first_pages([one.pk for one in files.values() if not one.file.is_picture], screen.compound_id)
    made = []
    for row in rows:
        named = [files[pk] for pk in row.current.files if pk in files]
        pictures = [one.file for one in named if one.file.is_picture]
        sheets = [page for one in named for page in drawn.get(one.pk, [])][: rules.MOST_SHEETS]
        made.append(Slide(row, pictures, sheets, len(named) - len(pictures)))
    return made


def _first_pages(papers: Sequence[int], compound_id: int) -> dict[int, list[Page]]:
    """The first pages of some papers as they were drawn, in order. One statement, none without papers."""
    found: dict[int, list[Page]] = {}
    if papers:
        rows = Page.objects.filter(compound_id=compound_id, attachment__in=papers, number__lte=rules.MOST_SHEETS)
        for page in rows.select_related("file", "attachment").order_by("attachment", "number"):
            found.setdefault(page.attachment_id, []).append(page)
    return found


def picture(screen: Screen, ref: str) -> StoredFile | None:
    """A picture, or a page of a paper, of a notice that the screen shows; None for any other file. Two statements or three."""
    found: Attachment | None = (
        Attachment.objects.select_related("file").filter(compound_id=screen.compound_id, file__ref=ref).first()
    )
    if found is not None:
        shown = found.file if found.file.is_picture else None
    else:
        page = Page.objects.select_related("file", "attachment").filter(
            compound_id=screen.compound_id, file__ref=ref, number__lte=rules.MOST_SHEETS
        )
        first: Page | None = page.first()
        found, shown = (first.attachment, first.file) if first is not None else (None, None)
    if found is None or shown is None:
        return None
    up = hall_board(screen.compound_id, building_id=screen.building_id, entrance_id=screen.entrance_id)
    return shown if up.filter(pk=found.notice_id, current__files__contains=[found.pk]).exists() else None


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
