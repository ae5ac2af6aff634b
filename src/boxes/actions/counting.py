"""The count, by a worker: every ballot opened on all cores, counted by two paths that share nothing, published if they agree."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from nacl.public import PrivateKey

from boxes.actions.publishing import publish_record
from boxes.models import Box, Entry, Head, Opening, Result, State
from boxes.opener import Stopped, open_all
from boxes.queries.counting import counted_in_sql
from elections import records
from elections.actions.change import Change
from elections.box import moments
from elections.box.ballots import Box as Spec
from elections.box.ballots import Opened as Read
from elections.box.chain import Entry as Link
from elections.box.chain import broken_at
from elections.box.counting import CountedTwice, ItemCount, NotOnTheRoll, Right
from elections.box.questions import answers
from elections.box.record import STAND_BY, Rules
from elections.box.settling import Settled, settle_opened
from elections.box.standing import BALLOT, OWNER, PAPER, standing
from elections.models import Poll
from elections.queries.items import box_items, box_rules, weights
from elections.states import MACHINE
from tenancy.actor import system_actor
from tenancy.scope import scope

log = logging.getLogger(__name__)
# A worker that said nothing for this long is gone; the sweep starts another.
SILENT = timedelta(minutes=2)
MOST_TRIES = 5
SAY_EVERY = 2000
ROWS = 20_000


class Refused(Exception):
    """The count is not published. ``code``: chain_broken, head_differs, not_on_roll, counts_differ, worker_lost."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs, read in one transaction."""

    opening_id: int
    token: int
    box: Box
    poll: Poll
    spec: Spec
    rules: Rules
    roll: Mapping[str, Right]
    silence: moments.Silence
    entries: Sequence[Link]
    key: PrivateKey | None


def count(*, compound_id: int, opening_id: int, processes: int = 0, now: datetime | None = None) -> str | None:
    """Count one opened box; returns the state of its opening, None when there is nothing to do. May be repeated.

    Three steps: what is needed is read, the ballots are opened without any lock, and what came out is written at once or not at
    all. A second worker finds it taken; what a crash left is taken again by the sweep.
    """
    with scope(compound_id), transaction.atomic():
        work = _taken(compound_id, opening_id, now or timezone.now())
    if work is None:
        return None
    try:
        read = _opened(work, processes)
        with scope(compound_id), transaction.atomic():
            _written(work, read, now or timezone.now())
    except Refused as error:
        log.warning("boxes: a count is not published", extra={"opening": opening_id, "code": error.code})
        with scope(compound_id), transaction.atomic():
            mine = Opening.objects.filter(compound_id=compound_id, pk=opening_id, tries=work.token, state="running")
            mine.update(state=Opening.State.REFUSED, problem=error.code, ended_at=now or timezone.now())
        return str(Opening.State.REFUSED)
    except Stopped:
        return str(Opening.State.RUNNING)
    return str(Opening.State.DONE)


def _taken(compound_id: int, opening_id: int, now: datetime) -> Work | None:
    row: Opening | None = (
        Opening.objects.select_for_update(of=("self",), no_key=True)
        .select_related("box__poll__compound", "box__edition")
        .filter(compound_id=compound_id, pk=opening_id)
        .first()
    )
    if row is None or row.state not in {Opening.State.WAITING, Opening.State.RUNNING}:
        return None
    if row.state == Opening.State.RUNNING and row.tried_at > now - SILENT:
        return None
    if row.tries >= MOST_TRIES:
        row.state, row.problem, row.ended_at = Opening.State.REFUSED, "worker_lost", now
        row.save()
        return None
    row.state, row.tries, row.tried_at, row.done = Opening.State.RUNNING, row.tries + 1, now, 0
    row.save()
    box = row.box
    poll = box.poll
    entries = [one.link for one in Entry.objects.filter(compound_id=compound_id, box=box).order_by("number").iterator()]
    key = None
    if not box.paper_only:
        said = next(one.body for one in entries if one.kind == moments.OPENED)
        key = PrivateKey(bytes.fromhex(said["private_key"]))
    spec = Spec(box.name, box_items(poll), box.public_key)
    silence = moments.silence_of(entries)
    # What the heading says of those who stand by is what the first entry says: a box from before says nothing.
    stated = set(STAND_BY) <= set(moments.rules_of(entries))
    rules = replace(box_rules(poll), silent=silence.rule, alternates=stated)
    return Work(row.pk, row.tries, box, poll, spec, rules, weights(box.edition), silence, entries, key)


def _opened(work: Work, processes: int) -> list[tuple[Link, Read]]:
    """Every ballot of the chain with what is in it, sealed and paper."""
    broken = broken_at(work.entries)
    if broken is not None:
        raise Refused("chain_broken")
    ballots = [one for one in work.entries if one.kind == BALLOT]
    said = [0]

    def told(done: int) -> None:
        if done - said[0] >= SAY_EVERY:
            said[0] = done
            with scope(work.box.compound_id):
                Opening.objects.filter(
                    compound_id=work.box.compound_id, pk=work.opening_id, tries=work.token, state="running"
                ).update(done=done, tried_at=timezone.now())

    read = iter(
        open_all(
            work.spec, work.key, [bytes.fromhex(one.body["sealed"]) for one in ballots], processes=processes, told=told
        )
        if work.key is not None
        else ()
    )
    found = []
    for one in work.entries:
        if one.kind == BALLOT:
            found.append((one, next(read)))
        elif one.kind == PAPER:
            found.append((one, Read(answers(work.spec.items, one.body["choices"]))))
    return found


def _written(work: Work, read: Sequence[tuple[Link, Read]], now: datetime) -> None:
    compound_id = work.box.compound_id
    poll: Poll = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound")
        .get(compound_id=compound_id, pk=work.poll.pk)
    )
    box: Box = Box.objects.select_for_update(of=("self",), no_key=True).get(compound_id=compound_id, pk=work.box.pk)
    row = (
        Opening.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=work.opening_id, tries=work.token, state=Opening.State.RUNNING)
        .first()
    )
    if row is None:
        raise Stopped
    hashes = {one.seq: one.hash for one in work.entries}
    for head in Head.objects.filter(compound_id=compound_id, box=box):
        if hashes.get(head.number) != head.hash:
            raise Refused("head_differs")
    settled = _counted(work, read)
    _keep(box, read)
    ours = counts_of(settled, silent=work.rules.silent != moments.OFF)
    theirs, strangers = counted_in_sql(
        box, first=work.spec.items[0].key, vote_again=poll.vote_again, silent=work.rules.silent != moments.OFF
    )
    if strangers or not _agree(ours, theirs):
        raise Refused("counts_differ")
    verdicts = [records.record(one) for one in settled.verdicts]
    Result.objects.bulk_create(
        [
            Result(
                compound_id=compound_id, poll=poll, box=box, item_key=item.key, number=number, verdict=verdict,
                counts=ours[item.key], at=now,
            )
            for number, (item, verdict) in enumerate(zip(work.spec.items, verdicts, strict=True), 1)
        ]
    )  # fmt: skip
    publish_record(
        box, poll, spec=work.spec, rules=work.rules, roll=work.roll, entries=work.entries, result=verdicts, now=now
    )
    box.state, box.counted_at = State.COUNTED, now
    box.save()
    row.state, row.done, row.ended_at = Opening.State.DONE, row.total, now
    row.save()
    # The poll's own step, by the clock's hand: whoever opened the box stands in the chain.
    change = Change(poll=poll, action="count", by=system_actor("boxes", (compound_id,)), now=now)
    change.set(state=MACHINE.target(poll.state, "count"), counted_at=now)
    change.note("ballots", None, len(read))
    change.note("outcomes", None, [one["outcome"] for one in verdicts])
    change.save()


def _counted(work: Work, read: Sequence[tuple[Link, Read]]) -> Settled:
    opened = {one.seq: found for one, found in read}
    counted = standing(work.entries, vote_again=work.rules.vote_again).counted
    try:
        return settle_opened(
            work.spec, roll=work.roll, rules=work.rules,
            ballots=((right, opened[one.seq].answers) for right, one in counted.items()), silent=work.silence.rights,
        )  # fmt: skip
    except (NotOnTheRoll, CountedTwice) as error:
        raise Refused("not_on_roll") from error


def counts_of(settled: Settled, *, silent: bool = False) -> dict[str, dict[str, Any]]:
    """The figures of the first count as ``models.Result.counts`` keeps them. ``silent``: those who did not vote are counted."""
    return {key: _figures(one, silent=silent) for key, one in settled.counts.items()}


def _figures(one: ItemCount, *, silent: bool) -> dict[str, Any]:
    def pairs(sums: Mapping[str, Any]) -> dict[str, list[int]]:
        return {name: [each.voters, each.area] for name, each in sums.items()}

    return {
        "roll": [one.roll.voters, one.roll.area], "part": [one.taking_part.voters, one.taking_part.area],
        "choices": pairs(one.choices), "names": pairs(one.names),
        **({"silent": [one.silent.voters, one.silent.area]} if silent else {}),
    }  # fmt: skip


def _agree(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    def given(one: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: {key: pair for key, pair in one[name].items() if pair != [0, 0]} for name in ("choices", "names")}
        return {**{name: one.get(name) for name in ("roll", "part", "silent")}, **kept}

    return {key: given(one) for key, one in ours.items()} == {key: given(one) for key, one in theirs.items()}


def _keep(box: Box, read: Sequence[tuple[Link, Read]]) -> None:
    """Write what was opened, a row for each ballot and item. Row-level security knows no COPY: arrays come next to it."""
    rows = _rows(read)
    with connection.cursor() as cursor:
        while some := list(islice(rows, ROWS)):
            cursor.execute(_INSERT, [box.compound_id, box.pk, *(list(column) for column in zip(*some, strict=True))])


_INSERT = """
INSERT INTO boxes_opened (compound_id, box_id, number, "right", "by", paper, item, choice, names, reason)
SELECT %s, %s, n, r, b, p, i, c, string_to_array(k, chr(31)), w
FROM unnest(%s::int[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[], %s::text[], %s::text[])
  AS given (n, r, b, p, i, c, k, w)
"""


def _rows(read: Sequence[tuple[Link, Read]]) -> Iterator[tuple[Any, ...]]:
    for one, found in read:
        right, by, paper = str(one.body["right"]), str(one.body.get("by", OWNER)), one.kind == PAPER
        for key, answer in found.answers.items():
            yield one.seq, right, by, paper, key, answer.choice, "\x1f".join(answer.names), answer.reason


def due(*, compound_id: int, now: datetime) -> list[int]:
    """Openings that wait, or that lost their worker."""
    rows = Opening.objects.filter(compound_id=compound_id, state__in=("waiting", "running"))
    return [one.pk for one in rows if one.state == Opening.State.WAITING or one.tried_at <= now - SILENT]
