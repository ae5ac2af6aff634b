"""What the page of a request can be asked to do: one entry for each action, by the noun of whoever takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True, slots=True)
class Hand:
    """One action as the page offers it: its form, and what it calls with what the form gave."""

    form: type[forms.Form]
    call: Callable[..., Any]
    takes: Callable[[dict[str, Any]], dict[str, Any]]
    kind: str = "secondary"


def nothing(_given: dict[str, Any]) -> dict[str, Any]:
    """For a form that asks nothing."""
    return {}


def as_given(given: dict[str, Any]) -> dict[str, Any]:
    """For a form whose fields are named as the action names them."""
    return dict(given)
