"""Who countersigns what: the page of a compound's rules. And what is pinned from the editor."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Entry
from idempotency.forms import fresh_key
from notices import actions
from notices.actions.keeping import set_rule
from notices.models import ApprovalRule
from notices.rules.chain import DEFAULTS
from notices.words import GROUNDS
from tenancy.scope import scope
from tests.notices.conftest import NOW, draft_of, fresh, submitted, written
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

RULES = "/c/here/notices/rules/"
SETS = {"secretary", "officer", "chair"}
RULES_STATEMENTS = 9
GIVEN = {
    "kind": "",
    "matter": "parking",
    "speaker": "company",
    "first": "committee",
    "second": "community",
    "third": "",
}


def post(client: Client, path: str, **given: Any) -> Any:
    return client.post(path, {**given, "idempotency_key": fresh_key()})


def put(side: Side, n: int) -> ApprovalRule:
    """One more version of the same rule."""
    return set_rule(
        compound_id=side.compound.pk, kind="", matter="parking", speaker="company", sides=("committee",),
        ground=f"第{n}次", by=side.actor("chair", NOW.date()), now=NOW + timedelta(minutes=n),
    )  # fmt: skip


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_sees_and_who_sets(world: World, sign_in: Callable[..., Client], who: str) -> None:
    client = sign_in(world.here, who)
    staff = who not in {*RESIDENTS, "worker", "worker2"}
    answer = client.get(RULES)
    assert answer.status_code == (200 if staff else 403)
    if staff:
        assert ("定一条" in answer.content.decode()) == (who in SETS)
        tried = post(client, RULES, **GIVEN, ground="业主大会")
        assert tried.status_code == (302 if who in SETS else 403)
    with scope(world.here.compound.pk):
        assert ApprovalRule.objects.count() == (who in SETS)


def test_a_rule_is_set_replaced_and_ended(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "chair")
    page = client.get(RULES).content.decode()
    assert "还没有，都按默认的办" in page
    assert page.count("?copy=") == len(DEFAULTS)
    assert post(client, RULES, **GIVEN, ground="2026 年决定").url == RULES
    assert "停车 · 物业发布的" in client.get(RULES).content.decode()
    waits = submitted(world.here, "manager", matter="parking")
    assert waits.state == "awaiting"
    assert post(client, RULES, **{**GIVEN, "first": "", "second": ""}, ground="改成不用").url == RULES
    page = client.get(RULES).content.decode()
    assert "以前的规则" in page
    assert "2026 年决定" in page
    assert submitted(world.here, "manager", matter="parking").state == "published"
    with scope(world.here.compound.pk):
        held = ApprovalRule.objects.get(ended_at__isnull=True)
        assert Entry.objects.filter(verb="notices.rule").count() == 2
    assert post(client, f"{RULES}{held.pk}/end/").url == RULES
    assert post(client, f"{RULES}{held.pk}/end/").url == RULES  # once more is nothing
    with scope(world.here.compound.pk):
        assert not ApprovalRule.objects.filter(ended_at__isnull=True).exists()
        assert Entry.objects.filter(verb="notices.end_rule").count() == 1


def test_a_default_is_taken_over(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "chair")
    page = client.get(f"{RULES}?copy=0").content.decode()
    assert '<option value="property_fee" selected>' in page
    for odd in ("99", "x", "²", "1000000000000"):
        assert client.get(f"{RULES}?copy={odd}").status_code == 200
    post(
        client,
        RULES,
        kind="",
        matter="property_fee",
        speaker="company",
        first="committee",
        second="",
        third="",
        ground="自定",
    )
    assert "已由本小区的代替" in client.get(RULES).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ground": ""}, "请写明依据"),
        ({"ground": "长" * 201}, "写得太长了"),
        ({"matter": "moon"}, "moon"),
        ({"first": "king"}, "king"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    world: World, sign_in: Callable[..., Client], given: dict[str, str], words: str
) -> None:
    answer = post(sign_in(world.here, "officer"), RULES, **{**GIVEN, "ground": "有", **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_next_compounds_are_not_there(world: World, sign_in: Callable[..., Client]) -> None:
    with scope(world.there.compound.pk):
        theirs = set_rule(
            compound_id=world.there.compound.pk, kind="", matter="parking", speaker="", sides=(), ground=CANARY,
            by=world.there.actor("chair", NOW.date()), now=NOW,
        )  # fmt: skip
    client = sign_in(world.here, "chair")
    assert CANARY not in client.get(RULES).content.decode()
    assert post(client, f"{RULES}{theirs.pk}/end/").status_code == 404
    assert client.get("/c/there/notices/rules/").status_code == 404


def test_every_default_has_its_ground() -> None:
    assert {(one.kind, one.matter, one.speaker) for one in DEFAULTS} == GROUNDS.keys()


def test_the_page_costs_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    client = sign_in(world.here, "chair")
    counts = []
    for more, total in ((1, 0), (30, 30)):
        with scope(world.here.compound.pk):
            for n in range(more):
                put(world.here, total + n)
        client.get(RULES)
        with statements() as seen:
            page = client.get(RULES).content.decode()
        assert page.count("–") >= total
        counts.append(len(seen))
    assert counts == [RULES_STATEMENTS, RULES_STATEMENTS]


def test_what_is_pinned_in_the_editor_is_on_top_when_it_is_out(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "officer")
    given = {"kind": "notice", "matter": "general", "title": "置顶的", "source": "正文", "pinned": "on", "submit": "1"}
    assert post(client, "/c/here/notices/new/", **given).status_code == 302
    submitted(world.here, "officer", title="后发的", now=NOW + timedelta(minutes=1))
    page = client.get("/c/here/notices/rows/").content.decode()
    assert page.index("置顶的") < page.index("后发的")


def test_a_draft_may_be_pinned_and_let_go_again(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = written(side, "officer", pinned=True)
    assert made.pinned_at == NOW
    client = sign_in(side, "officer")
    assert re.search(
        r'<input[^>]*name="pinned"[^>]* checked', client.get(f"/c/here/notices/{made.ref}/edit/").content.decode()
    )
    by = side.actor("officer", NOW.date())
    with scope(side.compound.pk):
        actions.revise(compound_id=made.compound_id, ref=made.ref, draft=draft_of(), by=by, now=NOW)
    assert fresh(made).pinned_at is None
    later = NOW + timedelta(days=1)
    with scope(side.compound.pk):
        actions.revise(compound_id=made.compound_id, ref=made.ref, draft=draft_of(pinned=True), by=by, now=NOW)
        actions.submit(compound_id=made.compound_id, ref=made.ref, by=by, now=later)
    assert fresh(made).pinned_at == later
