"""Queueing messages, sending what waits, and marking as read."""

from messaging.actions.forgetting import EFFECTS_KEPT, MESSAGES_KEPT, forget_effects, forget_messages, forget_person
from messaging.actions.numbers import MOST_A_DAY, text_number
from messaging.actions.preferring import DIGEST, DIGEST_LINES, Wish, choose_channel, prefer, send_digest
from messaging.actions.queueing import InboxMoved, UnfitMessageError, on_inbox, queue
from messaging.actions.reading import NoSuchMessage, mark_all_read, mark_read
from messaging.actions.sending import BACKOFF, BATCH, LEASE, claim, envelope, send_waiting, settle
from messaging.actions.turns import take_turns

__all__ = [
    "BACKOFF",
    "BATCH",
    "DIGEST",
    "DIGEST_LINES",
    "EFFECTS_KEPT",
    "LEASE",
    "MESSAGES_KEPT",
    "MOST_A_DAY",
    "InboxMoved",
    "NoSuchMessage",
    "UnfitMessageError",
    "Wish",
    "choose_channel",
    "claim",
    "envelope",
    "forget_effects",
    "forget_messages",
    "forget_person",
    "mark_all_read",
    "mark_read",
    "on_inbox",
    "prefer",
    "queue",
    "send_digest",
    "send_waiting",
    "settle",
    "take_turns",
    "text_number",
]
