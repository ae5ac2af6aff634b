"""What every change of the duty shares: refusals, who may, the record, the message."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from accounts.crypto import encrypt
from audit.actions import record
from duty import rules
from duty.models import Shift
from duty.permissions import may_plan
from messaging.actions import queue
from parties.queries import Holder, holders
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.queries import compounds


class DutyRefused(Exception):
    """A change to the duty that is not allowed; nothing was written. ``code`` is the reason, ``field`` what it is about."""

    def __init__(self, code: str, *, field: str = "", **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = details


class NoSuchShift(LookupError):
    """No shift, pattern or offer of this number in the compound that the actor may change."""

    code = "no_such_shift"


def spoken(shift: Shift) -> str:
    """A shift in words: 6月2日 18:00—次日08:00."""
    starts, ends = localtime(shift.starts_at), localtime(shift.ends_at)
    hours = {"day": date_format(starts, "n月j日"), "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}"}
    if ends.date() == starts.date():
        return _("%(day)s %(from)s 到 %(to)s") % hours
    return _("%(day)s %(from)s 到次日 %(to)s") % hours


def weekdays_text(weekdays: Iterable[int]) -> str:
    """Days of the week in words: 周一、周二; 每天 for all of them."""
    days = sorted(set(weekdays))
    return _("每天") if len(days) == len(WEEKDAYS) else "、".join(str(WEEKDAYS_ABBR[day]) for day in days)


def planner(by: Actor, compound_id: int, now: datetime) -> list[Holder]:
    """The firm's people today, for one of its desk; DutyRefused("not_yours") for anyone else."""
    if not may_plan(by) or compound_id not in by.compound_ids:
        raise DutyRefused("not_yours")
    return [one for one in holders(compound_id, localdate(now)) if one.party == by.party]


def post_of(people: list[Holder], post_id: int) -> Holder:
    """One of these people; DutyRefused("no_such_post")."""
    found = next((one for one in people if one.post_id == post_id), None)
    if found is None:
        raise DutyRefused("no_such_post", field="post")
    return found


def phone_kept(typed: str) -> str:
    """The number as it is kept (encrypted); empty stays empty. Office lines with an extension are numbers too."""
    said = typed.strip()
    if not said:
        return ""
    number = rules.telephone(said)
    if not number:
        raise DutyRefused("phone", field="phone")
    return encrypt(number)


def shift_of(compound_id: int, shift_id: int) -> Shift:
    """A shift that is on the plan, locked; NoSuchShift."""
    found: Shift | None = (
        Shift.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=shift_id, cancelled_at__isnull=True)
        .select_related("post")
        .first()
    )
    if found is None:
        raise NoSuchShift
    return found


def void_offers(compound_id: int, now: datetime) -> None:
    """Close offers of shifts that have begun, were taken off, or are in other hands."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE duty_offer o SET state = 'void', answered_at = %s
            FROM duty_shift s WHERE o.compound_id = %s AND o.state = 'open' AND s.compound_id = o.compound_id
              AND (s.id = o.shift_id AND (s.cancelled_at IS NOT NULL OR s.post_id <> o.from_post_id OR s.starts_at <= %s)
                OR s.id = o.in_return_id AND (s.cancelled_at IS NOT NULL OR s.post_id <> o.to_post_id OR s.starts_at <= %s))
            """,
            [now, compound_id, now, now],
        )


def hours(shift: Shift) -> dict[str, list[object]]:
    """From when to when, for the record."""
    return {"starts_at": [None, shift.starts_at.isoformat()], "ends_at": [None, shift.ends_at.isoformat()]}


def log(
    verb: str, target: str, changes: dict[str, list[object]], compound_id: int, *, by: Actor, now: datetime
) -> None:
    """The audit entry of a change."""
    record(by=by, compound_id=compound_id, verb=f"duty.{verb}", target=target, changes=changes, now=now)


def tell(
    compound_id: int,
    people: Iterable[int],
    template: str,
    by: Actor,
    now: datetime,
    *,
    key: str,
    mine: bool = False,
    **context: str,
) -> None:
    """Queue a message about the duty; the actor is never told of their own act. ``mine``: it leads to 我的班次."""
    told = {person for person in people if person != by.person_id}
    if told:
        found: Compound = compounds([compound_id])[0]
        queue(
            compound_id=compound_id,
            to=told,
            template=template,
            context=context,
            link=f"/c/{found.code}/duty/{'mine/' if mine else ''}",
            by=by,
            now=now,
            key=f"duty:{key}",
        )
