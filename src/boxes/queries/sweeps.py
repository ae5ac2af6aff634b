"""What the sweeps ask across compounds: ids alone."""

from boxes.models import Box, Opening, State


def compounds_with_openings() -> list[int]:
    """Compounds where a count waits or runs."""
    rows = Opening.objects.filter(state__in=("waiting", "running"))
    return list(rows.order_by("compound_id").values_list("compound_id", flat=True).distinct())


def compounds_with_boxes() -> list[int]:
    """Compounds with boxes that take ballots."""
    rows = Box.objects.filter(state=State.SEALED)
    return list(rows.order_by("compound_id").values_list("compound_id", flat=True).distinct())
