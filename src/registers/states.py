"""The machine of one import of a register, declared in one place; ``manage.py draw_lifecycle registers.import`` draws it."""

from lifecycle.machine import Machine, State, Transition

MACHINE = Machine(
    name="registers.import",
    title="台账导入",
    initial="mapping",
    states=(
        State("mapping", "待对列", open=True),
        State("checking", "核对中", open=True),
        State("checked", "已核对", open=True),
        State("importing", "导入中", open=True),
        State("done", "已导入"),
        State("failed", "未导成", final=True),
        State("dropped", "已放弃", final=True),
        State("undone", "已撤销", final=True),
    ),
    transitions=(
        Transition("check", ("mapping", "checked"), "checking", "核对", by=("keeper",)),
        Transition("found", ("checking",), "checked", "核对完毕", by=("system",)),
        Transition("confirm", ("checked",), "importing", "导入", by=("keeper",)),
        Transition("finish", ("importing",), "done", "导入完毕", by=("system",)),
        Transition("stale", ("importing",), "checked", "台账已变，重新核对", by=("system",)),
        Transition("fail", ("checking", "importing"), "failed", "未导成", by=("system",)),
        Transition("drop", ("mapping", "checked"), "dropped", "放弃", by=("keeper",)),
        Transition("undo", ("done",), "undone", "撤销", by=("keeper",)),
    ),
)
