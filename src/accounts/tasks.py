"""What the clock asks of accounts."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts import actions
from tenancy.tasks import ScopedTask


@shared_task(name="accounts.forget_codes", base=ScopedTask, across="old codes and ended sessions are of no compound")
def forget_codes() -> int:
    """Delete old codes, counts and ended sessions. Daily."""
    SessionStore.clear_expired()
    return actions.forget_codes(now=timezone.now())
