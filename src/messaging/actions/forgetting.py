"""What is kept no longer: old messages, keys of effects, and what a person chose who leaves."""

from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Person
from messaging.models import Effect, Preference, Turn

EFFECTS_KEPT = timedelta(days=90)
# Longer than any time limit that a message can speak of, and than the half year for which records must be kept at least.
MESSAGES_KEPT = timedelta(days=730)


def forget_messages(*, compound_id: int, now: datetime) -> int:
    """Delete messages that are done and older than two years; returns how many. The record of the effect is elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM messaging_message WHERE compound_id = %s AND created_at < %s AND state IN ('sent', 'given_up')",
            [compound_id, now - MESSAGES_KEPT],
        )
        return int(cursor.rowcount)


def forget_effects(*, compound_id: int, now: datetime) -> int:
    """Forget the keys of effects older than 90 days; returns how many."""
    gone, _ = Effect.objects.filter(compound_id=compound_id, at__lt=now - EFFECTS_KEPT).delete()
    return gone


def forget_person(person: Person, now: datetime) -> None:  # noqa: ARG001  the form of every eraser
    """Drop what a person chose here when they leave. What was sent stays with the compound, under a person without a name."""
    Preference.objects.filter(person=person).delete()
    Turn.objects.filter(person=person).delete()
