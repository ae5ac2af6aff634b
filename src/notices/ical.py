"""The public notices of a compound as a calendar (RFC 5545), for whoever subscribes to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from notices.models import Notice
from tenancy.models import Compound

ZONE = ZoneInfo("Asia/Shanghai")
SHORTEST = timedelta(hours=1)


def calendar_of(compound: Compound, notices: Sequence[Notice]) -> bytes:
    """One event a notice, from when it came out until it expires (an hour, if it does not); a correction keeps its UID."""
    made = Calendar()
    made.add("prodid", "-//Gongzhi//Notices//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("%(place)s公告") % {"place": compound.name})
    made.add("x-wr-timezone", str(ZONE))
    for one in notices:
        made.add_component(_event(compound, one))
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def _event(compound: Compound, one: Notice) -> Event:
    address = f"{settings.PUBLIC_URL}{reverse('notices_public', args=[compound.code, one.ref])}"
    starts = _local(one.published_at or one.created_at)
    ends = _local(one.expires_at) if one.expires_at else starts + SHORTEST
    made = Event()
    made.add("uid", f"{one.campaign}.{one.ref}")
    made.add("dtstamp", one.current.published_at.replace(microsecond=0))
    made.add("last-modified", one.current.published_at.replace(microsecond=0))
    made.add("sequence", one.current.edition - 1)
    made.add("dtstart", starts)
    made.add("dtend", max(ends, starts + SHORTEST))
    made.add("summary", f"{one.get_kind_display()}：{one.current.title}")
    made.add("description", f"{one.current.body_text}\n\n{one.speaker}\n{address}")
    made.add("categories", [str(one.get_kind_display())])
    made.add("url", address)
    made.add("transp", "TRANSPARENT")
    return made


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(microsecond=0)
