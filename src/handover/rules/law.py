"""Articles and days of a handover between property firms.

Sources: 民法典 第九百四十九条, 第九百五十条; 物业管理条例 (2018) 第二十八条, 第二十九条, 第三十六条, 第三十八条, 第五十八条;
浙江省物业管理条例 (2009) 第二十五条, 第三十条, 第三十七条. Days are given by cities only: 杭州市物业管理条例 (2021) 第五十七条
and 台州市物业管理条例 (2021) 第四十一条 say fifteen days after the end of the contract; where a contract says otherwise, the
contract counts. Where no city rule is known the same fifteen days are proposed, as a "reasonable time", and may be changed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LEAVE_DAYS: Final = 15
# Longest time that may be set for it after the last day.
LONGEST: Final = 90
# Reminders come so many days before a day, and once more when it is past.
BEFORE: Final = (7, 3, 1, 0)


@dataclass(frozen=True, slots=True)
class Article:
    """An article: the law's name with its number, and what it asks here."""

    name: str
    says: str


ARTICLES: Final = (
    Article(
        "《民法典》第九百四十九条",
        "合同终止的，原物业应在约定或合理期限内退出，交还物业服务用房、相关设施和必需的资料，配合新物业交接，如实告知使用和管理状况。",
    ),
    Article("《民法典》第九百五十条", "新物业接管之前，原物业应当继续处理物业服务事项，可以收取这段时间的物业费。"),
    Article("《物业管理条例》第二十八条", "承接物业时，应当对共用部位、共用设施设备进行查验。"),
    Article(
        "《物业管理条例》第二十九条", "移交竣工图纸等验收资料、设备技术资料、质量保修和使用说明文件及其他必需资料。"
    ),
    Article("《物业管理条例》第三十六条", "承接物业时，应当与业主委员会办理验收手续，业主委员会移交资料。"),
    Article("《物业管理条例》第三十八条", "合同终止时，交还物业管理用房和资料；已选聘新物业的，两家企业应当做好交接。"),
    Article(
        "《物业管理条例》第五十八条", "不移交资料的，责令限期改正；逾期不移交的，通报并处一万元以上十万元以下罚款。"
    ),
    Article("《浙江省物业管理条例》第三十七条", "合同终止时，将资料和物业管理用房等交还给业主委员会。"),
)


def due_on(last_day: date) -> date:
    """The day by which everything is handed over, when nothing else was agreed: fifteen days after the last day."""
    return last_day + timedelta(days=LEAVE_DAYS)


def due_fits(last_day: date, due: date) -> bool:
    """Whether a day may be set: from the last day of service to ninety days after it."""
    return last_day <= due <= last_day + timedelta(days=LONGEST)


def reminder(day: date, today: date) -> str:
    """Whether parties are reminded of a day today: "coming", "over" (the day after, then every week), or ""."""
    left = (day - today).days
    if left in BEFORE:
        return "coming"
    return "over" if left < 0 and (-left) % 7 == 1 else ""
