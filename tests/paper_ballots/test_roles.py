"""Who may do what with papers, in which state of the poll: every action, every role, every state, as one literal table."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from boxes.actions.counting import count
from elections.models import Poll
from elections.refusals import NoSuchPoll, Refused
from paper_ballots import actions
from paper_ballots.models import Paper
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, called, closed, keyed, opened, sealed
from tests.elections.conftest import do, fixed
from tests.paper_ballots.conftest import act, batch, picture, printed, returned, scanned
from tests.world import Side, World

# Who stands for whom: whoever conducts; who handles papers and does not conduct; who only sees; who sees nothing.
ROLES = {
    "conducts": ("officer", "secretary"),
    "handles": ("chair", "member"),
    "sees": ("street",),
    "nobody": ("manager", "dispatcher", "worker", "resident"),
}
STATES = ("roll_fixed", "called", "with_box", "voting", "closed", "counted")
ok, gone, box = "", "moved_on", "no_box"
# Of each action: what whoever may do it hears in each state, in the order of STATES; and whether who only handles papers may.
TABLE: dict[str, tuple[bool, tuple[str, ...]]] = {
    "settle_terms": (False, (ok, ok, ok, ok, gone, gone)),
    "print_papers": (False, (gone, box, ok, ok, gone, gone)),
    "print_sheets": (False, (gone, box, "no_papers", ok, gone, gone)),
    "replace": (False, (gone, box, "no_such_paper", ok, gone, gone)),
    "deliver": (True, (gone, box, "no_such_paper", ok, gone, gone)),
    "enter_asked": (True, (gone, ok, ok, ok, gone, gone)),
    "print_asked": (False, (gone, box, "not_asked", "not_asked", gone, gone)),
    "hand_asked": (True, (gone, box, "not_asked", "not_asked", gone, gone)),
    "refuse_asked": (False, (gone, "not_asked", "not_asked", "not_asked", gone, gone)),
    "take_back": (True, (gone, gone, gone, ok, gone, gone)),
    "open_batch": (False, (gone, gone, gone, gone, ok, gone)),
    "scan": (True, (gone, gone, gone, gone, ok, gone)),
    "lay": (True, (gone, gone, gone, gone, "has_codes", gone)),
    "take_out": (True, (gone, gone, gone, gone, ok, gone)),
    "keep_photo": (True, (gone, gone, gone, gone, "has_photo", gone)),
    "read_sheet": (True, (gone, gone, gone, gone, ok, gone)),
    "set_aside": (False, (gone, gone, gone, gone, ok, gone)),
    "refuse": (False, (gone, gone, gone, gone, ok, gone)),
    "recount": (False, (gone, gone, gone, gone, ok, gone)),
    "count_in": (False, (gone, gone, gone, gone, "not_read_twice", gone)),
}
# An owner's own acts: nobody with a post has a home by it (tests/paper_ballots/test_asking.py).
OWNERS = {"ask", "withdraw_asked"}
# Photos of doors come after everything: the deed was done. Nobody else announced this one.
ALWAYS = "keep_door_photo"


class Ready:
    """A poll in a state, with what each action needs there."""

    def __init__(self, side: Side, state: str) -> None:
        self.side, self.now = side, DURING
        self.paper = Paper(code="2222222", number=1)
        self.other = self.paper
        self.poll: Poll
        if state == "roll_fixed":
            self.poll = fixed(side, kind="decision", title="业主表决")[0]
        elif state == "called":
            self.poll = called(side)
        elif state == "with_box":
            self.poll = keyed(side).poll
        else:
            self.poll = self._run(sealed(side), state)

    def _run(self, running: Running, state: str) -> Poll:
        papers = printed(running)
        do(
            actions.settle_terms, self.side, running.poll, place="居委会", hours="白天", contact="徐美玲", now=DURING
        )  # fmt: skip
        self.paper = papers[0]
        if state == "voting":
            return running.poll
        if state == "closed":
            back = [returned(running, one) for one in papers[:2]]
            closed(running)
            scanned(running, back[:1])
            self.other = back[1]
            act(running, actions.refuse, batch=batch(running, 1).number, reason="不符")
        else:
            closed(running)
            opening = opened(running)
            count(compound_id=self.side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
        self.now = AFTER
        return running.poll

    def given(self, action: str) -> dict[str, Any]:
        """What an action is asked with."""
        at = {"batch": 1, "place": 1}
        asked: dict[str, dict[str, Any]] = {
            "settle_terms": {"place": "居委会", "hours": "白天", "contact": "徐美玲"},
            "print_papers": {},
            "print_sheets": {"first": 1, "last": 1},
            "replace": {"code": self.code(self.paper), "reason": "丢了"},
            "deliver": {
                "code": self.code(self.paper), "client_id": "r1", "outcome": "absent", "device_at": self.now,
            },
            "enter_asked": {"address": "1幢1单元202", "way": "door", "name": "王老太"},
            "print_asked": {"asked_id": 0},
            "hand_asked": {"asked_id": 0, "key": "k1", "taken_by": "王老太"},
            "refuse_asked": {"asked_id": 0, "reason": "不是业主"},
            "take_back": {"code": self.code(self.paper)},
            "open_batch": {"name": "批", "by_hand": 1, "witnesses": "胡一明"},
            "scan": {"batch": 1, "code": self.code(self.other)},
            "lay": {"batch": 1, "area": "1"},
            "take_out": {**at, "reason": "放错"},
            "keep_photo": {**at, "upload": picture()},
            "read_sheet": {**at, "given": {}},
            "set_aside": {**at, "reason": "复印"},
            "refuse": {"batch": 1, "reason": "不符"},
            "recount": {"batch": 2, "by_hand": 1, "witnesses": "胡一明"},
            "count_in": {"batch": 1},
        }  # fmt: skip
        return asked[action]

    @staticmethod
    def code(paper: Paper) -> str:
        """A code that can be one, of no paper where there is none yet."""
        return paper.code


def said(ready: Ready, action: str, who: str) -> str:
    """The code of a refusal, "" where it was done; nothing is left of either."""
    call: Callable[..., Any] = getattr(actions, action)
    with scope(ready.side.compound.pk):
        try:
            with transaction.atomic():
                do(call, ready.side, ready.poll, who, **{"now": ready.now, **ready.given(action)})
                transaction.set_rollback(True)
        except NoSuchPoll:
            return "no_such_poll"
        except Refused as error:
            return str(error.code)
    return ""


def test_every_action_is_in_the_table() -> None:
    assert {*TABLE, *OWNERS, ALWAYS} == set(actions.__all__)


@pytest.mark.parametrize("state", STATES)
def test_every_action_by_every_role(world: World, state: str) -> None:
    ready = Ready(world.here, state)
    place = STATES.index(state)
    found = {
        (action, role, who): said(ready, action, who)
        for action in TABLE
        for role, names in ROLES.items()
        for who in names
    }
    expected = {}
    for action, (handled, answers) in TABLE.items():
        for role, names in ROLES.items():
            may = role == "conducts" or (role == "handles" and handled)
            refused = "not_your_post" if role in {"handles", "sees"} else "no_such_poll"
            expected.update({(action, role, who): answers[place] if may else refused for who in names})
    assert found == expected
