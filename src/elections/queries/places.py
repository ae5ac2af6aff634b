"""The buildings and entrances of a compound, as forms and rolls name them: ``b<id>``, ``e<id>``."""

from premises.queries import buildings


def places_to_choose(compound_id: int) -> list[tuple[str, str]]:
    """Every building and entrance by name, in their order. Two statements."""
    found = []
    for building in buildings(compound_id).prefetch_related("entrances"):
        found.append((f"b{building.pk}", building.name))
        found += [(f"e{one.pk}", f"{building.name}{one.name}") for one in building.entrances.all()]
    return found


def place_names(compound_id: int) -> dict[str, str]:
    """The name of each building and entrance by its key."""
    return dict(places_to_choose(compound_id))
