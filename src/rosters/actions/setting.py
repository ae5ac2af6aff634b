"""What a roster is made from: the firm's own numbers, posts to be staffed, people with their certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lifecycle.typed import said
from parties.queries import holders
from rosters import words
from rosters.actions.change import (
    CERTIFICATE,
    PROOF,
    allow_keeping,
    keep,
    lock_rosters,
    member_of,
    moved,
    paper,
    station_of,
)
from rosters.models import MAX_NAME, Member, Station, Terms
from rosters.queries.cases import stations, terms
from rosters.refusals import Against, BadInput
from rosters.rules.checking import check_posts
from rosters.rules.reading import MOST_PEOPLE, MOST_POSTS, Malformed, read_case
from tenancy.actor import Actor

MAX_PROOF = 80
MAX_CERTIFICATE = 40
GRADES = range(1, 6)


@dataclass(frozen=True, slots=True)
class StationDraft:
    """A post as it is asked for. ``shifts`` as hours; ``place`` and ``proof`` (with ``upload``) where one is enough."""

    kind: str
    shifts: Sequence[str]
    persons: int
    name: str = ""
    linked: bool = True
    place: str = ""
    proof: str = ""
    upload: Any = None


@transaction.atomic
def set_terms(
    *, compound_id: int, rest_hours: int, days_in_row: int, overtime_hours: int, by: Actor, now: datetime
) -> Terms:
    """Set the firm's own numbers. The rest is free; days in a row and overtime may be stricter than the law only.

    Refused: NotPermitted (not_yours), BadInput (case: looser than the law, with its clause).
    """
    allow_keeping(by, compound_id)
    lock_rosters(compound_id)
    had = terms(compound_id)
    given = {"rest_hours": rest_hours, "days_in_row": days_in_row, "overtime_hours": overtime_hours}
    _readable({"rules": given})
    made: Terms
    made, _new = Terms.objects.update_or_create(
        compound_id=compound_id, defaults={**given, "changed_at": now, "changed_as": by.signature}
    )
    changes = {key: [had[key], value] for key, value in given.items() if had[key] != value}
    keep(compound_id=compound_id, verb="terms", target=f"rosters.terms:{made.pk}", changes=changes, by=by, now=now)
    return made


@transaction.atomic
def set_station(
    *, compound_id: int, draft: StationDraft, station_id: int | None = None, by: Actor, now: datetime
) -> Station:
    """Add a post, or change one. What no law allows (hours, persons, a missing proof) is refused with the clause.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput (name_taken, too_many_posts, case, too_long), Against, FileRefused.
    """
    allow_keeping(by, compound_id)
    lock_rosters(compound_id)
    old = station_of(compound_id, station_id) if station_id is not None else None
    name = said(draft.name, "name", MAX_NAME) or str(words.in_chinese(lambda: str(words.POSTS.get(draft.kind, ""))))
    others = [one for one in stations(compound_id) if old is None or one.pk != old.pk]
    if any(one.name == name for one in others):
        raise BadInput("name_taken", field="name")
    if len(others) >= MOST_POSTS:
        raise BadInput("too_many_posts", most=str(MOST_POSTS))
    proof = said(draft.proof, "proof", MAX_PROOF)
    given = {
        "kind": draft.kind, "key": name, "shifts": list(draft.shifts), "persons": draft.persons, "linked": draft.linked,
        "single": {"place": draft.place, "proof": proof},
    }  # fmt: skip
    case = _readable({"posts": [given]})
    found = [one for one in check_posts(case) if one.hard]
    if found:
        raise Against(words.findings(case, found))
    made = old or Station(compound_id=compound_id, made_at=now, made_as=by.signature)
    had = {} if old is None else _shown(old)
    made.name, made.kind, made.shifts, made.persons = name, draft.kind, list(draft.shifts), draft.persons
    made.linked, made.place, made.proof = draft.linked, draft.place, proof
    stored = paper(compound_id=compound_id, upload=draft.upload, purpose=PROOF, by=by, now=now)
    made.proof_file = stored or made.proof_file
    if draft.place and made.proof_file is None:
        raise BadInput("proof_file_missing", field="upload")
    made.save()
    moved(compound_id, now)
    changes = {key: [had.get(key), value] for key, value in _shown(made).items() if had.get(key) != value}
    keep(compound_id=compound_id, verb="station", target=f"rosters.station:{made.pk}", changes=changes, by=by, now=now)
    return made


@transaction.atomic
def end_station(*, compound_id: int, station_id: int, by: Actor, now: datetime) -> Station:
    """A post is no longer staffed; what was published stays to be read. Refused: NotPermitted, NoSuchThing."""
    allow_keeping(by, compound_id)
    found = station_of(compound_id, station_id)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    moved(compound_id, now)
    keep(
        compound_id=compound_id, verb="station", target=f"rosters.station:{found.pk}",
        changes={"ended": [False, True]}, by=by, now=now,
    )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What is known of somebody on rosters. ``stations`` by number, none for any."""

    grade: int | None = None
    certificate: str = ""
    valid_until: date | None = None
    stations: Sequence[int] = ()
    upload: Any = None


@transaction.atomic
def add_member(*, compound_id: int, post_id: int, draft: MemberDraft, by: Actor, now: datetime) -> Member:
    """Put one of the firm's people on the rosters. Two of the same name are told apart by a number.

    Refused: NotPermitted (not_yours), BadInput (no_such_person, already_there, too_many_people, unknown_grade, too_long),
    FileRefused.
    """
    allow_keeping(by, compound_id)
    lock_rosters(compound_id)
    here = [one for one in holders(compound_id, localdate(now)) if one.party == "company"]
    holder = next((one for one in here if one.post_id == post_id), None)
    if holder is None:
        raise BadInput("no_such_person", field="post")
    if Member.objects.filter(compound_id=compound_id, left_at__isnull=True).count() >= MOST_PEOPLE:
        raise BadInput("too_many_people", most=str(MOST_PEOPLE))
    known: Member | None = Member.objects.filter(compound_id=compound_id, person_id=holder.person_id).first()
    if known is not None and known.left_at is None:
        raise BadInput("already_there", field="post")
    made = known or Member(
        compound_id=compound_id,
        person_id=holder.person_id,
        name=_unused(compound_id, holder.name),
        added_at=now,
        added_as=by.signature,
    )
    made.post_id, made.left_at = post_id, None
    return _set(made, draft, by, now)


@transaction.atomic
def set_member(*, compound_id: int, member_id: int, draft: MemberDraft, by: Actor, now: datetime) -> Member:
    """Change what is known of somebody. Refused as ``add_member``, and NoSuchThing."""
    allow_keeping(by, compound_id)
    return _set(member_of(compound_id, member_id), draft, by, now)


@transaction.atomic
def remove_member(*, compound_id: int, member_id: int, by: Actor, now: datetime) -> Member:
    """Somebody is no longer put on rosters; what they did stays. Refused: NotPermitted, NoSuchThing."""
    allow_keeping(by, compound_id)
    found = member_of(compound_id, member_id)
    found.left_at = now
    found.save(update_fields=["left_at"])
    moved(compound_id, now)
    keep(
        compound_id=compound_id, verb="member", target=f"rosters.member:{found.pk}", changes={"left": [False, True]},
        by=by, now=now,
    )  # fmt: skip
    return found


def _set(made: Member, draft: MemberDraft, by: Actor, now: datetime) -> Member:
    compound_id = made.compound_id
    if draft.grade is not None and draft.grade not in GRADES:
        raise BadInput("unknown_grade", field="grade")
    there = {one.pk for one in stations(compound_id)}
    if not set(draft.stations) <= there:
        raise BadInput("unknown_post", field="stations")
    had = (made.grade, made.certificate, str(made.valid_until or ""))
    made.grade = draft.grade
    made.certificate = said(draft.certificate, "certificate", MAX_CERTIFICATE)
    made.valid_until = draft.valid_until
    made.stations = sorted(set(draft.stations))
    made.picture = (
        paper(compound_id=compound_id, upload=draft.upload, purpose=CERTIFICATE, by=by, now=now) or made.picture
    )
    made.save()
    moved(compound_id, now)
    now_has = (made.grade, made.certificate, str(made.valid_until or ""))
    changes: dict[str, Any] = {"name": [None, made.name]}
    names = ("grade", "certificate", "valid_until")
    changes |= {key: [old, new] for key, old, new in zip(names, had, now_has, strict=True) if old != new}
    keep(compound_id=compound_id, verb="member", target=f"rosters.member:{made.pk}", changes=changes, by=by, now=now)
    return made


def _unused(compound_id: int, name: str) -> str:
    """The name, or with a number where somebody else has it."""
    taken = set(Member.objects.filter(compound_id=compound_id).values_list("name", flat=True))
    wanted, number = name[:50], 2
    while wanted in taken:
        wanted, number = f"{name[:50]}（{number}）", number + 1
    return wanted


def _shown(one: Station) -> dict[str, Any]:
    return {
        "name": one.name, "kind": one.kind, "shifts": "、".join(one.shifts), "persons": one.persons, "linked": one.linked,
        "place": one.place, "proof": one.proof,
    }  # fmt: skip


def _readable(part: dict[str, Any]) -> Any:
    """A part of a case, read as the rules read it; BadInput (case) in words."""
    whole = {"month": "2026-01", "posts": [{"kind": "gate"}], "people": [], **part}
    try:
        return read_case(whole)
    except Malformed as error:
        raise BadInput("case", said=words.problem(error.code, "", error.clause)) from error
