"""The machine of a ballot box, declared in one place; ``manage.py draw_lifecycle boxes.box`` draws it."""

from lifecycle.machine import Machine, State, Transition

CONDUCTOR = ("who conducts the poll",)
CLOCK = ("the clock", "who conducts the poll")
HOLDERS = ("the holders of the shares, in public",)
TWO = ("two of different parties, one asks and the other agrees",)

MACHINE = Machine(
    name="boxes.box",
    title="票箱",
    initial="made",
    states=(
        State("made", "钥匙已分发", open=True),
        State("sealed", "收票中", open=True),
        State("closed", "已封箱", open=True),
        State("opened", "已开箱，计票中", open=True),
        State("counted", "已计票", final=True),
        State("reset", "未开箱，已封存", final=True),
    ),
    transitions=(
        Transition("renew", ("made",), "made", "重新生成钥匙", by=CONDUCTOR, guards=("nothing put in",)),
        Transition("start", ("made",), "sealed", "开始收票", by=CLOCK, guards=("a key that is held",)),
        Transition("close", ("sealed",), "closed", "封箱", by=CLOCK),
        Transition("reopen", ("closed",), "sealed", "重新收票", by=TWO, guards=("no share given", "no paper counted in")),
        Transition("open", ("closed",), "opened", "开箱", by=HOLDERS, guards=("enough shares", "every batch counted in")),
        Transition("count", ("opened",), "counted", "计票", by=("the worker",), guards=("two counts agree",)),
        Transition("reset", ("closed",), "reset", "封存票箱", by=TWO, guards=("too few shares", "witnesses")),
    ),
)  # fmt: skip
