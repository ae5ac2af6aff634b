"""What the clock does: writes the weeks ahead, warns of a night without anyone, forgets numbers of duty long over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import get_default_timezone, localdate, localtime

from duty import queries, rules
from duty.actions.change import tell
from duty.actions.planning import write_pattern
from duty.models import Pattern, Shift
from duty.rules import Span
from parties.queries import holders
from tenancy.actor import system_actor

CLOCK = "duty"
# Who was on duty stays on record; under which private number, only as long as somebody may ask back.
PHONES_KEPT = timedelta(days=30)


@transaction.atomic
def write_out(*, compound_id: int, now: datetime) -> int:
    """Write the shifts of every running pattern for four weeks ahead; returns how many are new. May be repeated."""
    running = Pattern.objects.select_for_update(no_key=True).filter(compound_id=compound_id, until__isnull=True)
    return sum(write_pattern(one, now) for one in running.order_by("pk"))


@transaction.atomic
def warn_of_gaps(*, compound_id: int, now: datetime) -> list[Span]:
    """Tell the firm's desk, once a day, of hours of the coming night when nobody is on duty; returns them.

    A compound that plans no duty here is not warned.
    """
    if not queries.is_planned(compound_id, now - timedelta(days=30)):
        return []
    zone = get_default_timezone()
    night = rules.tonight(localdate(now), zone)
    within = Span(max(now, night.starts), night.ends)
    found = queries.gaps(queries.shifts_between(compound_id, within), within)
    if found:
        desk = [one for one in holders(compound_id, localdate(now)) if one.party == "company" and one.role != "worker"]
        when = "、".join(f"{localtime(one.starts, zone):%H:%M}—{localtime(one.ends, zone):%H:%M}" for one in found)
        by = system_actor(CLOCK, (compound_id,))
        tell(compound_id, [one.person_id for one in desk], "duty.gap", by, now, key=f"gap:{localdate(now)}", when=when)
    return found


@transaction.atomic
def forget_phones(*, compound_id: int, now: datetime) -> int:
    """Forget the numbers of shifts and patterns that were over thirty days ago; returns how many. May be repeated."""
    over = now - PHONES_KEPT
    shifts = Shift.objects.filter(compound_id=compound_id, ends_at__lt=over).exclude(phone="")
    patterns = Pattern.objects.filter(compound_id=compound_id, until__lt=localdate(over)).exclude(phone="")
    return shifts.update(phone="") + patterns.update(phone="")
