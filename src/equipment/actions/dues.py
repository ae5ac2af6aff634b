"""What runs out: written anew by whatever changes a piece, said by the clock 90, 30 and 7 days before, and when it is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from equipment import queries
from equipment.actions.change import clock, desk, everyone_in, tell
from equipment.models import Due, Paper, Piece, Subject, What
from equipment.rules.due import CRITICAL, NOT_YET, OVERDUE, STEPS, dues, step
from equipment.rules.standards import Tighter, lives_of, standards
from equipment.rules.visits import next_visit
from tenancy.models import Compound

BATCH = 2000
NAMED = 3


def refresh(compound_id: int, pieces: Sequence[Piece]) -> None:
    """Write anew what runs out of these pieces; what did not change keeps what was told of it. One that is gone owes nothing."""
    own = queries.own_words(compound_id)
    wanted = [due for piece in pieces if piece.state != Piece.State.GONE for due in _of_piece(piece, own)]
    _replace(compound_id, Due.objects.filter(compound_id=compound_id, piece__in=pieces), wanted)


def refresh_kind(compound_id: int, kind: str) -> None:
    """The same for every piece of a kind: a rule of the compound's own changed."""
    refresh(compound_id, list(Piece.objects.filter(compound_id=compound_id, kind=kind).exclude(state=Piece.State.GONE)))


def refresh_paper(paper: Paper) -> None:
    """What a paper owes: its end, unless a newer one took its place."""
    clause = next((one.clause for one in standards().yearly if one.key == paper.kind), "")
    wanted = (
        []
        if paper.replaced_at is not None
        else [
            _due(paper, "paper", what=paper.kind, name=paper.title, on=paper.expires_on, clause=clause, confirmed=True)
        ]
    )
    _replace(paper.compound_id, Due.objects.filter(compound_id=paper.compound_id, paper=paper), wanted)


def refresh_subject(subject: Subject) -> None:
    """What a home or house owes: the next visit by its class, and what of it wears out."""
    wanted = []
    if subject.ended_at is None:
        kind = standards().visits[subject.kind]
        risk = kind.risks[subject.risk]
        on = next_visit(risk.every, visited=subject.visited_on, since=localdate(subject.made_at))
        wanted.append(
            _due(
                subject, "subject", what=What.VISIT, name=kind.name, on=on, clause=risk.clause, confirmed=risk.confirmed
            )
        )
        wanted += [
            _due(subject, "subject", what=What.PART, name=part.name, on=ends, clause="", confirmed=part.confirmed)
            for part, ends in queries.parts_of(subject)
        ]
    _replace(subject.compound_id, Due.objects.filter(compound_id=subject.compound_id, subject=subject), wanted)


def _of_piece(piece: Piece, own: Iterable[Tighter]) -> list[Due]:
    lives = lives_of(piece.kind, subtype=piece.subtype, own=own)
    if not lives:
        return []
    days = {
        "made_on": piece.made_on,
        "installed_on": piece.installed_on or piece.made_on,
        "battery_on": piece.battery_on or piece.installed_on or piece.made_on,
        "battery_tested_on": piece.battery_tested_on or piece.battery_on or piece.installed_on or piece.made_on,
    }
    last = {"service": piece.serviced_on, "battery": piece.battery_on, "battery_test": piece.battery_tested_on}
    return [
        _due(piece, "piece", what=one.what, name=one.name, on=one.on, clause=one.clause, confirmed=one.confirmed)
        for one in dues(lives, days, last)
    ]


def _due(of: Any, field: str, *, what: str, name: str, on: Any, clause: str, confirmed: bool) -> Due:
    return Due(
        compound_id=of.compound_id, what=what, name=name, on=on, clause=clause, confirmed=confirmed,
        critical=what in CRITICAL, **{field: of},
    )  # fmt: skip


def _replace(compound_id: int, there: Any, wanted: list[Due]) -> None:
    """Make the rows what is wanted, touching only what differs."""

    def key(one: Due) -> tuple[Any, ...]:
        return (one.piece_id, one.paper_id, one.subject_id, one.what, one.name)

    known = {key(one): one for one in there}
    fresh, changed = [], []
    for one in wanted:
        old = known.pop(key(one), None)
        if old is None:
            fresh.append(one)
        elif (old.on, old.clause, old.confirmed, old.critical) != (one.on, one.clause, one.confirmed, one.critical):
            if old.on != one.on:
                old.told, old.told_at = NOT_YET, None
            old.on, old.clause, old.confirmed, old.critical = one.on, one.clause, one.confirmed, one.critical
            changed.append(old)
    Due.objects.filter(compound_id=compound_id, pk__in=[one.pk for one in known.values()]).delete()
    Due.objects.bulk_create(fresh, batch_size=BATCH)
    Due.objects.bulk_update(changed, ["on", "clause", "confirmed", "critical", "told", "told_at"], batch_size=BATCH)


@transaction.atomic
def tell_due(*, compound_id: int, now: datetime) -> int:
    """Tell the desk what comes near and what is over, once a step; returns of how many things. May be repeated."""
    today = localdate(now)
    rows = list(
        queries.to_tell(today).filter(compound_id=compound_id).select_for_update(of=("self",), no_key=True)[:BATCH]
    )
    if not rows:
        return 0
    compound = Compound.objects.get(pk=compound_id)
    to = desk(everyone_in(compound_id, now))
    by = clock(compound_id)
    for at in (OVERDUE, *reversed(STEPS)):
        found = [row for row in rows if row.on is not None and step(row.on, today) == at]
        if not found:
            continue
        names = "、".join(dict.fromkeys(queries.due_title(row) for row in found[:NAMED]))
        template = "equipment.overdue" if at == OVERDUE else "equipment.due"
        context = {"count": str(len(found)), "names": names}
        if at != OVERDUE:
            context["days"] = str(at)
        link = "dues/?show=over" if at == OVERDUE else "dues/"
        tell(
            compound,
            to,
            template,
            link=link,
            by=by,
            now=now,
            key=f"equipment.due:{today}:{at}:{found[0].pk}",
            **context,
        )
        for row in found:
            row.told, row.told_at = at, now
    Due.objects.bulk_update(rows, ["told", "told_at"], batch_size=BATCH)
    return len(rows)
