"""The parts of ``figures``, each in a process of its own under the environment of the portal; prints one line of JSON.

usage: python -m benchmarks.figures_inside spread|page NAME|scan|export|report
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import django
from django.utils import timezone

DIVISIONS = """city_code,city,county_code,county,street_code,street,community_code,community
3307,金华市,330784,永康市,330784002,西城街道,330784002{n:03d},社区{n}
3307,金华市,330784,永康市,330784003,江南街道,330784003{n:03d},社区{n}南
"""
CITY_PHONE = "+8619900999999"
SPREAD = 12  # the seed has 23 days: this makes 280 of them, with two hundred requests a month in a compound

_SPREAD = """
UPDATE repairs_request r SET created_at = m.at, opened_at = m.at, updated_at = m.at, accepted_at = accepted_at + m.by,
  finished_at = finished_at + m.by, closed_at = closed_at + m.by, clock_from = clock_from + m.by, due_at = due_at + m.by,
  responded_in_time = CASE WHEN state <> 'submitted' THEN id %% 20 <> 0 END,
  finished_in_time = CASE WHEN state IN ('awaiting', 'done') THEN id %% 9 <> 0 END,
  stars = CASE WHEN state = 'done' AND id %% 3 <> 0 THEN 1 + id %% 5 END, reopened = (id %% 25 = 0)::int
FROM (SELECT id AS pk, %(now)s - (%(now)s - created_at) * %(times)s AS at, (%(now)s - created_at) * (1 - %(times)s) AS by
  FROM repairs_request WHERE compound_id = %(compound)s) AS m WHERE r.compound_id = %(compound)s AND r.id = m.pk
"""


def spread() -> dict[str, Any]:
    """Give the seed a year and a city, an officer above it, and count it."""
    from django.db import connection

    from accounts.models import Person
    from oversight.actions.counting import count_anew, count_everything
    from parties import actions as parties
    from tenancy.actions import load_divisions
    from tenancy.actor import system_actor
    from tenancy.models import Area, Compound
    from tenancy.scope import scope

    for n in range(1, 6):
        load_divisions(lines=DIVISIONS.format(n=n).splitlines())
    communities = list(Area.objects.filter(level="community", name__startswith="社区"))
    now = timezone.now()
    compounds = list(Compound.objects.order_by("pk"))
    for place, compound in enumerate(compounds):
        Compound.objects.filter(pk=compound.pk).update(community=communities[place % len(communities)])
        with scope(compound.pk), connection.cursor() as cursor:
            cursor.execute(_SPREAD, {"compound": compound.pk, "now": now, "times": SPREAD})
    bureau = parties.register_organisation(kind="city_bureau", name="永康市住房和城乡建设局")
    parties.assign_area(organisation=bureau, area=Area.objects.get(code="330784"), starts=now.date())
    person = Person.objects.create_person(phone=CITY_PHONE, name="城管", phone_verified=True)
    parties.appoint(
        person=person, organisation=bureau, role="officer", starts=now.date(), basis="任命",
        by=system_actor("bench", ()), now=now,
    )  # fmt: skip
    began = time.perf_counter()
    for compound in compounds:
        with scope(compound.pk):
            count_everything(compound_id=compound.pk, now=now)
    seconds = time.perf_counter() - began
    with scope([compound.pk for compound in compounds]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM oversight_dayfigures), (SELECT count(*) FROM oversight_monthfigures)"
        )
        days, months = cursor.fetchone()
    with scope(compounds[0].pk), connection.cursor() as cursor:
        cursor.execute("UPDATE repairs_request SET stars = stars WHERE id = (SELECT min(id) FROM repairs_request)")
        began = time.perf_counter()
        count_anew(compound_id=compounds[0].pk, now=now)
        again = (time.perf_counter() - began) * 1000
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"seconds": seconds, "days": days, "months": months, "again": again}


def _officer() -> tuple[Any, int]:
    """The officer of the city and their post."""
    from accounts.models import Person
    from parties.models import Post

    person = Person.objects.by_phone(CITY_PHONE)
    if person is None:
        raise RuntimeError("Spread the seed first.")
    return person, Post.objects.get(person=person).pk


TIMES = 40
PAGES = {
    "city": "/figures/?period={year}",
    "street": "/figures/?period={year}&area=330784002",
    "community": "/figures/?period={year}&area=330784002001",
    "compound": "/c/bench0/figures/?period={year}",
    "city, this month": "/figures/",
}


def page(name: str) -> dict[str, Any]:
    """One level through middleware, view and template."""
    from django.conf import settings
    from django.test import Client

    from benchmarks.seed import session_of

    settings.ALLOWED_HOSTS = ["*"]
    person, post = _officer()
    client = Client(headers={"cookie": session_of(person, ("post", post))["cookie"], "accept-language": "zh-CN"})
    path = PAGES[name].format(year=timezone.localdate().year)
    for _ in range(3):
        answer = client.get(path)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return _timed(lambda: client.get(path))


def scan() -> dict[str, Any]:
    """What reading the requests themselves takes, for five of the counts."""
    from django.db import connection

    from tenancy.scope import across_tenants

    query = (
        "SELECT compound_id, count(*), count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE stars >= 4), "
        "count(stars), count(*) FILTER (WHERE finished_in_time) FROM repairs_request "
        "WHERE compound_id = ANY (%s) AND created_at >= %s GROUP BY compound_id"
    )
    with across_tenants(reason="measure") as opened, connection.cursor() as cursor:
        told: list[Any] = [list(opened.compound_ids), timezone.now() - timedelta(days=800)]
        return _timed(lambda: (cursor.execute(query, told), cursor.fetchall()))


def _timed(go: Callable[[], object]) -> dict[str, float]:
    """The median in milliseconds, the processor milliseconds of this process, and how often."""
    walls = []
    used = time.process_time()
    for _ in range(TIMES):
        began = time.perf_counter()
        go()
        walls.append((time.perf_counter() - began) * 1000)
    return {
        "ms": sorted(walls)[TIMES // 2],
        "cpu": (time.process_time() - used) * 1000 / TIMES,
        "times": TIMES,
    }


def export() -> dict[str, Any]:
    """Write every request of every compound into a workbook, as the task does."""
    from oversight.actions.exporting import make_export
    from oversight.models import Export
    from oversight.queries.cases import Question
    from oversight.rules.periods import own_days
    from tenancy.models import Compound
    from tenancy.scope import scope

    person, post = _officer()
    ids = list(Compound.objects.order_by("pk").values_list("pk", flat=True))
    now = timezone.now()
    today = timezone.localdate(now)
    asked = Question("filed", own_days(today - timedelta(days=900), today))
    with scope(ids):
        row = Export.objects.create(
            compound_id=ids[0], compound_ids=ids, question=asked.pairs(), person_id=person.pk, post_id=post,
            requested_at=now, tried_at=now,
        )  # fmt: skip
    began, used = time.perf_counter(), time.process_time()
    with scope(ids):
        made = make_export(export_id=row.pk, now=now)
        if made is None:
            raise RuntimeError("Nothing was exported.")
        size = made.file.bytes
    return {
        "rows": made.rows,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - used,
        "size": size / 1e6,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def report() -> dict[str, Any]:
    """The report of one compound's month with 200 cases: all that the task does, and WeasyPrint alone on the same page."""
    from django.template.loader import get_template
    from django.utils import translation
    from weasyprint import HTML

    from documents import actions, codes, pdf
    from documents.models import IssuedDocument
    from oversight import pdf as monthly
    from oversight.rules.periods import before, month_of
    from tenancy.models import Compound
    from tenancy.scope import scope

    compound = Compound.objects.order_by("pk")[0]
    now = timezone.now()
    target = monthly.target_of(before(month_of(timezone.localdate(now))), None)
    document = IssuedDocument(
        compound_id=compound.pk, kind=monthly.KIND, title=monthly.TITLE, number="2026-000001", target=target,
        check_code=codes.new_code(),
    )  # fmt: skip

    def told() -> dict[str, Any]:
        given = monthly.report_context(compound_id=compound.pk, target=target)
        return {**given, **actions.sheet_context(document)}

    with scope(compound.pk):
        if sum(len(group.cases) for group in told()["groups"]) != monthly.CASES:
            raise RuntimeError("The month has too few cases.")
        pdf.render(monthly.TEMPLATE, told(), now=now)
        with translation.override("zh-hans"):
            html = get_template(monthly.TEMPLATE).render({**told(), "now": now})
        fonts, style = pdf._typesetting()  # noqa: SLF001

        def bare() -> None:
            HTML(string=html, base_url="ours:static/", url_fetcher=pdf._fetcher()).write_pdf(  # noqa: SLF001
                stylesheets=[style], font_config=fonts
            )

        pages = len(HTML(string=html, base_url="ours:static/", url_fetcher=pdf._fetcher()).render().pages)  # noqa: SLF001
        took: dict[str, list[float]] = {"ours": [], "bare": []}
        for turn in range(8):
            order: list[tuple[str, Callable[[], object]]] = [
                ("ours", lambda: pdf.render(monthly.TEMPLATE, told(), now=now)),
                ("bare", bare),
            ]
            for name, go in order if turn % 2 else order[::-1]:
                gc.collect()  # nobody sweeps what the other left
                used = time.process_time()
                go()
                took[name].append(time.process_time() - used)
    return {
        **{name: statistics.median(times) for name, times in took.items()},
        "ratio": statistics.median(one / other for one, other in zip(took["ours"], took["bare"], strict=True)),
        "pages": pages,
    }


def main() -> None:
    """Run one part."""
    django.setup()
    part, *more = sys.argv[1:]
    parts: dict[str, Callable[..., Any]] = {
        "spread": spread,
        "page": page,
        "scan": scan,
        "export": export,
        "report": report,
    }
    found = parts[part](*more)
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
