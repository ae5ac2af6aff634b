"""The machine of a candidate; ``manage.py draw_lifecycle candidates.candidate`` draws it."""

from lifecycle.machine import Machine, State, Transition

CONDUCTOR = ("who conducts the poll", "the group's leader")
BEFORE = ("proposed", "in_review", "refused", "passed", "listed")

MACHINE = Machine(
    name="candidates.candidate",
    title="业委会委员候选人",
    initial="proposed",
    states=(
        State("proposed", "待补齐", open=True),
        State("in_review", "联审中", open=True),
        State("refused", "拟不通过", open=True),
        State("passed", "审查通过", open=True),
        State("listed", "已列入候选名单", open=True),
        State("struck", "审查不通过", final=True),
        State("withdrawn", "已退出", final=True),
    ),
    transitions=(
        Transition("fill", ("proposed",), "proposed", "补充资料", by=("nominee", *CONDUCTOR)),
        Transition("consent", ("proposed",), "proposed", "同意参选", by=("nominee", *CONDUCTOR)),
        Transition("pledge", ("proposed",), "proposed", "签署承诺", by=("nominee", *CONDUCTOR)),
        Transition("sign", ("proposed",), "proposed", "联名", by=("an owner",)),
        Transition(
            "complete", ("proposed",), "in_review", "材料齐全", by=("the last piece",),
            guards=("consent", "every pledge", "enough owners", "authority of a corporate owner"),
        ),
        Transition("review", ("in_review",), "in_review", "联审答复", by=("a reviewing body",)),
        Transition("refuse", ("in_review",), "refused", "拟不通过", by=("a reviewing body",), guards=("written ground",)),
        Transition("reply", ("refused",), "refused", "陈述意见", by=("nominee", *CONDUCTOR), guards=("in time",)),
        Transition("review", ("refused",), "refused", "联审答复", by=("another reviewing body",)),
        Transition("refuse", ("refused",), "refused", "拟不通过", by=("another reviewing body",), guards=("written ground",)),
        Transition("restore", ("refused",), "in_review", "改为通过", by=("the body that refused",)),
        Transition(
            "strike", ("refused",), "struck", "最终不通过", by=("the body that refused",), guards=("answered or time over",)
        ),
        Transition("pass", ("in_review",), "passed", "全部通过", by=("the last answer",), guards=("every body passed",)),
        Transition("list", ("passed", "listed"), "listed", "列入候选名单", by=CONDUCTOR, guards=("order recorded",)),
        Transition("withdraw", BEFORE, "withdrawn", "退出", by=("nominee", *CONDUCTOR), guards=("before the call", "reason")),
    ),
)  # fmt: skip
