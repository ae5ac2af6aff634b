"""Who does what when several processes share the tests: a file stays whole, and what takes longest is begun first.

A file's fixtures are made once, so its tests stay together; only the walk over every page, which changes nothing, is given
out test by test. xdist's own order, the file with the most tests first, would keep for the end what takes minutes in one.
"""

from xdist.scheduler.loadfile import LoadFileScheduling
from xdist.workermanage import WorkerController

# Longest first. Whatever is not here follows, the file with the most tests first.
LONGEST = (
    "tests/month/",
    "tests/api/test_schema.py",
    "tests/isolation/",
    "tests/journeys/test_pages.py",
    "tests/journeys/",
    "tests/drills/",
    "tests/frontdoor/",
    "tests/open311/test_schema.py",
)
APART = "tests/journeys/test_pages.py"


def rank(part: str) -> int:
    """The place of a part in the order."""
    return next((place for place, start in enumerate(LONGEST) if part.startswith(start)), len(LONGEST))


class LongestFirst(LoadFileScheduling):
    """xdist's ``loadfile`` that gives out the longest part next."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(APART) else super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)
