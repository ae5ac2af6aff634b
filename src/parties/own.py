"""What the parties hold of a person, for the person themselves, and what a post asks of an account."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.own_data import KeptError
from parties.queries import every_post, holds_post


def needs_second_factor(person: Person) -> bool:
    """Whoever acts for others, in any post today, shows a second factor; a resident need not."""
    return holds_post(person.pk, localdate())


def export(person: Person) -> list[dict[str, Any]]:
    """Every post that the person holds or held."""
    return [
        {
            "organisation": post.organisation.name,
            "role": post.role,
            "starts": post.starts.isoformat(),
            "ends": post.ends.isoformat() if post.ends else None,
            "basis": post.basis,
        }
        for post in every_post(person.pk)
    ]


def erase(person: Person, now: datetime) -> None:
    """Object while the person holds a post: what is done in it must stay theirs until it is handed over."""
    if holds_post(person.pk, localdate(now)):
        raise KeptError(_("您还在任职，请先办完离任，再注销账号。"))
