"""The boards of the demonstration: a notice in every state, each written, countersigned and read by the people of the cast."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from notices import actions
from notices.actions.files import attach
from notices.actions.keeping import save_template
from notices.actions.reading import mark_read, sign
from notices.actions.telling import tell_due
from notices.actions.writing import Draft
from notices.audience import Audience
from notices.models import Notice
from parties.queries import acting_post
from portal.demonstration.pictures import photo
from premises.models import Building
from premises.queries import resident
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Who speaks and signs where: officer, chair, manager.
SIDES = {
    "wangjiang": ("徐美玲", "王志强", "朱俊杰"),
    "ziwei": ("应文斌", "周德福", "孙伟民"),
    "nanyuan": ("程月娥", "黄玉兰", "朱俊杰"),
}
CITY = "陈海燕"


@dataclass(frozen=True, slots=True)
class Post:
    """One notice: whose (0 officer, 1 chair, 2 manager), what, how long ago, and how far it has come.

    ``then``: what happens after it was handed in, in order; "draft" alone: it is not.
    """

    by: int
    kind: str
    matter: str
    title: str
    source: str
    ago: timedelta
    then: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    ends: timedelta | None = None
    starts: timedelta | None = None
    building: str = ""
    roles: tuple[str, ...] = ()
    signer: str = ""
    files: tuple[str, ...] = ()
    public: bool = False


OUTAGE = Post(
    2, "notice", "outage", "水箱清洗停水通知",
    "各位居民：\n\n因二次供水水箱清洗，**本周六 9:00 至 17:00** 停水，影响全小区高层（7层以上）。\n\n"

    "- 请提前储水，关好水龙头\n- 恢复供水后先放掉管内浑水再使用\n- 家有老人、病人需要帮助"
    "的，请打物业电话\n\n永康市和顺物业服务有限公司",
    2 * DAY, ("pin", "amend"), ("张秀英", "刘雪梅", "赵金花"), signer="王建国", files=("water",), public=True,
)  # fmt: skip
POSTS = {
    "wangjiang": (
        Post(
            0, "notice", "general", "关于开展楼道杂物清理的通知",

            "各位居民：\n\n为消除消防隐患，社区将组织清理楼道杂物。请在本周日前把放在楼道、安全出"
            "口的物品搬回家。逾期未搬的按无主物处理。\n\n"
            "有困难的家庭可以联系社区，志愿者上门帮忙。", 20 * DAY, ("expire",), ("张秀英", "欧阳子轩"), ends=-5 * DAY,
        ),
        Post(
            1, "publicity", "common_income", "上半年公共收益收支公示",
            "现将上半年公共收益收支公示如下：\n\n1. 收入合计 128,600 元（停车 96,000 元，电梯广告 24,600 元，场地 8,000 元）\n"

            "2. 支出合计 41,250 元（绿化补种、监控更换）\n3. 结余 87,350 元\n\n有异议的，请在公示"
            "期内向业委会书面提出。明细见附件。",
            9 * DAY, ("agree:0",), ("张秀英", "刘雪梅"), ends=21 * DAY, files=("pdf:公共收益明细",), public=True,
        ),
        Post(
            0, "reminder", "safety", "请不要把电动自行车推进楼道",

            "电动自行车进楼道、进电梯、飞线充电，极易引发火灾。\n\n- 请停到东门车棚集中充电\n- 不"
            "在楼道、安全出口堆放杂物\n- 发现隐患请打物业电话",
            6 * DAY, (), ("赵金花",), files=("fire",), public=True,
        ),
        OUTAGE,
        Post(
            2, "notice", "works", "3幢电梯更换钢丝绳通知",

            "3幢各位居民：\n\n定于后天 8:00 至 18:00 更换电梯钢丝绳，期间电梯停运，请走楼梯。行动"
            "不便的请提前联系物业，我们派人帮忙。",
            20 * HOUR, (), (), building="3幢",
        ),
        Post(
            0, "urgent", "safety", "今夜大风，请收好阳台花盆",

            "气象台发布大风蓝色预警。请把阳台、窗台的花盆和杂物搬进屋，关好门窗，不要在树下停车。",
            3 * HOUR, (), ("张秀英",), public=True,
        ),
        Post(
            2, "publicity", "property_fee", "上半年物业费收支情况公示",

            "现将上半年物业费收支情况公示如下：\n\n1. 应收 412,000 元，实收 386,400 元\n2. 支出合"
            "计 371,900 元，明细见附件\n\n请业委会、社区会签。",
            DAY, ("agree:1",), files=("pdf:收支明细",),
        ),
        Post(
            1, "notice", "meeting", "关于召开业主大会会议的通知",
            "各位业主：\n\n定于下月以线上线下结合形式召开业主大会会议，表决停车管理规约修订。", 5 * HOUR,
        ),
        Post(
            0, "notice", "activity", "周末义诊进小区",
            "本周日上午，街道卫生服务中心医生在小区广场义诊，量血压、测血糖，欢迎参加。",
            6 * HOUR, (), starts=2 * DAY, public=True,
        ),
        Post(2, "notice", "parking", "地下车库地坪施工通知",
        "地下车库 A 区地坪定于下周一施工，车辆请停到 B 区。", 2 * HOUR, ("draft",)),
        Post(
            2, "notice", "environment", "绿化带喷药通知", "明天 8:00 对全小区绿化带喷药，请关好门窗，看管好孩子和宠物。",
            12 * DAY, ("withdraw",), ("刘雪梅",),
        ),
        Post(
            2, "announcement", "property_fee", "关于调整停车费的公告", "自下月起地面停车费调整为每月 200 元。",
            4 * DAY, ("refuse:1",),
        ),
        Post(
            0, "notice", "general", "给租户的话：请做好居住登记",
            "各位租户：\n\n请带身份证到社区办理居住登记，也可以在手机上办。", 3 * DAY,
            roles=("tenant",),
        ),
    ),
    "ziwei": (
        Post(
            2, "notice", "outage", "4幢停电检修通知",
            "4幢各位居民：\n\n明天 13:00 至 16:00 停电检修，期间电梯停运，请提前安排出行。",
            8 * HOUR, (), ("林佩云",), building="4幢",
        ),
    ),
    "nanyuan": (
        Post(
            0, "announcement", "general", "物业服务企业交接期间的服务安排",

            "各位居民：\n\n新老物业交接期间，保安、保洁照常。报修请仍在手机上提交，社区会跟进到办"
            "结。", 2 * DAY, ("pin",), ("叶长根",), public=True,
        ),
    ),
}  # fmt: skip
EVERYWHERE = Draft(
    kind="announcement",
    matter="general",
    title="全市住宅小区消防安全检查月公告",
    source="{{小区}}各位居民：\n\n本月为全市住宅小区消防安全检查月，请配合社区和物业入户检查燃气"
    "、电线，不占用消防通道。\n\n{{发布单位}}\n{{今天}}",
    public=True,
)


def put_up(made: "Cast") -> None:
    """Everything on the boards, each at its own time."""
    _everywhere(made)
    for place, posts in POSTS.items():
        with scope(made.compounds[place].pk):
            for post in sorted(posts, key=lambda post: -post.ago):
                _put(made, place, post)
            save_template(
                compound_id=made.compounds[place].pk, name="车库清洗通知", kind="notice", matter="environment",
                title="{{日期}}地下车库清洗", source=
                "{{小区}}各位居民：\n\n{{日期}} {{时间}} 清洗地下车库，请把车移到{{停放地点}}。",
                by=_actor(made, SIDES[place][2], made.now - 30 * DAY), now=made.now - 30 * DAY,
            )  # fmt: skip
            tell_due(compound_id=made.compounds[place].pk, now=made.now)


def _everywhere(made: "Cast") -> None:
    """One text of the city for every compound."""
    at = made.now - 7 * DAY
    city = _actor(made, CITY, at)
    ids = [compound.pk for compound in made.compounds.values()]
    with scope(ids):
        for notice in actions.write(compound_ids=ids, draft=EVERYWHERE, by=city, now=at):
            actions.submit(compound_id=notice.compound_id, ref=notice.ref, by=city, now=at)


def _put(made: "Cast", place: str, post: Post) -> None:
    compound = made.compounds[place]
    at = made.now - post.ago
    by = _actor(made, SIDES[place][post.by], at)
    buildings = Building.objects.filter(compound=compound, name=post.building).values_list("pk", flat=True)
    draft = Draft(
        kind=post.kind,
        matter=post.matter,
        title=post.title,
        source=post.source,
        audience=Audience(roles=post.roles, building_ids=tuple(buildings)),
        publish_at=made.now + post.starts if post.starts else None,
        expires_at=made.now + post.ends if post.ends else None,
        public=post.public,
        sign_posts=(made.posts[post.signer].pk,) if post.signer else (),
    )
    notice = actions.write(compound_ids=[compound.pk], draft=draft, by=by, now=at)[0]
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": notice.ref}
    for file in post.files:
        _pdf, paper, name = file.rpartition("pdf:")
        attach(upload=_paper(name) if paper else photo(file), name=name if paper else "", by=by, now=at, **common)
    if post.then == ("draft",):
        return
    notice = actions.submit(by=by, now=at, **common)
    for n, step in enumerate(post.then, start=1):
        _step(made, SIDES[place], post, step, {**common, "now": at + n * HOUR})
    fresh = Notice.objects.select_related("current").get(pk=notice.pk)
    for n, name in enumerate(post.readers, start=1):
        when = at + n * HOUR / 2
        mark_read(notice=fresh, by=_resident(made, name, compound.pk, when), now=when)


def _step(made: "Cast", names: tuple[str, str, str], post: Post, step: str, common: dict[str, Any]) -> None:
    at = common["now"]
    step, _colon, who = step.partition(":")
    by = _actor(made, names[int(who or post.by)], at)
    if step == "agree":
        actions.countersign(agree=True, reason="同意。", by=by, **common)
    elif step == "refuse":
        actions.countersign(agree=False, reason="调价没有经过业主大会表决，请先走程序。", by=by, **common)
    elif step == "pin":
        actions.pin(on=True, by=by, **common)
    elif step == "amend":
        later = post.source.replace("9:00 至 17:00", "8:00 至 15:00")
        actions.amend(title=post.title, source=later, changed="停水时间改到 8:00 至 15:00", by=by, **common)
        sign(by=_actor(made, post.signer, at), **common)
    elif step == "withdraw":
        actions.withdraw(reason="当天有雨，喷药改期，另行通知。", by=by, **common)
    elif step == "expire":
        actions.expire_due(compound_id=common["compound_id"], now=made.now + (post.ends or HOUR) + HOUR)


def _paper(name: str) -> SimpleUploadedFile:
    """A page of figures as an office would scan it: a PDF made of a drawn picture."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (1240, 1754), "#ffffff")
    draw = ImageDraw.Draw(sheet)
    for row in range(16):
        y = 260 + row * 80
        draw.line([(120, y), (1120, y)], fill="#777777", width=2)
    for x in (120, 520, 820, 1120):
        draw.line([(x, 260), (x, 1460)], fill="#777777", width=2)
    draw.rectangle([420, 120, 820, 180], fill="#333333")
    out = BytesIO()
    sheet.save(out, "PDF", resolution=150)
    return SimpleUploadedFile(f"{name}.pdf", out.getvalue(), content_type="application/pdf")


def _resident(made: "Cast", name: str, compound_id: int, at: datetime) -> Actor:
    person = made.person(name)
    with entering(person.pk):
        found = resident(person.pk, compound_id, localdate(at))
    if found is None:
        raise LookupError(name)
    return found


def _actor(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
