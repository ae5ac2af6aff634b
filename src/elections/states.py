"""The machine of a poll, declared in one place; ``manage.py draw_lifecycle elections.poll`` draws it."""

from lifecycle.machine import Machine, State, Transition

CONDUCTOR = ("who conducts it: community, residents' committee, preparatory group, committee",)
CLOCK = ("the clock",)
TWO = ("two of different parties, one asks and the other agrees",)
BEFORE_VOTING = ("preparing", "roll_fixed", "called")

MACHINE = Machine(
    name="elections.poll",
    title="业主表决和选举",
    initial="preparing",
    states=(
        State("preparing", "准备名册", open=True),
        State("roll_fixed", "名册已定", open=True),
        State("called", "已公告", open=True),
        State("voting", "投票中", open=True),
        State("closed", "投票已截止", open=True),
        State("counted", "已开箱计票", open=True),
        State("announced", "结果公示中", open=True),
        State("declared", "结果已生效", final=True),
        State("cancelled", "已取消", final=True),
        State("annulled", "已作废", final=True),
    ),
    transitions=(
        Transition("draw", ("preparing",), "preparing", "从台账取名册", by=CONDUCTOR),
        Transition("decide", ("preparing",), "preparing", "判断是不是同一业主", by=CONDUCTOR),
        Transition("exclude", ("preparing",), "preparing", "不计入或恢复计入", by=CONDUCTOR, guards=("reason",)),
        Transition(
            "freeze",
            ("preparing",),
            "roll_fixed",
            "定名册",
            by=CONDUCTOR,
            guards=("every likeness decided", "somebody on it", "every area known"),
        ),
        Transition("amend", ("roll_fixed",), "roll_fixed", "更正名册", by=CONDUCTOR, guards=("reason", "evidence")),
        Transition("amend", ("called",), "called", "更正名册", by=CONDUCTOR, guards=("reason", "evidence")),
        Transition("word", ("preparing",), "preparing", "拟定表决事项", by=CONDUCTOR),
        Transition("word", ("roll_fixed",), "roll_fixed", "拟定表决事项", by=CONDUCTOR),
        Transition(
            "confirm", ("preparing",), "preparing", "复核事项归类", by=("another post",), guards=("not who worded it",)
        ),
        Transition(
            "confirm", ("roll_fixed",), "roll_fixed", "复核事项归类", by=("another post",), guards=("not who worded it",)
        ),
        Transition("publish_roll", ("roll_fixed",), "roll_fixed", "公示名册", by=CONDUCTOR),
        Transition("publish_roll", ("called",), "called", "公示名册", by=CONDUCTOR),
        Transition("settle", ("preparing",), "preparing", "定投票时间和方式", by=CONDUCTOR, guards=("lawful window",)),
        Transition("settle", ("roll_fixed",), "roll_fixed", "定投票时间和方式", by=CONDUCTOR, guards=("lawful window",)),
        Transition(
            "call",
            ("roll_fixed",),
            "called",
            "发布表决公告",
            by=CONDUCTOR,
            guards=("items", "window", "days of notice"),
        ),
        Transition(
            "open", ("called",), "voting", "开始投票", by=(*CLOCK, *CONDUCTOR), guards=("its time", "a key that is held")
        ),
        Transition("extend", ("voting",), "voting", "延长投票", by=CONDUCTOR, guards=("reason", "made public")),
        Transition("close", ("voting",), "closed", "截止投票", by=CLOCK, guards=("its time",)),
        Transition("end_early", ("voting",), "closed", "提前截止", by=TWO, guards=("reason", "made public")),
        Transition("reopen", ("closed",), "voting", "重新开放投票", by=TWO, guards=("reason", "made public", "no share given")),
        Transition("count_in", ("closed",), "closed", "清点纸质票", by=CONDUCTOR, guards=("the marked roll agrees",)),
        Transition(
            "reset", ("closed",), "called", "封存票箱、重新表决", by=TWO, guards=("too few shares", "witnesses", "made public")
        ),
        Transition(
            "count",
            ("closed",),
            "counted",
            "开箱计票",
            by=("the holders of the shares",),
            guards=("enough shares", "every batch counted in", "two counts agree"),
        ),
        Transition("announce", ("counted",), "announced", "公示结果", by=CONDUCTOR),
        Transition(
            "declare", ("announced",), "declared", "宣布结果生效", by=CONDUCTOR, guards=("publicity over", "objections answered")
        ),
        Transition("cancel", BEFORE_VOTING, "cancelled", "取消", by=CONDUCTOR, guards=("reason",)),
        Transition(
            "annul",
            ("voting", "closed", "counted", "announced"),
            "annulled",
            "作废",
            by=TWO,
            guards=("ground", "made public"),
        ),
    ),
)  # fmt: skip
