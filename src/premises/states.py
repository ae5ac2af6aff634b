"""The machine of a person's link to a home, declared in one place; ``manage.py draw_lifecycle premises.occupancy`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="premises.occupancy",
    title="入住",
    initial="claimed",
    states=(
        State("claimed", "待确认", open=True),
        State("confirmed", "已确认"),
        State("refused", "未通过", final=True),
        State("withdrawn", "已撤回", final=True),
        State("ended", "已迁出", final=True),
    ),
    transitions=(
        Transition("confirm", ("claimed",), "confirmed", "确认", by=("decider",)),
        Transition(
            "match", ("claimed",), "confirmed", "与登记一致，当场确认", by=("system",), guards=("name_and_phone",)
        ),
        Transition("admit", ("claimed",), "confirmed", "凭邀请确认", by=("household",), guards=("code",)),
        Transition("refuse", ("claimed",), "refused", "不通过", by=("decider",), guards=("reason",)),
        Transition("withdraw", ("claimed",), "withdrawn", "撤回申请", by=("claimant",)),
        Transition("end", ("confirmed",), "ended", "迁出", by=("resident", "owner", "decider", "clock")),
    ),
)
