"""The machines of an edition, of days off and of a swap, declared in one place."""

from lifecycle.machine import Machine, State, Transition

ROSTER = Machine(
    name="rosters.roster",
    title="排班表",
    initial="waiting",
    states=(
        State("waiting", "等待排班", open=True),
        State("making", "正在排班", open=True),
        State("draft", "草稿", open=True),
        State("published", "已公布", open=True),
        State("replaced", "已更换", final=True),
        State("dropped", "已放弃", final=True),
    ),
    transitions=(
        Transition("work", ("waiting",), "making", "开始排", by=("worker",)),
        Transition("finish", ("making",), "draft", "排好", by=("worker",)),
        Transition("publish", ("draft",), "published", "公布", by=("keeper",), guards=("checked",)),
        Transition("replace", ("published",), "replaced", "被新的一版更换", by=("keeper",)),
        Transition("drop", ("waiting", "making", "draft"), "dropped", "放弃", by=("keeper",)),
    ),
)

ABSENCE = Machine(
    name="rosters.absence",
    title="请假",
    initial="asked",
    states=(
        State("asked", "等批准", open=True),
        State("granted", "已记下", open=True),
        State("refused", "没有批准", final=True),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("grant", ("asked",), "granted", "批准", by=("keeper",)),
        Transition("refuse", ("asked",), "refused", "不批准", by=("keeper",)),
        Transition("withdraw", ("asked", "granted"), "withdrawn", "撤回", by=("member", "keeper")),
    ),
)

SWAP = Machine(
    name="rosters.swap",
    title="换班",
    initial="asked",
    states=(
        State("asked", "等同事答复", open=True),
        State("agreed", "等经理批准", open=True),
        State("approved", "已换班", final=True),
        State("declined", "同事不换", final=True),
        State("refused", "经理没有批准", final=True),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("agree", ("asked",), "agreed", "同意", by=("taker",)),
        Transition("decline", ("asked",), "declined", "不换", by=("taker",)),
        Transition("approve", ("agreed",), "approved", "批准", by=("keeper",), guards=("checked",)),
        Transition("refuse", ("agreed",), "refused", "不批准", by=("keeper",)),
        Transition("withdraw", ("asked", "agreed"), "withdrawn", "撤回", by=("giver",)),
    ),
)
