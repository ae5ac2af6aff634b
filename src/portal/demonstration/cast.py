"""Who and what the demonstration invents. Places are real communities of Yongkang; every name and number is made up.

Numbers are of the unassigned block 199-0579-xxxx.
"""

from dataclasses import dataclass

FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方邹熊孟秦邱江尹薛"
)
GIVEN = [
    "建国",
    "秀英",
    "志强",
    "丽娟",
    "文斌",
    "淑芬",
    "海燕",
    "国栋",
    "小红",
    "永康",
    "雪梅",
    "伟民",
    "晓东",
    "玉兰",
    "俊杰",
    "慧敏",
    "天明",
    "春华",
    "浩然",
    "美玲",
    "德福",
    "月娥",
    "家豪",
    "思源",
    "金花",
    "立新",
    "佩云",
    "子轩",
    "雨桐",
    "长根",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A compound to be: its code, name, community (statistical code), firm, and how its buildings are laid out."""

    code: str
    name: str
    community: str
    address: str
    firm: str
    buildings: int
    floors: int
    per_floor: int


FIRMS = {
    "heshun": ("永康市和顺物业服务有限公司", "0579-87180001"),
    "anju": ("永康市安居物业管理有限公司", "0579-87180002"),
}
# Two compounds in 西城街道, one in 江南街道; one firm serves two compounds in different communities.
PLACES = (
    Place("wangjiang", "望江花园", "330784002008", "西城街道望江路 18 号", "heshun", 6, 11, 2),
    Place("ziwei", "紫微星苑", "330784002006", "西城街道紫微北路 66 号", "anju", 5, 17, 2),
    Place("nanyuan", "南苑新村", "330784003005", "江南街道南苑路 101 号", "heshun", 8, 6, 2),
)
CITY = ("永康市住房和城乡建设局", "330784")


@dataclass(frozen=True, slots=True)
class Role:
    """An invented holder of a post: ``where`` is a place's code, a firm's key, a street's code or "city"."""

    name: str
    where: str
    kind: str
    role: str


STAFF = (
    Role("陈海燕", "city", "city_bureau", "officer"),
    Role("胡立新", "330784002", "street_office", "officer"),
    Role("施国栋", "330784003", "street_office", "officer"),
    Role("吕晓东", "wangjiang", "community_party", "secretary"),
    Role("徐美玲", "wangjiang", "community_party", "officer"),
    Role("应文斌", "ziwei", "community_party", "officer"),
    Role("程月娥", "nanyuan", "community_party", "officer"),
    Role("王志强", "wangjiang", "owners_committee", "chair"),
    Role("李淑芬", "wangjiang", "owners_committee", "member"),
    Role("周德福", "ziwei", "owners_committee", "chair"),
    Role("黄玉兰", "nanyuan", "owners_committee", "chair"),
    Role("朱俊杰", "heshun", "property_company", "manager"),
    Role("方慧敏", "heshun", "property_company", "dispatcher"),
    Role("王建国", "heshun:wangjiang", "property_company", "worker"),
    Role("马长根", "heshun:wangjiang", "property_company", "worker"),
    Role("金永康", "heshun:nanyuan", "property_company", "worker"),
    Role("孙伟民", "anju", "property_company", "manager"),
    Role("何天明", "anju", "property_company", "worker"),
    Role("杜春华", "anju", "property_company", "worker"),
)
# Residents who sign in; the first of each compound has requests of their own. 王志强 and 李淑芬 live where they serve.
RESIDENTS = {
    "wangjiang": ("张秀英", "刘雪梅", "欧阳子轩", "䶮浩然", "赵金花", "王志强", "李淑芬"),
    "ziwei": ("林佩云", "郭家豪", "周德福", "谢思源"),
    "nanyuan": ("叶长根", "潘小红", "黄玉兰", "唐雨桐"),
}
# 双向进入、交叉任职: the firm's manager is a part-time member of the community Party organisation.
CROSS = (("朱俊杰", "wangjiang", "part_time_member"),)


@dataclass(frozen=True, slots=True)
class Joining:
    """Who joins ``place``: someone whose claim waits, and a child who acts for a parent. The two are not of the list."""

    place: str
    claimant: str
    parent: str
    child: str


JOINING = Joining("wangjiang", "沈佳音", "张秀英", "张小军")


def phone(index: int) -> str:
    """The invented number of the person with this index, in E.164."""
    return f"+861990579{index:04d}"


@dataclass(frozen=True, slots=True)
class Story:
    """A request to be: who filed it and how far it went. ``hours`` is how long ago; ``steps`` the actions that followed."""

    place: str
    who: str
    category: str
    where: str
    words: str
    hours: float
    steps: tuple[str, ...] = ()
    urgent: bool = False
    photo: str = ""


STORIES = (
    # Waiting, and about to climb while one watches.
    Story(
        "wangjiang",
        "张秀英",
        "water",
        "home",
        "厨房水管接头爆了，水流到客厅，总阀关不上。",
        0.135,
        urgent=True,
        photo="water",
    ),
    Story(
        "wangjiang",
        "刘雪梅",
        "lift",
        "public:2幢1单元电梯",
        "电梯停在 7 楼不动，门开着一半。",
        0.63,
        urgent=True,
        photo="lift",
    ),
    Story("ziwei", "林佩云", "leak", "home", "卫生间顶上滴水，楼上说不是他家。", 1.2, photo="water"),
    Story("nanyuan", "叶长根", "power", "public:5幢东侧路灯", "路灯三盏不亮，晚上老人走路看不见。", 0.4, photo="lamp"),
    # Long overdue: seen by the committee, the community and the street.
    Story(
        "wangjiang",
        "赵金花",
        "access",
        "public:东门",
        "东门门禁刷脸刷卡都没反应，进出要等保安。",
        200,
        ("accept",),
        photo="gate",
    ),
    Story("ziwei", "郭家豪", "fire", "public:地下车库 B2 消火栓", "消火栓箱门打不开，水带不见了。", 60, photo="fire"),
    Story(
        "nanyuan", "潘小红", "environment", "public:垃圾房", "垃圾房污水流到路上，味道很大。", 120, ("accept", "assign")
    ),
    # Under way.
    Story(
        "wangjiang",
        "欧阳子轩",
        "facility",
        "public:儿童乐园",
        "滑梯扶手松动，小孩差点摔下来。",
        20,
        ("accept",),
        photo="slide",
    ),
    Story("wangjiang", "张秀英", "power", "building", "楼道声控灯不亮。", 26, ("assign",), photo="lamp"),
    Story("wangjiang", "䶮浩然", "leak", "home", "阳台落水管漏水，墙面起皮。", 30, ("assign", "start"), photo="water"),
    Story("ziwei", "谢思源", "noise", "public:3幢设备房", "水泵夜里一直响，睡不着。", 9, ("claim", "start")),
    Story("nanyuan", "唐雨桐", "other", "home", "窗外空调支架生锈松了。", 15, ("accept",)),
    # Waiting for the resident's answer.
    Story(
        "wangjiang",
        "张秀英",
        "access",
        "building",
        "单元门关不严，风一吹就开。",
        50,
        ("assign", "start", "finish"),
        photo="gate",
    ),
    Story("nanyuan", "叶长根", "water", "home", "水表后面渗水。", 260, ("assign", "start", "finish"), photo="water"),
    # Finished and rated, one reopened, one returned, one withdrawn.
    Story(
        "wangjiang",
        "刘雪梅",
        "environment",
        "public:6幢北侧",
        "绿化带枯枝没人收。",
        100,
        ("assign", "start", "finish", "confirm5"),
    ),
    Story(
        "wangjiang",
        "王志强",
        "fire",
        "public:3幢2单元楼道",
        "灭火器压力不足，指针在红区。",
        180,
        ("assign", "start", "finish", "confirm4"),
        photo="fire",
    ),
    Story(
        "ziwei",
        "林佩云",
        "lift",
        "public:1幢1单元电梯",
        "电梯按钮 9 楼按不亮。",
        150,
        ("claim", "start", "finish", "confirm5"),
        photo="lift",
    ),
    Story("ziwei", "周德福", "water", "home", "水龙头没水。", 90, ("accept", "return")),
    Story(
        "nanyuan",
        "黄玉兰",
        "facility",
        "public:健身角",
        "健身器材螺丝掉了。",
        130,
        ("assign", "start", "finish", "reopen", "assign"),
        photo="slide",
    ),
    Story("nanyuan", "唐雨桐", "noise", "public:7幢 301", "装修中午也在敲。", 70, ("withdraw",)),
    Story(
        "wangjiang",
        "李淑芬",
        "other",
        "public:快递柜",
        "快递柜屏幕黑了。",
        400,
        ("assign", "start", "finish", "confirm3"),
    ),
)
