"""Somebody's shifts as a calendar (RFC 5545), for the telephone's own."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from rosters.models import Shift
from tenancy.models import Compound

ZONE = ZoneInfo("Asia/Shanghai")


def calendar_of(compound: Compound, shifts: Sequence[Shift]) -> bytes:
    """One event a shift; the same shift of a later edition keeps its UID."""
    made = Calendar()
    made.add("prodid", "-//Gongzhi//Rosters//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("%(place)s值班") % {"place": compound.name})
    made.add("x-wr-timezone", str(ZONE))
    made.add("x-published-ttl", "PT4H")
    for one in shifts:
        event = Event()
        event.add("uid", f"{compound.code}.{one.member_id}.{one.station_id}.{one.starts_at:%Y%m%dT%H%M}@gongzhi")
        event.add("dtstamp", (one.roster.published_at or one.starts_at).replace(microsecond=0))
        event.add("sequence", one.roster.edition - 1)
        event.add("dtstart", _local(one.starts_at))
        event.add("dtend", _local(one.ends_at))
        event.add("summary", f"{one.station.name} {one.turn}")
        event.add("location", compound.name)
        made.add_component(event)
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)
