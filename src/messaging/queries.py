"""Reads of the outbox: a person's inbox, what waits to be sent, where a person can be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection
from django.http import HttpRequest
from django.utils.timezone import localtime

from accounts.models import Person
from messaging import templates
from messaging.models import Preference
from tenancy.actor import Actor
from tenancy.scope import entering

PAGE_SIZE = 20
# The badge shows "99+" beyond it; nobody needs the exact number, and counting on costs.
UNREAD_LIMIT = 100


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message as the inbox shows it."""

    id: int
    compound_name: str
    title: str
    body: str
    link: str
    urgent: bool
    created_at: datetime
    read_at: datetime | None

    @property
    def cursor(self) -> str:
        """Where the page after this row begins."""
        return f"{self.created_at.timestamp():.6f}-{self.id}"


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of an inbox, newest first; ``older`` is the cursor of the next one, empty at the end."""

    rows: list[InboxRow]
    older: str


def inbox(*, actor: Actor, before: tuple[datetime, int] | None = None) -> InboxPage:
    """A page of the person's messages from the compounds that their standing covers. One statement.

    Each compound is read by itself (LATERAL): through a list of compounds the index gives no order.
    """
    older_than = "AND (created_at, id) < (%(at)s, %(id)s)" if before else ""
    at, id_ = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id, c.name, m.title, m.body, m.link, m.urgent, m.created_at, m.read_at
            FROM tenancy_compound c CROSS JOIN LATERAL (
                SELECT * FROM messaging_message
                WHERE compound_id = c.id AND person_id = %(person)s AND channel = 'in_app' {older_than}
                ORDER BY created_at DESC, id DESC LIMIT %(limit)s) m
            WHERE c.id = ANY(%(compounds)s) ORDER BY m.created_at DESC, m.id DESC LIMIT %(limit)s
            """,  # noqa: S608  the condition is one of two literals
            {
                "person": actor.person_id,
                "compounds": list(actor.compound_ids),
                "limit": PAGE_SIZE + 1,
                "at": at,
                "id": id_,
            },
        )
        rows = [InboxRow(*row) for row in cursor.fetchall()]
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return InboxPage(rows, rows[-1].cursor if more else "")


def unread_count(actor: Actor) -> int:
    """How many messages of the person are unread within their standing, 100 at most. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM messaging_message
                WHERE compound_id = ANY(%s) AND person_id = %s AND channel = 'in_app' AND read_at IS NULL LIMIT %s) unread
            """,
            [list(actor.compound_ids), actor.person_id, UNREAD_LIMIT],
        )
        count: int = cursor.fetchone()[0]
    return count


# An inbox listens in so many compounds at once; over more of them it is renewed by time.
LISTEN_LIMIT = 20
# Newer messages than this move the number of an inbox; a page of it is hardly older.
_MOVES = """
    SELECT count(*) + count(read_at) FROM messaging_message
    WHERE compound_id = {compound} AND person_id = {person} AND channel = 'in_app'
      AND created_at >= date_trunc('day', transaction_timestamp()) - interval '40 days'"""


def inbox_numbers(pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """By (compound id, person id as text): a number that moves whenever a message comes or is read. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT w.compound_id, w.person_id, ({_MOVES.format(compound="w.compound_id", person="w.person_id")})
            FROM unnest(%s::bigint[], %s::bigint[]) AS w(compound_id, person_id)
            """,  # noqa: S608  literals
            [[compound_id for compound_id, _ in pairs], [int(person) for _, person in pairs]],
        )
        return {(compound_id, str(person)): number for compound_id, person, number in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class InboxState:
    """Of how many messages the person has not read one (100 at most), and the number of the inbox by compound code."""

    unread: int
    numbers: dict[str, int]


def inbox_state(actor: Actor) -> InboxState:
    """Before a page of the inbox is read. One statement; no numbers for a standing over too many compounds to listen in."""
    compounds = list(actor.compound_ids)
    if len(compounds) > LISTEN_LIMIT:
        return InboxState(unread_count(actor), {})
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.code, ({_MOVES.format(compound="c.id", person="%(person)s")}), (
                SELECT count(*) FROM (
                    SELECT 1 FROM messaging_message WHERE compound_id = ANY(%(compounds)s) AND person_id = %(person)s
                      AND channel = 'in_app' AND read_at IS NULL LIMIT %(limit)s) unread)
            FROM tenancy_compound c WHERE c.id = ANY(%(compounds)s) ORDER BY c.id
            """,  # noqa: S608  literals
            {"person": actor.person_id, "compounds": compounds, "limit": UNREAD_LIMIT},
        )
        rows = cursor.fetchall()
    return InboxState(rows[0][2] if rows else 0, {code: number for code, number, _ in rows})


def unread_badge(request: HttpRequest) -> int:
    """``unread_count`` for the shell, asked at most once a request; 0 for someone without a standing."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return 0
    known: int | None = getattr(request, "_unread_messages", None)
    if known is None:
        known = unread_count(actor)
        request._unread_messages = known  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def know_unread(request: HttpRequest, count: int) -> None:
    """Tell the shell the number that a page has read already, so that ``unread_badge`` does not ask."""
    request._unread_messages = count  # type: ignore[attr-defined]  # noqa: SLF001


def compounds_with_waiting(*, now: datetime) -> list[int]:
    """Compounds of the open scope with messages that should have left by now. For the sweep."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT compound_id FROM messaging_message "
            "WHERE state IN ('queued', 'sending', 'failed') AND next_try_at <= %s ORDER BY 1",
            [now],
        )
        return [row[0] for row in cursor.fetchall()]


def phone_of(person_id: int) -> str:
    """Where a text message goes (E.164); empty for a person who is gone or has not confirmed the number."""
    person = Person.objects.filter(pk=person_id, is_active=True, phone_verified=True).first()
    return person.phone if person else ""


def email_of(person_id: int) -> str:
    """The person's confirmed mail address; empty without one."""
    found = EmailAddress.objects.filter(user_id=person_id, verified=True).order_by("-primary", "pk").first()
    return str(found.email) if found else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it will be read."""

    title: str
    body: str


def preview(template: str, context: Mapping[str, str], language: str = "zh-hans") -> Preview:
    """What a step will send, before it does; what is not known yet is an ellipsis. No statement. UnknownTemplateError."""
    return Preview(*templates.preview(template, context, language))


@dataclass(frozen=True, slots=True)
class News:
    """How many messages of one title came to a person from one compound."""

    compound: str
    title: str
    count: int


def news(*, person_id: int, since: datetime, until: datetime) -> list[News]:
    """What came to a person's inbox in a time, from every compound, urgent and frequent first. By the person's own entry."""
    with entering(person_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.name, m.title, count(*) FROM messaging_message m JOIN tenancy_compound c ON c.id = m.compound_id
            WHERE m.person_id = %s AND m.channel = 'in_app' AND m.created_at > %s AND m.created_at <= %s
              AND m.template <> 'digest.day'
            GROUP BY c.name, m.title ORDER BY bool_or(m.urgent) DESC, count(*) DESC, c.name, m.title
            """,
            [person_id, since, until],
        )
        return [News(*row) for row in cursor.fetchall()]


def digests_due(*, now: datetime) -> list[tuple[int, int]]:
    """(compound, person) of everyone whose message of the day should have left by now."""
    local = localtime(now)
    rows = Preference.objects.filter(digest_at__lte=local.time(), person__is_active=True)
    due = rows.exclude(digested_on=local.date()).order_by("person_id")
    return [(one.digest_compound or 0, one.person_id) for one in due]


def preference(person_id: int) -> Preference:
    """How a person wants ordinary messages; the defaults for someone who never said. One statement."""
    return Preference.objects.filter(person_id=person_id).first() or Preference(person_id=person_id)


def ordinary_channel(person_id: int) -> str:
    """The channel that a person chose for ordinary messages beside the inbox."""
    return preference(person_id).ordinary


def own_data(person: Person) -> dict[str, Any]:
    """Every message that a person was ever sent, and the channel they chose: for their own copy (个人信息保护法 第45条).

    Reads by the person's entry, so from every compound, whatever their standing is now.
    """
    with entering(person.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, title, body, state, created_at, sent_at, read_at FROM messaging_message "
            "WHERE person_id = %s ORDER BY created_at, id",
            [person.pk],
        )
        names = [column.name for column in cursor.description or ()]
        sent = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    chosen = preference(person.pk)
    return {
        "ordinary_channel": chosen.ordinary,
        "channels_by_kind": chosen.kinds,
        "quiet_hours": [str(chosen.quiet_from), str(chosen.quiet_to)] if chosen.quiet_from else None,
        "daily_digest_at": str(chosen.digest_at) if chosen.digest_at else None,
        "messages": [{k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()} for row in sent],
    }
