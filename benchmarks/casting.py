"""``votes``, by phone: ballots handed in over HTTP to the served form, beside the floor's JSON; then everyone at the same moment.

One compound, each of its owners signed in with a code just answered, one running poll. A cast is the ballot's own form: session,
CSRF, rights looked up, choices sealed, chained and receipted, the owner told. Every owner votes once in the whole run, and at
the end the box is asked whether it holds one ballot of each, in a whole chain.

Then the vote is closed, and a batch of papers of owners who have not voted is counted in.

usage of the processes: python -m benchmarks.casting seed OUT.json OWNERS | look CODE REF | papers CODE REF PAPERS
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.databases import STATE, Cluster
from benchmarks.load import KEY, Shot, form
from benchmarks.measure import Meter, Report, median, say, wait_for_quiet
from benchmarks.served import browser, environment, floor, redis_server, serving
from config.environment import ROOT
from config.serve import Options, command

CROWD, CASTS, CONNECTIONS, THREADS = 1000, 400, 16, 2
EARLY = 48  # who vote before everyone does, so that each process and thread has its connection and has seen the poll
PAPERS = 1000
LEAST, LATEST = 0.6, 3.0
BEGAN = date(2024, 1, 1)
SEEN = 0.99


def run(
    report: Report, cluster: Cluster, *, rounds: int, crowd: int = CROWD, casts: int = CASTS, papers: int = PAPERS
) -> None:
    """Seed, vote in rounds beside the floor, vote all at once, look into the box."""
    owners = casts * (rounds + 1) + EARLY + crowd
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        if not redis:
            report.remarks.append("votes, by phone: no redis-server (Debian: apt install redis-server), not asked.")
            return
        told = environment(cluster.fresh("bench_casting"), redis)
        say(f"seeding a poll with {owners + papers:,} owners")
        out = STATE / "voters.json"
        _inside(told, "seed", str(out), str(owners + papers))
        given = json.loads(out.read_text())
        shots = [ballot(given, one) for one in given["voters"]]
        found, _, line, floor_told = floor(cluster, redis, 0)
        plain = next(one for one in found if one.name == "floor JSON").shots
        floor_at = stack.enter_context(serving("floor", line, floor_told))
        with serving("product", command("web", _options(1)), told) as product:
            each = _rounds(floor_at, product, cluster.pid, plain, shots, rounds=rounds, casts=casts)
        with serving("product", command("web", _options(os.cpu_count() or 1)), told) as product:
            wait_for_quiet()
            early = casts * (rounds + 1)
            _volley(product[1], shots[early : early + EARLY], CONNECTIONS)
            meter = Meter(server=product[0], postgres=cluster.pid)
            once = _volley(product[1], shots[early + EARLY : owners], crowd)
            spent = meter.stop()
        both = [str(os.cpu_count() or 1) if before == "--workers" else part for before, part in pairwise(["", *line])]
        with serving("floor", both, floor_told) as wide:
            wait_for_quiet()
            _volley(wide[1], [plain[n % len(plain)] for n in range(EARLY)], CONNECTIONS)
            beside = sorted(_volley(wide[1], [plain[n % len(plain)] for n in range(crowd)], crowd)["times"])
        box = _inside(told, "look", given["code"], given["ref"])
        batch = _inside(told, "papers", given["code"], given["ref"], str(papers))
    cluster.drop("bench_casting")
    ratio = median(one["cast"] / one["floor"] for one in each)
    report.hold("votes: casts a second : the floor's JSON", ratio, LEAST, more=True)
    wrong = abs(box["ballots"] - owners) + abs(box["rights"] - owners) + (not box["whole"]) + once["lost"]
    report.hold(f"votes: of {owners:,} ballots lost or double, {crowd:,} at the same moment", wrong, 0)
    times = sorted(once["times"])
    report.hold(
        f"votes: {crowd:,} owners at the same moment, p99", times[int(len(times) * SEEN) - 1] / 1e3, LATEST, unit=" s"
    )
    report.table(
        "votes, by phone | ",
        [
            ["casts a second, one worker", f"{median(one['cast'] for one in each):.0f}"],
            ["the floor's JSON, one worker", f"{median(one['floor'] for one in each):.0f}"],
            ["by processor time of the server: the floor's JSON", f"{median(one['by_cpu'] for one in each):.2f}"],
            ["server, ms of processor a cast", f"{median(one['server'] for one in each):.2f}"],
            ["PostgreSQL, ms of processor a cast", f"{median(one['postgres'] for one in each):.2f}"],
            [f"{crowd:,} at once, all cores: median, s", f"{median(times) / 1e3:.2f}"],
            ["the same: the last, s", f"{once['seconds']:.2f}"],
            ["the floor's JSON in the same way: p99, s", f"{beside[int(len(beside) * SEEN) - 1] / 1e3:.2f}"],
            [f"a batch of {papers:,} papers counted in, s", f"{batch['seconds']:.2f}"],
            ["cores that others took meanwhile", f"{spent['others']:.2f}"],
        ],
    )


def ballot(given: dict[str, Any], voter: dict[str, Any]) -> Shot:
    """One owner's ballot as the browser posts it."""
    fields = {
        "csrfmiddlewaretoken": voter["csrf"],
        "idempotency_key": KEY,
        "step": "1",
        "cast": "1",
        **given["choices"],
    }
    path = f"/c/{given['code']}/polls/{given['ref']}/vote/right/{voter['right']}/"
    return form(path, fields, browser(voter), multipart=False)


def _options(workers: int) -> Options:
    return Options("web", "127.0.0.1", 0, 0, web_workers=workers, web_threads=THREADS, task_workers=1)


def _rounds(
    floored: tuple[int, str], product: tuple[int, str], postgres: int, plain: list[Shot], shots: list[Shot], *, rounds: int,
    casts: int,
) -> list[dict[str, float]]:  # fmt: skip
    """Each round its own voters, the floor before and after in turn; the first round warms the processes."""
    found = []
    for number in range(rounds + 1):
        some, asked = shots[number * casts : (number + 1) * casts], [plain[n % len(plain)] for n in range(casts * 2)]
        one: dict[str, float] = {}
        for name in ("floor", "cast") if number % 2 else ("cast", "floor"):
            wait_for_quiet()
            pid, address = product if name == "cast" else floored
            meter = Meter(server=pid, postgres=postgres)
            seen = _volley(address, some if name == "cast" else asked, CONNECTIONS)
            spent = meter.stop()
            if seen["lost"] or set(seen["statuses"]) != ({"302"} if name == "cast" else {"200"}):
                raise RuntimeError(f"{name}: {seen['statuses']}, {seen['lost']} lost")
            count = len(seen["times"])
            one |= {name: count / seen["seconds"], f"{name}_server": spent["server"] * 1e3 / count}
            if name == "cast":
                one |= {"server": one["cast_server"], "postgres": spent.get("postgres", 0.0) * 1e3 / count}
        one["by_cpu"] = one["floor_server"] / one["cast_server"]
        say(f"  votes, by phone: {', '.join(f'{key} {value:.2f}' for key, value in one.items())}")
        found.append(one)
    return found[1:]


def _volley(address: str, shots: list[Shot], connections: int) -> dict[str, Any]:
    target = urlsplit(address)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([asdict(one) for one in shots], file)
        file.flush()
        line = [sys.executable, "-m", "benchmarks.volley", file.name, str(target.hostname), str(target.port)]
        done = subprocess.run([*line, str(connections)], cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _inside(told: dict[str, str], *line: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.casting", *line],
        env=told,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def seed(out: str, owners: str) -> dict[str, Any]:
    """A compound with a running poll and its owners signed in, written into a file."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.utils import timezone

    from ballots.actions import clock
    from ballots.identity import ANSWERED
    from benchmarks.seed import session_of
    from elections.models import Right, Unit
    from elections.queries.items import items_of
    from tenancy.actions import load_divisions, open_compound
    from tenancy.models import Area
    from tenancy.scope import scope

    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    now = timezone.now()
    compound = open_compound(code="votes", name="大小区", community=Area.objects.get(code="330784002008"))
    with scope(compound.pk):
        people = _people(compound, int(owners))
        poll = _called(compound, now - timedelta(days=30), now - timedelta(hours=1))
    with scope(compound.pk):
        clock.tend(compound_id=compound.pk, now=now)
    with scope(compound.pk):
        poll.refresh_from_db()
        homes = {
            number: owners[0]["account"]
            for number, owners in Unit.objects.filter(compound_id=compound.pk, poll=poll).values_list(
                "number", "owners"
            )
        }
        rights = {
            homes[one.units[0]]: one.key
            for one in Right.objects.filter(compound_id=compound.pk, edition_id=poll.edition_id)
        }
        items = {f"item-{one.key}": "for" for one in items_of(poll)}
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    answered = timezone.now().timestamp()
    voters = [
        {
            **session_of(one, ("home", compound.pk), **{ANSWERED: [one.pk, poll.ref, answered]}), "right": rights[one.pk],
        }
        for one in people
    ]  # fmt: skip
    Path(out).write_text(json.dumps({"code": compound.code, "ref": poll.ref, "choices": items, "voters": voters}))
    return {"voters": len(voters)}


def _people(compound: Any, count: int) -> list[Any]:
    """So many homes, each with an owner who has an account and lives there."""
    from decimal import Decimal

    from accounts.models import Person
    from premises import actions as premises
    from premises.models import Entrance, Occupancy, Owner

    people = []
    for number in range(count):
        one = Person(name=f"业主{number}", phone_verified=True)
        one.phone = f"+861990{number:07d}"
        one.set_unusable_password()
        people.append(one)
    people = list(Person.objects.bulk_create(people, batch_size=2000))
    homes: list[Any] = []
    for number in range(-(-count // 100)):
        building = premises.add_building(
            compound=compound, name=f"{number + 1}幢", entrances=["1单元"], position=number
        )
        rooms = [
            (f"{place // 4 + 1}{place % 4 + 1:02d}", place // 4 + 1, Decimal(80 + place))
            for place in range(min(100, count - number * 100))
        ]
        entrance = Entrance.objects.get(compound=compound, building=building)
        homes += premises.add_homes(compound=compound, entrance=entrance, homes=rooms, source="register")
    paired = list(zip(homes, people, strict=True))
    Owner.objects.bulk_create(
        [
            Owner(compound=compound, home=home, name=one.name, person=one, starts=BEGAN, source="register")
            for home, one in paired
        ],
        batch_size=2000,
    )
    Occupancy.objects.bulk_create(
        [
            Occupancy(compound=compound, home=home, person=one, relation="owner", state="confirmed", starts=BEGAN)
            for home, one in paired
        ],
        batch_size=2000,
    )
    return people


def _called(compound: Any, began: datetime, opens: datetime) -> Any:
    """A decision on two items, called in time, its key held by three bodies."""
    from accounts.models import Person
    from boxes import actions as boxes
    from boxes.actions import HolderDraft
    from elections import actions
    from elections.actions import Draft
    from elections.models import Likeness
    from parties import actions as parties
    from parties.queries import acting_post
    from tenancy.actor import system_actor
    from tenancy.scope import entering

    by = system_actor("bench", (compound.pk,))
    posts = []
    for number, (kind, role) in enumerate(
        (("community_party", "officer"), ("owners_committee", "chair"), ("street_office", "officer"))
    ):
        body = parties.register_organisation(kind=kind, name=f"{kind}{number}")
        if kind == "owners_committee":
            parties.begin_term(
                compound=compound, committee=body, number=1, starts=BEGAN, ends=None, basis="备案", by=by, now=began
            )
        else:
            area = compound.community if kind == "community_party" else compound.community.parent
            parties.assign_area(organisation=body, area=area, starts=BEGAN)
        person = Person.objects.create_person(phone=f"+861991{number:07d}", name=f"保管人{number}", phone_verified=True)
        posts.append(parties.appoint(
            person=person, organisation=body, role=role, starts=BEGAN, basis="任命", by=by, now=began
        ))  # fmt: skip
    actors: list[Any] = []
    for one in posts:
        with entering(one.person_id):
            actors.append(acting_post(one.person_id, one.pk, began.date()))
    officer = actors[0]
    poll = actions.open_poll(
        compound_id=compound.pk, kind="decision", title="使用维修资金", on=opens.date(), by=officer, now=began
    )
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": poll.ref, "by": officer, "now": began}
    actions.draw_roll(**common)
    Likeness.objects.filter(compound_id=compound.pk, poll=poll).update(
        same=[], note="核对", decided_as="核对", decided_at=began
    )
    actions.freeze_roll(office_areas=False, **common)
    actions.word_items(items=[Draft("use_fund", "使用维修资金更换电梯"), Draft("other", "调整停车收费")], **common)
    actions.settle_window(opens_at=opens, closes_at=opens + timedelta(days=15), **common)
    poll = actions.call_poll(**common)
    boxes.set_up_box(holders=[HolderDraft(post_id=one.pk) for one in posts], **common)
    for number, actor in enumerate(actors, 1):
        boxes.confirm_share(number=number, **{**common, "by": actor})
    return poll


def look(code: str, ref: str) -> dict[str, Any]:
    """What the box holds."""
    import django

    django.setup()
    from boxes.models import Entry, Used
    from boxes.queries import box_of
    from elections.box.chain import broken_at
    from elections.models import Poll
    from tenancy.models import Compound
    from tenancy.scope import scope

    compound = Compound.objects.get(code=code)
    with scope(compound.pk):
        box = box_of(Poll.objects.get(compound=compound, ref=ref))
        entries = [one.link for one in Entry.objects.filter(compound=compound, box=box).order_by("number")]
        rights = set(Used.objects.filter(compound=compound, box=box, number__gt=0).values_list("right", flat=True))
    ballots = [one for one in entries if one.kind == "ballot"]
    return {
        "ballots": len(ballots), "rights": len(rights & {str(one.body["right"]) for one in ballots}),
        "whole": broken_at(entries) is None,
    }  # fmt: skip


def papers(code: str, ref: str, count: str) -> dict[str, Any]:
    """Close the vote and count a batch in, of rights that were not used."""
    import django

    django.setup()
    from django.db import transaction

    from ballots.actions.clock import close_voting
    from boxes import actions as boxes
    from boxes.models import Used
    from boxes.queries import box_of
    from elections.actions.change import begin
    from elections.models import Poll, Right
    from elections.queries.items import items_of
    from tenancy.actor import system_actor
    from tenancy.models import Compound
    from tenancy.scope import scope

    compound = Compound.objects.get(code=code)
    by = system_actor("bench", (compound.pk,))
    with scope(compound.pk):
        poll = Poll.objects.get(compound=compound, ref=ref)
        end = poll.closes_at
        close_voting(compound_id=compound.pk, ref=ref, by=by, now=end)
    with scope(compound.pk):
        box = box_of(poll)
        used = Used.objects.filter(compound=compound, box=box).values_list("right", flat=True)
        free = Right.objects.filter(compound=compound, edition_id=poll.edition_id).exclude(key__in=list(used))
        keys = list(free.order_by("number").values_list("key", flat=True)[: int(count)])
        choices = {one.key: "against" for one in items_of(poll)}
    began = time.monotonic()
    with scope(compound.pk), transaction.atomic():
        change = begin(compound_id=compound.pk, ref=ref, action="count_in", by=by, now=end)
        boxes.count_in(change=change, batch="1", papers=[(key, "owner", choices) for key in keys], now=end)
        change.save()
    return {"seconds": time.monotonic() - began, "papers": len(keys)}


if __name__ == "__main__":
    part, *more = sys.argv[1:]
    parts: dict[str, Callable[..., Any]] = {"seed": seed, "look": look, "papers": papers}
    print(json.dumps(parts[part](*more)))
