"""The lists of a handover: their kinds, the rows that the law asks for, and the fingerprint of what was signed."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

CASES, KEYS, DEVICES, PAPERS, MONEY, PEOPLE = KINDS = ("case", "key", "device", "paper", "money", "people")
# What each row of a list has beside its title and note, in the order in which forms ask and sheets print it.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    CASES: ("detail", "place", "condition"),
    KEYS: ("quantity", "place"),
    DEVICES: ("place", "quantity", "detail", "condition"),
    PAPERS: ("detail", "quantity"),
    MONEY: ("amount", "detail"),
    PEOPLE: ("detail",),
}
OPEN, HANDED, MISSING, DISPUTED = VERDICTS = ("open", "handed", "missing", "disputed")
MAX_TITLE, MAX_WORDS, MAX_NOTE = 120, 300, 300
MAX_ROWS: Final = 2000  # of one list
MAX_QUANTITY: Final = 999_999
MAX_FEN: Final = 10**13  # a hundred thousand million yuan


@dataclass(frozen=True, slots=True)
class Row:
    """One row as typed, pasted or proposed. Money in fen; ``quantity`` None: not counted."""

    title: str
    detail: str = ""
    place: str = ""
    condition: str = ""
    quantity: int | None = None
    amount_fen: int | None = None
    note: str = ""


# Papers that must change hands (物业管理条例 第二十九条第一款; 杭州 第五十七条; 台州 第四十一条).
PAPERS_ASKED: Final = (
    Row("竣工总平面图、单体建筑、结构、设备竣工图", "《物业管理条例》第二十九条（一）"),
    Row("配套设施、地下管网工程竣工图", "《物业管理条例》第二十九条（一）"),
    Row("设施设备安装、使用和维护保养技术资料", "《物业管理条例》第二十九条（二）"),
    Row("物业质量保修文件和使用说明文件", "《物业管理条例》第二十九条（三）"),
    Row("承接查验资料", "《物业管理条例》第二十八条"),
    Row("电梯、消防、监控维护保养和检测记录", "《物业管理条例》第二十九条（四）"),
    Row("房屋和共用部位维修记录", "《物业管理条例》第二十九条（四）"),
    Row("专项维修资金使用记录和凭证", "《物业管理条例》第五十三条"),
    Row("装修登记和监控录像留存情况", "《物业管理条例》第二十九条（四）"),
)
# What the outgoing firm states in figures: proposed rows, the sums are theirs to fill in.
MONEY_ASKED: Final = (
    Row("预收物业费（业主已交、服务期未到）", "按户明细另附"),
    Row("业主欠交物业费", "由原物业自行催收，不作拒绝交接的理由"),
    Row("公共收益账户余额", "《民法典》第二百八十二条"),
    Row("装修押金等代收款", "按户明细另附"),
    Row("代收代交水电费余额", ""),
)


def fingerprint(head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over what is signed: parties, days, and every row with its verdict, in their order. Hexadecimal."""
    text = json.dumps([dict(head), [dict(row) for row in rows]], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def register_fingerprint(rows: Sequence[Sequence[Any]]) -> str:
    """SHA-256 over the household register as it stands: address, area and number of owners of each home."""
    return hashlib.sha256(json.dumps([list(row) for row in rows], ensure_ascii=False, default=str).encode()).hexdigest()


def fours(text: str) -> str:
    """The first sixteen signs of a fingerprint in groups of four, as sheets print it."""
    return " ".join(text[start : start + 4] for start in range(0, min(16, len(text)), 4))
