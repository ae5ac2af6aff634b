"""The order of names by strokes of the surname (姓氏笔画), as lists of candidates are read out in public.

The count of strokes is Unicode's (Unihan kTotalStrokes, source G: the forms that are printed on the mainland). Equal counts go by
the first stroke: horizontal, vertical, left-falling, dot, turning (横竖撇点折, GF 3003-1999); the next character follows, and one
given name stands before two. Only first strokes of surnames are known here: what the rule would part by a later stroke is told
as unsettled, for a person to look at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from unicodedataplus import total_strokes

KINDS = "横竖撇点折"
# Surnames by their first stroke.
_FIRST = {
    "横": (
        "丁万于云井元尤扎支木王韦厉古左布平甘石艾龙共匡吉巩戎成扬毕老耒西达过邢邪严劳巫扶抄把抗李杜杞束来杨求"
        "玛芦芮花苏豆贡赤轩辰连麦奇奈幸抱拓招杭松林欧武环直者耶苑苗苟若英范茅茆表郁郅郏青勃南厚咸垣城封拱政柏"
        "查柯柳相砍胡茹荀荆草荐荣要赵轱郝革项原哥埃夏敖栗格桂桓珠班盍真秦索耿聂荷莎莘莫莲袁贾都顾顿副勒堵戚教"
        "曹梅盛聊职菅菊营萧萨黄龚博喜彭惠提揭斯朝植葛董蒋覃越韩楚楼甄蒙蒲蓝蓟蓬裘赖雷靳鼓慕歌綦臧蔚蔡蔺赫辕樊"
        "橄薄薛霍戴檀璩藏霜鞠"
    ),
    "竖": (
        "卜上水冉占卢史叶帅归旦田由甲申电吊吕岂曲别吴员园岑时旷肖芈里呼国尚昌明易杲果炅畅罗迪临冒咬哆哈思战星"
        "昭盼贱党圆晁晏柴虑逍婴崇崔崖常鄂喇喻斐景晴赏跋遇量黑嗣照睢署虞路跳裳裴嘿墨暴瞿"
    ),
    "撇": (
        "乞千川丹乌仇仉仓公勾毛氏牛长风丘丛乐他付仙仝代令包印句外生白禾乔仲任伊伍伏休会全华危合后向多年朱竹行"
        "邬伯但位何佘余佟利我狄秀谷邸邹乳佼侍依侬制卑周和季岱岳帛念昏服爬牧物狐舍贪采金鱼侯保俞信修昝段泉皇皈"
        "禹秋种笃逄郗郜重钟钮香鬼乘候倪卿徐徒殷爱狸狼留皋翁耸脩造逢釜钱铁隽偶悉敏斛犁猛盘符笪第脱象铜银傅储智"
        "焦番稀程税筑粤舒释鲁微稣简腾解詹锡魁鲍僧管锺鲜鼻滕稽黎儒穆衡镜魏"
    ),
    "点": (
        "义门亢六卞户文方计主兰冯宁永汉玄立邝闪交亦充关农冰刘字宇安庄次汝江池汤祁米羊衣讲许闫闭齐况冷初宋完庐"
        "库应汪沃沈沙羌良言辛闵京兖冼单卷夜宓宗官定宛宝实底庞怡房於沱河油治法泥泮炎祈诗诚郎郑养冠前奕姜姿娄宣"
        "宦宫庭彦恽施洒洗洛洪济祖祝美闻闾音亳冢凉凌唐宰容宾席悟旁朔浦浩浪海涂烟益离衮诸诺谈谊资郭郸高减凑剪商"
        "宿密寇康庸庾望梁涵淡淳清渊渠盖着竟章粘谌阎阐鹿麻富寒普曾渥温游湘湛湟滑禅童谢道阔塞廉意慎新源溥溪满福"
        "窦褚阙雍靖骞廖漆漕禚端精褐谭谯赛阚潘潜遵颜鲨澹激磨羲糜襄瀛颤"
    ),
    "折": (
        "乃乜刀刁习幺马丑双孔尹巴毋邓召台司尼弗弘母皮边孙欢牟红约纪羽那阮阳阴努劭劲即君妙妞妫尾局张忌灵纯纳迟"
        "邰邵阿陆陈鸡参妹始姑孟居屈建弥弩录承练细绍经贯迦隶姚架柔眉统胥费贺郡除骆姬桑能通陵陶骊尉屠巢弹绪续绳"
        "绿逯隆隋随隗缑辟熊缪翟豫翼骥"
    ),
}
FIRST_STROKE = {character: kind for kind, characters in _FIRST.items() for character in characters}
# Two characters that are one surname: what follows them is the given name.
DOUBLE = frozenset(
    {
        "欧阳", "上官", "司马", "司徒", "诸葛", "东方", "皇甫", "尉迟", "公孙",
        "令狐", "慕容", "宇文", "长孙", "端木", "申屠", "夏侯", "闻人", "南宫",
        "西门", "独孤", "鲜于", "淳于", "轩辕", "钟离", "呼延", "澹台", "拓跋",
    }
)  # fmt: skip
# Between the characters of a name that was written down from another language.
_MIDDLE = "·•・"
_MOST_SURNAME = 2


@dataclass(frozen=True, slots=True)
class Stroked:
    """A name as it is ordered: its surname, the strokes of the first character (0: not known), and how that one begins ("")."""

    surname: str
    strokes: int
    first: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """Places of the names that were given, in their order, and the pairs of neighbours whom the rule as known does not part."""

    places: tuple[int, ...]
    unsettled: tuple[tuple[int, int], ...]


def strokes_of(character: str) -> int:
    """How many strokes a character has; 0 where Unicode does not say."""
    return int(total_strokes(character))


def surname_of(name: str) -> str:
    """The surname: one character, or two of those that are double where a given name follows."""
    whole = _plain(name)
    return whole[:_MOST_SURNAME] if whole[:_MOST_SURNAME] in DOUBLE and len(whole) > _MOST_SURNAME else whole[:1]


def stroked(name: str) -> Stroked:
    """What the page shows beside a name."""
    surname = surname_of(name)
    head = surname[:1]
    return Stroked(surname, strokes_of(head) if head else 0, FIRST_STROKE.get(head, ""))


def by_strokes(names: Sequence[str]) -> Ordered:
    """Names in the order of their strokes. Never by the order in which they are handed in, but for two that are alike."""
    keys = [_key(name) for name in names]
    places = sorted(range(len(names)), key=lambda place: keys[place])
    return Ordered(
        tuple(places),
        tuple((a, b) for a, b in pairwise(places) if not _parted(_plain(names[a]), _plain(names[b]))),
    )


def same_but_unsettled(order: Sequence[int], found: Ordered) -> bool:
    """Whether an order that a person entered differs from the computed one in nothing but what that leaves open."""
    runs: list[set[int]] = []
    joined = {frozenset(pair) for pair in found.unsettled}
    for place in found.places:
        if runs and any(frozenset((place, other)) in joined for other in runs[-1]):
            runs[-1].add(place)
        else:
            runs.append({place})
    at = 0
    for run in runs:
        if set(order[at : at + len(run)]) != run:
            return False
        at += len(run)
    return at == len(order)


def _plain(name: str) -> str:
    return "".join(one for one in name if not one.isspace() and one not in _MIDDLE)


def _mark(character: str) -> tuple[int, int, str]:
    # What Unicode has no strokes for stands last. Equal in both, one character still stays with itself.
    count = strokes_of(character) or 99
    kind = FIRST_STROKE.get(character, "")
    return count, KINDS.index(kind) if kind else len(KINDS), character


def _key(name: str) -> tuple[tuple[tuple[int, int, str], ...], int, tuple[tuple[int, int, str], ...]]:
    surname, whole = surname_of(name), _plain(name)
    given = whole[len(surname) :]
    return tuple(map(_mark, surname)), len(given), tuple(map(_mark, given))


def _parted(left: str, right: str) -> bool:
    """Whether counts or known first strokes part two names, and not the character alone."""
    one, other = surname_of(left), surname_of(right)
    if one == other and len(left) != len(right):
        return True
    for a, b in zip(left, right, strict=False):
        if a != b:
            (count, kind, _a), (count_b, kind_b, _b) = _mark(a), _mark(b)
            known = max(kind, kind_b) < len(KINDS)
            return count != count_b or (known and kind != kind_b)
    return len(left) != len(right)
