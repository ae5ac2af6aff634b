"""Which compounds have receipts to clear away."""

from datetime import datetime

from idempotency.actions import KEPT
from idempotency.models import Receipt


def compounds_with_old_receipts(now: datetime) -> list[int]:
    """Ids of the compounds in scope with receipts past their time."""
    rows = Receipt.objects.filter(created_at__lt=now - KEPT).order_by("compound_id")
    return list(rows.values_list("compound_id", flat=True).distinct())
