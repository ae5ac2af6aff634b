"""How an office ends, who may propose a recall, how long papers may be kept. 指导规则 43-48, 杭州 31 and 34, 温州 24."""

from dataclasses import dataclass

# 指导规则 43: the office ends by itself.
BY_LAW = ("not_owner", "incapacity", "liberty", "other_law")
# 指导规则 44: on which the assembly decides.
FOR_RECALL = ("asked_to_go", "not_acting", "private_gain", "duties_refused", "harm", "other_harm")
MEMBERS, OWNERS, COMMITTEE = "members", "owners", "committee"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who may propose a recall in a place: a share of the members or of the owners, or the committee itself."""

    place: str
    ways: tuple[str, ...]
    source: str


NATIONAL = Proposal(
    "national",
    (MEMBERS, OWNERS),
    "指导规则（建房〔2009〕274号）第四十四条：三分之一以上委员或者持有20%以上投票权数的业主",
)
HANGZHOU = Proposal(
    "hangzhou",
    (COMMITTEE, OWNERS),
    "《杭州市物业管理条例》（2021-08-09）第三十一条：20%以上的业主或者业主委员会；应当听取本人意见",
)
_PROPOSALS = {one.place: one for one in (NATIONAL, HANGZHOU)}


def proposal_rule(places: tuple[str, ...]) -> Proposal:
    """The rule of the nearest of some places, the nearest first."""
    return next((_PROPOSALS[one] for one in places if one in _PROPOSALS), NATIONAL)


def may_propose(way: str, have: int, of: int, rule: Proposal) -> str:
    """Why a proposal is not enough: way_not_here, too_few; "" where it is. One third and one fifth count (民法典 1259)."""
    if way not in rule.ways:
        return "way_not_here"
    if way == COMMITTEE:
        return "" if of > 0 and 2 * have > of else "too_few"
    parts = 3 if way == MEMBERS else 5
    return "" if of > 0 and 0 < have <= of and parts * have >= of else "too_few"


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days and its article."""

    days: int
    source: str


_LEAVING = {
    "national": Days(3, "指导规则（建房〔2009〕274号）第四十五条"),
    "hangzhou": Days(7, "《杭州市物业管理条例》（2021-08-09）第三十四条"),
}
_TERM_END = {
    "national": Days(10, "指导规则（建房〔2009〕274号）第四十八条"),
    "zhejiang": Days(10, "《浙江省物业管理条例》（2009-11-27）第十五条"),
    "hangzhou": Days(10, "《杭州市物业管理条例》（2021-08-09）第三十四条"),
    "wenzhou": Days(10, "《温州市物业管理条例》（2017-04-06）第二十四条：应要求移交街道办事处"),
}
FIRST_MEETING = Days(7, "指导规则（建房〔2009〕274号）第三十二条")


def member_days(places: tuple[str, ...]) -> Days:
    """Within how many days a leaving member hands over."""
    return next((_LEAVING[one] for one in places if one in _LEAVING), _LEAVING["national"])


def committee_days(places: tuple[str, ...]) -> Days:
    """Within how many days of the end of its term a committee hands over."""
    return next((_TERM_END[one] for one in places if one in _TERM_END), _TERM_END["national"])


# What is handed over (指导规则 45, 48: 文件资料、印章、财物).
COMMITTEE_ITEMS = (
    "业主大会印章",
    "业主委员会印章",
    "业主大会、业主委员会会议纪要和决定",
    "业主大会议事规则、管理规约原件",
    "业主名册、业主联系方式登记",
    "选举和表决的选票、委托书、送达凭证",
    "公共收益账目、凭证和账户余额",
    "维修资金使用资料",
    "物业服务合同及履约资料",
    "备案回执和往来公文",
    "属于全体业主的其他财物、钥匙和系统账号",
)
MEMBER_ITEMS = ("本人保管的文件资料", "本人保管的印章、钥匙和系统账号", "属于全体业主的其他财物")


def needs_hearing(spoken: bool) -> bool:
    """Whether the member must still be heard before anybody votes (杭州 31; the portal asks it everywhere)."""
    return not spoken
