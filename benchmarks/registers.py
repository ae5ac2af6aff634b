"""``registers``: an office's file of 2,000 homes with 3 % bad rows, checked and named to the cell, and one imported whole.

Each in a small process of its own, which holds nothing but Django and the registers, so that its peak of memory is the
import's. What is measured is the worker's whole step: the file decrypted and read, every cell, the register, the report
written; and for the import all rows with their owners, telephones encrypted, the undo, the audit entry and the message.

usage of the process: python -m benchmarks.registers <file.xlsx> <code of the compound>
"""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.measure import Report, median, say, wait_for_quiet
from benchmarks.served import environment
from config.environment import ROOT

HOMES = 2000
EVERY = 33  # every thirty-third row has a bad cell: 3 %
BAD = HOMES // EVERY
PEOPLE = "王李张刘陈杨黄赵吴周"
GIVEN = ["晓明", "芳", "建国", "秀英", "伟", "娜", "大文", "小红", "志强", "金花"]
HEADER = ("楼幢", "单元", "室号", "楼层", "建筑面积(㎡)", "业主姓名", "联系电话", "产权份额", "备注")
MOST_SECONDS, MOST_MEGABYTES = 5.0, 200.0


def run(report: Report, cluster: Cluster, *, rounds: int) -> None:
    """Both measurements."""
    url = cluster.fresh("bench_registers")
    told = {**environment(url, ""), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=told, cwd=ROOT, check=True)
    found: dict[str, list[dict[str, float]]] = {"bad": [], "good": []}
    with tempfile.TemporaryDirectory() as directory:
        for name in found:
            Path(directory, f"{name}.xlsx").write_bytes(workbook(bad=name == "bad"))
        for number in range(max(3, rounds)):
            for name, results in found.items():
                wait_for_quiet()
                line = [sys.executable, "-m", "benchmarks.registers", f"{directory}/{name}.xlsx", f"{name}-{number}"]
                done = subprocess.run(line, env=told, cwd=ROOT, check=True, capture_output=True, text=True)
                results.append(json.loads(done.stdout.splitlines()[-1]))
                say(f"  registers {name}: {results[-1]}")
    cluster.drop("bench_registers")
    checked, whole = found["bad"], found["good"]
    check = median(one["check"] for one in checked)
    report.hold(f".xlsx of {HOMES:,} homes, 3 % bad rows, every bad cell named", check, MOST_SECONDS, unit=" s")
    report.hold(
        f".xlsx of {HOMES:,} homes checked and imported whole",
        median(one["check"] + one["import"] for one in whole), MOST_SECONDS, unit=" s",
    )  # fmt: skip
    report.hold("peak memory of either", max(one["peak"] for one in checked + whole), MOST_MEGABYTES, unit=" MB")
    report.table(
        "register | seconds | processor s | MB over an idle process",
        [
            [
                name,
                *(f"{median(one[key] for one in results):.2f}" for key in keys),
                f"{median(one['over'] for one in results):.0f}",
            ]
            for name, results, keys in (
                ("3 % bad: checked", checked, ("check", "check_cpu")),
                ("all good: checked", whole, ("check", "check_cpu")),
                ("all good: imported", whole, ("import", "import_cpu")),
            )
        ],
    )


def workbook(*, bad: bool) -> bytes:
    """A register of 2,000 homes in ten buildings; with ``bad``, a wrong cell in every thirty-third row, of five kinds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("台账")
    sheet.append(HEADER)
    for number in range(HOMES):
        building, rest = divmod(number, 200)
        entrance, rest = divmod(rest, 100)
        level, door = divmod(rest, 4)
        name = PEOPLE[number % 10] + GIVEN[number // 10 % 10]
        second = PEOPLE[(number + 3) % 10] + GIVEN[(number // 7 + 1) % 10]
        two = number % 3 == 0
        row: list[Any] = [
            f"{building + 1}幢", f"{entrance + 1}单元", f"{level + 1}0{door + 1}", level + 1, 60 + number % 90 + 0.1234,
            f"{name}甲、{second}乙" if two else name,
            f"139{number:08d}、138{number:08d}" if two else f"139{number:08d}", "50%、50%" if two else None, None,
        ]  # fmt: skip
        if bad and number % EVERY == EVERY - 1:
            place, text = ((4, "约90"), (5, "张三 李四"), (6, "1390000"), (2, None), (7, "一半"))[number // EVERY % 5]
            row[place] = text
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure(path: Path, code: str) -> dict[str, float]:
    """Upload, check and, where nothing is bad, import; in this process."""
    import django

    django.setup()
    from django.utils import timezone

    from registers.actions import uploading, working
    from registers.models import Run
    from tenancy.actions import load_divisions, open_compound
    from tenancy.actor import Actor
    from tenancy.models import Area
    from tenancy.scope import scope

    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    compound = open_compound(code=code, name=code, community=Area.objects.get(code="330784002008"))
    by = Actor(0, "", "post", 0, "company", "manager", "物业", (compound.pk,), 0)
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    now = timezone.now()
    with scope(compound.pk):
        run = uploading.upload(compound_id=compound.pk, content=path.read_bytes(), name=path.name, by=by, now=now)
        uploading.check(
            compound_id=compound.pk, ref=run.ref, fields=[one["field"] for one in run.columns],
            area_source="", owner_source="", by=by, now=now,
        )  # fmt: skip
    times: dict[str, float] = {}

    def step(name: str) -> Run:
        began, used = time.monotonic(), time.process_time()
        working.work(compound_id=compound.pk, run_id=run.pk, now=timezone.now())
        times[name], times[f"{name}_cpu"] = time.monotonic() - began, time.process_time() - used
        with scope(compound.pk):
            found: Run = Run.objects.get(compound_id=compound.pk, pk=run.pk)
            return found

    checked = step("check")
    expected = (BAD, BAD, HOMES - BAD) if path.stem == "bad" else (0, 0, HOMES)
    counts = (checked.counts["bad_cells"], checked.counts["bad_rows"], checked.counts["new"])
    if counts != expected:
        raise SystemExit(f"{counts} instead of {expected}")
    if path.stem == "good":
        with scope(compound.pk):
            uploading.confirm(
                compound_id=compound.pk,
                ref=run.ref,
                plan=checked.plan,
                answers={},
                gone=[],
                skip_bad=False,
                by=by,
                now=now,
            )
        if step("import").state != "done":
            raise SystemExit("The import did not end well.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**times, "peak": peak, "over": peak - idle}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])))
