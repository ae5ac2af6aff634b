"""What the clock asks of accounts."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts import actions


@shared_task(across="accounts: old codes and ended sessions belong to no compound")
def forget_codes() -> int:
    """Delete old codes, counts and ended sessions. Daily."""
    SessionStore.clear_expired()
    return actions.forget_codes(now=timezone.now())
