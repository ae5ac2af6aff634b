"""What a clerk reads on a paper, item by item, and how two readings become one.

A paper says what its marks say: two marks, too many names, no signature make that item invalid, the others stay good (A5).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from elections.box.questions import MOTION, Item

# An item whose marks cannot count: two marks, names struck and written again, no signature.
VOID = "void"
Choices = dict[str, Any]


class NotAReading(ValueError):
    """What cannot stand on a paper. ``item``: the key of the item, or "" for an item that is not on it."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


def read(items: Sequence[Item], given: Mapping[str, Any]) -> Choices:
    """A reading in the one form in which two are compared: names in the ballot's order, an item without a mark left out.

    Raises NotAReading: for an item or a name that is not on the paper, and for what is neither a mark nor a list of names. More
    names than seats are kept as they stand on the paper: the count finds the item invalid, and everyone can see why.
    """
    known = {one.key: one for one in items}
    for key in given:
        if key not in known:
            raise NotAReading("")
    found: Choices = {}
    for key, one in known.items():
        said = given.get(key)
        if said in (None, "", []):
            continue
        found[key] = _marked(one, said)
    return found


def _marked(item: Item, said: Any) -> Any:
    if said == VOID:
        return VOID
    if not item.is_election:
        if said not in MOTION:
            raise NotAReading(item.key)
        return said
    order = [key for key, _name in item.candidates]
    if not isinstance(said, list | tuple) or not set(said) <= set(order) or len(set(said)) < len(said):
        raise NotAReading(item.key)
    return sorted(said, key=order.index)


def differences(items: Sequence[Item], first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the items that two readings have differently, in the ballot's order."""
    return tuple(one.key for one in items if first.get(one.key) != second.get(one.key))
