"""The store of certificates' copies, kept clean."""

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction

from documents.actions import sweep_apart
from firms.queries.certificates import copies_known
from firms.wall import books

FOLDER = "o"


@transaction.atomic
def sweep_copies(*, now: datetime) -> int:
    """Remove what rolled-back transactions or a crash left under ``o/``; return how many files went. Safe to repeat."""
    try:
        folders = default_storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return 0
    removed = 0
    for name in folders:
        if name.isdigit():
            with books([int(name)]):
                removed += sweep_apart(
                    folder=f"{FOLDER}/{name}", known=lambda paths: copies_known(list(paths)), now=now
                )
    return removed
