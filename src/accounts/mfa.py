"""Who must have a second factor, and who has one."""

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter

from accounts.models import Person

Requirement = Callable[[Person], bool]
_requirements: list[Requirement] = []
KINDS = ("totp", "webauthn")


def register_requirement(requirement: Requirement) -> None:
    """Let an upper floor say whether a person must have a second factor (an officer, a manager)."""
    _requirements.append(requirement)


def is_required(person: Person) -> bool:
    """Whether anyone requires a second factor of this person."""
    return any(requirement(person) for requirement in _requirements)


def is_absent(person: Person) -> bool:
    """Whether the person has no second factor."""
    return not get_adapter().is_mfa_enabled(person, types=KINDS)


def is_missing(person: Person) -> bool:
    """Whether the person must have a second factor and has none."""
    return is_absent(person) and is_required(person)
