"""Committees and results in plain words: refusals, standings, days."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from elections.poll_words import refusal_text as poll_text
from idempotency.actions import KeyRefused
from lifecycle.refusals import Refused

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_your_post": gettext_lazy("您现在的身份不能做这一步。"),
    "not_your_body": gettext_lazy("社区党组织的职务由社区党组织任命，请用社区党组织的身份操作。"),
    "same_person": gettext_lazy("移交和签收要由两个人办，请由接收的人签收。"),
    "same_party": gettext_lazy("要由另一方同意，提出的一方不能自己同意。"),
    "moved_on": gettext_lazy("这次表决现在是“%(state)s”，不能再做这一步。"),
    "over": gettext_lazy("本届业主委员会任期到 %(ended)s 已满，不能再做这一步。"),
    "say_why": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "too_many": gettext_lazy("太多了，最多 %(most)s 个。"),
    "wrong_day": gettext_lazy("这一天不对，请核对日期。"),
    "nothing_counted": gettext_lazy("还没有计票结果，开箱计票以后才能公示。"),
    "tie_open": gettext_lazy("%(names)s得票相等，先按约定的办法解决，再公示结果。"),
    "undecided": gettext_lazy("“%(text)s”不能计算出结果，不能公示。请看计票页上的原因。"),
    "say_supervisors": gettext_lazy("请先写明监票人和咨询方式，公示里要有。"),
    "no_tie": gettext_lazy("这一项没有得票相等的人。"),
    "area_equal": gettext_lazy("面积也相等，面积分不出先后。请在得票相等的人中再次投票。"),
    "revote_open": gettext_lazy("那一次投票的结果还没有生效。"),
    "wrong_number": gettext_lazy("请正好选 %(places)s 人。"),
    "not_tied": gettext_lazy("只能在得票相等的人里产生。"),
    "witnesses": gettext_lazy("抽签要有至少 %(least)s 名见证人，请写姓名，用顿号分开。"),
    "no_such_poll": gettext_lazy("没有找到这一次表决，请核对编号。"),
    "no_such_item": gettext_lazy("那次表决里没有这一项。"),
    "not_named": gettext_lazy("那一项没有写明 %(name)s，请核对是哪一项。"),
    "poll_over": gettext_lazy("那次表决已经结束，请选还没有出结果的表决。"),
    "still_public": gettext_lazy("结果还在公示，不用再发一次。"),
    "not_public_yet": gettext_lazy("公示还没有发出，可能在等会签。"),
    "publicity_runs": gettext_lazy("公示到 %(ends)s，期满以后才能宣布生效。"),
    "publicity_void": gettext_lazy("公示已作废，请重新公示。"),
    "objections_open": gettext_lazy("还有 %(count)s 条异议没有答复，答复以后才能宣布生效。"),
    "unknown_ground": gettext_lazy("请选择依据。"),
    "unknown_step": gettext_lazy("没有这一步。"),
    "asked_already": gettext_lazy("已经有一个请求在等另一方同意。"),
    "settled": gettext_lazy("这个请求已经处理过了。"),
    "not_an_election": gettext_lazy("这不是选举。"),
    "not_declared": gettext_lazy("结果还没有生效，公示期满、宣布生效以后再办。"),
    "in_office_already": gettext_lazy("这次选举产生的业主委员会已经就任。"),
    "further_round": gettext_lazy(
        "应选 %(planned)s 人，当选 %(elected)s 人，人数不够，业主委员会不能成立。请就空缺再选一轮。"
    ),
    "revote_short": gettext_lazy("再次投票只选出 %(elected)s 人，应选 %(places)s 人，请就没有选出的再投一次。"),
    "other_remedy": gettext_lazy("这里约定的办法不是再次投票，请按约定的办法解决。"),
    "round_runs": gettext_lazy("已经有一次同样的投票在办，请到表决列表里继续。"),
    "alternates_first": gettext_lazy("还有候补委员，请先按得票顺序递补。"),
    "fills_seats": gettext_lazy("这次是补选，当选的人在补选结果里登记就任。"),
    "no_committee": gettext_lazy("业主委员会还没有就任，请在第一次选举的结果里一起登记就任。"),
    "nobody_elected": gettext_lazy("这次没有人当选，请再选一轮。"),
    "seated_already": gettext_lazy("这次补选的委员已经就任。"),
    "recorded_already": gettext_lazy("这一届已经登记过了。"),
    "starts_too_early": gettext_lazy("任期不能早于结果生效的 %(day)s。"),
    "term_too_long": gettext_lazy("任期超过规定的年数。"),
    "term_too_short": gettext_lazy("任期少于规定的年数。"),
    "overlaps": gettext_lazy("这段时间已有另一届任期，请核对日期。"),
    "ends_before_start": gettext_lazy("结束早于开始，请核对日期。"),
    "name_taken": gettext_lazy("这个名称已是别的组织的，请联系市主管部门。"),
    "code_taken": gettext_lazy("这个代码已是别的组织的。"),
    "no_such_role": gettext_lazy("没有这个职务。"),
    "wrong_kind": gettext_lazy("这类组织不能这样登记。"),
    "cross_from_other_person": gettext_lazy("两个职务不是同一个人的。"),
    "cross_within_organisation": gettext_lazy("两个职务在同一个组织里，不是交叉任职。"),
    "seats_even": gettext_lazy("委员人数应为单数。"),
    "seats_too_few": gettext_lazy("委员人数少于规定的下限。"),
    "seats_too_many": gettext_lazy("委员人数多于规定的上限。"),
    "say_source": gettext_lazy("填写是否党员时，请写明从哪里得知。"),
    "name_twice": gettext_lazy("同一个人出现了两次。"),
    "two_chairs": gettext_lazy("主任只能有一人。"),
    "unknown_role": gettext_lazy("请选择职务。"),
    "other_name": gettext_lazy("这个手机号的账号是另一个名字，请核对 %(name)s 的号码。"),
    "closed": gettext_lazy("这个手机号的账号已注销，请换一个。"),
    "linked_already": gettext_lazy("这位委员已经有账号和职务。"),
    "alternate": gettext_lazy("候补委员没有表决权，不设职务。"),
    "left": gettext_lazy("%(name)s 已经不在任。"),
    "met_already": gettext_lazy("首次会议已经登记。"),
    "no_such_member": gettext_lazy("请在在任委员里选。"),
    "chair_twice": gettext_lazy("主任和副主任不能是同一个人。"),
    "no_seat": gettext_lazy("没有空缺的席位。"),
    "no_alternate": gettext_lazy("没有可以递补的候补委员。"),
    "unknown_way": gettext_lazy("请选择由谁提议。"),
    "way_not_here": gettext_lazy("本地的规定里没有这种提议方式（%(source)s）。"),
    "too_few": gettext_lazy("提议的人数不够（%(source)s）。"),
    "recall_open": gettext_lazy("对这位委员已有一个没有结束的罢免提议。"),
    "recall_moved": gettext_lazy("这个罢免提议已经到了下一步，请刷新再看。"),
    "hear_first": gettext_lazy("先听取本人意见，再提交表决。"),
    "reelection_runs": gettext_lazy("换届已经开始。"),
    "no_reelection": gettext_lazy("现在没有换届。"),
    "handed_in": gettext_lazy("材料已送交，街道答复以前不能改。"),
    "papers_missing": gettext_lazy("还缺：%(names)s。补齐再送；确实不用的，请勾选“已知晓”。"),
    "unknown_paper": gettext_lazy("请选择是哪一种材料。"),
    "not_handed_in": gettext_lazy("材料还没有送交。"),
    "answered_already": gettext_lazy("已经答复过了。"),
    "unknown_answer": gettext_lazy("请选择予以备案还是退回补正。"),
    "handed_over": gettext_lazy("这份清单已经全部签收。"),
    "given_already": gettext_lazy("这一项已经登记移交。"),
    "not_given": gettext_lazy("这一项还没有移交，不能签收。"),
    "taken_already": gettext_lazy("这一项已经签收。"),
    "unknown_direction": gettext_lazy("请选择方向。"),
    "no_such_post": gettext_lazy("没有找到这个人在任的职务。"),
    "no_body": gettext_lazy("本小区现在没有可以进入的组织。"),
    "proposed_already": gettext_lazy("这个人已经提名或者在任。"),
    "not_proposed": gettext_lazy("这一条已经处理过了。"),
    "by_election": gettext_lazy("业委会委员由业主选举产生，当选就任时自动登记。"),
    "post_ended": gettext_lazy("原来的职务已经结束。"),
    "ended": gettext_lazy("这一条已经结束。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}
STANDINGS: dict[str, tuple[Words, str]] = {
    "none": (gettext_lazy("没有业委会"), "neutral"),
    "open": (gettext_lazy("没有登记届满日"), "neutral"),
    "running": (gettext_lazy("任期内"), "good"),
    "soon": (gettext_lazy("应当开始换届"), "warn"),
    "overdue": (gettext_lazy("超期未换届"), "late"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    words = _REFUSALS.get(error.code)
    if words is None:  # a floor below refused: the poll or the board
        return poll_text(error)
    return str(words) % error.details if error.details else str(words)


def refusal_field(error: Exception) -> str:
    """The form field beside which the words belong; "" for the form as a whole."""
    if isinstance(error, FileRefused):
        return "upload"
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def standing_words(standing: str) -> tuple[str, str]:
    """Where a term stands: words and tone."""
    words, tone = STANDINGS[standing]
    return str(words), tone


def left_words(ends: date | None, today: date) -> str:
    """How long a term still is, or how long it has been over."""
    if ends is None:
        return ""
    days = (ends - today).days
    if days < 0:
        return _("超期 %(days)s 天") % {"days": -days}
    return _("还有 %(days)s 天") % {"days": days}
