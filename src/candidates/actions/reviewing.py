"""The review (联审): each body answers for itself; who is refused reads the ground and answers; the body then decides."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from candidates.actions.change import Step, begin, locked, moved, page_of, said
from candidates.models import Candidate, Outcome, Review, State
from candidates.models.standing import MAX_ARTICLE, MAX_WORDS
from candidates.permissions import may_prepare, may_review
from candidates.queries.reading import is_nominee
from candidates.refusals import BadInput, NoSuchCandidate, NotPermitted, OutOfState
from candidates.rules.grounds import grounds_of
from elections.rules.jurisdictions import find
from tenancy.actor import Actor


def _review(step: Step, one: Candidate, body: int) -> Review:
    found: Review | None = (
        Review.objects.select_for_update(of=("self",), no_key=True)
        .select_related("body")
        .filter(compound_id=one.compound_id, candidate=one, body__number=body)
        .first()
    )
    if found is None:
        raise NoSuchCandidate
    if not may_review(step.by, step.poll, found.body, step.whole.group):
        raise NotPermitted("not_your_body")
    return found


@transaction.atomic
def answer(
    *,
    compound_id: int,
    ref: str,
    candidate: str,
    body: int,
    outcome: str,
    words: str = "",
    ground: str = "",
    article: str = "",
    paper: str = "",
    by: Actor,
    now: datetime,
) -> Review:
    """Answer for a body: pass, send back for more, or refuse on a ground of the place, in writing.

    The first refusal is an intention: the candidate reads it and may answer within the plan's days. After the answer, or when
    its time is over, the same body decides: ``pass`` restores, ``refuse`` is final. ``paper`` names the written answer of a body
    that has nobody here. Refused: NoSuchCandidate, NotPermitted (not_your_body), OutOfState (poll_moved_on, moved_on,
    answered_already, wait_for_reply), BadInput (unknown_outcome, unknown_ground, say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", field="outcome")
    row = _review(step, one, body)
    if one.state not in {State.IN_REVIEW, State.REFUSED}:
        raise OutOfState("moved_on", state=str(State(one.state).label))
    if row.final:
        raise OutOfState("answered_already")
    if row.body.organisation_id is None:
        row.paper = said(paper, "paper", MAX_ARTICLE)
    if row.outcome == Outcome.REFUSE:
        return _decide(step, one, row, outcome, words)
    row.outcome, row.answered_at, row.answered_as = outcome, now, by.signature
    row.words = said(words, "words", MAX_WORDS, needed=outcome != Outcome.PASS)
    row.ground, row.article, row.reply_until, row.late_told_at = "", "", None, None
    if outcome == Outcome.REFUSE:
        _ground(step, row, ground, article)
        moved(one, "refuse", now)
        row.reply_until = localdate(now) + timedelta(days=step.whole.planned.reply_days)
        row.reply, row.replied_at = "", None
        row.save()
        one.save()
        step.tell(
            [one.person_id], "refusal", link=page_of(step.poll, one.ref), body=row.body.name,
            until=f"{row.reply_until:%Y-%m-%d}", ref=one.ref,
        )  # fmt: skip
    else:
        row.final = outcome == Outcome.PASS
        moved(one, "review", now)
        row.save()
        one.save(update_fields=["updated_at"])
        if outcome == Outcome.SUPPLEMENT:
            step.tell([one.person_id], "sent_back", link=page_of(step.poll, one.ref), body=row.body.name, ref=one.ref)
        _pass_if_all(step, one)
    step.settle(
        "answer",
        one,
        {
            "body": [None, row.body.name],
            "outcome": [None, outcome],
            "ground": [None, row.ground],
            "article": [None, row.article],
        },
    )
    return row


def _ground(step: Step, row: Review, ground: str, article: str) -> None:
    place = find(step.poll.jurisdiction)
    known = {one.code: one for one in grounds_of(place)} if place is not None else {}
    if ground not in known:
        raise BadInput("unknown_ground", field="ground")
    named = said(article, "article", MAX_ARTICLE, needed=known[ground].names_rule)
    row.ground, row.article = ground, " ".join(part for part in (known[ground].article, named) if part)[:MAX_ARTICLE]


def _decide(step: Step, one: Candidate, row: Review, outcome: str, words: str) -> Review:
    """The body's last word on its own refusal."""
    if outcome == Outcome.SUPPLEMENT:
        raise BadInput("unknown_outcome", field="outcome")
    over = row.reply_until is not None and row.reply_until < localdate(step.now)
    if outcome == Outcome.REFUSE and row.replied_at is None and not over:
        raise OutOfState("wait_for_reply", until=f"{row.reply_until:%Y-%m-%d}")
    row.final, row.final_at, row.final_as = True, step.now, step.by.signature
    row.final_words = said(words, "words", MAX_WORDS)
    link = page_of(step.poll, one.ref)
    if outcome == Outcome.PASS:
        row.outcome = Outcome.PASS
        row.save()
        others = Review.objects.filter(
            compound_id=one.compound_id, candidate=one, outcome=Outcome.REFUSE, final=False
        ).exists()
        if not others:
            moved(one, "restore", step.now)
            one.save()
        _pass_if_all(step, one)
    else:
        row.save()
        moved(one, "strike", step.now)
        one.ended_at, one.ended_as = step.now, step.by.signature
        one.ended_reason = f"{row.body.name}：{row.final_words}"[:MAX_WORDS]
        one.save()
        step.tell([one.person_id], "struck", link=link, body=row.body.name, ref=one.ref)
    step.settle(
        "decide",
        one,
        {"body": [None, row.body.name], "outcome": [Outcome.REFUSE.value, outcome], "state": [None, one.state]},
    )
    return row


def _pass_if_all(step: Step, one: Candidate) -> None:
    waiting = Review.objects.filter(compound_id=one.compound_id, candidate=one).exclude(
        outcome=Outcome.PASS, final=True
    )
    if one.state == State.IN_REVIEW and not waiting.exists():
        moved(one, "pass", step.now)
        one.save()
        step.tell([one.person_id], "passed", link=page_of(step.poll, one.ref), ref=one.ref)


@transaction.atomic
def reply(
    *, compound_id: int, ref: str, candidate: str, body: int, words: str, paper: str = "", by: Actor, now: datetime
) -> Review:
    """Answer a body's refusal, within its days; the body decides after that.

    Refused: NoSuchCandidate, NotPermitted (not_the_nominee), OutOfState (poll_moved_on, moved_on, nothing_to_reply,
    replied_already, reply_over), BadInput (say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    if not is_nominee(by, one):
        if not may_prepare(by, step.poll, step.whole.group):
            raise NotPermitted("not_the_nominee")
        said(paper, "paper", MAX_ARTICLE)
    row: Review | None = (
        Review.objects.select_for_update(of=("self",), no_key=True)
        .select_related("body")
        .filter(compound_id=compound_id, candidate=one, body__number=body)
        .first()
    )
    if row is None:
        raise NoSuchCandidate
    moved(one, "reply", now)
    if row.outcome != Outcome.REFUSE or row.final:
        raise OutOfState("nothing_to_reply")
    if row.replied_at is not None:
        raise OutOfState("replied_already")
    if row.reply_until is None or row.reply_until < localdate(now):
        raise OutOfState("reply_over", until=f"{row.reply_until:%Y-%m-%d}" if row.reply_until else "")
    row.reply, row.replied_at = said(words, "words", MAX_WORDS), now
    row.save()
    one.save(update_fields=["updated_at"])
    step.tell(
        step.staff([row.body.organisation_id]), "replied", link=page_of(step.poll, one.ref), name=one.name, ref=one.ref
    )
    step.settle("reply", one, {"body": [None, row.body.name]})
    return row
