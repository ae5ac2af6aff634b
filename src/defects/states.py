"""The machine of a defect: the three steps of form B.1; ``manage.py draw_lifecycle defects.defect`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="defects.defect",
    title="消防故障",
    initial="found",
    states=(
        State("found", "待维修", open=True),
        State("repaired", "待复查", open=True),
        State("cleared", "已销号", final=True),
        State("dropped", "不是故障", final=True),
    ),
    transitions=(
        # A second fail adds to the same one; after a repair it says that the repair did not hold.
        Transition("again", ("found", "repaired"), "found", "又发现", by=("firm", "anyone at a label")),
        Transition("send", ("found",), "found", "派修", by=("firm",), guards=("no request open",)),
        Transition("repair", ("found",), "repaired", "修好", by=("firm",), guards=("no request open",)),
        Transition("clear", ("repaired",), "cleared", "销号", by=("desk",), guards=("another_person", "papers")),
        Transition("reject", ("repaired",), "found", "复查不合格", by=("desk",)),
        Transition("drop", ("found",), "dropped", "不是故障", by=("desk",), guards=("reason",)),
    ),
)
