"""The machine of a publicity period, declared in one place; ``manage.py draw_lifecycle publicity.period`` draws it.

A period begins when its notice comes out and is never stopped and resumed: what interrupts it voids it or starts it anew.
"""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="publicity.period",
    title="公示期",
    initial="running",
    states=(
        State("running", "公示中", open=True),
        State("completed", "公示期满", final=True),
        State("voided", "公示作废", final=True),
    ),
    transitions=(
        Transition("note", ("running",), "running", "更正文字，公示期照算", by=("speaker",), guards=("said so",)),
        Transition("restart", ("running",), "running", "更正内容，重新起算", by=("speaker",)),
        Transition("extend", ("running",), "running", "按新的放假安排顺延", by=("system",), guards=("later end",)),
        Transition("complete", ("running",), "completed", "期满", by=("system",), guards=("last day over",)),
        Transition("void", ("running",), "voided", "提前撤下，公示作废", by=("speaker", "community"), guards=("reason",)),
    ),
)  # fmt: skip
