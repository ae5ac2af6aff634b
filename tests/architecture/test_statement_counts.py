"""No list reads more for thirty rows than for one: a literal number of statements, equal at both, nothing from the cache.

A new page fails ``test_every_page_is_counted_or_shows_no_list`` until it is in one table of ``tests.architecture.pages``.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import own_data
from accounts.entry import STEP_UP_SESSION_KEY
from accounts.models import Person
from live.actions import announce
from parties import actions as parties
from parties.models import Organisation
from premises import actions as premises
from premises.models import Entrance
from repairs.models import Event, Request
from tenancy.actions import open_compound
from tenancy.models import Area
from tenancy.scope import scope
from tests.architecture.pages import COUNTED, NO_LIST
from tests.repairs.conftest import bring_to, file_one
from tests.repairs.test_board import copies
from tests.residency.conftest import poster
from tests.world import BEGAN, MADE_AT, World

TESTS = Path(__file__).resolve().parents[1]
TESTS = Path(__file__).resolve().parents[1]
# Makes rows; returns the address where it depends on them.
Fill = Callable[[World, range], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One page: its URL's name, who opens it, how rows come about, a text that each of them shows, and what it costs."""

    name: str
    who: str
    fill: Fill
    shows: str
    statements: int
    address: str = ""
    most: int = 30


# --- how rows come about ------------------------------------------------------------------------------------------------


def requests_in(state: str) -> Fill:
    def fill(world: World, numbers: range) -> str | None:
        copies(world.here, bring_to(world.here, state, now=timezone.now() - timedelta(days=1)), len(numbers) - 1)
        return None

    return fill


def events_of_one(world: World, numbers: range) -> None:
    with scope(world.here.compound.pk):
        known = Request.objects.first()
    request = known or file_one(world.here)
    with scope(world.here.compound.pk):
        Request.objects.update(ref="theone")
        Event.objects.bulk_create(
            Event(
                compound=world.here.compound,
                request=request,
                action="urge",
                to_state="submitted",
                person_id=1,
                party="resident",
                label="居民",
                at=timezone.now(),
            )
            for _ in numbers
        )


def own_homes(world: World, numbers: range) -> None:
    side = world.here
    by = side.actor("manager")
    with scope(side.compound.pk):
        homes = premises.add_homes(
            compound=side.compound,
            entrance=Entrance.objects.filter(name="2单元").get(),
            homes=[(f"9{n:02}", 9, Decimal("89.1234")) for n in numbers],
            source="survey",
        )
        for home in homes:
            claim = premises.claim_home(
                home=home, person=side.people["resident"], relation="owner", starts=BEGAN, by=by, now=MADE_AT
            )
            premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=MADE_AT)


def _committee_member(world: World, person: Person, committee: Organisation) -> None:
    parties.appoint(
        person=person,
        organisation=committee,
        role="member",
        starts=BEGAN,
        basis="选举",
        by=world.here.actor("chair"),
        now=MADE_AT,
    )


def posts_of_one_person(world: World, numbers: range) -> None:
    with scope(world.here.compound.pk):
        for n in numbers:
            committee = parties.register_organisation(kind="owners_committee", name=f"第{n}期业委会")
            _committee_member(world, world.here.people["resident"], committee)


def holders_in_the_compound(world: World, numbers: range) -> None:
    committee = Organisation.objects.get(name=f"{world.here.compound.name}业委会")
    with scope(world.here.compound.pk):
        for n in numbers:
            person = Person.objects.create_person(phone=f"+86199009{n:05}", name=f"新委员{n}")
            _committee_member(world, person, committee)


def compounds(_world: World, numbers: range) -> None:
    community = Area.objects.get(code="330784002008")
    for n in numbers:
        open_compound(code=f"more{n}", name=f"第{n}小区", community=community)


def sessions(world: World, numbers: range) -> None:
    keys = [f"session-{n}" for n in numbers]
    tomorrow = timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(Session(session_key=key, session_data="", expire_date=tomorrow) for key in keys)
    UserSession.objects.bulk_create(
        UserSession(user=world.here.people["resident"], ip="127.0.0.1", user_agent="Chrome", session_key=key)
        for key in keys
    )


def outside_accounts(world: World, numbers: range) -> None:
    SocialAccount.objects.bulk_create(
        SocialAccount(user=world.here.people["resident"], provider="weixin", uid=f"uid-{n}", extra_data={})
        for n in numbers
    )


def passkeys(world: World, numbers: range) -> None:
    Authenticator.objects.bulk_create(
        Authenticator(user=world.here.people["resident"], type="webauthn", data={"name": f"钥匙{n}", "credential": {}})
        for n in numbers
    )


def everything_of_a_person(world: World, numbers: range) -> None:
    for fill in (requests_in("submitted"), own_homes, posts_of_one_person, sessions, outside_accounts, passkeys):
        fill(world, numbers)


def live_events(world: World, numbers: range) -> None:
    with scope(world.here.compound.pk):
        for n in numbers:
            announce(
                compound_id=world.here.compound.pk,
                topic="repairs.board",
                kind="changed",
                payload={"n": n},
                now=timezone.now(),
            )


def rooms(world: World, numbers: range) -> str:
    side = world.here
    made = poster(side)
    with scope(side.compound.pk):
        entrance = Entrance.objects.get(pk=made.entrance_id)
        homes = [(f"9{n:02}", 9, Decimal("89.1234")) for n in numbers]
        premises.add_homes(compound=side.compound, entrance=entrance, homes=homes, source="survey")
    return f"/join/{made.code}/"


def workers(world: World, numbers: range) -> None:
    with scope(world.here.compound.pk):
        for n in numbers:
            parties.appoint(
                person=Person.objects.create_person(phone=f"+86199008{n:05}", name=f"新师傅{n}"),
                organisation=world.here.posts["worker"].organisation,
                role="worker",
                starts=BEGAN,
                basis="入职",
                by=world.here.actor("manager"),
                now=MADE_AT,
            )


CASES = (
    Case("usersessions_list", "resident", sessions, "Chrome", 10),
    Case("socialaccount_connections", "resident", outside_accounts, "解除关联", 9),
    Case("mfa_list_webauthn", "resident", passkeys, "钥匙", 9),
    Case("live_catch_up", "manager", live_events, '"seq"', 9, "/live/catch-up/?topic=here/repairs.board&after=0"),
    Case("repairs_new", "resident", own_homes, "1幢2单元9", 8, "/c/here/repairs/new/"),
    Case("repairs_today_rows", "worker", requests_in("assigned"), "row-link", 9, "/c/here/today/rows/"),
    Case("repairs_watch", "chair", requests_in("awaiting"), "row-link", 10, "/c/here/watch/?list=awaiting"),
    Case("api_repairs_request", "manager", events_of_one, '"urge"', 11, "/api/v1/compounds/here/repairs/theone/"),
    # With the two that are there: from thirty-one on it shows areas first (tests/portal/test_overview.py).
    Case("overview", "city", compounds, "?list=late", 10, "/overview/", most=28),
    Case("parties", "resident", holders_in_the_compound, "新委员", 10, "/c/here/parties/"),
    Case("residency_claim", "neighbour", rooms, 'tile-label">9', 12),
    Case("duty_new", "manager", workers, "新师傅", 10, "/c/here/duty/new/"),
    Case("standing", "resident", posts_of_one_person, "期业委会", 16, "/standing/"),
)

# What each app reads for a person's own copy, the scopes that it opens included; of others only that it does not grow.
OWN_COPY = {"account": 5, "homes": 3, "messages": 4, "posts": 1, "register": 12, "repairs": 12}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_list_takes_the_same_statements_at_one_row_and_at_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], case: Case
) -> None:
    client = sign_in(world.here, case.who)
    session = client.session
    session[STEP_UP_SESSION_KEY] = [world.here.people[case.who].pk, timezone.now().timestamp()]
    session.save()
    shown: list[int] = []
    for numbers in (range(1), range(1, case.most)):
        address = case.fill(world, numbers) or case.address or reverse(case.name)
        assert client.get(address).status_code == 200  # what a process reads once is read
        cache.clear()  # the session too is read from its table
        with statements() as seen:
            answer = client.get(address)
        assert answer.status_code == 200
        shown.append(answer.content.decode().count(case.shows))
        assert len(seen) == case.statements, "\n".join(query["sql"][:160] for query in seen)
    assert shown[1] - shown[0] >= case.most - 1, "the rows are not on the page"


def test_a_persons_own_copy_takes_the_same_statements(world: World, statements: Callable[[], Any]) -> None:
    person = world.here.people["resident"]
    taken: list[dict[str, int]] = []
    for numbers in (range(1), range(1, 30)):
        everything_of_a_person(world, numbers)
        counts = {}
        with scope(world.here.compound.pk):
            for name, give in own_data._exports.items():
                with statements() as seen:
                    give(person)
                counts[name] = len(seen)
        taken.append(counts)
    assert taken[0] == taken[1]
    assert {name: taken[0][name] for name in OWN_COPY} == OWN_COPY


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"
        else:
            yield from _names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


def test_every_page_is_counted_or_shows_no_list() -> None:
    told = [*(case.name for case in CASES), *COUNTED, *NO_LIST.split()]
    assert [name for name in told if told.count(name) > 1] == []
    pages = set(_names(get_resolver()))
    assert sorted(pages - set(told)) == [], (
        "say in tests/architecture/pages.py where they are counted, or that they show no list"
    )
    assert sorted(set(told) - pages) == [], "pages that are not there any more"


@pytest.mark.parametrize("where", sorted(set(COUNTED.values())))
def test_the_named_test_counts(where: str) -> None:
    """It is there, takes ``statements``, and compares with ``==`` how many it saw."""
    file, name = where.split("::")
    found = next(
        node
        for node in ast.parse((TESTS / file).read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    assert "statements" in {argument.arg for argument in found.args.args}
    compared = [
        ast.unparse(node)
        for node in ast.walk(found)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)
    ]
    assert any(word in text for text in compared for word in ("len(seen)", "taken[0]", "counts"))
