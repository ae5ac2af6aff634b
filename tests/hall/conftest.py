"""Screens of a hall, put up by the same action as the page."""

from datetime import datetime
from typing import Any

from premises.models import Building, Entrance
from screens import actions
from screens.actions import Settings
from screens.models import Screen
from tenancy.scope import scope
from tests.notices.conftest import NOW, _at_ten, _media  # noqa: F401  fixtures of every test here
from tests.world import Side


def put_up(side: Side, who: str = "manager", *, now: datetime = NOW, **given: Any) -> tuple[Screen, str]:
    """A screen and its token."""
    with scope(side.compound.pk):
        return actions.put_up(
            compound_id=side.compound.pk,
            settings=Settings(**{"name": "东门大厅", **given}),
            by=side.actor(who, now.date()),
            now=now,
        )


def places(side: Side) -> tuple[Building, Entrance, Entrance]:
    """The building of a compound and its two entrances."""
    with scope(side.compound.pk):
        building = Building.objects.get(compound=side.compound)
        one, two = Entrance.objects.filter(compound=side.compound).order_by("pk")
    return building, one, two
