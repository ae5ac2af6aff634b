"""The desk's plan: weekly patterns, shifts by hand, and those that a roster publishes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import get_default_timezone, localdate

from duty import rules
from duty.actions.change import (
    DutyRefused,
    NoSuchShift,
    hours,
    log,
    phone_kept,
    planner,
    post_of,
    shift_of,
    spoken,
    tell,
    void_offers,
    weekdays_text,
)
from duty.models import Pattern, Shift
from duty.rules import Span
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as another plan (rosters) publishes it: ``source`` names it there and is unique in the compound."""

    post_id: int
    span: Span
    source: str
    phone: str = ""


@transaction.atomic
def add_pattern(
    *,
    compound_id: int,
    post_id: int,
    weekdays: Sequence[int],
    starts: time,
    ends: time,
    phone: str,
    since: date,
    by: Actor,
    now: datetime,
) -> Pattern:
    """Give a post a weekly pattern from a day on, and write its shifts for four weeks.

    Refuses: not_yours, no_such_post, weekdays, phone, and overlaps when the post has another shift at the same hours.
    """
    people = planner(by, compound_id, now)
    post = post_of(people, post_id)
    if not weekdays or any(not 0 <= day <= 6 for day in weekdays):  # noqa: PLR2004  Monday to Sunday
        raise DutyRefused("weekdays", field="weekdays")
    made: Pattern = Pattern.objects.create(
        compound_id=compound_id,
        post_id=post_id,
        weekdays=sorted(set(weekdays)),
        starts=starts,
        ends=ends,
        phone=phone_kept(phone),
        since=max(since, localdate(now)),
        created_at=now,
    )
    wanted = len(spans_of(made, localdate(now)))
    if write_pattern(made, now) < wanted:
        raise DutyRefused("overlaps", field="starts", who=post.name)
    log(
        "add_pattern",
        f"duty.pattern:{made.pk}",
        {"post": [None, post_id], "weekdays": [None, made.weekdays], "hours": [None, str(made)]},
        compound_id,
        by=by,
        now=now,
    )
    when = f"{weekdays_text(made.weekdays)} {made}"
    tell(compound_id, [post.person_id], "duty.planned", by, now, key=f"pattern:{made.pk}", when=when)
    return made


@transaction.atomic
def end_pattern(*, compound_id: int, pattern_id: int, by: Actor, now: datetime) -> Pattern:
    """End a weekly pattern today: its shifts that have not begun are taken off."""
    planner(by, compound_id, now)
    found: Pattern | None = (
        Pattern.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=pattern_id)
        .select_related("post")
        .first()
    )
    if found is None:
        raise NoSuchShift
    if found.until is not None:
        return found
    found.until = localdate(now)
    found.save(update_fields=["until"])
    ahead = Shift.objects.filter(
        compound_id=compound_id, pattern=found, starts_at__gt=now, cancelled_at__isnull=True, post_id=found.post_id
    )
    taken = ahead.update(cancelled_at=now)
    void_offers(compound_id, now)
    log(
        "end_pattern",
        f"duty.pattern:{found.pk}",
        {"until": [None, str(found.until)], "shifts": [taken, 0]},
        compound_id,
        by=by,
        now=now,
    )
    return found


@transaction.atomic
def add_shift(*, compound_id: int, post_id: int, span: Span, phone: str, by: Actor, now: datetime) -> Shift:
    """Write one shift by hand. Refuses: not_yours, no_such_post, over, too_long, phone, overlaps."""
    people = planner(by, compound_id, now)
    post = post_of(people, post_id)
    if span.ends <= now:
        raise DutyRefused("over", field="day")
    if span.ends - span.starts > rules.LONGEST:
        raise DutyRefused("too_long", field="ends")
    try:
        with transaction.atomic():
            made: Shift = Shift.objects.create(
                compound_id=compound_id,
                post_id=post_id,
                starts_at=span.starts,
                ends_at=span.ends,
                phone=phone_kept(phone),
                created_at=now,
            )
    except IntegrityError as error:
        raise DutyRefused("overlaps", field="starts", who=post.name) from error
    log("add_shift", f"duty.shift:{made.pk}", {"post": [None, post_id], **hours(made)}, compound_id, by=by, now=now)
    tell(compound_id, [post.person_id], "duty.planned", by, now, key=f"shift:{made.pk}", when=spoken(made))
    return made


@transaction.atomic
def cancel_shift(*, compound_id: int, shift_id: int, by: Actor, now: datetime) -> Shift:
    """Take a shift off the plan; whoever had it is told. Refuses: not_yours, over."""
    planner(by, compound_id, now)
    found = shift_of(compound_id, shift_id)
    if found.ends_at <= now:
        raise DutyRefused("over")
    found.cancelled_at = now
    found.save(update_fields=["cancelled_at"])
    void_offers(compound_id, now)
    log(
        "cancel_shift",
        f"duty.shift:{found.pk}",
        {"post": [found.post_id, None], **hours(found)},
        compound_id,
        by=by,
        now=now,
    )
    tell(compound_id, [found.post.person_id], "duty.cancelled", by, now, key=f"off:{found.pk}", when=spoken(found))
    return found


@transaction.atomic
def publish(*, compound_id: int, plan: Iterable[Planned], by: Actor, now: datetime) -> int:
    """Take over shifts that a roster has planned; returns how many are new or changed.

    Each is known by its ``source``: published again, it moves to its new post and hours, unless it has begun. Raises
    DutyRefused("overlaps") for the whole plan when a post would be in two places at once.
    """
    changed = 0
    for one in plan:
        known: Shift | None = (
            Shift.objects.select_for_update(no_key=True).filter(compound_id=compound_id, source=one.source).first()
        )
        if known is not None and (
            known.starts_at <= now
            or (known.post_id, known.starts_at, known.ends_at) == (one.post_id, one.span.starts, one.span.ends)
        ):
            continue
        shift = known or Shift(compound_id=compound_id, source=one.source, created_at=now)
        shift.post_id, shift.starts_at, shift.ends_at = one.post_id, one.span.starts, one.span.ends
        shift.phone = phone_kept(one.phone)
        try:
            with transaction.atomic():
                shift.save()
        except IntegrityError as error:
            raise DutyRefused("overlaps", who=one.source) from error
        changed += 1
    if changed:
        void_offers(compound_id, now)
        log("publish", f"duty.plan:{compound_id}", {"shifts": [None, changed]}, compound_id, by=by, now=now)
    return changed


def spans_of(pattern: Pattern, today: date) -> list[Span]:
    """The shifts of a pattern from a day on, four weeks ahead."""
    return list(
        rules.repeated(
            weekdays=pattern.weekdays,
            starts=pattern.starts,
            ends=pattern.ends,
            first=max(pattern.since, today),
            last=today + rules.DAY * rules.AHEAD_DAYS,
            zone=get_default_timezone(),
        )
    )


def write_pattern(pattern: Pattern, now: datetime) -> int:
    """One statement. What is there, was cancelled, or would put the post in two places at once, is left out."""
    spans = spans_of(pattern, localdate(now))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO duty_shift (compound_id, post_id, starts_at, ends_at, phone, pattern_id, source, created_at)
            SELECT %s, %s, s.starts_at, s.ends_at, %s, %s, '', %s
            FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS s(starts_at, ends_at)
            WHERE NOT EXISTS (
                SELECT 1 FROM duty_shift o WHERE o.compound_id = %s AND o.post_id = %s AND o.cancelled_at IS NULL
                  AND tstzrange(o.starts_at, o.ends_at) && tstzrange(s.starts_at, s.ends_at))
            ON CONFLICT (compound_id, pattern_id, starts_at) DO NOTHING
            """,
            [
                pattern.compound_id,
                pattern.post_id,
                pattern.phone,
                pattern.pk,
                now,
                [one.starts for one in spans],
                [one.ends for one in spans],
                pattern.compound_id,
                pattern.post_id,
            ],
        )
        return int(cursor.rowcount)
