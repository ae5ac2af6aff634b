"""The screens in the halls of the demonstration: one for the whole compound, one of a building, one that was taken down."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from parties.queries import acting_post
from premises.models import Building
from screens import actions
from screens.actions import Settings
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

PLACE, MANAGER = "wangjiang", "朱俊杰"
# name, building, orientation, how many minutes ago it asked
SCREENS = (("东门大厅", "", "landscape", 1), ("3幢电梯厅", "3幢", "portrait", 190))


def hang(made: "Cast") -> None:
    """Put them up as the manager does."""
    compound = made.compounds[PLACE]
    at = made.now - timedelta(days=30)
    person, post = made.person(MANAGER), made.posts[MANAGER]
    with entering(person.pk):
        by = acting_post(person.pk, post.pk, localdate(at))
    if by is None:
        raise LookupError(MANAGER)
    with scope(compound.pk):
        for name, building, orientation, minutes in SCREENS:
            row = Building.objects.filter(compound=compound, name=building).first()
            place = f"b:{row.pk}" if row else ""
            screen, _token = actions.put_up(
                compound_id=compound.pk,
                settings=Settings(name, place=place, orientation=orientation),
                by=by,
                now=at,
            )
            actions.note_seen(screen, made.now - timedelta(minutes=minutes))
        old, _token = actions.put_up(compound_id=compound.pk, settings=Settings("老传达室"), by=by, now=at)
        actions.revoke(compound_id=compound.pk, screen_id=old.pk, by=by, now=at + timedelta(days=2))
