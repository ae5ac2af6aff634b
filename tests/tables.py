"""Tables of what every role may do in every phase: a letter for what happens, and nothing of it stays."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from lifecycle.refusals import Refused
from tenancy.scope import scope

HIDDEN = "-"  # they do not see that there is one


def letters_of(codes: Mapping[str, str]) -> dict[str, str]:
    """The letter of each code of refusal."""
    return {code: letter for letter, code in codes.items() if code}


def told(
    compound_id: int, act: Callable[[], Any], letters: Mapping[str, str], hidden: tuple[type[Exception], ...]
) -> str:
    """The letter of what happens when somebody acts in a compound: + for what is allowed, a code in brackets that has none."""
    letter = "+"
    with scope(compound_id), transaction.atomic():
        try:
            with transaction.atomic():
                act()
        except hidden:
            letter = HIDDEN
        except Refused as error:
            letter = letters.get(error.code, f"[{error.code}]")
        transaction.set_rollback(True)
    return letter
