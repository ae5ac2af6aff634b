"""The machine of an objection; ``manage.py draw_lifecycle publicity.objection`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="publicity.objection",
    title="异议",
    initial="open",
    states=(
        State("open", "等答复", open=True),
        State("answered", "已答复", final=True),
        State("withdrawn", "已撤回", final=True),
        State("lapsed", "公示作废", final=True),
    ),
    transitions=(
        Transition("climb", ("open",), "open", "提醒、上报", by=("system",), guards=("step due",)),
        Transition("answer", ("open",), "answered", "答复", by=("who signs for the speaker, or the level it reached",)),
        Transition("withdraw", ("open",), "withdrawn", "撤回", by=("objector",)),
        Transition("lapse", ("open",), "lapsed", "公示作废", by=("system",)),
    ),
)  # fmt: skip
