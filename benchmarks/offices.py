"""``votes``, the roll-up of committees: 1,200 compounds of a city with terms, members and running elections, on one page.

Through the whole stack of middleware by Django's own client, as an officer of the city opens it; and its statements alone.

usage of the process: python -m benchmarks.offices COMPOUNDS
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.measure import Report, median, say, wait_for_quiet
from benchmarks.served import environment
from config.environment import ROOT

COMPOUNDS, TIMES, SITTING = 1_200, 15, 7


def run(report: Report, cluster: Cluster, *, rounds: int, compounds: int = COMPOUNDS) -> None:
    """Seed and ask, in a process of its own."""
    url = cluster.fresh("bench_offices")
    told = environment(url, "")
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=told, cwd=ROOT, check=True)
    say(f"seeding {compounds:,} compounds with committees")
    wait_for_quiet()
    line = [sys.executable, "-m", "benchmarks.offices", str(compounds), str(max(1, rounds))]
    done = subprocess.run(line, env=told, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    cluster.drop("bench_offices")
    report.table(
        f"votes, committees of {compounds:,} compounds | ms",
        [[name, f"{value:.0f}"] for name, value in found.items()],
    )


def measure(compounds: int, rounds: int) -> dict[str, float]:
    """Seed; then the page, the page of one street, the lines and the numbers of the year."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils.timezone import localdate, now

    from accounts.models import Person
    from benchmarks.seed import session_of
    from committees.queries import overview
    from parties import actions as parties
    from tenancy.actions import load_divisions
    from tenancy.actor import system_actor
    from tenancy.models import Area, Compound
    from tenancy.scope import scope

    call_command("collectstatic", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS = ["*"]
    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    community = Area.objects.get(code="330784002008")
    Compound.objects.bulk_create(
        [Compound(code=f"oc{number}", name=f"测量小区{number}", community=community) for number in range(compounds)]
    )
    ids = list(Compound.objects.values_list("pk", flat=True))
    bureau = parties.register_organisation(kind="city_bureau", name="永康市住房和城乡建设局")
    parties.assign_area(organisation=bureau, area=Area.objects.get(code="330784"), starts=localdate())
    person = Person.objects.create_person(phone="+8619912345678", name="城管", phone_verified=True)
    post = parties.appoint(
        person=person, organisation=bureau, role="officer", starts=localdate(), basis="任命", by=system_actor("bench", ()),
        now=now(),
    )  # fmt: skip
    with scope(ids):
        fill(ids)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"cookie": session_of(person, ("post", post.pk))["cookie"], "accept-language": "zh-CN"})

    def timed(act: Callable[[], Any]) -> float:
        act()
        found = []
        for _ in range(TIMES * rounds):
            began = time.perf_counter()
            act()
            found.append((time.perf_counter() - began) * 1e3)
        return median(found)

    def asked(path: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(path)
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{path} answered {answer.status_code}")

        return ask

    with scope(ids):
        lines = timed(lambda: overview.lines(ids, localdate()))
        numbers = timed(lambda: overview.numbers(ids, localdate().year))
        if len(overview.lines(ids, localdate())) != compounds:
            raise RuntimeError("not every compound has a line")
    return {
        "the page": timed(asked("/committees/")),
        "the page of one state": timed(asked("/committees/?state=reelection")),
        "the statement of all lines": lines,
        "the statement of a year's numbers": numbers,
    }


def fill(ids: list[int]) -> None:
    """Terms of which two in five are near their end or over, one compound in twelve without any; every fifth elects."""
    from datetime import timedelta

    from django.utils.timezone import localdate, now

    from committees.models import Committee, Member
    from elections.models import Poll
    from parties.models import Organisation, Term

    today, at = localdate(), now()
    with_one = [one for one in ids if one % 12]
    bodies = Organisation.objects.bulk_create(
        [Organisation(kind="owners_committee", name=f"测量小区{one}业委会") for one in with_one]
    )
    terms = Term.objects.bulk_create(
        [
            Term(
                compound_id=one, committee=body, number=1 + one % 3, starts=today - timedelta(days=one * 37 % 2200),
                ends=today - timedelta(days=one * 37 % 2200 - 1825), basis="备案",
            )
            for one, body in zip(with_one, bodies, strict=True)
        ]
    )  # fmt: skip
    made = Committee.objects.bulk_create(
        [
            Committee(
                compound_id=one.compound_id, term=one, planned=7, least=5, jurisdiction="national", elected_on=one.starts,
                basis="备案", made_at=at, made_as="社区",
            )
            for one in terms
        ]
    )  # fmt: skip
    Member.objects.bulk_create(
        [
            Member(
                compound_id=one.compound_id, committee=one, name=f"委员{rank}", rank=rank,
                role="chair" if rank == 1 else "alternate" if rank > SITTING else "member",
                party_member=(one.compound_id + rank) % 2 == 0, party_source="社区党委", party_on=one.elected_on,
                starts=one.elected_on,
            )
            for one in made
            for rank in range(1, SITTING + 2)
        ],
        batch_size=2000,
    )  # fmt: skip
    Poll.objects.bulk_create(
        [
            Poll(
                compound_id=one, ref=f"p{one}", kind="election", title="换届选举", on=today + timedelta(days=60),
                jurisdiction="national", conductor="社区", person_id=1, label="社区", created_at=at, updated_at=at,
            )
            for one in ids
            if one % 5 == 0
        ]
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
