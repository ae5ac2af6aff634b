"""One announcement on a compound's public board, as the actions make it: numbered, committed, then passed on."""

from django.utils import timezone


def announce(compound_id: int, number: int, size: int) -> None:
    """Announce ``number`` with so many characters of text beside it."""
    from live import actions
    from tenancy.scope import scope

    with scope(compound_id):
        actions.announce(
            compound_id=compound_id,
            topic="notices",
            kind="published",
            payload={"n": number, "text": "x" * size},
            now=timezone.now(),
        )
