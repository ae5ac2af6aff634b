"""The machine of a batch of papers, declared in one place; ``manage.py draw_lifecycle paper_ballots.batch`` draws it."""

from lifecycle.machine import Machine, State, Transition

CLERKS = ("an office, the group or the committee",)
CONDUCTOR = ("who conducts the poll",)

MACHINE = Machine(
    name="paper_ballots.batch",
    title="纸质票批次",
    initial="open",
    states=(
        State("open", "录入中", open=True),
        State("refused", "清点不符，已退回", open=True),
        State("counted", "已清点入箱", final=True),
    ),
    transitions=(
        Transition("scan", ("open",), "open", "放入一张票", by=CLERKS, guards=("a paper of this poll", "returned")),
        Transition("take_out", ("open",), "open", "取出一张票", by=CLERKS, guards=("reason",)),
        Transition("read", ("open",), "open", "录入一张票", by=("two different clerks, a third where they differ",)),
        Transition("set_aside", ("open",), "open", "不计入一张票", by=CONDUCTOR, guards=("reason",)),
        Transition("refuse", ("open",), "refused", "退回重新清点", by=CONDUCTOR, guards=("the marked roll disagrees",)),
        Transition("recount", ("refused",), "open", "重新清点", by=CLERKS, guards=("reason",)),
        Transition(
            "count_in",
            ("open",),
            "counted",
            "清点入箱",
            by=CONDUCTOR,
            guards=("read twice", "differences settled", "a photo of each", "the marked roll agrees"),
        ),
    ),
)
