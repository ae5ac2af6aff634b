"""Objecting to what is made public, answering, objecting once more, taking it back; and what happens when nobody answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from documents.actions import store_file, store_image
from lifecycle.machine import NotAllowed
from lifecycle.refusals import BadInput, NotPermitted, OutOfState
from live.actions import Announcement, announce_all
from messaging.actions import queue
from notices.models import Notice
from notices.models import State as NoticeState
from notices.permissions import is_staff
from notices.queries import visible_notices
from notices.rules.chain import PARTIES_OF, side_of, signs_for
from notices.topics import BOARD, STAFF
from parties.queries import Holder, holders
from publicity.models import Evidence, Objection, ObjectionState, ObjectionStep, Outcome, Period, State
from publicity.objection_extras import lines_of
from publicity.objection_permissions import answers, is_own, may_object
from publicity.objection_queries import OwnHome, homes_to_object_for, names_to_cover
from publicity.objection_states import MACHINE
from publicity.rules.objecting import (
    COMMUNITY,
    MAX_ANSWER,
    MAX_FILES,
    MAX_PASSAGE,
    MAX_REASON,
    MAX_WORDS,
    MOST_OPEN,
    STREET,
    TOLD,
    answer_by,
    answer_rule,
    further_until,
    may_object_on,
    next_step,
    only_covered,
    places_around,
    public_words,
    says_something,
)
from tenancy.actor import Actor, system_actor
from tenancy.refs import new_ref

PURPOSE = "publicity.objection"
CLOCK = "objections"
BATCH = 200
_PDF = b"%PDF-"


class NoSuchObjection(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What an objector gives. ``home_id`` is needed of a resident with several homes there."""

    passage: str
    words: str
    home_id: int | None = None


@transaction.atomic
def object_to(
    *, compound_id: int, notice_ref: str, saying: Saying, uploads: Sequence[Any] = (), by: Actor, now: datetime
) -> Objection:
    """Object to a notice while its publicity runs. The speaker's side is told at once.

    Refused: NoSuchObjection for a notice that the actor does not see or that is no publicity; NotPermitted
    (not_entitled, not_yours); OutOfState (voided, ended); BadInput (empty, too_long, no_such_home, too_many_files,
    too_many_open). Raises documents.actions.FileRefused for a file.
    """
    period = _period(compound_id, notice_ref, by)
    _must_be_open(period)
    if not may_object_on(localdate(now), until=period.objections_until):
        raise OutOfState("ended", day=f"{period.objections_until:%Y-%m-%d}")
    return _file(period, None, saying, uploads, by=by, now=now)


@transaction.atomic
def object_again(
    *, compound_id: int, ref: str, saying: Saying, uploads: Sequence[Any] = (), by: Actor, now: datetime
) -> Objection:
    """Object once to an answer, while one may object or three days after the answer, whichever is later.

    Refused: NoSuchObjection; NotPermitted (not_yours); OutOfState (moved_on, voided, ended, further_once); BadInput as
    ``object_to``.
    """
    first = locked(compound_id=compound_id, ref=ref, by=by)
    if not is_own(by, first):
        raise NotPermitted("not_yours")
    if first.state != ObjectionState.ANSWERED:
        raise moved_on(first)
    if first.earlier_id is not None or first.later.exclude(state=ObjectionState.WITHDRAWN).exists():
        raise OutOfState("further_once")
    period = _period(compound_id, first.notice.ref, by)
    if period.state == State.VOIDED:
        raise OutOfState("voided", why=period.void_reason)
    until = further_until(first.answered_at or now, until=period.objections_until)
    if not may_object_on(localdate(now), until=until):
        raise OutOfState("ended", day=f"{until:%Y-%m-%d}")
    return _file(period, first, saying, uploads, by=by, now=now)


def _period(compound_id: int, notice_ref: str, by: Actor) -> Period:
    """The period of a notice that the actor reads, locked against its own end."""
    seen = visible_notices(by, compound_id=compound_id).filter(ref=notice_ref)
    found: Period | None = (
        Period.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice__compound__community", "notice__current")
        .filter(compound_id=compound_id, notice__in=seen.values("pk"))
        .first()
    )
    if found is None:
        raise NoSuchObjection
    return found


def _must_be_open(period: Period) -> None:
    if period.state == State.VOIDED:
        raise OutOfState("voided", why=period.void_reason)
    if period.notice.state == NoticeState.WITHDRAWN:
        raise OutOfState("voided", why=period.notice.ended_reason)
    if period.state != State.RUNNING:
        raise OutOfState("ended", day=f"{period.objections_until:%Y-%m-%d}")


def _file(
    period: Period, earlier: Objection | None, saying: Saying, uploads: Sequence[Any], *, by: Actor, now: datetime
) -> Objection:
    if not may_object(by):
        raise NotPermitted("not_entitled")
    compound_id, notice = period.compound_id, period.notice
    passage = needed(saying.passage, "passage", MAX_PASSAGE)
    words = needed(saying.words, "words", MAX_WORDS, lines=True)
    if len(uploads) > MAX_FILES:
        raise BadInput("too_many_files", field="uploads", most=str(MAX_FILES))
    mine = Objection.objects.filter(compound_id=compound_id, notice=notice, person_id=by.person_id)
    if mine.filter(state=ObjectionState.OPEN).count() >= MOST_OPEN:
        raise BadInput("too_many_open", field="words", most=str(MOST_OPEN))
    home = _home(compound_id, saying.home_id, by, now)
    places = places_around(notice.compound.community.code)
    rule = answer_rule(places, side=notice.side, matter=period.matter)
    due = answer_by(now, rule.days)
    first = next_step(due, -1)
    made: Objection = Objection.objects.create(
        compound_id=compound_id,
        ref=new_ref(),
        period=period,
        notice=notice,
        edition=notice.current.edition,
        fingerprint=notice.current.fingerprint,
        person_id=by.person_id,
        post_id=by.post_id,
        name=by.person_name or by.label,
        label=f"{by.person_name} {by.label}".strip()[:160],
        relation=home.relation if home else "committee",
        home_id=home.home_id if home else None,
        address=home.address if home else "",
        building=home.building if home else "",
        passage=passage,
        words=words,
        earlier=earlier,
        filed_at=now,
        due_on=due,
        ground=rule.ground,
        by_law=rule.law,
        next_step_at=first.at if first else None,
    )
    kept = [_keep(made, upload, number, by=by, now=now) for number, upload in enumerate(uploads, start=1)]
    _tell(made, _speakers(notice, now), "publicity.objected", by=by, now=now, due=f"{due:%Y-%m-%d}")
    _settle(
        made,
        "object",
        {
            "state": [None, made.state],
            "passage": [None, passage],
            "due_on": [None, due.isoformat()],
            "ground": [None, rule.ground],
            "evidence": [None, [one.file.sha256 for one in kept]],
            "earlier": [None, earlier.ref if earlier else None],
        },
        by=by,
        now=now,
    )
    return made


def _home(compound_id: int, home_id: int | None, by: Actor, now: datetime) -> OwnHome | None:
    if by.party != "resident":
        return None
    homes = homes_to_object_for(compound_id=compound_id, person_id=by.person_id, on=localdate(now))
    if home_id is None and len(homes) == 1:
        return homes[0]
    found = next((one for one in homes if one.home_id == home_id), None)
    if found is None:
        raise BadInput("no_such_home", field="home")
    return found


def _keep(made: Objection, upload: Any, number: int, *, by: Actor, now: datetime) -> Evidence:
    upload.seek(0)
    is_pdf = upload.read(len(_PDF)) == _PDF
    upload.seek(0)
    store = store_file if is_pdf else store_image
    stored = store(
        compound_id=made.compound_id,
        by=by,
        upload=upload,
        purpose=PURPOSE,
        target=f"publicity.objection:{made.pk}",
        now=now,
    )
    kept: Evidence = Evidence.objects.create(
        compound_id=made.compound_id, objection=made, file=stored, name=f"{'材料' if is_pdf else '照片'}{number}"
    )
    return kept


@transaction.atomic
def answer(
    *,
    compound_id: int,
    ref: str,
    outcome: str,
    text: str,
    shown_passage: str = "",
    shown_words: str = "",
    by: Actor,
    now: datetime,
) -> Objection:
    """Answer an objection, once: it stands beside the notice from now on, the name masked, and the objector is told.

    What upper floors did because of it by now stands below the answer (``publicity.objection_extras``).

    ``shown_…``: what was objected as everyone will read it, with more of it under × than ``to_be_shown`` covers by itself;
    "" for no more than that. Refused: NoSuchObjection; NotPermitted (not_your_answer, own_objection); OutOfState (moved_on);
    BadInput (empty, too_long, unknown_outcome, not_only_covered, all_covered).
    """
    found = locked(compound_id=compound_id, ref=ref, by=by)
    if not answers(by, found, found.notice):
        raise NotPermitted("not_your_answer")
    if found.person_id == by.person_id:
        raise NotPermitted("own_objection")
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", field="outcome")
    said = "\n".join([needed(text, "answer", MAX_ANSWER, lines=True), *lines_of(found)])
    passage, words = to_be_shown(found, now)
    found.shown_passage = _covered(passage, words_of(shown_passage, "shown_passage", MAX_PASSAGE), "shown_passage")
    found.shown_words = _covered(words, words_of(shown_words, "shown_words", MAX_WORDS, lines=True), "shown_words")
    before = _move(found, "answer")
    found.outcome, found.answer, found.answered_at = outcome, said, now
    found.answered_by, found.answered_post = by.person_id, by.post_id
    found.answered_as = f"{by.person_name} {by.label}".strip()[:160]
    found.answered_body = by.label.rpartition(" ")[0][:80]
    found.next_step_at = None
    found.save()
    _tell(found, [found.person_id], "publicity.answered", by=by, now=now, body=found.answered_body,
          outcome=str(Outcome(outcome).label))  # fmt: skip
    _settle(
        found,
        "answer",
        {
            "state": [before, found.state],
            "outcome": [None, outcome],
            "answer": [None, said],
            "shown_passage": [None, found.shown_passage],
            "shown_words": [None, found.shown_words],
        },
        by=by,
        now=now,
    )
    return found


def to_be_shown(found: Objection, now: datetime) -> tuple[str, str]:
    """Passage and words as they will stand beside the notice, unless more is covered by hand. Two statements."""
    names = names_to_cover(found.notice, localdate(now))
    return public_words(found.passage, names), public_words(found.words, names)


def _covered(base: str, given: str, field: str) -> str:
    shown = only_covered(base, given) if given else base
    if shown is None:
        raise BadInput("not_only_covered", field=field)
    if given and not says_something(shown) and says_something(base):
        raise BadInput("all_covered", field=field)
    return shown


@transaction.atomic
def withdraw(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Objection:
    """Take one's own objection back while nobody has answered it; a reason may be given, the text stays on record.

    Refused: NoSuchObjection; NotPermitted (not_yours); OutOfState (moved_on); BadInput (too_long).
    """
    found = locked(compound_id=compound_id, ref=ref, by=by)
    if not is_own(by, found):
        raise NotPermitted("not_yours")
    why = words_of(reason, "reason", MAX_REASON)
    before = _move(found, "withdraw")
    found.ended_at, found.ended_reason, found.next_step_at = now, why, None
    found.save()
    _tell(found, _speakers(found.notice, now), "publicity.objection_withdrawn", by=by, now=now)
    _settle(found, "withdraw_objection", {"state": [before, found.state], "reason": [None, why]}, by=by, now=now)
    return found


@transaction.atomic
def lapse_voided(*, compound_id: int, now: datetime, notice_id: int | None = None) -> int:
    """End what is open about publicity that is void, and tell the objectors; returns how many. May be repeated."""
    due = Objection.objects.filter(compound_id=compound_id, state=ObjectionState.OPEN)
    due = due.filter(notice_id=notice_id) if notice_id is not None else due.filter(period__state=State.VOIDED)
    by = system_actor(CLOCK, (compound_id,))
    done = 0
    for found in (
        due.select_for_update(of=("self",), no_key=True).select_related("notice__compound").order_by("pk")[:BATCH]
    ):
        before = _move(found, "lapse")
        found.ended_at, found.next_step_at = now, None
        found.save()
        _tell(found, [found.person_id], "publicity.objection_lapsed", by=by, now=now)
        _settle(found, "lapse_objection", {"state": [before, found.state]}, by=by, now=now)
        done += 1
    return done


def notice_withdrawn(notice: Any, _version: Any, now: datetime) -> None:
    """What ``notices.hooks`` says: the notice is gone, so nobody owes an answer any more."""
    lapse_voided(compound_id=notice.compound_id, now=now, notice_id=notice.pk)


@transaction.atomic
def escalate(*, compound_id: int, now: datetime) -> int:
    """Take every step that is due for unanswered objections and return how many.

    Repeatable and safe beside itself: rows are locked, each level is unique, and after downtime one step follows the other.
    """
    due = list(
        Objection.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("notice__compound")
        .filter(compound_id=compound_id, state=ObjectionState.OPEN, next_step_at__lte=now)
        .order_by("next_step_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    by = system_actor(CLOCK, (compound_id,))
    here = holders(compound_id, localdate(now))
    return sum(_climb(found, here, by, now) for found in due)


def _climb(found: Objection, here: list[Holder], by: Actor, now: datetime) -> int:
    taken = 0
    while (step := next_step(found.due_on, found.level)) is not None and step.at <= now:
        before = found.level
        found.level = step.level
        after = next_step(found.due_on, step.level)
        found.next_step_at = after.at if after else None
        found.save(update_fields=["level", "next_step_at"])
        people = _level_people(found.notice, TOLD[step.level], here)
        ObjectionStep.objects.create(
            compound_id=found.compound_id, objection=found, level=step.level, told=TOLD[step.level],
            people=len(people), at=now,
        )  # fmt: skip
        template = "publicity.objection_due" if step.level == 0 else "publicity.objection_late"
        key = f"{template}:{found.pk}:{step.level}"
        _tell(found, people, template, by=by, now=now, key=key, due=f"{found.due_on:%Y-%m-%d}")
        if step.level in {COMMUNITY, STREET}:
            told = f"publicity.objection_climbed_{TOLD[step.level]}"
            _tell(found, [found.person_id], told, by=by, now=now, key=f"{told}:{found.pk}")
        _settle(found, "climb_objection", {"level": [before, step.level]}, by=by, now=now)
        taken += 1
    return taken


def _level_people(notice: Notice, who: str, here: Iterable[Holder]) -> list[int]:
    if who == "speaker":
        return _speakers_among(notice, here)
    parties = {"street"} if who == "street" else PARTIES_OF[who]
    return sorted({one.person_id for one in here if one.party in parties and signs_for(one.party, one.role)})


def _speakers(notice: Notice, now: datetime) -> list[int]:
    return _speakers_among(notice, holders(notice.compound_id, localdate(now)))


def _speakers_among(notice: Notice, here: Iterable[Holder]) -> list[int]:
    """Who signs for the body that speaks, and whoever wrote the notice while they still hold a post there.

    Where that body acts there no more, whoever signs for the community.
    """
    signing = [one for one in here if signs_for(one.party, one.role)]
    found = {one.person_id for one in signing if one.organisation == notice.speaker}
    found |= {one.person_id for one in here if one.organisation == notice.speaker and one.person_id == notice.person_id}
    return sorted(found or {one.person_id for one in signing if side_of(one.party) == "community"})


def locked(*, compound_id: int, ref: str, by: Actor) -> Objection:
    """The objection, locked, when the actor filed it or reads it by their post. Raises NoSuchObjection."""
    found: Objection | None = (
        Objection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice__compound", "notice__current", "period")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or compound_id not in by.compound_ids or not (is_own(by, found) or is_staff(by)):
        raise NoSuchObjection
    return found


def moved_on(found: Objection) -> OutOfState:
    """The refusal of what came too late."""
    return OutOfState("moved_on", state=str(ObjectionState(found.state).label))


def _move(found: Objection, action: str) -> str:
    before: str = found.state
    try:
        found.state = MACHINE.target(before, action)
    except NotAllowed as error:
        raise moved_on(found) from error
    return before


def words_of(text: str, field: str, most: int, *, lines: bool = False) -> str:
    """What was typed, on one line or with its lines; BadInput (too_long)."""
    bare = text.replace("\x00", "").replace("\r\n", "\n").strip()
    words = bare if lines else " ".join(bare.split())
    if len(words) > most:
        raise BadInput("too_long", field=field, most=str(most))
    return words


def needed(text: str, field: str, most: int, *, lines: bool = False) -> str:
    """As ``words_of``, and BadInput (empty) when nothing was said."""
    words = words_of(text, field, most, lines=lines)
    if not words:
        raise BadInput("empty", field=field)
    return words


def _tell(
    found: Objection, people: Iterable[int], template: str, *, by: Actor, now: datetime, key: str = "", **context: str
) -> None:
    told = sorted(set(people) - {by.person_id})
    notice = found.notice
    if told:
        queue(
            compound_id=found.compound_id,
            to=told,
            template=template,
            context={"compound": notice.compound.name, "title": notice.title, **context},
            link=f"/c/{notice.compound.code}/objections/{found.ref}/",
            by=by,
            now=now,
            key=key or f"{template}:{found.pk}:{now.isoformat()}",
        )


def _settle(
    found: Objection,
    verb: str,
    changes: dict[str, list[Any]],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Announce to whoever reads the notice, then write the audit entry, last."""
    said = {"ref": found.notice.ref, "state": found.notice.state}
    heard = [Announcement(STAFF, "changed", said)]
    # How many wait for an answer is public too; a level that is told changes nothing that others read.
    if verb != "climb_objection":
        heard.append(Announcement(BOARD, "changed", said))
    announce_all(compound_id=found.compound_id, announcements=heard, now=now)
    record(
        by=by,
        compound_id=found.compound_id,
        verb=f"publicity.{verb}",
        target=f"publicity.objection:{found.pk}",
        changes=changes,
        now=now,
    )
