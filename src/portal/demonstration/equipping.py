"""Fire equipment of the demonstration: 300 pieces imported from a list, papers that run out, a stop, a report, homes to visit."""

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from openpyxl import Workbook

from equipment.actions import plans, reports, rules, service, stops, visits
from equipment.actions.dues import tell_due
from equipment.actions.importing import confirm, upload
from equipment.actions.pieces import put_on_plan
from equipment.actions.stops import StopDraft
from equipment.models import Label, Piece
from equipment.rules.standards import Tighter
from parties.queries import acting_post
from premises.models import Building
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

PLACE: Final = "wangjiang"
KEEPER, WORKER, OFFICER = "朱俊杰", "王建国", "徐美玲"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PIECES: Final = 300
HEAD: Final = (
    "种类",
    "类型",
    "编号",
    "楼幢",
    "楼层",
    "位置",
    "场所",
    "配置单元",
    "数量",
    "厂家",
    "型号规格",
    "出厂日期",
    "上次维修",
)
BASEMENT: Final = 60
# So many of them are soon due for service.
SOON: Final = 3


def equip(made: "Cast") -> None:
    """The register weeks ago, and what has happened to it since."""
    compound = made.compounds[PLACE]
    at = made.now - 40 * DAY
    with scope(compound.pk):
        keeper = actor(made, KEEPER, at)
        run = upload(
            compound_id=compound.pk,
            content=_list(made, localdate(at)),
            name="望江小区消防设施台账.xlsx",
            by=keeper,
            now=at,
        )
        confirm(compound_id=compound.pk, ref=run.ref, plan=run.plan, by=keeper, now=at + HOUR)
        rules.set_rule(
            compound_id=compound.pk, word=Tighter("fire_pump", "manual_start", every="half_month"),
            reason="去年冬天有一次没有启动", by=keeper, now=at + HOUR,
        )  # fmt: skip
        _papers(made, at)
        _on_a_plan(made, at)
        _away(made)
        _stopped(made)
        _reported(made)
        _visited(made)
        tell_due(compound_id=compound.pk, now=made.now)


def _list(made: "Cast", today: date) -> bytes:
    """An office's list: extinguishers of a garage and of each building, hydrants, detectors, lights and what is there once."""
    buildings = [
        one.name for one in Building.objects.filter(compound=made.compounds[PLACE]).order_by("position", "name")
    ]
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("消防设施")
    sheet.append(HEAD)
    rows: list[tuple[Any, ...]] = []
    for n in range(BASEMENT):
        zone = "ABCDEF"[n // 10]
        # One is past its end, a few are soon due for service.
        years = 11 if n == 0 else 5 if n <= SOON else 2
        bought = today.replace(year=today.year - years, day=15) + timedelta(days=40 if n else 0)
        rows.append(
            ("灭火器", "干粉", f"MHQ-{n + 1:03}", "", "B1", f"车库 {zone} 区 {n % 10 + 1} 号柱", "地下室",
             f"B1 车库 {zone} 区", 2,
             "婺州消防器材", "MFZ/ABC4", bought.isoformat(), "")
        )  # fmt: skip
    singles = (
        ("消防水泵", "电动", "XFB-1", "", "B1", "水泵房"), ("消防水泵", "电动", "XFB-2", "", "B1", "水泵房"),
        ("稳压泵", "", "WYB-1", "", "屋顶", "水箱间"), ("消防水池", "", "SC-1", "", "B1", "水泵房"),
        ("火灾报警控制器", "", "KZQ-1", "", "1", "消控室"), ("消防控制室", "", "XKS-1", "", "1", "东门北侧"),
        ("微型消防站", "", "WXZ-1", "", "1", "东门岗亭"), ("消防电源", "消防电源", "DY-1", "", "B1", "配电房"),
        ("报警阀", "湿式", "BJF-1", "", "B1", "水泵房"), ("末端试水", "", "SS-1", "", "B1", "车库 F 区"),
        ("室外消火栓", "", "SWS-1", "", "", "东门"), ("室外消火栓", "", "SWS-2", "", "", "西门"),
        ("消防车通道与登高操作场地", "", "XFC-1", "", "", "环路"),
    )  # fmt: skip
    rows += [(*one, "", "", 1, "", "", today.replace(year=today.year - 4, day=1).isoformat(), "") for one in singles]
    kinds = (("室内消火栓", "", "XHS"), ("烟感", "点型感烟", "YG"), ("应急灯", "", "YJD"), ("防火门", "常闭", "FHM"))
    n = 0
    while len(rows) < PIECES:
        kind, subtype, sign = kinds[n % len(kinds)]
        level = n // (len(kinds) * max(1, len(buildings))) + 1
        name = buildings[n // len(kinds) % len(buildings)]
        rows.append(
            (kind, subtype, f"{sign}-{n // len(kinds) + 1:03}", name, level, "楼梯间", "一般", "", 1, "", "",
             today.replace(year=today.year - 1, day=1).isoformat(), "")
        )  # fmt: skip
        n += 1
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _papers(made: "Cast", at: datetime) -> None:
    today = localdate(made.now)
    keeper = actor(made, KEEPER, at)
    for kind, title, holder, days in (
        ("contract", "消防设施维保合同", "婺州消防技术公司", 25),
        ("yearly_test", "年度消防检测报告", "浙安检测", 150),
        ("assessment", "消防安全评估报告", "浙安检测", 210),
        ("certificate", "维保单位资质证书", "婺州消防技术公司", -12),
    ):
        ends = today + timedelta(days=days)
        plans.file_paper(
            compound_id=made.compounds[PLACE].pk, kind=kind, title=title, holder=holder,
            issued_on=ends - timedelta(days=365), expires_on=ends, by=keeper, now=at,
        )  # fmt: skip


def _on_a_plan(made: "Cast", at: datetime) -> None:
    compound, keeper = made.compounds[PLACE], actor(made, KEEPER, at)
    plan = plans.add_plan(compound_id=compound.pk, name="地下一层车库", upload=_drawing(), by=keeper, now=at)
    rows = Piece.objects.filter(compound=compound, number__startswith="MHQ-").order_by("number")[:12]
    for n, piece in enumerate(rows):
        put_on_plan(
            compound_id=compound.pk, piece_id=piece.pk, plan_id=plan.pk, x=110 + n % 4 * 260, y=160 + n // 4 * 330,
            by=keeper, now=at,
        )  # fmt: skip


def _drawing() -> SimpleUploadedFile:
    """A garage, drawn: walls, columns and two stairs."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (1200, 800), "#f7f5f0")
    draw = ImageDraw.Draw(picture)
    draw.rectangle([30, 30, 1170, 770], outline="#555555", width=8)
    for x in range(130, 1150, 155):
        for y in (130, 400, 670):
            draw.rectangle([x - 10, y - 10, x + 10, y + 10], fill="#999999")
    for x in (420, 800):
        draw.rectangle([x, 30, x + 90, 120], outline="#555555", width=4)
        for step in range(6):
            draw.line([(x, 45 + step * 13), (x + 90, 45 + step * 13)], fill="#888888", width=2)
    draw.line([(30, 265), (1170, 265)], fill="#bbbbbb", width=3)
    draw.line([(30, 535), (1170, 535)], fill="#bbbbbb", width=3)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return SimpleUploadedFile("plan.jpg", out.getvalue(), content_type="image/jpeg")


def _away(made: "Cast") -> None:
    """Two of a zone's ten are away, which is within the quarter."""
    at = made.now - 3 * DAY
    compound = made.compounds[PLACE]
    ids = list(Piece.objects.filter(compound=compound, number__in=["MHQ-002", "MHQ-003"]).values_list("pk", flat=True))
    service.send_away(
        compound_id=compound.pk, piece_ids=ids, body="婺州消防器材维修部", lent=0, by=actor(made, KEEPER, at), now=at
    )


def _stopped(made: "Cast") -> None:
    """One stop is over, one waits for the manager."""
    compound = made.compounds[PLACE]
    begun = made.now - 9 * DAY
    worker, keeper = actor(made, WORKER, begun), actor(made, KEEPER, begun)
    draft = StopDraft(
        systems=("自动喷水",), place="地下车库 A 区", reason="更换漏水的末端试水阀",
        emergency_plan="两人在车库 24 小时巡查，每区加放 4 具灭火器，配对讲机。", safeguards="停用期间车库内不动火，暂停充电桩。",
        starts_at=begun + 4 * HOUR, ends_at=begun + 9 * HOUR,
    )  # fmt: skip
    stop = stops.ask(compound_id=compound.pk, draft=draft, by=worker, now=begun)
    stops.approve(compound_id=compound.pk, ref=stop.ref, by=keeper, now=begun + HOUR)
    stops.begin(compound_id=compound.pk, ref=stop.ref, by=keeper, now=begun + 4 * HOUR)
    stops.restore(compound_id=compound.pk, ref=stop.ref, by=keeper, now=begun + 8 * HOUR)
    asked = made.now - 2 * HOUR
    later = StopDraft(
        systems=("火灾自动报警",), place="3幢", reason="更换探测器底座",
        emergency_plan="每层安排一人值守，消控室加派一人。", safeguards="楼道不堆物、不动火，每小时巡查一次。",
        starts_at=made.now + DAY, ends_at=made.now + DAY + 6 * HOUR,
    )  # fmt: skip
    stops.ask(compound_id=compound.pk, draft=later, by=actor(made, WORKER, asked), now=asked)


def _reported(made: "Cast") -> None:
    compound = made.compounds[PLACE]
    codes = dict(
        Label.objects.filter(compound=compound, piece__number__in=["MHQ-007", "XHS-002"]).values_list(
            "piece__number", "code"
        )
    )
    at = made.now - 2 * DAY
    first = reports.report(
        compound_id=compound.pk,
        code=codes["XHS-002"],
        item="inside",
        words="箱子里塞了拖把",
        origin="192.0.2.1",
        now=at,
    )
    reports.settle(
        compound_id=compound.pk,
        report_id=first.pk,
        outcome="已清理，并告诉保洁",
        by=actor(made, KEEPER, at),
        now=at + HOUR,
    )
    reports.report(
        compound_id=compound.pk, code=codes["MHQ-007"], item="gauge", words="指针在红区", origin="192.0.2.2",
        now=made.now - 3 * HOUR, photos=[_gauge()],
    )  # fmt: skip


def _gauge() -> SimpleUploadedFile:
    """A pressure gauge whose needle is in the red."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 900), "#c23b2e")
    draw = ImageDraw.Draw(picture)
    draw.ellipse([150, 150, 750, 750], fill="#f4f2ec", outline="#444444", width=14)
    for start, end, shade in ((200, 250, "#c0392b"), (250, 310, "#2e8b57"), (310, 340, "#d9a400")):
        draw.arc([220, 220, 680, 680], start, end, fill=shade, width=46)
    draw.line([(450, 450), (272, 372)], fill="#222222", width=14)
    draw.ellipse([420, 420, 480, 480], fill="#222222")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return SimpleUploadedFile("gauge.jpg", out.getvalue(), content_type="image/jpeg")


def _visited(made: "Cast") -> None:
    compound = made.compounds[PLACE]
    at = made.now - 30 * DAY
    keeper, officer = actor(made, KEEPER, at), actor(made, OFFICER, at)
    homes = []
    for address, risk in (("1幢1单元301", "normal"), ("1幢1单元302", "normal"), ("2幢1单元101", "heating")):
        homes.append(
            visits.enter(compound_id=compound.pk, kind="gas_home", address=address, risk=risk, by=keeper, now=at)
        )
    common: dict[str, Any] = {"compound_id": compound.pk, "by": keeper}
    visits.record_visit(
        subject_id=homes[0].pk, outcome="done", visited_on=localdate(at + DAY), findings=["hose"], note="软管开裂，已告知更换",
        parts={"hose": localdate(at + DAY)}, now=at + DAY, **common,
    )  # fmt: skip
    visits.record_visit(
        subject_id=homes[1].pk, outcome="absent", visited_on=localdate(at + DAY), now=at + DAY, **common
    )
    visits.appoint(subject_id=homes[1].pk, at=made.now + 2 * DAY, now=made.now - DAY, **common)
    house = visits.enter(compound_id=compound.pk, kind="house", address="江滨路 18 号", risk="c", by=officer, now=at)
    visits.enter(compound_id=compound.pk, kind="house", address="江滨路 22 号", risk="b", by=officer, now=at)
    visits.record_visit(
        compound_id=compound.pk, subject_id=house.pk, outcome="done", visited_on=localdate(at + 2 * DAY), by=officer,
        now=at + 2 * DAY,
    )  # fmt: skip


def actor(made: "Cast", name: str, at: datetime) -> Actor:
    """Somebody in their post, as of a moment."""
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
