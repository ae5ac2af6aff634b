"""Reads of the board and of the work behind it. All run inside the compound's scope but where said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from documents.models import PDF, StoredFile
from messaging.actions.turns import PAUSE
from messaging.models import Turn
from notices.audience import is_for, means, parameters
from notices.models import (
    ApprovalRule,
    Attachment,
    Event,
    Notice,
    Page,
    Pending,
    Reading,
    Signature,
    State,
    Step,
    Template,
    Version,
)
from notices.permissions import sees_work
from notices.rules.chain import signs_for
from premises.models import Building, Entrance
from premises.queries import buildings
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.scope import scope

_ORDER = (F("pinned_at").desc(nulls_last=True), "-published_at", "-pk")
OUT = (State.PUBLISHED,)
PAST = (State.EXPIRED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for on the board: words, a kind, a side, a year; ``past``: what is not up any more."""

    words: str = ""
    kind: str = ""
    side: str = ""
    year: int | None = None
    past: bool = False


def visible_notices(actor: Actor, *, compound_id: int, on: date | None = None) -> QuerySet[Notice]:
    """Every notice that is or was on the board there and is meant for the actor; nobody else's for a foreign compound.

    With ``current`` loaded and ``read_by_me`` said of each.
    """
    found: QuerySet[Notice] = Notice.objects.filter(compound_id=compound_id, current__isnull=False)
    if compound_id not in actor.compound_ids:
        return found.none()
    read = Reading.objects.filter(compound_id=compound_id, notice=OuterRef("pk"), person_id=actor.person_id)
    return (
        found.filter(is_for(actor, compound_id, on or localdate()))
        .select_related("current")
        .annotate(read_by_me=Exists(read))
    )


def public_board(compound_id: int) -> QuerySet[Notice]:
    """What may be shown to anyone who passes, as on a hall screen: out, for everyone, pinned ones first. With ``current``."""
    found: QuerySet[Notice] = Notice.objects.filter(
        compound_id=compound_id, state=State.PUBLISHED, roles=[], building_ids=[], entrance_ids=[]
    )
    return found.select_related("current").order_by(*_ORDER)


def hall_board(compound_id: int, *, building_id: int | None, entrance_id: int | None) -> QuerySet[Notice]:
    """What a screen in a hall shows: out, for no role alone, and for the whole compound or the place of the screen.

    A screen of an entrance (``building_id`` is that of its building) shows what is meant for either. With ``current``.
    """
    here = Q(building_ids=[], entrance_ids=[])
    if building_id is not None:
        here |= Q(building_ids__contains=[building_id])
    if entrance_id is not None:
        here |= Q(entrance_ids__contains=[entrance_id])
    found: QuerySet[Notice] = Notice.objects.filter(here, compound_id=compound_id, state=State.PUBLISHED, roles=[])
    return found.select_related("current").order_by(*_ORDER)


def open_board(compound_id: int) -> QuerySet[Notice]:
    """Of ``public_board`` what was marked as public: feeds and shared pages, for whoever has the address."""
    return public_board(compound_id).filter(public=True)


FEED = 50
# A PDF whose drawing was lost is drawn again after so long, three times at most.
DRAW_AGAIN = timedelta(minutes=3)
MOST_TRIES = 3


def open_feed(code: str) -> tuple[Compound, list[Notice]] | None:
    """A compound by its code, and what of its board is public, newest first, 50 at most; None where there is none.

    For whoever asks, so it opens the scope of that compound by itself.
    """
    found: Compound | None = Compound.objects.filter(code=code).first()
    if found is None:
        return None
    with scope(found.pk):
        return found, list(open_board(found.pk).order_by("-published_at", "-pk")[:FEED])


def open_notice(code: str, ref: str) -> Notice | None:
    """A notice that anyone may read, with its compound; None for any other, and for one that is not up."""
    found: Compound | None = Compound.objects.filter(code=code).first()
    if found is None:
        return None
    with scope(found.pk):
        notice: Notice | None = open_board(found.pk).select_related("compound", "current").filter(ref=ref).first()
        return notice


def board(actor: Actor, compound_id: int, wanted: Wanted) -> QuerySet[Notice]:
    """The board as a list: pinned first, newest first; or the archive."""
    found = visible_notices(actor, compound_id=compound_id).filter(state__in=PAST if wanted.past else OUT)
    if wanted.words:
        found = found.filter(Q(current__title__icontains=wanted.words) | Q(current__body_text__icontains=wanted.words))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.side:
        found = found.filter(side=wanted.side)
    if wanted.year:
        found = found.filter(published_at__year=wanted.year)
    return found.defer("source", "current__source", "current__body_html", "current__body_text").order_by(*_ORDER)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest notice that is up for somebody, as one line says it."""

    ref: str
    kind: str
    title: str
    read: bool


def newest_column(actor: Actor) -> str:
    """A column of a statement that a page needs anyway: the newest notice that is up for the actor, read by ``read_newest``.

    It wants ``%(compound)s``, ``%(person)s``, ``%(organisation)s`` and ``%(on)s``.
    """
    return f"""(SELECT json_build_array(n.ref, n.kind, v.title, EXISTS (SELECT 1 FROM notices_reading x
        WHERE x.compound_id = n.compound_id AND x.notice_id = n.id AND x.person_id = %(person)s))::text
      FROM notices_notice n
      JOIN notices_version v ON v.compound_id = n.compound_id AND v.id = n.current_id
      WHERE n.compound_id = %(compound)s AND n.current_id IS NOT NULL AND n.state = 'published'
        AND {means(actor, row="n")}
      ORDER BY n.published_at DESC, n.id DESC LIMIT 1)"""  # noqa: S608  our own words


def read_newest(column: str | None) -> Newest | None:
    """What a column made by ``newest_column`` says; None when nothing is up."""
    return Newest(*json.loads(column)) if column else None


def newest(actor: Actor, compound_id: int) -> Newest | None:
    """The newest notice that is up for the actor. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {newest_column(actor)}", parameters(actor, compound_id, localdate()))
        return read_newest(cursor.fetchone()[0])


def years(compound_id: int) -> list[int]:
    """The years in which something came out, newest first. One statement."""
    found = Notice.objects.filter(compound_id=compound_id, published_at__isnull=False).dates("published_at", "year")
    return sorted({day.year for day in found}, reverse=True)


def notice_for(actor: Actor, compound_id: int, ref: str) -> Notice | None:
    """One notice that the actor may see: on the board for them, or in work and they share it. One statement."""
    read = Reading.objects.filter(compound_id=compound_id, notice=OuterRef("pk"), person_id=actor.person_id)
    found: Notice | None = (
        Notice.objects.filter(compound_id=compound_id, ref=ref)
        .select_related("current", "proposed", "organisation")
        .annotate(read_by_me=Exists(read), meant=is_for(actor, compound_id, localdate()))
        .first()
    )
    if found is None or compound_id not in actor.compound_ids:
        return None
    if sees_work(actor, found) or (found.current_id is not None and found.meant):  # type: ignore[attr-defined]
        return found
    return None


def versions_of(notice: Notice, *, behind: bool) -> list[Version]:
    """The editions that were public, newest first; with ``behind`` also those that were not, with their steps."""
    found = Version.objects.filter(compound_id=notice.compound_id, notice=notice).order_by("-number")
    if not behind:
        return list(found.filter(published_at__isnull=False))
    return list(found.prefetch_related(Prefetch("steps", Step.objects.order_by("position"))))


def attachments_of(notice: Notice) -> list[Attachment]:
    """Every attachment that a notice ever had, with its file. One statement."""
    return list(
        Attachment.objects.select_related("file").filter(compound_id=notice.compound_id, notice=notice).order_by("pk")
    )


def place_names(notices: Sequence[Notice]) -> dict[tuple[str, int], str]:
    """The names of the buildings ("b", id) and entrances ("e", id) that some notices of one compound name.

    Two statements; none where they name no place.
    """
    buildings = {pk for one in notices for pk in one.building_ids}
    entrances = {pk for one in notices for pk in one.entrance_ids}
    found: dict[tuple[str, int], str] = {}
    if buildings:
        rows = Building.objects.filter(compound_id=notices[0].compound_id, pk__in=buildings)
        found |= {("b", pk): name for pk, name in rows.order_by("position").values_list("pk", "name")}
    if entrances:
        named = Entrance.objects.filter(compound_id=notices[0].compound_id, pk__in=entrances).order_by("pk")
        found |= {("e", pk): f"{of}{name}" for pk, of, name in named.values_list("pk", "building__name", "name")}
    return found


def places_to_choose(compound_id: int) -> list[tuple[str, str]]:
    """Every building ("b:<id>") and entrance ("e:<id>") of a compound by name, in their order. Two statements."""
    found = []
    for building in buildings(compound_id).prefetch_related("entrances"):
        found.append((f"b:{building.pk}", building.name))
        found += [(f"e:{one.pk}", f"{building.name}{one.name}") for one in building.entrances.all()]
    return found


def events_of(notice: Notice) -> list[Event]:
    """What happened, oldest first."""
    return list(Event.objects.filter(compound_id=notice.compound_id, notice=notice).order_by("pk"))


def signatures_of(notice: Notice) -> list[Signature]:
    """Who must sign for it, in order of being asked."""
    return list(Signature.objects.filter(compound_id=notice.compound_id, notice=notice).order_by("pk"))


def may_read_file(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read an attachment: who shares the work, or whoever reads the edition that names it."""
    row: Attachment | None = (
        Attachment.objects.filter(compound_id=stored.compound_id, file=stored)
        .select_related("notice")
        .annotate(
            shown=Exists(
                Version.objects.filter(
                    compound_id=stored.compound_id,
                    notice=OuterRef("notice"),
                    published_at__isnull=False,
                    files__contains=[OuterRef("pk")],
                )
            )
        )
        .first()
    )
    if row is None:
        return False
    if sees_work(actor, row.notice):
        return True
    if not row.shown:  # type: ignore[attr-defined]
        return False
    return visible_notices(actor, compound_id=stored.compound_id).filter(pk=row.notice_id).exists()


def may_read_page(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read a page of a PDF: as they may the PDF."""
    page: Page | None = (
        Page.objects.select_related("attachment__file").filter(compound_id=stored.compound_id, file=stored).first()
    )
    return page is not None and may_read_file(actor, page.attachment.file)


def sheets_of(attachments: Sequence[Attachment]) -> dict[int, list[StoredFile]]:
    """The drawn pages of some attachments of one compound, in order, by the attachment's id. One statement, none for none."""
    wanted = [one.pk for one in attachments if one.pages]
    found: dict[int, list[StoredFile]] = {}
    if wanted:
        rows = Page.objects.select_related("file").filter(compound_id=attachments[0].compound_id, attachment__in=wanted)
        for row in rows.order_by("attachment_id", "number"):
            found.setdefault(row.attachment_id, []).append(row.file)
    return found


def papers_to_draw(compound_id: int, before: datetime) -> list[int]:
    """The ids of PDFs whose pages are not drawn though they were added before a moment. One statement."""
    return list(_undrawn(before).filter(compound_id=compound_id).order_by("pk").values_list("pk", flat=True)[:50])


def _undrawn(before: datetime) -> QuerySet[Attachment]:
    found: QuerySet[Attachment] = Attachment.objects.filter(
        pages__isnull=True, file__content_type=PDF, tries__lt=MOST_TRIES, added_at__lt=before
    )
    return found


def waiting_for(actor: Actor) -> QuerySet[Notice]:
    """What waits for the actor's countersignature in all compounds of the open scope, oldest first, with text and steps.

    Only where it is their side's turn; a review that is asked for after the fact, whenever it is theirs.
    """
    side = signs_for(actor.party, actor.role)
    if not side:
        return Notice.objects.none()
    steps = Step.objects.filter(answer=Step.Answer.OPEN)
    mine = steps.filter(version=OuterRef("proposed"), side=side).exclude(
        Exists(
            Step.objects.filter(
                compound_id=OuterRef("compound_id"),
                version=OuterRef("version"),
                answer=Step.Answer.OPEN,
                position__lt=OuterRef("position"),
            )
        )
    )
    review = steps.filter(version=OuterRef("current"), side=side, review=True)
    found: QuerySet[Notice] = Notice.objects.filter(
        Q(state__in=[State.AWAITING, State.PUBLISHED], proposed__isnull=False) & Exists(mine)
        | Q(state__in=[State.PUBLISHED, State.EXPIRED], proposed__isnull=True) & Exists(review)
    )
    return found.select_related("compound", "proposed", "current").order_by("updated_at", "pk")


def own_work(actor: Actor, state: str) -> QuerySet[Notice]:
    """The notices of the actor's body in one state, in the compounds of the open scope, the latest first.

    With ``turn``, the side whose countersignature is next.
    """
    turn = Step.objects.filter(
        compound_id=OuterRef("compound_id"), version=OuterRef("proposed"), answer=Step.Answer.OPEN
    ).order_by("position")
    found: QuerySet[Notice] = Notice.objects.filter(organisation_id=actor.organisation_id or 0, state=state)
    return (
        found.select_related("compound")
        .defer("source")
        .annotate(turn=Subquery(turn.values("side")[:1]))
        .order_by("-updated_at", "-pk")
    )


def own_counts(actor: Actor) -> dict[str, int]:
    """How many notices the actor's body has in each state, in the compounds of the open scope. One statement."""
    rows = Notice.objects.filter(organisation_id=actor.organisation_id or 0).values_list("state")
    return dict(rows.annotate(n=Count("pk")).order_by())


def to_sign(actor: Actor) -> QuerySet[Notice]:
    """What the actor's post must still sign for in the compounds of the open scope."""
    mine = Signature.objects.filter(notice=OuterRef("pk"), post_id=actor.post_id or 0, signed_at__isnull=True)
    found: QuerySet[Notice] = Notice.objects.filter(Exists(mine), state=State.PUBLISHED)
    return found.select_related("compound", "current").order_by("published_at", "pk")


@dataclass(frozen=True, slots=True)
class Receipts:
    """Who has read a notice: homes that have, homes that it is for, people, and the rows for whoever sees names."""

    homes_read: int
    homes: int
    people_read: int
    people: int
    rows: QuerySet[Reading]


def receipts(notice: Notice, *, homes: int, people: int) -> Receipts:
    """The receipts of a notice that reaches so many homes and people. Two statements and the page of rows."""
    rows: QuerySet[Reading] = Reading.objects.filter(compound_id=notice.compound_id, notice=notice).order_by(
        "-at", "-pk"
    )
    counted = _counted(notice)
    return Receipts(homes_read=counted[0], homes=homes, people_read=counted[1], people=people, rows=rows)


def _counted(notice: Notice) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(DISTINCT h) FROM notices_reading x, unnest(x.home_ids) h
              WHERE x.compound_id = %(compound)s AND x.notice_id = %(notice)s),
              (SELECT count(*) FROM notices_reading x WHERE x.compound_id = %(compound)s AND x.notice_id = %(notice)s
                AND x.home_ids <> '{}')
            """,
            {"compound": notice.compound_id, "notice": notice.pk},
        )
        homes, people = cursor.fetchone()
    return int(homes), int(people)


def own_templates(compound_ids: Any) -> list[Template]:
    """The templates of some compounds that are offered now. One statement."""
    return list(
        Template.objects.filter(compound_id__in=list(compound_ids), ended_at__isnull=True).order_by("name", "pk")
    )


RULES = 200


def approval_rules(compound_id: int) -> list[ApprovalRule]:
    """What a compound has set of who countersigns: what holds and, the latest first, what did. One statement."""
    rows = ApprovalRule.objects.filter(compound_id=compound_id).order_by(F("ended_at").desc(nulls_first=True), "-pk")
    return list(rows[:RULES])


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where a notice is to be let out, taken down or told. Runs in a scope of all, for the sweep."""
    due = Notice.objects.filter(
        Q(state=State.SCHEDULED, publish_at__lte=now)
        | Q(state=State.PUBLISHED, expires_at__lte=now)
        | Q(state=State.PUBLISHED, told_at__isnull=True)
    )
    found = set(due.values_list("compound_id", flat=True).distinct())
    turns = Turn.objects.filter(at__lte=now - PAUSE).values("person_id")
    found.update(Pending.objects.filter(person_id__in=turns).values_list("compound_id", flat=True).distinct())
    found.update(_undrawn(now - DRAW_AGAIN).values_list("compound_id", flat=True).distinct())
    return sorted(found)


def notice_by_key(pk: int) -> Notice | None:
    """A notice of the open scope by its id, with its text."""
    found: Notice | None = Notice.objects.select_related("current").filter(pk=pk).first()
    return found
