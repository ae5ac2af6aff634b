"""The machine of a notice, declared in one place; ``manage.py draw_lifecycle notices.notice`` draws it.

A new text of a notice that is out waits for its own countersignatures while the old one stays: the state does not change.
"""

from lifecycle.machine import Machine, State, Transition

_NOT_OUT = ("draft", "awaiting", "scheduled")

MACHINE = Machine(
    name="notices.notice",
    title="公告",
    initial="draft",
    states=(
        State("draft", "草稿", open=True),
        State("awaiting", "等会签", open=True),
        State("scheduled", "待发布", open=True),
        State("published", "已发布"),
        State("expired", "已到期"),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("revise", ("draft",), "draft", "修改草稿", by=("speaker",)),
        Transition("submit", ("draft",), "awaiting", "送会签", by=("speaker",), guards=("someone countersigns",)),
        Transition("clear", ("draft", "awaiting"), "scheduled", "会签齐了", by=("system",)),
        Transition("agree", ("awaiting",), "awaiting", "同意", by=("the post whose turn it is",)),
        Transition("refuse", ("awaiting",), "draft", "不同意，退回", by=("the post whose turn it is",), guards=("reason",)),
        Transition("take_back", ("awaiting", "scheduled"), "draft", "取回修改", by=("speaker",)),
        Transition("publish", ("scheduled",), "published", "发布", by=("speaker", "system")),
        Transition(
            "hurry", ("draft",), "published", "紧急发布，事后补签", by=("community", "property manager"),
            guards=("urgent",),
        ),
        Transition("amend", ("published",), "published", "更正", by=("speaker",), guards=("what changed",)),
        Transition("review", ("published",), "published", "会签更正或补签", by=("the post whose turn it is",)),
        Transition("review_after", ("expired",), "expired", "到期后补签", by=("the post whose turn it is",)),
        Transition("sign", ("published",), "published", "签收", by=("named posts",)),
        Transition("pin", ("published",), "published", "置顶或取消置顶", by=("speaker", "community")),
        Transition("expire", ("published",), "expired", "到期", by=("system",)),
        Transition(
            "withdraw", (*_NOT_OUT, "published", "expired"), "withdrawn", "撤回", by=("speaker", "community"),
            guards=("reason",),
        ),
    ),
)  # fmt: skip
