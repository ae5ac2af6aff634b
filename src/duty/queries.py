"""Reads of duty: who is on duty now, a week of it, one's own shifts, and the hours without anyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.timezone import get_default_timezone, localdate

from accounts.crypto import decrypt
from duty import rules
from duty.models import Offer, Pattern, Shift
from duty.rules import Span
from parties.models import Post
from parties.queries import ACTING_ORGANISATIONS
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Someone who is on duty, until when, and at which number they can be reached (the firm's when they gave none)."""

    shift_id: int
    post_id: int
    person_id: int
    name: str
    role: str
    phone: str
    starts_at: datetime
    ends_at: datetime
    organisation_id: int

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(Post.Role(self.role).label)


# Only who still holds the post on that day, and only posts of who acts for the compound then: a firm's plan ends with it.
_ON_DUTY = f"""
SELECT s.id, s.post_id, p.person_id, person.name, p.role, s.phone, o.phone, s.starts_at, s.ends_at, o.id
FROM duty_shift s
JOIN parties_post p ON p.id = s.post_id
JOIN parties_organisation o ON o.id = p.organisation_id
JOIN accounts_person person ON person.id = p.person_id
WHERE s.compound_id = %(compound)s AND s.cancelled_at IS NULL
  AND s.starts_at < %(to)s AND s.starts_at > %(from)s - interval '24 hours' AND s.ends_at > %(from)s
  AND p.starts <= (greatest(s.starts_at, %(from)s) AT TIME ZONE %(zone)s)::date
  AND (p.ends IS NULL OR p.ends >= (greatest(s.starts_at, %(from)s) AT TIME ZONE %(zone)s)::date)
  AND (p.only_compounds IS NULL OR %(compound)s = ANY (p.only_compounds))
  AND o.id IN ({ACTING_ORGANISATIONS})
ORDER BY s.starts_at, s.id
"""  # noqa: S608  a constant


def on_duty(compound_id: int, at: datetime) -> list[OnDuty]:
    """Who is on duty at a moment, who began first. One statement; needs the compound's scope."""
    return shifts_between(compound_id, Span(at, at + timedelta(microseconds=1)))


def shifts_between(compound_id: int, within: Span) -> list[OnDuty]:
    """Every shift that touches a span of time, of posts that are held when it begins there. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ON_DUTY,
            {
                "compound": compound_id,
                "from": within.starts,
                "to": within.ends,
                "on": localdate(within.starts),
                "zone": settings.TIME_ZONE,
            },
        )
        rows = cursor.fetchall()
    return [
        OnDuty(shift, post, person, name, role, decrypt(own) if own else office, starts, ends, organisation)
        for shift, post, person, name, role, own, office, starts, ends, organisation in rows
    ]


_WITHOUT_GROUND = """
SELECT s.id FROM duty_shift s JOIN parties_post p ON p.id = s.post_id
CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE %(zone)s)::date AS day) d
WHERE s.compound_id = %(compound)s AND s.cancelled_at IS NULL AND s.starts_at > %(now)s
  AND (p.ends < d.day OR p.only_compounds IS NOT NULL AND NOT %(compound)s = ANY (p.only_compounds)
    OR EXISTS (SELECT 1 FROM parties_contract c WHERE c.compound_id = s.compound_id AND c.company_id = p.organisation_id)
    AND NOT EXISTS (SELECT 1 FROM parties_contract c WHERE c.compound_id = s.compound_id
      AND c.company_id = p.organisation_id AND c.starts <= d.day AND (c.ends IS NULL OR c.ends >= d.day)))
ORDER BY s.id
"""


def shifts_without_ground(compound_id: int, now: datetime) -> list[int]:
    """Shifts to come that begin after the last day of their post, or of its firm's contracts here. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_GROUND, {"compound": compound_id, "now": now, "zone": settings.TIME_ZONE})
        return [shift for (shift,) in cursor.fetchall()]


def posts_left(compound_id: int, on: date) -> list[int]:
    """The posts that ended before a day and still have a shift from then on, or a running pattern. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id FROM parties_post p WHERE p.ends < %(on)s AND (
              EXISTS (SELECT 1 FROM duty_shift s WHERE s.compound_id = %(compound)s AND s.post_id = p.id
                AND s.cancelled_at IS NULL AND s.starts_at >= %(on)s::timestamp AT TIME ZONE %(zone)s)
              OR EXISTS (SELECT 1 FROM duty_pattern d WHERE d.compound_id = %(compound)s AND d.post_id = p.id
                AND d.until IS NULL)) ORDER BY 1
            """,
            {"compound": compound_id, "on": on, "zone": settings.TIME_ZONE},
        )
        return [post for (post,) in cursor.fetchall()]


def shifts_to_come(compound_ids: Sequence[int], post_id: int, now: datetime) -> int:
    """How many shifts of a post have not begun. One statement."""
    found: int = Shift.objects.filter(
        compound_id__in=list(compound_ids), post_id=post_id, cancelled_at__isnull=True, starts_at__gt=now
    ).count()
    return found


def week_of(day: date) -> Span:
    """The seven days, from Monday's first minute."""
    first = rules.monday(day)
    zone = get_default_timezone()
    start = datetime.combine(first, datetime.min.time(), zone)
    return Span(start, datetime.combine(first + rules.DAY * 7, datetime.min.time(), zone))


def gaps(found: Sequence[OnDuty], within: Span) -> list[Span]:
    """The stretches of a span that none of these covers."""
    return rules.gaps([Span(one.starts_at, one.ends_at) for one in found], within=within)


def patterns(compound_id: int, on: date) -> list[Pattern]:
    """The patterns that run on a day or begin later, with post and person. One statement."""
    rows = Pattern.objects.filter(compound_id=compound_id).exclude(until__lt=on)
    return list(rows.select_related("post__person").order_by("starts", "pk"))


def own_shifts(actor: Actor, compound_id: int, now: datetime) -> list[Shift]:
    """The shifts of the acting post that are not over, next first, 30 at most. One statement."""
    rows = Shift.objects.filter(
        compound_id=compound_id, post_id=actor.post_id, cancelled_at__isnull=True, ends_at__gt=now
    )
    return list(rows.order_by("starts_at")[:30])


def open_offers(actor: Actor, compound_id: int, now: datetime) -> list[Offer]:
    """Offers of shifts to come that the acting post made, or may take. One statement."""
    rows = Offer.objects.filter(compound_id=compound_id, state=Offer.State.OPEN, shift__starts_at__gt=now)
    found = rows.select_related("shift", "in_return", "from_post__person", "to_post__person").order_by(
        "shift__starts_at"
    )
    mine = actor.post_id
    return [one for one in found if one.to_post_id in {None, mine} or one.from_post_id == mine]


def is_planned(compound_id: int, since: datetime) -> bool:
    """Whether a compound plans its duty here at all: without, an empty night is no news."""
    return bool(
        Shift.objects.filter(compound_id=compound_id, cancelled_at__isnull=True, ends_at__gt=since).exists()
        or Pattern.objects.filter(compound_id=compound_id, until__isnull=True).exists()
    )


def compounds_with_patterns() -> list[int]:
    """Compounds of the open scope that have a pattern or a shift. For the sweeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT compound_id FROM duty_pattern UNION SELECT DISTINCT compound_id FROM duty_shift ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def own_shift(actor: Actor, compound_id: int, shift_id: int, now: datetime) -> Shift | None:
    """One shift of the acting post that is not over. One statement."""
    found: Shift | None = Shift.objects.filter(
        compound_id=compound_id, pk=shift_id, post_id=actor.post_id, cancelled_at__isnull=True, ends_at__gt=now
    ).first()
    return found


def shifts_of(compound_id: int, posts: Sequence[int], now: datetime) -> list[Shift]:
    """The shifts of these posts in the coming two weeks that have not begun. One statement."""
    rows = Shift.objects.filter(
        compound_id=compound_id,
        post_id__in=posts,
        cancelled_at__isnull=True,
        starts_at__gt=now,
        starts_at__lt=now + timedelta(days=14),
    )
    return list(rows.order_by("starts_at", "pk")[:100])
