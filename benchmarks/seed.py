"""Seed the product for the measurements: compounds with their firms and residents by the actions of the pages, requests in bulk.

Runs in a process of its own, under the environment of the served form (``served.environment``).

usage: python -m benchmarks.seed OUT.json [--compounds 50] [--requests 100000]

OUT.json gets the sessions of residents and dispatchers: {"residents": [Session], "dispatchers": [Session]} with Session =
{"cookie", "csrf", "code", "home", "person"}.
"""

import argparse
import json
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

BEGAN = date(2024, 1, 1)
# Of the requests of a compound: as many wait for the firm as the board shows, some for an answer, the others are over.
OPEN, AWAITING = 50, 10
FILERS = 5  # so that each has a full page of own ones, ten of them not over: the most that home shows

_REQUESTS = """
INSERT INTO repairs_request (compound_id, ref, number, category, place, home_id, place_text, words, urgent, wanted_time,
  filed_by_id, filed_as, company_id, worker_id, worker_post, state, created_at, updated_at, opened_at, accepted_at,
  finished_at, closed_at, clock_from, due_at, due_certain, level, reopened, returned_to, stars, comment)
SELECT %(compound)s, left(translate(encode(sha256(('r' || %(compound)s || '-' || g)::bytea), 'base64'), '+/=', '-_x'), 12),
  'BX' || %(year)s || lpad(g::text, 6, '0'),
  (ARRAY['water', 'power', 'lift', 'access', 'leak'])[1 + g %% 5], CASE WHEN g %% 4 = 0 THEN 'public' ELSE 'home' END,
  CASE WHEN g %% 4 = 0 THEN NULL ELSE who.home END, CASE WHEN g %% 4 = 0 THEN '东门岗亭旁' ELSE who.address END,
  '厨房水管漏水,从昨天晚上开始一直在滴,' || g, false, '', who.person, %(label)s, %(company)s,
  CASE WHEN s.state IN ('submitted', 'accepted') THEN NULL ELSE crew.person END,
  CASE WHEN s.state IN ('submitted', 'accepted') THEN NULL ELSE crew.post END, s.state,
  m.at, m.at, m.at, CASE WHEN s.state <> 'submitted' THEN m.at + interval '20 minutes' END,
  CASE WHEN s.state IN ('awaiting', 'done') THEN m.at + interval '5 hours' END,
  CASE WHEN s.state = 'done' THEN m.at + interval '7 hours' END, CASE WHEN s.waits THEN m.at END,
  CASE WHEN s.waits THEN m.at + interval '2 days' END, true, -1, 0, '', CASE WHEN s.state = 'done' THEN 5 END, ''
FROM generate_series(1, %(count)s) AS g
CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - (%(count)s - g) * interval '17 minutes' AS at) AS m
CROSS JOIN LATERAL (SELECT %(count)s - g AS age) AS a
CROSS JOIN LATERAL (SELECT CASE WHEN age < %(open)s THEN (ARRAY['submitted', 'accepted', 'assigned', 'working'])[1 + age %% 4]
  WHEN age < %(open)s + %(awaiting)s THEN 'awaiting' ELSE 'done' END AS state, age < %(open)s AS waits) AS s
JOIN unnest(%(people)s::bigint[], %(homes)s::bigint[], %(addresses)s::text[]) WITH ORDINALITY AS who (person, home, address, n)
  ON who.n = 1 + g %% %(filers)s
JOIN unnest(%(workers)s::bigint[], %(posts)s::bigint[]) WITH ORDINALITY AS crew (person, post, n) ON crew.n = 1 + g %% 4
"""
_EVENTS = """
INSERT INTO repairs_event (compound_id, request_id, action, from_state, to_state, person_id, party, label, note, at)
SELECT compound_id, id, 'file', '', 'submitted', filed_by_id, 'resident', filed_as, '', created_at
FROM repairs_request WHERE compound_id = %(compound)s
"""


def main() -> None:
    """Migrate, seed, write the sessions down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--compounds", type=int, default=50)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tenancy.actions import load_divisions
    from tenancy.models import Area

    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    community = Area.objects.get(code="330784002008")
    found: dict[str, list[dict[str, Any]]] = {"residents": [], "dispatchers": []}
    for number in range(options.compounds):
        residents, dispatcher = fill_compound(number, community, options.requests // options.compounds)
        found["residents"] += residents
        found["dispatchers"].append(dispatcher)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    options.out.write_text(json.dumps(found))


def fill_compound(number: int, community: Any, requests: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One compound with everyone in it; returns the sessions of its residents and of its dispatcher."""
    from django.db import connection

    from accounts.models import Person
    from parties import actions as parties
    from premises import actions as premises
    from premises.models import Entrance
    from tenancy.actions import open_compound
    from tenancy.actor import system_actor
    from tenancy.scope import scope

    now = timezone.now()
    compound = open_compound(code=f"bench{number}", name=f"测量小区{number}", community=community)
    by = system_actor("bench", (compound.pk,))

    def person(place: int, name: str) -> Any:
        return Person.objects.create_person(phone=f"+8619900{number:03d}{place:03d}", name=name, phone_verified=True)

    with scope(compound.pk):
        firm = parties.register_organisation(kind="property_company", name=f"物业{number}", phone="0579-87000000")
        parties.sign_contract(compound=compound, company=firm, starts=BEGAN, ends=None, basis="合同", by=by, now=now)

        def post(place: int, role: str) -> Any:
            return parties.appoint(
                person=person(place, f"{role}{place}"),
                organisation=firm,
                role=role,
                starts=BEGAN,
                basis="任命",
                by=by,
                now=now,
            )

        post(0, "manager")
        desk = post(1, "dispatcher")
        workers = [post(10 + n, "worker") for n in range(4)]
        building = premises.add_building(compound=compound, name="1幢", entrances=["1单元"])
        homes = premises.add_homes(
            compound=compound,
            entrance=Entrance.objects.get(compound=compound, building=building),
            homes=[(f"{floor}01", floor, Decimal("89.1234")) for floor in range(1, FILERS + 1)],
            source="survey",
        )
        people = [person(100 + n, f"居民{n}") for n in range(FILERS)]
        for home, one in zip(homes, people, strict=True):
            premises.record_owner(home=home, name=one.name, person=one, starts=BEGAN, by=by, now=now)
            claim = premises.claim_home(home=home, person=one, relation="owner", starts=BEGAN, by=by, now=now)
            premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=now)
        told: dict[str, Any] = {
            "compound": compound.pk,
            "year": now.year,
            "company": firm.pk,
            "label": f"{compound.name} 居民",
            "people": [one.pk for one in people],
            "homes": [home.pk for home in homes],
            "addresses": [home.address for home in homes],
            "workers": [one.person_id for one in workers],
            "posts": [one.pk for one in workers],
            "count": requests,
            "filers": FILERS,
            "open": OPEN,
            "awaiting": AWAITING,
            "now": now - timedelta(minutes=5),
        }
        with connection.cursor() as cursor:
            cursor.execute(_REQUESTS, told)
            cursor.execute(_EVENTS, told)
            cursor.execute(
                "INSERT INTO repairs_counter (compound_id, year, last) VALUES (%(compound)s, %(year)s, %(count)s)", told
            )
    return (
        [
            {**session_of(one, ("home", compound.pk)), "code": compound.code, "home": home.pk, "person": one.pk}
            for home, one in zip(homes, people, strict=True)
        ],
        {**session_of(desk.person, ("post", desk.pk)), "code": compound.code, "home": 0, "person": desk.person_id},
    )


def session_of(person: Any, standing: tuple[str, int], **kept: Any) -> dict[str, str]:
    """Sign a person in as the pages leave them: session row and cache, a chosen standing, a CSRF token; ``kept`` beside them."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
    from django.utils.crypto import get_random_string

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["standing"] = list(standing)
    # The second factor of staff counts as checked a moment ago, as it does for ten minutes after each check.
    session["second_factor_checked_at"] = int(timezone.now().timestamp()) + 7 * 24 * 3600
    session.update(kept)
    session.save()
    token = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}",
        "csrf": token,
    }


if __name__ == "__main__":
    main()
