"""``votes``, the roll-up of committees: 1,200 compounds of a city with terms, members and running elections, on one page.

Through the whole stack of middleware by Django's own client, as an officer of the city opens it; and its statements alone.

usage of the process: python -m benchmarks.offices COMPOUNDS
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

COMPOUNDS, TIMES = 1_200, 15
# Two in five are over or near their end, one in twelve has none: what a page of a county shows.
_SEED = """
INSERT INTO tenancy_compound (code, name, address, community_id)
SELECT 'oc' || g, '测量小区' || g, '', (SELECT id FROM tenancy_area WHERE level = 'community' ORDER BY id LIMIT 1)
FROM generate_series(1, {many}) g;
INSERT INTO parties_organisation (kind, name, phone, credit_code)
SELECT 'owners_committee', '测量小区' || g || '业委会', '', '' FROM generate_series(1, {many}) g WHERE g % 12 > 0;
"""
_FILL = """
INSERT INTO parties_term (compound_id, committee_id, number, starts, ends, basis)
SELECT c.id, o.id, 1 + c.id %% 3, current_date - (c.id * 37 %% 2200)::int, current_date - (c.id * 37 %% 2200)::int + 1825, '备案'
FROM tenancy_compound c JOIN parties_organisation o ON o.name = c.name || '业委会' WHERE c.id = ANY (%(ids)s);
INSERT INTO committees_committee (compound_id, term_id, planned, least, jurisdiction, elected_on, basis, first_meeting_note,
  reelection_as, made_at, made_as)
SELECT t.compound_id, t.id, 7, 5, 'national', t.starts, '备案', '', '', now(), '社区' FROM parties_term t
WHERE t.compound_id = ANY (%(ids)s);
INSERT INTO committees_member (compound_id, committee_id, name, person_id, role, rank, area, home, party_member, party_source,
  party_on, duties, contact, pledge, starts, "end", end_ground, end_as)
SELECT c.compound_id, c.id, '委员' || n, 0, CASE n WHEN 1 THEN 'chair' WHEN 8 THEN 'alternate' ELSE 'member' END, n, '', '',
  (c.id + n) %% 2 = 0, '社区党委', c.elected_on, '', '', '', c.elected_on, '', '', ''
FROM committees_committee c CROSS JOIN generate_series(1, 8) n WHERE c.compound_id = ANY (%(ids)s);
INSERT INTO elections_poll (compound_id, ref, kind, title, state, "on", jurisdiction, plan, building_ids, entrance_ids,
  conductor, person_id, label, created_at, updated_at, secrecy, vote_again, items_hash, ended_reason, ended_as)
SELECT c.id, 'p' || c.id, 'election', '换届选举', 'preparing', current_date + 60, 'national', '{}', '{}', '{}', '社区', 1, '社区',
  now(), now(), 'named', false, '', '', ''
FROM tenancy_compound c WHERE c.id = ANY (%(ids)s) AND c.id %% 5 = 0;
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_SEED.format(many=compounds))
    ids = list(Compound.objects.values_list("pk", flat=True))
    bureau = parties.register_organisation(kind="city_bureau", name="永康市住房和城乡建设局")
    parties.assign_area(organisation=bureau, area=Area.objects.get(code="330784"), starts=localdate())
    person = Person.objects.create_person(phone="+8619912345678", name="城管", phone_verified=True)
    post = parties.appoint(
        person=person, organisation=bureau, role="officer", starts=localdate(), basis="任命", by=system_actor("bench", ()),
        now=now(),
    )  # fmt: skip
    with scope(ids), connection.cursor() as cursor:
        for statement in _FILL.strip().split(";\n"):
            cursor.execute(statement.rstrip(";"), {"ids": ids})
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
            if answer.status_code != 200:  # noqa: PLR2004
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


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
