"""Why something about a handover is refused; the view turns ``code`` into words."""

from handover.rules.reading import Bad
from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = [
    "BadInput",
    "NoSuchHandover",
    "NoSuchItem",
    "NoSuchRecord",
    "NotPermitted",
    "OutOfState",
    "Refused",
    "RowsBad",
]


class NoSuchHandover(LookupError):
    """No handover of this reference that the actor may see."""


class NoSuchItem(LookupError):
    """No such row in this handover."""


class NoSuchRecord(LookupError):
    """No such late record that the actor may see."""


class RowsBad(BadInput):
    """Rows that cannot be taken in; nothing of the file was. ``bad`` names every one."""

    def __init__(self, bad: tuple[Bad, ...]) -> None:
        super().__init__("rows_bad", field="rows", count=str(len({one.row for one in bad})))
        self.bad = bad
