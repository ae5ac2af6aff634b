"""The machine of a poll, declared in one place; ``manage.py draw_lifecycle elections.poll`` draws it."""

from lifecycle.machine import Machine, State, Transition

CONDUCTOR = ("who conducts it: community, residents' committee, preparatory group, committee",)

MACHINE = Machine(
    name="elections.poll",
    title="业主表决和选举",
    initial="preparing",
    states=(
        State("preparing", "准备名册", open=True),
        State("roll_fixed", "名册已定", open=True),
        State("cancelled", "已取消", final=True),
    ),
    transitions=(
        Transition("draw", ("preparing",), "preparing", "从台账取名册", by=CONDUCTOR),
        Transition("decide", ("preparing",), "preparing", "判断是不是同一业主", by=CONDUCTOR),
        Transition("exclude", ("preparing",), "preparing", "不计入或恢复计入", by=CONDUCTOR, guards=("reason",)),
        Transition(
            "freeze",
            ("preparing",),
            "roll_fixed",
            "定名册",
            by=CONDUCTOR,
            guards=("every likeness decided", "somebody on it", "every area known"),
        ),
        Transition(
            "amend", ("roll_fixed",), "roll_fixed", "更正名册", by=CONDUCTOR, guards=("reason", "before opening")
        ),
        Transition("cancel", ("preparing", "roll_fixed"), "cancelled", "取消", by=CONDUCTOR, guards=("reason",)),
    ),
)
