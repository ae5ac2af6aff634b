"""The machine of a handover, declared in one place; ``manage.py draw_lifecycle handover.handover`` draws it."""

from lifecycle.machine import Machine, State, Transition

_UNSIGNED = ("opened", "listing", "checked")

MACHINE = Machine(
    name="handover.handover",
    title="物业交接",
    initial="opened",
    states=(
        State("opened", "已发起", open=True),
        State("listing", "填清单", open=True),
        State("checked", "待签字", open=True),
        State("signing", "签字中", open=True),
        State("completed", "已完成"),
        State("cancelled", "已取消", final=True),
    ),
    transitions=(
        Transition("begin", ("opened",), "listing", "开始填清单", by=("opener", "outgoing firm")),
        Transition("list", ("listing",), "listing", "填写清单", by=("outgoing firm", "community")),
        Transition("judge", ("listing",), "listing", "逐项核对", by=("incoming firm", "committee", "community")),
        Transition(
            "freeze",
            ("listing",),
            "checked",
            "核对完毕，定稿",
            by=("incoming firm", "committee", "community"),
            guards=("every row looked at",),
        ),
        Transition("unfreeze", ("checked", "signing"), "listing", "退回修改", by=("committee", "community")),
        Transition("sign", ("checked", "signing"), "signing", "签字", by=("outgoing", "incoming", "committee")),
        Transition(
            "decline",
            ("checked", "signing"),
            "signing",
            "拒签，记录在案",
            by=("outgoing", "incoming", "committee", "community for who does not come"),
            guards=("words",),
        ),
        Transition(
            "witness",
            ("signing",),
            "completed",
            "社区见证签字",
            by=("community",),
            guards=("every party signed or recorded",),
        ),
        Transition("amend", ("completed",), "listing", "补充更正", by=("committee", "community"), guards=("reason",)),
        Transition("cancel", (*_UNSIGNED, "signing"), "cancelled", "取消", by=("opener",), guards=("reason",)),
    ),
)
