"""To which rights a ballot was delivered, as the floors above can prove it: at the door, or opened on the owner's own phone."""

from collections.abc import Callable

from boxes.models import Box
from elections.models import Poll

Asked = Callable[[Poll, Box], set[str]]
_asked: dict[str, Asked] = {}


def register(name: str, asked: Asked) -> None:
    """Let a floor above name the rights that it has proof for, whether they voted or not."""
    _asked[name] = asked


def rights_of(poll: Poll, box: Box) -> set[str]:
    """Every right with proof of delivery in this round."""
    return set[str]().union(*(ask(poll, box) for _name, ask in sorted(_asked.items())))
