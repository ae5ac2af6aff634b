"""The register in plain words: what is wrong with a cell and what to do about it, questions, refusals, changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idempotency.actions import KeyRefused
from premises.models import Home, Source
from registers.refusals import Refused
from registers.rules.workbook import WorkbookRefused
from ui.words import masked_phone

Words = str | Promise

FIELDS: dict[str, Words] = {
    "building": gettext_lazy("楼幢"),
    "entrance": gettext_lazy("单元"),
    "room": gettext_lazy("室号"),
    "place": gettext_lazy("房屋地址（幢、单元、室写在一格）"),
    "floor": gettext_lazy("楼层"),
    "area": gettext_lazy("面积"),
    "area_source": gettext_lazy("面积来源"),
    "use": gettext_lazy("用途"),
    "owner": gettext_lazy("业主姓名"),
    "phone": gettext_lazy("联系电话"),
    "share": gettext_lazy("产权份额"),
    "owner_source": gettext_lazy("产权来源"),
    "note": gettext_lazy("备注"),
    "ended": gettext_lazy("已停用"),
}

# What is wrong with a cell, and what to do. The names in %( )s come from the finding.
FINDINGS: dict[str, tuple[Words, Words]] = {
    "building_blank": (gettext_lazy("楼幢空着。"), gettext_lazy("请写上是哪一幢，例如 3幢。")),
    "room_blank": (
        gettext_lazy("室号空着。"),
        gettext_lazy("请写上室号；如果是上面一套的另一位业主，请把室号合并单元格或再写一遍。"),
    ),
    "entrance_blank": (gettext_lazy("单元看不出来。"), gettext_lazy("请写 1单元；没有单元的，这一格空着。")),
    "place_blank": (gettext_lazy("房屋地址空着。"), gettext_lazy("请写成 3幢1单元1201 或 3-1-1201。")),
    "place_unclear": (
        gettext_lazy("看不出是哪一幢、哪一室。"),
        gettext_lazy("请写成 3幢1单元1201 或 3-1-1201，或者分成三列。"),
    ),
    "too_long": (gettext_lazy("写得太长了，最多 %(most)s 个字。"), gettext_lazy("请写短一点。")),
    "pictures": (gettext_lazy("里面有表情或图形符号。"), gettext_lazy("请删掉符号，只留文字。")),
    "own_characters": (
        gettext_lazy("里面有电脑自造的字，换一台电脑就看不见。"),
        gettext_lazy("请用输入法重新打这个生僻字（例如 䶮、𫖯），照登记簿写。"),
    ),
    "floor_unclear": (
        gettext_lazy("看不出是几层。"),
        gettext_lazy("请只写数字，例如 12；地下写 -1。空着就按室号推算。"),
    ),
    "area_blank": (gettext_lazy("新房屋没有面积。"), gettext_lazy("请填专有部分面积，例如 118.3254。")),
    "area_unclear": (gettext_lazy("面积不是一个数字。"), gettext_lazy("请只写数字，例如 118.3254，不要写“约”。")),
    "area_range": (
        gettext_lazy("面积不在合理范围里。"),
        gettext_lazy("应大于 0、小于 %(most)s 平方米，请核对小数点。"),
    ),
    "area_not_exact": (
        gettext_lazy("面积的小数超过四位。"),
        gettext_lazy("面积最多四位小数。如果是四舍五入，请写 %(near)s。"),
    ),
    "source_unclear": (
        gettext_lazy("看不出来源。"),
        gettext_lazy("请写不动产登记、测绘报告、买卖合同、物业台账中的一个。"),
    ),
    "use_unclear": (gettext_lazy("看不出用途。"), gettext_lazy("请写住宅、商铺、办公、车位中的一个。")),
    "name_blank": (gettext_lazy("没有姓名。"), gettext_lazy("请写上业主姓名；没有业主的写“无”。")),
    "name_spaces": (
        gettext_lazy("名字中间有空格，分不清是一个人还是几个人。"),
        gettext_lazy("是一个人的，去掉空格；是几个人的，用顿号隔开。"),
    ),
    "name_digits": (
        gettext_lazy("姓名里有数字，像是电话号码少了或多了一位。"),
        gettext_lazy("请核对号码（手机 11 位），并写到电话那一列。"),
    ),
    "owner_twice": (
        gettext_lazy("同一个名字在这一格里写了两次。"),
        gettext_lazy("请删掉重复的；确是同名两人的，请在名字后面加注区别。"),
    ),
    "too_many_owners": (gettext_lazy("一套房屋最多 %(most)s 位业主。"), gettext_lazy("请核对这一格。")),
    "phone_without_name": (gettext_lazy("有电话，没有姓名。"), gettext_lazy("请写上是谁的电话，或删掉电话。")),
    "phone_unclear": (
        gettext_lazy("电话号码看不懂。"),
        gettext_lazy("手机 11 位，座机写区号，例如 0579-87000000。几个号码用顿号隔开；没有的写“无”。"),
    ),
    "phone_whose": (gettext_lazy("电话旁边写的“%(name)s”不是这一套的业主。"), gettext_lazy("请核对姓名，或只写号码。")),
    "phone_count": (
        gettext_lazy("%(owners)s 位业主，%(phones)s 组电话，对不上。"),
        gettext_lazy("请照业主的先后写，没有电话的那一位写“无”，同一人的两个号码中间用空格。"),
    ),
    "share_unclear": (gettext_lazy("份额看不懂。"), gettext_lazy("请写 1/2 或 50%%；共同共有的空着。")),
    "share_range": (gettext_lazy("份额应大于 0、不超过 1。"), gettext_lazy("请写 1/2 或 50%%。")),
    "share_count": (
        gettext_lazy("%(owners)s 位业主，%(shares)s 个份额，对不上。"),
        gettext_lazy("请照业主的先后每人写一个，用顿号隔开。"),
    ),
    "share_some": (gettext_lazy("有人写了份额，%(name)s没有写。"), gettext_lazy("请都写上，或都空着。")),
    "share_sum": (
        gettext_lazy("这一套各人的份额加起来是 %(total)s，不是 100%%。"),
        gettext_lazy("请核对份额。除不尽的写分数%(thirds)s。"),
    ),
    "formula": (
        gettext_lazy("这一格是公式，里面没有存下结果。"),
        gettext_lazy("请在 Excel 里打开保存一次，或直接填数字。"),
    ),
    "error_value": (gettext_lazy("这一格是公式错误。"), gettext_lazy("请改成实际的内容。")),
    "became_date": (
        gettext_lazy("这一格被 Excel 变成了日期。"),
        gettext_lazy("请把这一列设成“文本”格式，再重新填（例如 3-1）。"),
    ),
    "conflict": (gettext_lazy("同一套房屋，这一格和 %(other)s 不一样。"), gettext_lazy("请改成一样的，或核对室号。")),
    "row_twice": (gettext_lazy("这一套在第 %(other)s 行已经有了。"), gettext_lazy("请删掉重复的一行，或核对室号。")),
    "owner_again": (
        gettext_lazy("这位业主在第 %(other)s 行已经写过。"),
        gettext_lazy("请删掉重复的一行，或核对室号。"),
    ),
    "home_ambiguous": (
        gettext_lazy("台账里有几套都像是这一套：%(homes)s。"),
        gettext_lazy("请照台账上的叫法把楼幢、单元、室号写全。"),
    ),
    "address_taken": (gettext_lazy("台账里已经有“%(address)s”。"), gettext_lazy("请核对楼幢、单元、室号。")),
    # Notes: nothing to do, but to know.
    "hidden_row": (gettext_lazy("这是隐藏的行，也读了。"), ""),
    "total_row": (gettext_lazy("像是合计、制表人一类的行，没有读。"), ""),
    "header_again": (gettext_lazy("又是一行表头，没有读。"), ""),
    "filled_down": (gettext_lazy("从这一行起有 %(count)s 行没写楼幢，照上面一行的楼幢读。"), ""),
    "name_written": (gettext_lazy("名字统一写成“%(name)s”。"), ""),
    "phone_first": (gettext_lazy("几位业主一个电话，记在第一位%(name)s名下。"), ""),
    "linked_owner": (
        gettext_lazy("原业主%(name)s已经绑定手机。导入后不再是业主，还住在这里的话请到“入住”里核对。"),
        "",
    ),
    "hidden_sheets": (gettext_lazy("隐藏的工作表没有读：%(names)s。"), ""),
    "linked": (gettext_lazy("表里有指向别的文件的公式。没有打开别的文件，用的是表里存下的结果。"), ""),
    "other_sheets": (gettext_lazy("只读了“%(name)s”这一张工作表。"), ""),
}

FILES: dict[str, Words] = {
    "empty": gettext_lazy("这个文件是空的（0 字节）。请重新选择。"),
    "too_large": gettext_lazy("文件太大，最多 %(most)s 兆。请删掉图片和多余的工作表，只留台账这一张。"),
    "old_format": gettext_lazy(
        "这是老格式的 Excel 文件（.xls）。请在 Excel 或 WPS 里打开，另存为“Excel 工作簿（.xlsx）”，再上传。"
    ),
    "password": gettext_lazy("这个文件加了密码，打不开。请在 Excel 里去掉密码，另存一份再上传。"),
    "not_xlsx": gettext_lazy("这不是 .xlsx 表格文件。请在 Excel 或 WPS 里另存为“Excel 工作簿（.xlsx）”，再上传。"),
    "broken": gettext_lazy("这个文件坏了，读不出来。请在 Excel 或 WPS 里打开，另存一份再上传。"),
    "too_much_inside": gettext_lazy(
        "这个文件展开后太大（最多 %(most)s 兆），没有读。请把台账复制到一个新的表格里，只留文字，再上传。"
    ),
    "no_sheet": gettext_lazy("这个文件里没有工作表。请检查后再上传。"),
    "too_many_rows": gettext_lazy("超过 %(most)s 行。请按楼幢分成几个文件，一个一个导入。"),
    "too_many_columns": gettext_lazy("超过 %(most)s 列。请删掉不用的列，再上传。"),
    "gone": gettext_lazy("上传的文件已经不在了。请重新上传。"),
    "unexpected": gettext_lazy("程序出了错，台账没有改动。请再上传一次；还不行，请联系管理员。"),
    "crashed": gettext_lazy("试了三次都没有做完，台账没有改动。请再上传一次；还不行，请联系管理员。"),
}

REFUSALS: dict[str, Words] = {
    "not_a_keeper": gettext_lazy("您现在的身份不能做这一步。台账由物业项目经理、客服调度和社区工作人员维护。"),
    "other_open": gettext_lazy(
        "%(who)s上传的《%(name)s》还没有导完。一个小区一次只能导入一份，请等它导完，或先放弃那一份。"
    ),
    "out_of_state": gettext_lazy("这一份导入已经往下走了，请看看它现在的情况。"),
    "plan_changed": gettext_lazy("核对结果已经更新，请看过新的结果再导入。"),
    "file_gone": gettext_lazy("上传的文件已经不在了。请重新上传。"),
    "no_header": gettext_lazy("这几行不像是表头。表头最多三行，请重新填。"),
    "columns": gettext_lazy("列对不上了，请刷新页面再选一次。"),
    "twice": gettext_lazy("“%(field)s”选了两次，一项内容只能对应一列。"),
    "no_room": gettext_lazy("还没有选哪一列是室号。"),
    "no_building": gettext_lazy("还没有选哪一列是楼幢。"),
    "source": gettext_lazy("请选择一个来源。"),
    "unanswered": gettext_lazy("还有问题没有回答，请每一个都选一下。"),
    "bad_rows": gettext_lazy("还有 %(count)s 行要改。请改好表格重新上传，或勾选“先导入没有问题的”。"),
    "nothing_to_do": gettext_lazy("表里和台账一样，没有要导入的。"),
    "unknown_home": gettext_lazy("核对结果已经更新，请看过新的结果再导入。"),
    "not_last": gettext_lazy("这不是最近一次导入，不能撤销。最近一次是《%(name)s》。"),
    "too_old": gettext_lazy("导入前的内容只保留一个月，已经不能撤销。"),
    "touched": gettext_lazy("不能撤销：导入以后有人改过这些房屋——%(homes)s。请把要改的地方改在表里，再导入一次。"),
    "used": gettext_lazy("不能撤销：新增的 %(homes)s 已经有人使用（%(things)s）。请把要改的地方改在表里，再导入一次。"),
    "no_file": gettext_lazy("请选择一个 .xlsx 文件。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次。"),
}


# What keeps a new home from being removed again, by model.
THINGS: dict[str, Words] = {
    "premises.occupancy": gettext_lazy("有人登记入住"),
    "repairs.request": gettext_lazy("有人报修"),
}


def finding_text(code: str, words: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong, and what to do about it (empty for a note)."""
    what, todo = FINDINGS[code]
    if code == "share_sum":
        words = {**words, "thirds": _("，例如每人 %(share)s") % {"share": words["thirds"]} if words["thirds"] else ""}
    return str(what) % dict(words), str(todo) % dict(words) if todo else ""


def refusal_text(error: Exception) -> str:
    """Why something was refused, in words."""
    if isinstance(error, WorkbookRefused):
        return str(FILES[error.code]) % error.details
    if isinstance(error, Refused):
        details = dict(error.details)
        if error.code == "twice":
            details["field"] = str(FIELDS[details["field"]])
        if error.code == "used":
            details["things"] = str(THINGS.get(details["things"], _("有别的登记")))
        return str(REFUSALS[error.code]) % details
    if isinstance(error, KeyRefused):
        return str(REFUSALS[error.code])
    raise TypeError(type(error).__name__)


def failure_text(code: str, words: Mapping[str, str]) -> str:
    """Why an import failed, in words."""
    return str(FILES.get(code, FILES["unexpected"])) % dict(words)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it."""

    pk: str
    text: str
    choices: list[Choice]


def asked(question: Mapping[str, Any]) -> Asked:
    """A question of the report in words, with its answers."""
    kind, words = question["kind"], question["words"]
    text, labels = _QUESTIONS[kind](words)
    choices = [Choice(value, labels.get(value) or words.get(f"name{value}", "")) for value in question["options"]]
    return Asked(question["pk"], text, choices)


def _coowners(words: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    text = _("有 %(count)s 套房屋在表里占了几行，每行业主不同：%(homes)s。是同一套的几位共有人吗？") % dict(words)
    return text, {"yes": _("是，都登记为共有人（不是的话，请改好室号重新上传）")}


def _spelled(words: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    text = _("电话 %(phone)s 写了不同的名字：%(names)s（括号里是行号）。是同一个人吗？") % dict(words)
    labels = {
        name.removeprefix("name"): _("是同一个人，都写作“%(name)s”") % {"name": value}
        for name, value in words.items()
        if name.startswith("name") and name != "names"
    }
    return text, {**labels, "both": _("是不同的人，照表里写")}


def _renamed(words: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    if words["phone"]:
        text = _("第 %(row)s 行 %(address)s：台账里是“%(old)s”，表里是“%(new)s”，电话一样（%(phone)s）。是同一个人吗？")
    else:
        text = _("第 %(row)s 行 %(address)s：台账里是“%(old)s”，表里是“%(new)s”，只差一个字。是同一个人吗？")
    labels = {"same": _("是同一个人，改正名字"), "other": _("不是，房屋换了业主")}
    return text % dict(words), labels


def _split(words: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    text = _(
        "台账里的 %(address)s（%(area)s 平方米）表里没有了，多了 %(parts)s（共 %(total)s 平方米）。是一套分成了几套吗？"
    )
    if not words["equal"]:
        text += _("注意：分开后的面积加起来和原来不一样，请先核对。")
    labels = {
        "split": _("是，分户：停用原来的一套，它的业主不再登记在原来的一套名下"),
        "no": _("不是，原来的一套保留在台账里"),
    }
    return text % dict(words), labels


_QUESTIONS = {"coowners": _coowners, "spelled": _spelled, "renamed": _renamed, "split": _split}


def change_texts(change: Mapping[str, str]) -> tuple[str, str, str]:
    """Field, old and new value of a changed cell, as the page shows them: telephones masked, codes as words."""
    name = change["field"]
    if name == "ended":
        return str(FIELDS[name]), _("已停用"), _("恢复")
    old, new = (_shown(name, change[side]) for side in ("old", "new"))
    if name == "phone" and old == new:
        new = _("%(phone)s（中间几位不同）") % {"phone": new}
    return str(FIELDS[name]), old, new


def _shown(name: str, text: str) -> str:
    if not text:
        return _("（空）")
    if name == "phone":
        return "、".join(" ".join(_masked(one) for one in group.split()) for group in text.split("、"))
    if name in {"area_source", "owner_source"}:
        return "、".join(str(Source(one).label) for one in text.split("、"))
    if name == "use":
        return str(Home.Use(text).label)
    return text


def _masked(number: str) -> str:
    return masked_phone(number) if any(c.isdigit() for c in number) else number
