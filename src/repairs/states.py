"""The machine of a repair request, declared in one place; ``manage.py draw_lifecycle repairs.request`` draws it."""

from lifecycle.machine import Machine, State, Transition

# What the firm holds and can still be taken from it: with and without a clock.
_BEGUN = ("accepted", "assigned", "working")
_HELD = ("submitted", *_BEGUN, "paused")

MACHINE = Machine(
    name="repairs.request",
    title="报修",
    initial="submitted",
    states=(
        State("submitted", "已提交", open=True),
        State("accepted", "已受理", open=True),
        State("assigned", "已派工", open=True),
        State("working", "处理中", open=True),
        State("paused", "已暂停", open=True),
        State("awaiting", "待确认"),
        State("done", "已完成"),
        State("returned", "已退回"),
        State("closed", "已强制结单"),
        State("merged", "已并入", final=True),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("accept", ("submitted",), "accepted", "受理", by=("desk",)),
        Transition("assign", ("submitted", "accepted"), "assigned", "派工", by=("desk",)),
        Transition("claim", ("submitted", "accepted"), "assigned", "接单", by=("worker",)),
        Transition("reassign", ("assigned", "working"), "assigned", "转派", by=("desk",)),
        # The worker's post has ended: back to the desk, and nothing is lost.
        Transition("release", ("assigned", "working"), "accepted", "退回派工", by=("clock", "whoever ends the post")),
        Transition("release_paused", ("paused",), "paused", "退回派工", by=("clock", "whoever ends the post")),
        Transition("arrive", ("assigned",), "assigned", "到场", by=("assignee",), guards=("not yet arrived",)),
        Transition("start", ("assigned",), "working", "开始处理", by=("assignee",), guards=("no price open",)),
        Transition("finish", ("working",), "awaiting", "完工", by=("assignee",), guards=("no price open",)),
        Transition("pause", _BEGUN, "paused", "暂停", by=("desk", "assignee"), guards=("reason", "until")),
        # Back to where it stood; by hand, or by the clock when the time is up.
        Transition("resume", ("paused",), "accepted", "恢复", by=("desk", "clock"), guards=("was accepted",)),
        Transition(
            "resume_assigned",
            ("paused",),
            "assigned",
            "恢复",
            by=("desk", "assignee", "clock"),
            guards=("was assigned",),
        ),
        Transition(
            "resume_working", ("paused",), "working", "恢复", by=("desk", "assignee", "clock"), guards=("was working",)
        ),
        # An incident is over: all that belong to it wait for their own filers.
        Transition("settle", _HELD, "awaiting", "随事件完工", by=("desk",), guards=("incident over",)),
        Transition("confirm", ("awaiting",), "done", "确认并评价", by=("filer",)),
        Transition(
            "reopen",
            ("awaiting", "done", "closed"),
            "accepted",
            "未解决，重开",
            by=("filer", "merged filer", "community on a return visit"),
            guards=("within 7 days",),
        ),
        Transition(
            "return",
            ("submitted", "accepted", "assigned", "paused"),
            "returned",
            "退回",
            by=("desk",),
            guards=("reason", "receiver"),
        ),
        Transition(
            "contest", ("returned",), "submitted", "不同意退回", by=("filer",), guards=("within 7 days", "not upheld")
        ),
        Transition("uphold", ("returned",), "returned", "退回成立", by=("community",), guards=("not upheld",)),
        Transition("deny", ("returned",), "submitted", "退回不成立", by=("community",), guards=("not upheld",)),
        Transition(
            "force_close",
            (*_BEGUN, "paused", "awaiting"),
            "closed",
            "强制结单",
            by=("desk",),
            guards=("reason", "community told"),
        ),
        # The firm's contract has ended: to the next firm's desk, or to the community while there is none.
        Transition("hand_on", _HELD, "submitted", "因物业交接转交", by=("clock",), guards=("contract over",)),
        Transition("merge", _HELD, "merged", "并入", by=("desk",), guards=("into a held request",)),
        Transition("withdraw", ("submitted", "accepted", "assigned", "paused"), "withdrawn", "撤回", by=("filer",)),
    ),
)
