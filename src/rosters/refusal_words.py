"""Why something about rosters was refused, in plain words that say what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from rosters.refusals import Against, Refused

_REFUSALS: dict[str, str | Promise] = {
    "not_yours": _("您现在的身份不能做这一步。"),
    "not_on_rosters": _("您不在排班人员里，请找经理登记。"),
    "own_leave": _("自己的请假，要由另一位负责人批准。"),
    "own_relief": _("交班的人不能自己接班，请接班的同事签字。"),
    "not_your_line": _("这一条是别人写的，请由写的人或经理更正。"),
    "too_long": _("太长了，最多 %(most)s 个字。"),
    "case": _("%(said)s"),
    "no_posts": _("还没有岗位，请先添加要排班的岗位。"),
    "no_people": _("还没有排班人员，请先添加。"),
    "month_over": _("这个月已经过去了，请选以后的月份。"),
    "too_far": _("日期太远了，请选一年以内的。"),
    "roster_moved_on": _("这一版已经变了，请刷新页面再看。"),
    "base_moved_on": _("排草稿的时候，这个月又公布了新的一版。请从新的一版重新改。"),
    "day_over": _("这一天已经过去，不能再改。"),
    "nobody_chosen": _("请选择一个人。"),
    "already_on_shift": _("这个人已经在这个班上了。"),
    "empty_roster": _("一个班都没有排，不能公布。"),
    "say_gaps": _("还有班空着。请先写明空着的班怎么办（例如：经理顶班、请外援），才能公布。"),
    "name_taken": _("这个名称已经有了，请换一个，例如“消防控制室（二期）”。"),
    "too_many_posts": _("最多 %(most)s 个岗位。"),
    "too_many_people": _("最多 %(most)s 个人。"),
    "proof_file_missing": _("请上传允许单人值班的证明文件（照片或 PDF）。"),
    "no_such_person": _("请选择一位在岗的同事。"),
    "already_there": _("这个人已经在排班人员里了。"),
    "unknown_grade": _("证书等级是 1 到 5 级。"),
    "unknown_post": _("请选择现有的岗位。"),
    "unknown_kind": _("请选择种类。"),
    "ends_before_start": _("最后一天不能早于第一天。"),
    "in_past": _("这几天已经过去了。"),
    "not_this_month": _("这几天不在这张排班表的月份里。"),
    "absence_moved_on": _("这个请假已经处理过了。"),
    "shift_begun": _("这一班已经开始，不能再换。请直接找经理。"),
    "swap_open": _("这一班已经在等答复，请先撤回。"),
    "not_their_shift": _("对方的这一班换不了，请重新选择。"),
    "other_month": _("只能换同一个月的班。"),
    "swap_moved_on": _("慢了一步：这个换班已经处理过，或者排班已经变了。"),
    "say_why": _("请写明原因。"),
    "say_what": _("请写明情况和处理，例如：3 号楼 5 层烟感误报，已复位。"),
    "say_alarm": _("请选择报警的性质。"),
    "say_where": _("请写明哪里报警，例如：3 号楼 5 层走道。"),
    "say_found": _("请选择现场看到的情况。"),
    "say_instead": _("现在的班是%(people)s。您不在这一班，请选择您替谁。"),
    "say_instead_why": _("请写明为什么由您替班。"),
    "line_moved_on": _("这一条已经更正过，请更正最新的一条。"),
    "relief_open": _("已经有一次交班在等接班的人签字。"),
    "no_relief": _("没有等您接的班，请先由交班的人签字。"),
    "alarm_closed": _("这次报警已经处理完了。"),
    "not_in_order": _("请按顺序做：先确认，再看联动，再打 119，再启动预案。"),
    "steps_missing": _("还有步骤没有做完，不能结束。"),
    "not_allowed": _("您现在的身份不能看这份文件。"),
    "key_malformed": _("页面已经过期，请再提交一次。"),
    "key_reused": _("这一页已经提交过一次，请再点一次提交。"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words. KeyError for a code of ours without words, which a test keeps from happening."""
    if isinstance(error, Against):
        return " ".join(error.sentences)
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, Refused):
        return str(_REFUSALS[error.code]) % error.details
    if isinstance(error, KeyRefused | DocumentRefused):
        return str(_REFUSALS.get(error.code, _REFUSALS["not_allowed"]))
    raise TypeError(type(error).__name__)


def refusal_field(error: Exception) -> str:
    """The field beside which it belongs."""
    if isinstance(error, FileRefused):
        return "upload"
    return error.details.get("field", "") if isinstance(error, Refused) else ""
