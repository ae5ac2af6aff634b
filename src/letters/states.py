"""The machine of a letter; ``manage.py draw_lifecycle letters.letter`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="letters.letter",
    title="函件",
    initial="draft",
    states=(
        State("draft", "草稿", open=True),
        State("sent", "已发出"),
        State("withdrawn", "已撤回", final=True),
        State("replaced", "已被替代", final=True),
        State("dropped", "不发了", final=True),
    ),
    transitions=(
        Transition("revise", ("draft",), "draft", "修改草稿", by=("sender",)),
        Transition("drop", ("draft",), "dropped", "不发了", by=("sender",)),
        Transition("send", ("draft",), "sent", "发出", by=("who signs for the sender",)),
        Transition("sign", ("sent",), "sent", "签收", by=("addressee",)),
        Transition("answer", ("sent",), "sent", "复函", by=("addressee",), guards=("signed for",)),
        Transition(
            "withdraw", ("sent",), "withdrawn", "撤回", by=("who signs for the sender",),
            guards=("nobody has signed for it", "reason"),
        ),
        Transition("replace", ("sent",), "replaced", "以新函替代", by=("who signs for the sender",)),
    ),
)  # fmt: skip
