"""The pages of return visits, and the lists of what ended without its filer's word."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from repairs.actions import returns, visits
from repairs.models import Event, Request, ReturnVisit
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

PAGE = "/c/here/visits/"
ENDINGS = "/c/here/endings/"
JUNE = date(2026, 6, 1)
JULY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
COMMUNITY = {"secretary", "officer"}
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(JULY, tick=False):
        yield


def form(**given: Any) -> dict[str, Any]:
    """A posted form with a key of its own."""
    return {"idempotency_key": secrets.token_urlsafe(24), "month": "2026-06", **given}


def drawn(side: Side) -> list[ReturnVisit]:
    """June's sample."""
    with scope(side.compound.pk):
        return visits.draw(compound_id=side.compound.pk, month=JUNE, by=side.actor("officer"), now=JULY)


def visit_of(side: Side, state: str = "done", **given: Any) -> ReturnVisit:
    """The one visit of June."""
    bring_to(side, state, **given)
    (visit,) = drawn(side)
    return visit


def many(side: Side, of: ReturnVisit, number: int) -> None:
    """As many more visits like this one, each of a request of its own."""
    with scope(side.compound.pk):
        for index in range(number):
            row = Request.objects.get(pk=of.request_id)
            row.pk, row.ref, row.number = None, f"more{of.pk}-{index}", f"M{of.pk}-{index}"
            row.save()
            ReturnVisit.objects.create(compound=side.compound, request=row, month=of.month, drawn_at=JULY)


# --- who opens what -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_visits_are_the_communitys_and_endings_of_who_oversees(world: World, sign_in: SignIn, who: str) -> None:
    visit = visit_of(world.here)
    foreign = visit_of(world.there, words=CANARY, place_text=CANARY)
    client = sign_in(world.here, who)
    answer = client.get(PAGE)
    assert (answer.status_code == 200) is (who in COMMUNITY)
    for address in (f"{PAGE}draw/", f"{PAGE}{visit.pk}/", f"{PAGE}{visit.pk}/reveal/"):
        assert (client.post(address, form()).status_code == 403) is (who not in COMMUNITY)
    if who in COMMUNITY:
        assert CANARY not in answer.content.decode()
        for absent in (foreign.pk, 2**40):
            assert client.post(f"{PAGE}{absent}/", form(outcome="good")).status_code == 404
            assert client.post(f"{PAGE}{absent}/", form()).status_code == 404
            assert client.post(f"{PAGE}{absent}/reveal/").status_code == 404
    seen = client.get(ENDINGS).status_code
    assert (seen == 200) is (who in {*COMMUNITY, "chair", "member", "street", "city"})
    watch = client.get("/c/here/watch/")
    if watch.status_code == 200:
        assert (f'href="{ENDINGS}"' in watch.content.decode()) is (seen == 200)


def test_the_communitys_tabs_lead_there(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.here, "officer")

    def active(address: str) -> set[str]:
        text = client.get(address).content.decode()
        return set(re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', text))

    assert f'href="{PAGE}"' in client.get("/c/here/watch/").content.decode()
    assert active(PAGE) == {PAGE}
    assert "/c/here/repairs/new/" in active("/c/here/repairs/new/")
    assert "/c/here/watch/" not in active("/c/here/repairs/new/")
    assert "/c/here/watch/" in active(f"{ENDINGS}?list=forced")


# --- drawing ------------------------------------------------------------------------------------------------------------------
def test_a_month_is_drawn_by_hand_and_shown_with_its_progress(world: World, sign_in: SignIn) -> None:
    side = world.here
    for state in ("done", "closed", "awaiting"):
        bring_to(side, state)
    client = sign_in(side, "officer")
    text = client.get(PAGE).content.decode()
    assert "2026年6月办结报修的回访" in text
    assert "这个月办结 3 件，还没有抽。" in text
    assert client.post(f"{PAGE}draw/", form())["location"] == f"{PAGE}?month=2026-06"
    text = client.get(PAGE).content.decode()
    assert "3 件中 0 件已回访" in text
    assert text.count("记结果") == 3
    with scope(side.compound.pk):
        assert ReturnVisit.objects.count() == 3


def test_months_without_anything_or_not_over_say_so(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.here, "officer")
    assert "这个月没有办结的报修，不用回访" in client.get(PAGE).content.decode()
    assert "这个月还没过完" in client.get(f"{PAGE}?month=2026-07").content.decode()
    for nonsense in ("x", "2026-13", "0001-01", "2026-06-01"):
        assert "2026年6月" in client.get(PAGE, {"month": nonsense}).content.decode()
    refused = client.post(f"{PAGE}draw/", form(month="2026-07"))
    assert refused.status_code == 422
    assert "这个月还没过完，下个月再抽。" in refused.content.decode()
    with scope(world.here.compound.pk):
        assert not ReturnVisit.objects.exists()


# --- recording ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "kept"), [("good", ("solved", True)), ("poor", ("solved", False)), ("unreached", ("unreached", None))]
)
def test_a_result_is_one_tap(world: World, sign_in: SignIn, outcome: str, kept: tuple[str, bool | None]) -> None:
    visit = visit_of(world.here)
    client = sign_in(world.here, "officer")
    posted = form(outcome=outcome, note="")
    for _ in range(2):  # a double tap
        answer = client.post(f"{PAGE}{visit.pk}/", posted)
        assert answer["location"] == f"{PAGE}?month=2026-06"
    with scope(world.here.compound.pk):
        found = ReturnVisit.objects.get()
        assert (found.result, found.satisfied) == kept
        assert Event.objects.filter(action="visit").count() == 1
    text = client.get(PAGE).content.decode()
    done = outcome != "unreached"
    assert f"1 件中 {int(done)} 件已回访" in text
    assert ("记结果" in text) is not done
    if done:
        assert ("不满意" in text.split("已回访的")[-1]) is (outcome == "poor")
        late = client.post(f"{PAGE}{visit.pk}/", form(outcome="good"))
        assert late.status_code == 409


def test_what_is_not_solved_needs_a_word_and_reopens(world: World, sign_in: SignIn) -> None:
    visit = visit_of(world.here)
    client = sign_in(world.here, "secretary")
    for given, words in (
        ({"outcome": "unsolved"}, "没解决的，请写明哪里没修好"),
        ({"outcome": ""}, "请选择回访结果"),
        ({"outcome": "moon"}, "请选择回访结果"),
        ({"outcome": "good", "note": "长" * 501}, "写得太长了，最多 500 字"),
    ):
        answer = client.post(f"{PAGE}{visit.pk}/", form(**given))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert words in text
        assert re.search(r'<details class="fold" open>', text)
    with scope(world.here.compound.pk):
        assert ReturnVisit.objects.get().result == ""
    assert client.post(f"{PAGE}{visit.pk}/", form(outcome="unsolved", note="还在滴水")).status_code == 302
    with scope(world.here.compound.pk):
        assert Request.objects.get(pk=visit.request_id).state == "accepted"
    assert "还在滴水" in client.get(PAGE).content.decode()


def test_nothing_is_kept_when_something_fails(world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visit_of(world.here)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr("idempotency.posting.settle", broken)
    client = sign_in(world.here, "officer")
    client.raise_request_exception = False
    assert client.post(f"{PAGE}{visit.pk}/", form(outcome="good")).status_code == 500
    with scope(world.here.compound.pk):
        assert ReturnVisit.objects.get().result == ""


# --- the number ---------------------------------------------------------------------------------------------------------------
def test_the_number_is_masked_until_it_is_asked_for_and_the_look_is_recorded(world: World, sign_in: SignIn) -> None:
    side = world.here
    visit = visit_of(side)
    phone = side.people["resident"].phone
    client = sign_in(side, "officer")
    page = client.get(PAGE).content.decode()
    assert phone.removeprefix("+86") not in page
    assert "r*" in page  # the name is masked as well
    shown = client.post(f"{PAGE}{visit.pk}/reveal/", form())
    assert phone in shown.content.decode()
    part = client.post(f"{PAGE}{visit.pk}/reveal/", headers={"HX-Request": "true"})
    assert phone in part.content.decode()
    assert "<html" not in part.content.decode()
    with scope(side.compound.pk):
        assert Entry.objects.filter(verb="reveal").count() == 2
    assert phone not in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{visit.pk}/", form(outcome="good"))
    late = client.post(f"{PAGE}{visit.pk}/reveal/", form())
    assert late.status_code == 409
    assert phone not in late.content.decode()


def test_who_has_no_account_is_called_by_their_own_number(world: World, sign_in: SignIn) -> None:
    side = world.here
    from repairs.actions import filing

    behalf = filing.Behalf(name="李奶奶", phone="13800138000", consent="本人电话里同意")
    with time_machine.travel(NOW, tick=False), scope(side.compound.pk):
        draft = filing.Draft("water", "home", "漏水", home_id=side.homes[2].pk, behalf=behalf)
        made = filing.file_request(compound=side.compound, draft=draft, photos=[], by=side.actor("dispatcher"), now=NOW)
        Request.objects.filter(pk=made.pk).update(state="done", closed_at=NOW, finished_at=NOW, due_at=None)
    (visit,) = drawn(side)
    client = sign_in(side, "officer")
    assert "李**" in client.get(PAGE).content.decode()
    assert "+8613800138000" in client.post(f"{PAGE}{visit.pk}/reveal/", form()).content.decode()


# --- what ended without its filer's word --------------------------------------------------------------------------------------
def test_each_ending_is_listed_with_why_who_and_when(world: World, sign_in: SignIn) -> None:
    side = world.here
    forced = bring_to(side, "closed", place="public", home_id=None, place_text="东门 13812345678")
    bring_to(world.there, "closed", words=CANARY)
    waiting, upheld, denied = (bring_to(side, "returned") for _ in range(3))
    common = {"compound_id": side.compound.pk, "by": side.actor("officer"), "now": NOW + timedelta(hours=1)}
    with scope(side.compound.pk):
        returns.uphold(ref=upheld.ref, note="确是水务的管道", **common)
        returns.deny(ref=denied.ref, reason="在户内，归物业", **common)
    client = sign_in(side, "officer")
    for name, one, words in (
        ("forced", forced, ("联系不上", "manager", "东门 138****5678")),
        ("waiting", waiting, ("属于水务公司", "水务公司", "manager")),
        ("upheld", upheld, ("确是水务的管道", "officer", "水务公司")),
        ("denied", denied, ("在户内，归物业", "officer")),
    ):
        text = client.get(f"{ENDINGS}?list={name}").content.decode()
        assert re.findall(r'href="/c/here/repairs/([\w-]+)/"', text.split("<main")[1].split("</main>")[0]) == [one.ref]
        for word in words:
            assert word in text, (name, word)
        assert CANARY not in text
    assert "等社区认定的退回" in client.get(ENDINGS).content.decode()
    assert client.get(f"{ENDINGS}?list=moon").status_code == 404


def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: SignIn, statements: Callable[[], Any]
) -> None:
    side = world.here
    visit = visit_of(side, "closed")
    client = sign_in(side, "officer")
    counts = []
    for more in (0, 29):
        many(side, visit, more)
        with scope(side.compound.pk):
            event = Event.objects.get(action="force_close", request_id=visit.request_id)
            Event.objects.bulk_create(
                Event(
                    compound=side.compound,
                    request_id=event.request_id,
                    **{
                        name: getattr(event, name)
                        for name in ("action", "to_state", "person_id", "party", "label", "at")
                    },
                )
                for _ in range(more)
            )
        taken = []
        for address in (PAGE, f"{ENDINGS}?list=forced", f"{ENDINGS}?list=waiting"):
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            taken.append(len(seen))
        counts.append(taken)
    assert counts[0] == counts[1] == [9, 9, 9]
