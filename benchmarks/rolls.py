"""``votes``, the roll: 10,000 homes drawn from the register, fixed, fingerprinted, corrected, and read a page at a time.

What is measured is the whole action: units and rights written, likenesses looked for among all owners and 600 companies, both
fingerprints, the audit entry. In a process of its own, as a web process would run it.

usage of the process: python -m benchmarks.rolls <code of the compound>
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.measure import Report, median, say, wait_for_quiet
from benchmarks.served import environment
from config.environment import ROOT

HOMES, COMPANIES = 10_000, 600
MOST_SECONDS = 3.0
SIGNS = "仁义礼智信温良恭俭让忠孝廉耻勇明德新民至善格物致知诚意正心修身齐家治国平天下"
PEOPLE = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"


def run(report: Report, cluster: Cluster, *, rounds: int) -> None:
    """The roll of a large compound."""
    url = cluster.fresh("bench_rolls")
    told = {**environment(url, ""), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=told, cwd=ROOT, check=True)
    found: list[dict[str, float]] = []
    for number in range(rounds):
        wait_for_quiet()
        line = [sys.executable, "-m", "benchmarks.rolls", f"roll-{number}"]
        done = subprocess.run(line, env=told, cwd=ROOT, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
        say(f"  votes, roll: {found[-1]}")
    cluster.drop("bench_rolls")
    report.hold(
        f"votes: a roll of {HOMES:,} homes fixed and fingerprinted", median(one["freeze"] for one in found), MOST_SECONDS,
        unit=" s",
    )  # fmt: skip
    report.table(
        "roll | seconds",
        [
            ["drawn from the register, likenesses found", f"{median(one['draw'] for one in found):.2f}"],
            ["fixed and fingerprinted", f"{median(one['freeze'] for one in found):.2f}"],
            ["one part corrected, another edition", f"{median(one['amend'] for one in found):.2f}"],
            ["a page read, its figures counted", f"{median(one['page'] for one in found):.3f}"],
        ],
    )


def measure(code: str) -> dict[str, float]:
    """Draw, fix, correct and read; in this process."""
    import django

    django.setup()
    from datetime import timedelta

    from django.utils import timezone
    from django.utils.timezone import localdate

    from elections import actions
    from elections.models import Likeness
    from elections.queries import roll
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
    by = Actor(0, "", "post", 0, "community", "officer", "社区", (compound.pk,), None)
    now = timezone.now()
    times: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.monotonic()
        made = act()
        times[name] = time.monotonic() - began
        return made

    with scope(compound.pk):
        fill(compound)
        poll = actions.open_poll(
            compound_id=compound.pk,
            kind="decision",
            title="大小区",
            on=localdate(now + timedelta(days=40)),
            by=by,
            now=now,
        )
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": poll.ref, "by": by, "now": now}
        poll = timed("draw", lambda: actions.draw_roll(**common))
        Likeness.objects.filter(compound_id=compound.pk, poll=poll).update(
            same=[], note="核对", decided_as="核对", decided_at=now
        )
        made = timed("freeze", lambda: actions.freeze_roll(office_areas=False, **common))
        if made.units != HOMES:
            raise SystemExit(f"{made.units} instead of {HOMES}")
        timed(
            "amend",
            lambda: actions.amend(number=1, area="90.5", source="register", reason="实测", evidence="权证", **common),
        )
        poll.refresh_from_db()
        timed(
            "page",
            lambda: (roll.counted(poll), list(roll.units_of(poll, words="7幢")[:50]), roll.rights_with(poll, [7])),
        )
    return times


def fill(compound: Any) -> None:
    """Ten thousand homes in fifty buildings; owners of invented names, some of them companies, some alike."""
    import random
    from datetime import date
    from decimal import Decimal

    from premises import actions as premises
    from premises.models import Entrance, Owner

    draw = random.Random(7)  # noqa: S311  invented owners
    owners: list[Owner] = []
    for number in range(50):
        premises.add_building(compound=compound, name=f"{number + 1}幢", entrances=["1单元", "2单元"], position=number)
    for place, entrance in enumerate(
        Entrance.objects.filter(compound=compound).select_related("building").order_by("pk")
    ):
        rooms = [
            (f"{level + 1}{door:02d}", level + 1, Decimal(80 + (place + door) % 60))
            for level in range(25)
            for door in range(1, 5)
        ]
        for home in premises.add_homes(compound=compound, entrance=entrance, homes=rooms, source="register"):
            if len(owners) % (HOMES // COMPANIES) == 0:
                name = "永康市" + "".join(draw.choices(SIGNS, k=4)) + "工贸有限公司"
            else:
                name = draw.choice(PEOPLE) + "".join(draw.choices(SIGNS, k=2))
            owners.append(Owner(compound=compound, home=home, name=name, starts=date(2024, 1, 1), source="register"))
    Owner.objects.bulk_create(owners, batch_size=2000)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
