"""``rounds``: occurrences of fire rounds beside the bare statement, the package of a day, 300 answers with their receipts,
the archive of a month.

3,000,000 occurrences are sixty days of five daily plans in 10,000 compounds, which is what some 300 pieces of equipment come to.
The bare statement fills a table of the same columns, partitions and indexes from the same plans, without row-level security:
one INSERT … SELECT … ON CONFLICT DO NOTHING over everything. Ours goes some compounds at a time, as the beat does.

The archive of a month is a compound of 300 pieces that were all looked at every day of May (C.1 daily), printed as the
worker does, in a process of its own for its memory.

usage of the process: python -m benchmarks.inspections <compounds> | archive
"""

import gzip
import hashlib
import json
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import surfacing
from benchmarks.databases import Cluster
from benchmarks.measure import Report, say, wait_for_quiet
from benchmarks.served import environment
from config.environment import ROOT

COMPOUNDS, PLANS, DAYS = 10_000, 5, 60
POINTS, ANSWERS = 40, 300
PIECES, BUILDINGS = 300, 5
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
LIVED = datetime(2026, 4, 30, 2, 0, tzinfo=UTC)  # since then the compound of the archive
DIVISIONS = (
    "city_code,city,county_code,county,street_code,street,community_code,community",
    "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
)
# The same columns, months and indexes, and nothing else.
BARE = (
    "CREATE TABLE bare (LIKE rounds_occurrence INCLUDING DEFAULTS INCLUDING IDENTITY) PARTITION BY RANGE (opens_at)",
    "CREATE UNIQUE INDEX ON bare (id, opens_at)",
    "CREATE UNIQUE INDEX ON bare (compound_id, plan_id, opens_at)",
    "CREATE INDEX ON bare (compound_id, due_at)",
    "CREATE TABLE bare_plan AS SELECT * FROM rounds_plan",
)
_ROWS = """
SELECT p.compound_id, p.id, p.route_id, p.duty, p.weight, 0, %(first)s + make_interval(days => n),
  %(first)s + make_interval(days => n + 1), %(first)s + make_interval(days => n + 1, mins => p.grace)
FROM bare_plan p CROSS JOIN generate_series(0, %(days)s) AS g (n)
"""
_INTO = "INSERT INTO bare (compound_id, plan_id, route_id, duty, weight, slot, opens_at, due_at, closes_at) "
FILL = f"{_INTO}{_ROWS} ON CONFLICT DO NOTHING"
AGAIN = (
    f"{_INTO}SELECT * FROM ({_ROWS}) AS x (c, p, r, d, w, s, o, u, e) "
    "WHERE NOT EXISTS (SELECT FROM bare b WHERE b.compound_id = x.c AND b.plan_id = x.p AND b.opens_at = x.o)"
)


def run(report: Report, cluster: Cluster, *, compounds: int = COMPOUNDS) -> None:
    """Measure in a process of its own, then judge."""
    told = {**environment(cluster.fresh("bench_rounds"), ""), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=told, cwd=ROOT, check=True)
    wait_for_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.inspections", str(compounds)],
        env=told, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for_quiet()
    printed = subprocess.run(
        [sys.executable, "-m", "benchmarks.inspections", "archive"],
        env=told, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    cluster.drop("bench_rounds")
    found = json.loads(done.stdout.splitlines()[-1]) | json.loads(printed.stdout.splitlines()[-1])
    say(f"  rounds: {found}")
    rows = f"{found['rows']:,.0f}"
    report.hold(f"rounds: {rows} occurrences beside the bare statement", found["ours"] / found["bare"], 1.2, unit="x")
    report.hold("rounds: a second run beside the anti-join", found["again"] / found["anti"], 2, unit="x")
    report.hold(f"rounds: the package of {POINTS} points", found["kilobytes"], 60, unit=" kB")
    report.hold("rounds: its statements", found["statements"], 6)
    report.hold(f"rounds: {ANSWERS} answers with receipts", found["answers"], 2, unit=" s")
    pages = f"{found['pages']:.0f}"
    report.hold(
        f"rounds: the archive of a month, {PIECES} pieces daily, {pages} pages", found["archive"], 30, unit=" s"
    )
    report.hold("rounds: its memory, Django included", found["peak"], 400, unit=" MB")
    report.table(
        "rounds | ",
        [
            ["the archive, processor time, s", f"{found['processor']:.1f}"],
            ["the archive, MB", f"{found['megabytes']:.1f}"],
            ["rows a second, ours", f"{found['rows'] / found['ours']:,.0f}"],
            ["rows a second, the bare statement", f"{found['rows'] / found['bare']:,.0f}"],
            ["a second run, s", f"{found['again']:.2f}"],
            ["the anti-join over all, bare, s", f"{found['anti']:.2f}"],
            ["a run that forgot its horizons and looks at every row, s", f"{found['blind']:.2f}"],
        ],
    )
    surfacing.run(report, cluster)


def measured(compounds: int) -> dict[str, float]:
    """All figures, in this process."""
    import django

    django.setup()
    from tenancy.actions import load_divisions

    load_divisions(lines=DIVISIONS)
    return {**_made(compounds), **_carried()}


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _made(compounds: int) -> dict[str, float]:
    from django.db import connection

    from rounds.actions.ahead import behind, make_ahead
    from rounds.models import Horizon, Occurrence, Plan
    from rounds.tasks import TOGETHER
    from tenancy.models import Area, Compound
    from tenancy.partitions import make_months
    from tenancy.scope import across_tenants, scope

    community = Area.objects.get(code="330784002008")
    Compound.objects.bulk_create(Compound(code=f"b{n}", name=f"小区{n}", community=community) for n in range(compounds))
    ids = list(Compound.objects.order_by("pk").values_list("pk", flat=True))
    chunks = [ids[n : n + TOGETHER] for n in range(0, len(ids), TOGETHER)]
    with across_tenants(reason="bench"):
        make_months(table="rounds_occurrence", column="opens_at", months_ahead=3, today=NOW.date())
    for chunk in chunks:
        with scope(chunk):
            Plan.objects.bulk_create(
                Plan(
                    compound_id=one, key=f"k{n}", duty="fire_patrol", name="防火巡查", every="day", starts=0, ends=1440,
                    grace=720, weight=5, since=NOW.date(), made_at=NOW, made_as="",
                )
                for one in chunk
                for n in range(PLANS)
            )  # fmt: skip
    first = NOW.replace(hour=16) - timedelta(days=1)
    with across_tenants(reason="bench"), connection.cursor() as cursor:
        for line in BARE:
            cursor.execute(line)
        cursor.execute(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'rounds_occurrence'::regclass"
        )
        for name, bound in cursor.fetchall():
            cursor.execute(f"CREATE TABLE bare_{name} PARTITION OF bare {bound}")
        cursor.execute("ANALYZE")
        bare = _timed(lambda: cursor.execute(FILL, {"first": first, "days": DAYS}))
        rows = cursor.rowcount
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bare")
        anti = _timed(lambda: cursor.execute(AGAIN, {"first": first, "days": DAYS}))

    def ours() -> None:
        for chunk in chunks:
            with scope(chunk):
                make_ahead(compound_ids=chunk, now=NOW)

    def again() -> None:
        with across_tenants(reason="bench"):
            if behind(NOW):
                raise SystemExit("a second run found something")

    filled = _timed(ours)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rounds_occurrence")
    second = _timed(again)
    for chunk in chunks:
        with scope(chunk):
            Horizon.objects.all().delete()
    blind = _timed(ours)
    with scope(chunks[0]):
        if Occurrence.objects.count() != len(chunks[0]) * PLANS * (DAYS + 1):
            raise SystemExit("not what was asked for")
    return {"rows": rows, "bare": bare, "anti": anti, "ours": filled, "again": second, "blind": blind}


def _carried() -> dict[str, float]:
    """A compound of forty extinguishers in a garage: what a worker takes along, and what comes back."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from equipment.models import Piece
    from rounds.actions.answers import Given, take
    from rounds.actions.plans import make_plans
    from rounds.api import receipts
    from rounds.queries.package import package
    from rounds.rules.body import read
    from tenancy.actor import Actor
    from tenancy.models import Area, Compound
    from tenancy.scope import scope

    compound = Compound.objects.create(code="walked", name="小区", community=Area.objects.get(code="330784002008"))
    manager, worker = (
        Actor(n, "王小明", "post", n, "company", role, "物业", (compound.pk,))
        for n, role in ((1, "manager"), (2, "worker"))
    )
    with scope(compound.pk):
        Piece.objects.bulk_create(
            Piece(
                compound=compound, kind="extinguisher", subtype="dry_powder", number=f"MHQ-{n}", spot=f"{n} 号柱",
                address=f"B1 车库 {n} 号柱", place="basement", count=2, made_at=NOW,
            )
            for n in range(POINTS)
        )  # fmt: skip
        make_plans(compound_id=compound.pk, by=manager, now=NOW)
    with scope(compound.pk), CaptureQueriesContext(connection) as seen:
        taken = package(compound.pk, compound.code, NOW.date(), NOW, person_id=2)
    stops = [one for one in taken["stops"] if one["piece"]]
    photo = {"slot": 0, "sha256": hashlib.sha256(b"x").hexdigest(), "bytes": 300_000}
    bodies = [
        {
            "kind": "point", "walk": str(uuid.UUID(int=1)), "order": n, "seconds": 30 * n,
            "rounds": stops[n % POINTS]["rounds"], "way": "qr", "label": stops[n % POINTS]["label"],
            "results": [{"item": one["key"], "value": "ok"} for one in taken["forms"][stops[n % POINTS]["form"]]],
            "device_at": (NOW + timedelta(seconds=30 * n)).isoformat(), "photos": [photo] if n % 10 == 0 else [],
        }
        for n in range(ANSWERS)
    ]  # fmt: skip
    at = NOW + timedelta(hours=4)

    def handed_in() -> None:
        with scope(compound.pk):
            given = [Given(uuid.UUID(int=n + 10), read(body), body) for n, body in enumerate(bodies)]
            json.dumps(receipts(take(compound_id=compound.pk, given=given, device_now=at, by=worker, now=at)))

    return {
        "kilobytes": len(gzip.compress(json.dumps(taken, ensure_ascii=False).encode())) / 1000,
        "statements": len(seen),
        "answers": _timed(handed_in),
    }


def archived() -> dict[str, float]:
    """The archive of May, with its workbook, in this process."""
    import django

    django.setup()
    from django.core.files.storage import default_storage
    from django.db import transaction
    from pypdfium2 import PdfDocument

    from documents.actions import make_document
    from documents.queries import book_of
    from rounds.actions.printing import print_form
    from tenancy.actions import load_divisions
    from tenancy.actor import Actor
    from tenancy.models import Area, Compound
    from tenancy.partitions import make_months
    from tenancy.scope import across_tenants, scope

    load_divisions(lines=DIVISIONS)
    with across_tenants(reason="bench"):
        make_months(table="rounds_occurrence", column="opens_at", months_ahead=3, today=LIVED.date())
    compound = Compound.objects.create(code="kept", name="小区", community=Area.objects.get(code="330784002008"))
    manager = Actor(1, "王小明", "post", 1, "company", "manager", "物业 项目经理", (compound.pk,))
    with scope(compound.pk):
        _lived(compound.pk, manager)
        document = print_form(compound_id=compound.pk, form="archive", span="2026-05", by=manager, now=NOW)
        spent = time.process_time()
        took = _timed(lambda: make_document(compound_id=compound.pk, document_id=document.pk, now=NOW))
        spent = time.process_time() - spent
        document.refresh_from_db()
        if document.state != "ready" or book_of(document) is None:
            raise SystemExit(f"the archive was not made: {document.failure} {document.failure_detail}")
        with default_storage.open(document.file.path) as stored:
            pages = len(PdfDocument(stored.read()))
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "archive": took, "processor": spent, "pages": pages, "peak": peak, "megabytes": document.file.bytes / 1e6,
    }  # fmt: skip


def _lived(compound_id: int, by: Any) -> None:
    """May of a compound: five buildings, sixty pieces each, all looked at every day, every fiftieth with a fault."""
    from equipment.models import Piece, Profile
    from premises.models import Building
    from rounds.actions.plans import make_plans
    from rounds.models import Answer, Edition, Entry, Occurrence, Point

    Profile.objects.create(compound_id=compound_id, unit="key_unit", changed_at=LIVED, changed_as="")
    kinds = (
        "extinguisher",
        "indoor_hydrant",
        "fire_door",
        "emergency_light",
        "exit_sign",
        "detector",
        "call_point",
        "broadcast",
    )
    for n in range(BUILDINGS):
        building = Building.objects.create(compound_id=compound_id, name=f"{n + 1}幢", position=n)
        Piece.objects.bulk_create(
            Piece(
                compound_id=compound_id, kind=kinds[m % len(kinds)], subtype="dry_powder" if m % len(kinds) == 0 else "",
                number=f"{n + 1}-{m}", building=building, floor=str(m % 18 + 1), spot="西侧走道",
                address=f"{n + 1}幢 {m % 18 + 1} 层 西侧走道", made_at=LIVED,
            )
            for m in range(PIECES // BUILDINGS)
        )  # fmt: skip
    make_plans(compound_id=compound_id, by=by, now=LIVED)
    editions = {one.route_id: one for one in Edition.objects.filter(compound_id=compound_id)}
    points: dict[int, list[Point]] = {}
    for point in Point.objects.filter(compound_id=compound_id):
        points.setdefault(point.route_id, []).append(point)
    for one in Occurrence.objects.filter(
        compound_id=compound_id, duty__in=["facility_patrol", "fire_patrol", "night_patrol"], due_at__lte=NOW
    ):
        edition, at = editions[one.route_id or 0], one.opens_at + timedelta(hours=3)
        made = Answer.objects.bulk_create(
            _seen(compound_id, point, edition.content["forms"][point.form], at, bad=n % 50 == 0)
            for n, point in enumerate(points[one.route_id or 0])
        )
        Entry.objects.bulk_create(
            Entry(
                compound_id=compound_id, answer=answer, occurrence_id=one.pk, point=point, edition=edition, named=one.pk
            )
            for answer, point in zip(made, points[one.route_id or 0], strict=True)
        )
        Occurrence.objects.filter(pk=one.pk).update(
            state="done", done_at=at, done_as=by.signature, points=len(made), answered=len(made)
        )


def _seen(compound_id: int, point: Any, items: list[dict[str, Any]], at: datetime, *, bad: bool) -> Any:
    from rounds.models import Answer

    results = [
        {
            "item": item["key"], "name": item["name"], "value": "bad" if bad and not n else "ok", "severity": "high",
            "outcome": "fault" if bad and not n else "normal", "note": "", "fixed": False, "photos": [],
        }
        for n, item in enumerate(items)
    ]  # fmt: skip
    return Answer(
        compound_id=compound_id, client_id=uuid.uuid4(), kind="point", piece_id=point.piece_id, place=point.address, way="qr",
        results=results, outcome="fault" if bad else "normal", number=1, normal=0 if bad else 1, device_at=at,
        received_at=at, happened_at=at, complete_at=at, state="counted", digest="", body={}, person_id=2,
        label="李师傅 物业 维修工",
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(archived() if sys.argv[1] == "archive" else measured(int(sys.argv[1]))))
