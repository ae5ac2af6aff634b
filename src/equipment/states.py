"""The machines of an import and of a stop, declared in one place; ``manage.py draw_lifecycle`` draws them."""

from lifecycle.machine import Machine, State, Transition

IMPORT = Machine(
    name="equipment.import",
    title="消防设施导入",
    initial="checked",
    states=(
        State("checked", "已核对", open=True),
        State("done", "已导入", final=True),
        State("dropped", "已放弃", final=True),
    ),
    transitions=(
        Transition("confirm", ("checked",), "done", "导入", by=("keeper",)),
        Transition("drop", ("checked",), "dropped", "放弃", by=("keeper",)),
    ),
)

# 高层民用建筑消防安全管理规定 Art. 32: inner approval, an emergency plan, safeguards and a notice at the entrance come first.
STOP = Machine(
    name="equipment.stop",
    title="停用消防设施",
    initial="asked",
    states=(
        State("asked", "待批准", open=True),
        State("approved", "已批准", open=True),
        State("stopped", "停用中", open=True),
        State("restored", "已恢复", final=True),
        State("refused", "未批准", final=True),
        State("withdrawn", "已撤回", final=True),
    ),
    transitions=(
        Transition("approve", ("asked",), "approved", "批准并公告", by=("manager",), guards=("another_person",)),
        Transition("refuse", ("asked",), "refused", "不批准", by=("manager",)),
        Transition("begin", ("approved",), "stopped", "开始停用", by=("firm",), guards=("notice_out",)),
        Transition("restore", ("stopped",), "restored", "恢复运行", by=("firm",)),
        Transition("withdraw", ("asked", "approved"), "withdrawn", "撤回", by=("firm",)),
    ),
)
