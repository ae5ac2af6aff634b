"""The machine of a repair request, declared in one place; ``manage.py draw_lifecycle repairs.request`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="repairs.request",
    title="报修",
    initial="submitted",
    states=(
        State("submitted", "已提交", open=True),
        State("accepted", "已受理", open=True),
        State("assigned", "已派工", open=True),
        State("working", "处理中", open=True),
        State("awaiting", "待确认"),
        State("done", "已完成"),
        State("returned", "已退回"),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("accept", ("submitted",), "accepted", "受理", by=("desk",)),
        Transition("assign", ("submitted", "accepted"), "assigned", "派工", by=("desk",)),
        Transition("claim", ("submitted", "accepted"), "assigned", "接单", by=("worker",)),
        Transition("reassign", ("assigned", "working"), "assigned", "转派", by=("desk",)),
        Transition("start", ("assigned",), "working", "开始处理", by=("assignee",)),
        Transition("finish", ("working",), "awaiting", "完工", by=("assignee",)),
        Transition("confirm", ("awaiting",), "done", "确认并评价", by=("filer",)),
        Transition("reopen", ("awaiting", "done"), "accepted", "未解决，重开", by=("filer",)),
        Transition("return", ("submitted", "accepted", "assigned"), "returned", "退回", by=("desk",)),
        Transition("contest", ("returned",), "submitted", "不同意退回", by=("filer",)),
        Transition("withdraw", ("submitted", "accepted", "assigned"), "withdrawn", "撤回", by=("filer",)),
    ),
)
