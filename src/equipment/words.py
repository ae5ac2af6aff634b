"""Equipment in plain words: refusals, cadences, what is wrong with a row, what happened to a piece."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from equipment.actions.rules import TooLoose
from equipment.refusals import Refused
from equipment.rules.standards import Kind, Looser, standards
from idempotency.actions import KeyRefused
from notices.refusals import Refused as NoticeRefused
from registers.rules.workbook import WorkbookRefused

Words = str | Promise

EVERY: dict[str, Words] = {
    "two_hours": gettext_lazy("每两小时"),
    "day": gettext_lazy("每天"),
    "week": gettext_lazy("每周"),
    "half_month": gettext_lazy("每半个月"),
    "month": gettext_lazy("每月"),
    "quarter": gettext_lazy("每季度"),
    "half_year": gettext_lazy("每半年"),
    "year": gettext_lazy("每年"),
    "two_years": gettext_lazy("每两年"),
    "three_years": gettext_lazy("每三年"),
    "five_years": gettext_lazy("每五年"),
}
ACTS: dict[str, Words] = {
    "patrol": gettext_lazy("巡查"),
    "check": gettext_lazy("检查"),
    "test": gettext_lazy("测试"),
}
SEVERITIES: dict[str, tuple[Words, str]] = {
    "critical": (gettext_lazy("严重"), "late"),
    "high": (gettext_lazy("重要"), "warn"),
    "medium": (gettext_lazy("一般"), "info"),
    "low": (gettext_lazy("轻微"), "neutral"),
}
STATE_TONES = {"in_use": "good", "away": "warn", "stopped": "late", "gone": "neutral"}
# How a piece stands on a plan, the gravest first: a sign, so that nobody needs the colour, the words, and the tone.
MARKS: dict[str, tuple[str, Words, str]] = {
    "fault": ("×", gettext_lazy("有故障"), "late"),
    "stopped": ("停", gettext_lazy("停用"), "late"),
    "away": ("修", gettext_lazy("送修"), "warn"),
    "over": ("期", gettext_lazy("已到期"), "warn"),
    "unchecked": ("查", gettext_lazy("没有按时查"), "warn"),
    "good": ("√", gettext_lazy("正常"), "good"),
}
STOP_TONES = {
    "asked": "warn", "approved": "info", "stopped": "late", "restored": "good", "refused": "neutral", "withdrawn": "neutral",
}  # fmt: skip
# The machine's own labels are for drawings; these are for pages, in the reader's language.
STOP_STATES: dict[str, Words] = {
    "asked": gettext_lazy("待批准"),
    "approved": gettext_lazy("已批准"),
    "stopped": gettext_lazy("停用中"),
    "restored": gettext_lazy("已恢复"),
    "refused": gettext_lazy("未批准"),
    "withdrawn": gettext_lazy("已撤回"),
}
RUN_STATES: dict[str, Words] = {
    "checked": gettext_lazy("已核对"),
    "done": gettext_lazy("已导入"),
    "dropped": gettext_lazy("已放弃"),
}
EVENTS: dict[str, Words] = {
    "make": gettext_lazy("登记"),
    "import": gettext_lazy("导入"),
    "change": gettext_lazy("修改"),
    "label": gettext_lazy("换了标签"),
    "remove": gettext_lazy("报废或拆除"),
    "restore": gettext_lazy("恢复登记"),
    "plan": gettext_lazy("标在平面图上"),
    "service": gettext_lazy("维修"),
    "battery": gettext_lazy("换电池"),
    "battery_test": gettext_lazy("测试电池"),
    "away": gettext_lazy("送修"),
    "back": gettext_lazy("修好送回"),
    "report": gettext_lazy("有人报告不好"),
    "settle": gettext_lazy("处理了报告"),
}
ICONS = {
    "extinguisher": "fire-extinguisher", "indoor_hydrant": "droplet", "outdoor_hydrant": "droplet", "pump_adapter": "droplet",
    "fire_pump": "droplet", "jockey_pump": "droplet", "water_tank": "droplet", "sprinkler_head": "droplet",
    "alarm_controller": "bell", "detector": "bell", "call_point": "bell", "broadcast": "bell", "fire_phone": "phone",
    "fire_lift": "elevator", "fire_power": "bolt", "control_room": "shield", "fire_door": "home",
}  # fmt: skip

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "own_stop": gettext_lazy("自己申请的停用不能自己批准，请由另一位负责人批准。"),
    "stop_moved_on": gettext_lazy("这件停用已经到了下一步，请刷新后再看。"),
    "notice_not_out": gettext_lazy(
        "停用公告还没有发布，不能停用。入口处要有公告（《高层民用建筑消防安全管理规定》第 32 条）。"
    ),
    "say_system": gettext_lazy("请选择要停用的系统。"),
    "say_scope": gettext_lazy("请写明停用的范围，例如：3幢地下室。"),
    "say_plan": gettext_lazy("请写明停用期间的应急方案。"),
    "say_safeguards": gettext_lazy("请写明停用期间的安全保护措施。"),
    "say_fire_service": gettext_lazy("停用超过 24 小时，请写明怎样报告消防部门（GB 25201 表 B.1）。"),
    "stop_too_long": gettext_lazy("一次停用最多 %(most)s 天。"),
    "ends_before_start": gettext_lazy("结束要在开始以后。"),
    "ends_in_past": gettext_lazy("结束时间已经过去。"),
    "ends_too_far": gettext_lazy("到期日离现在超过十年，请核对。"),
    "unknown_kind": gettext_lazy("请选择种类。"),
    "unknown_subtype": gettext_lazy("请选择类型。"),
    "unknown_place": gettext_lazy("请选择场所。"),
    "unknown_unit": gettext_lazy("请选择小区类别。"),
    "unknown_rule": gettext_lazy("标准里没有这一项，请重新选择。"),
    "unknown_what": gettext_lazy("这种设施没有这一项，请重新选择。"),
    "unknown_item": gettext_lazy("没有这一项，请重新选择。"),
    "unknown_visit": gettext_lazy("请选择检查的种类。"),
    "unknown_risk": gettext_lazy("请选择风险等级。"),
    "unknown_outcome": gettext_lazy("请选择结果。"),
    "say_number": gettext_lazy("请写编号，例如：MHQ-001。"),
    "say_where": gettext_lazy("请选择楼幢，或写明位置。"),
    "say_why": gettext_lazy("请写明原因。"),
    "say_what": gettext_lazy("请选一项，或写几个字说明看到了什么。"),
    "say_body": gettext_lazy("请写维修单位。"),
    "say_outcome": gettext_lazy("请写明怎样处理的。"),
    "say_plan_name": gettext_lazy("请写平面图的名称，例如：3幢地下一层。"),
    "say_title": gettext_lazy("请写名称，例如：消防维保合同。"),
    "say_address": gettext_lazy("请写地址。"),
    "say_refused": gettext_lazy("拒检要写明说明，例如：住户不让进门，已电话说明。"),
    "number_twice": gettext_lazy("这个编号已经有了，请换一个。"),
    "subject_twice": gettext_lazy("这一户已经登记过。"),
    "no_such_building": gettext_lazy("没有找到这幢楼，请重新选择。"),
    "floor_unclear": gettext_lazy("楼层看不懂，请写 3、B1 或 屋顶。"),
    "bad_count": gettext_lazy("数量不对，请重新填写。"),
    "bad_spot": gettext_lazy("请在平面图上点一下位置。"),
    "day_ahead": gettext_lazy("日期在今天以后，请核对。"),
    "day_too_old": gettext_lazy("日期早于 1980 年，请核对。"),
    "before_making": gettext_lazy("日期早于出厂日期，请核对。"),
    "before_going": gettext_lazy("维修日期早于送出的日期，请核对。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "too_many_pieces": gettext_lazy("一个小区最多登记 %(most)s 件设施。"),
    "too_many_plans": gettext_lazy("平面图最多 %(most)s 张。"),
    "piece_gone": gettext_lazy("这件设施已经报废或拆除。"),
    "piece_there": gettext_lazy("这件设施还在用。"),
    "piece_away": gettext_lazy("选的设施里有已经送修的，请重新选择。"),
    "batch_back": gettext_lazy("这一批已经送回。"),
    "unknown_form": gettext_lazy("请选择要打印什么。"),
    "bad_year": gettext_lazy("请选择年份，最晚到明年。"),
    "no_pieces": gettext_lazy("请先选择设施。"),
    "other_units": gettext_lazy("一次只能送修同一个配置单元的设施，请分开送。"),
    "no_unit": gettext_lazy("这些灭火器还没有写配置单元，请先写上，才能算出可以送修几具。"),
    "over_quarter": gettext_lazy(
        "这个配置单元共 %(total)s 具，同时送修最多 %(most)s 具（%(clause)s）。请分批送修，或放上同样的替代灭火器并写明数量。"
    ),
    "import_over": gettext_lazy("这份表已经处理过了。"),
    "import_stale": gettext_lazy("核对以后台账有了改动，请按新的核对结果再确认一次。"),
    "nothing_to_import": gettext_lazy("表里和台账一样，没有要导入的。"),
    "no_header": gettext_lazy("表里没有找到表头。第一行要有“种类”“编号”“位置”这样的列名，可以下载样表照着填。"),
    "columns_missing": gettext_lazy("表里缺少这些列：%(columns)s。可以下载样表照着填。"),
    "too_many_rows": gettext_lazy("一次最多导入 %(most)s 行，请分成几份。"),
    "report_seen": gettext_lazy("这条报告已经处理过了。"),
    "too_many_photos": gettext_lazy("最多选 %(most)s 张照片。"),
    "photos_full": gettext_lazy("今天收到的照片太多了。请不带照片再报告一次，或打物业电话。"),
    "too_many_reports": gettext_lazy("今天报告得太多了，请打物业电话。"),
    "subject_ended": gettext_lazy("这一户已经不再检查。"),
    "appointment_past": gettext_lazy("约定的时间已经过去，请改到以后。"),
    "appointment_far": gettext_lazy("约定的时间太远了，请核对。"),
    "findings_without_visit": gettext_lazy("没有进门，就不能填发现的问题。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印这一份。"),
}
# What is wrong with a cell, and what to do.
FINDINGS: dict[str, Words] = {
    "kind_blank": gettext_lazy("没有写种类。请写设施的名称，例如：灭火器。"),
    "kind_unknown": gettext_lazy("看不懂是哪种设施。请照样表里的种类写。"),
    "number_blank": gettext_lazy("没有写编号。每件设施要有自己的编号。"),
    "number_unclear": gettext_lazy("编号只能用字母、数字和 - . / _ #。"),
    "number_twice": gettext_lazy("编号和第 %(row)s 行相同。"),
    "subtype_unknown": gettext_lazy("看不懂类型。可以写：%(known)s。"),
    "subtype_blank": gettext_lazy("没有写类型，算不出什么时候维修和报废。可以写：%(known)s。"),
    "building_unknown": gettext_lazy("小区里没有这幢楼。请照台账里的楼幢写，不在楼里的空着。"),
    "floor_unclear": gettext_lazy("楼层看不懂。请写 3、B1 或 屋顶。"),
    "place_unknown": gettext_lazy("看不懂是哪类场所。可以写：一般、地下室、锅炉房、堆场、人员密集场所。"),
    "count_unclear": gettext_lazy("数量看不懂。请写大于 0 的整数。"),
    "day_unclear": gettext_lazy("日期看不懂。请写 2024-03-01 或 2024年3月。"),
    "day_too_old": gettext_lazy("日期早于 1980 年，请核对。"),
    "day_ahead": gettext_lazy("日期在今天以后，请核对。"),
    "before_making": gettext_lazy("早于出厂日期 %(made)s，请核对。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "no_place": gettext_lazy("没有写在哪里。请写楼幢或位置。"),
    "formula": gettext_lazy("公式没有算出结果。请在表格软件里打开保存一次。"),
    "error_cell": gettext_lazy("公式出错了。请改正后再传。"),
}
COLUMNS: dict[str, Words] = {
    "kind": gettext_lazy("种类"),
    "number": gettext_lazy("编号"),
    "spot": gettext_lazy("位置或楼幢"),
}
WORKBOOKS: dict[str, Words] = {
    "empty": gettext_lazy("这个文件是空的，请重新选择。"),
    "too_large": gettext_lazy("文件太大，最多 %(most)s 兆。"),
    "old_format": gettext_lazy("这是旧格式的表格。请另存为 .xlsx 后再传。"),
    "password": gettext_lazy("这个文件有密码。请去掉密码后再传。"),
    "not_xlsx": gettext_lazy("这不是 .xlsx 表格，请重新选择。"),
    "broken": gettext_lazy("这个文件打不开，可能没有传完整。请重新选择。"),
    "too_much_inside": gettext_lazy("文件里的内容太多，请只留设施台账一张表。"),
    "no_sheet": gettext_lazy("文件里没有工作表。"),
    "too_many_rows": gettext_lazy("表格的行太多，请分成几份。"),
    "too_many_columns": gettext_lazy("表格的列太多，请删去空列。"),
}


def name_of(thing: Any) -> str:
    """The name of a kind, unit, item, risk or visit, in the reader's language."""
    return str(thing.name if (get_language() or "zh").startswith("zh") else thing.en)


def kind_name(key: str) -> str:
    """The name of a kind by its key."""
    return name_of(standards().kinds[key])


def subtype_name(kind: Kind, key: str) -> str:
    """The name of a subtype; "" for none."""
    if key not in kind.subtypes:
        return ""
    name, english = kind.subtypes[key]
    return name if (get_language() or "zh").startswith("zh") else english


def kind_choices() -> list[tuple[str, str]]:
    """Every kind, for a form."""
    return [(key, name_of(kind)) for key, kind in standards().kinds.items()]


def loose_text(why: Looser) -> str:
    """Why a rule of the compound's own is refused: what the standard asks, and its clause."""
    if why.code == "looser":
        asks = str(EVERY[why.standard])
        said = _("只能比标准更勤：“%(name)s”要%(every)s一次。") % {"name": why.name, "every": asks}
    else:
        said = _("只能比标准更短：“%(name)s”最长 %(years)s 年。") % {"name": why.name, "years": why.standard}
    if why.clause and why.confirmed:
        return said + _("依据：%(clause)s。") % {"clause": why.clause}
    return said + _("这是本平台的默认值，条文还没有核实。")


def refusal_text(error: Exception) -> str:
    """The refusal in words."""
    if isinstance(error, TooLoose):
        return loose_text(error.why)
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, WorkbookRefused):
        return str(WORKBOOKS[error.code]) % error.details
    if isinstance(error, Refused):
        details = dict(error.details)
        if error.code == "columns_missing":
            details["columns"] = "、".join(str(COLUMNS[one]) for one in details["columns"].split(","))
        words = _REFUSALS.get(error.code)
        return str(words) % details if words is not None else _board(error)
    if isinstance(error, KeyRefused | DocumentRefused):
        return str(_REFUSALS.get(error.code, _REFUSALS["not_allowed"]))
    raise TypeError(type(error).__name__)


def _board(error: Refused) -> str:
    """What the board said of the notice of a stop."""
    from notices.words import refusal_text as said

    return said(error)


def refusal_field(error: Exception) -> str:
    """The field beside which it belongs."""
    if isinstance(error, FileRefused | WorkbookRefused):
        return "file"
    return error.details.get("field", "") if isinstance(error, NoticeRefused | Refused) else ""


def finding_text(code: str, words: dict[str, str]) -> str:
    """What is wrong with a cell."""
    return str(FINDINGS[code]) % words


def left_text(on: date | None, today: date) -> tuple[str, str]:
    """How far off a day is, as a badge: its words and tone."""
    if on is None:
        return _("日期不明"), "warn"
    days = (on - today).days
    if days < 0:
        return ngettext("过期 %(n)s 天", "过期 %(n)s 天", -days) % {"n": -days}, "late"
    if days == 0:
        return _("今天到期"), "late"
    tone = "warn" if days <= 30 else "info"  # noqa: PLR2004  the step of 30 days
    return ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}, tone
