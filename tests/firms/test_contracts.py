"""Firms and contracts by page: entering, changing, ending, copies, and two at once."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections

from audit.models import Entry
from documents.models import StoredFile
from firms.actions.change import FirmRefused
from firms.actions.firms import enter_contract, register_firm
from firms.models import Listing
from firms.words import REFUSALS, refusal_text
from idempotency.actions import KeyMalformed, KeyReused
from messaging.models import Message
from parties.models import Contract, Organisation
from tenancy.actions import open_compound
from tenancy.models import Compound
from tenancy.scope import scope
from tests.firms.conftest import CODE, NOW, TODAY, contract_of, firm_of, jpeg, pdf, post
from tests.world import World, load

DAY = timedelta(days=1)
NEW = {"name": "新到物业有限公司", "credit_code": CODE, "phone": ""}


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def register(world: World, by: str = "city", **given: str) -> Organisation:
    actor = world.here.actor(by)
    with scope(actor.compound_ids):
        return register_firm(**{**NEW, **given}, by=actor, now=NOW)


def second_compound(world: World) -> Compound:
    """One more in the same community, without a firm."""
    return open_compound(code="third", name="小区3", community=world.here.compound.community)


# --- firms ------------------------------------------------------------------------------------------------------------
def test_a_firm_is_registered_changed_and_both_are_in_the_chain(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "city")
    answer = post(client, "/firms/new/", NEW)
    made = Organisation.objects.get(credit_code=CODE)
    assert answer.url == f"/firms/{made.pk}/"
    assert list(Listing.objects.filter(firm=made).values_list("area__code", flat=True)) == ["330784"]
    path = f"/firms/{made.pk}/edit/"
    same = post(client, path, NEW)
    assert same.status_code == 409
    assert "没有改动" in same.content.decode()
    assert post(client, path, {**NEW, "phone": "0579-87180009"}).status_code == 302
    scope_of = world.here.actor("city").compound_ids
    with scope(scope_of):
        entries = list(Entry.objects.filter(target=f"parties.organisation:{made.pk}").order_by("seq"))
    # A firm without a compound yet leaves its entries in the first chain of the scope.
    assert [(one.compound_id, one.verb) for one in entries] == [
        (min(scope_of), "firms.register"),
        (min(scope_of), "firms.change"),
    ]
    assert entries[1].changes == {"phone": ["", "0579-87180009"]}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "请写企业全称。"),
        ({"name": "字"}, "2 到 80 个字"),
        ({"name": "和美物业"}, "已经有一个单位叫这个名字"),
        ({"name": "小区1业委会"}, "已经有一个单位叫这个名字"),
        ({"credit_code": "123"}, "18 位"),
        ({"credit_code": CODE[:17] + "0"}, "校验位不对"),
        ({"credit_code": "I" * 18}, "不含 I、O、S、V、Z"),
        ({"phone": "值班室"}, "电话不对"),
    ],
)
def test_what_a_firm_is_refused_for(world: World, sign_in: Any, given: dict[str, str], words: str) -> None:
    answer = post(sign_in(world.here, "street"), "/firms/new/", {**NEW, **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Organisation.objects.filter(credit_code=CODE).exists()


def test_a_firm_of_another_place_is_listed_by_its_code_and_name(world: World) -> None:
    there = world.there.actor("street")
    with scope(there.compound_ids):
        made = register_firm(**NEW, by=there, now=NOW)
    with pytest.raises(FirmRefused, match="other_name"):
        register(world, by="street", name="别的名字")
    assert register(world, by="street").pk == made.pk
    with pytest.raises(FirmRefused, match="listed"):
        register(world, by="street")
    assert Organisation.objects.filter(credit_code=CODE).count() == 1


def test_two_firms_cannot_have_one_code(world: World, sign_in: Any) -> None:
    register(world)
    client = sign_in(world.here, "city")
    answer = post(client, f"/firms/{firm_of(world.here)}/edit/", {**NEW, "name": "和美物业"})
    assert answer.status_code == 422
    assert "另一个单位的" in answer.content.decode()


@pytest.mark.parametrize("role", ["manager", "chair", "officer", "worker", "resident"])
def test_only_offices_write_the_register(world: World, sign_in: Any, role: str) -> None:
    client, firm, found = sign_in(world.here, role), firm_of(world.here), contract_of(world.here)
    for path in (
        "/firms/new/",
        f"/firms/{firm}/edit/",
        f"/firms/{firm}/contracts/new/",
        f"/c/here/contracts/{found.pk}/end/",
        f"/c/here/contracts/{found.pk}/copy/",
    ):
        assert post(client, path, NEW).status_code == 403, path


# --- contracts --------------------------------------------------------------------------------------------------------
def contract_form(compound: int, **given: Any) -> dict[str, Any]:
    return {"compound": compound, "starts": str(TODAY), "ends": "", "number": "WY-1", "basis": "业主大会决定", **given}


def test_a_contract_with_its_copy(world: World, sign_in: Any) -> None:
    made, compound = register(world), second_compound(world)
    client = sign_in(world.here, "city")
    answer = post(client, f"/firms/{made.pk}/contracts/new/", contract_form(compound.pk, copy=pdf(), ends="2029-06-01"))
    assert answer.url == f"/firms/{made.pk}/"
    with scope(compound.pk):
        found = Contract.objects.get(compound=compound)
        kept = StoredFile.objects.get(compound=compound, purpose="firms.contract")
        entry = Entry.objects.get(compound=compound, verb="parties.sign_contract")
    assert (found.company_id, found.starts, found.ends, found.number) == (made.pk, TODAY, date(2029, 6, 1), "WY-1")
    assert entry.changes["company"] == [None, "新到物业有限公司"]
    page = client.get(f"/c/third/contracts/{found.pk}/").content.decode()
    assert f"/c/third/files/{kept.ref}/" in page
    # Whoever reads the contract reads the copy; nobody else.
    for role, status in (("city", 200), ("street", 200), ("officer", 200), ("chair", 404), ("manager", 404)):
        assert sign_in(world.here, role).get(f"/c/third/files/{kept.ref}/").status_code == status, role


def test_the_copy_of_the_own_contract_is_for_the_three_parties(world: World, sign_in: Any) -> None:
    found, client = contract_of(world.here), sign_in(world.here, "street")
    path = f"/c/here/contracts/{found.pk}/copy/"
    assert post(client, path, {"copy": jpeg()}).status_code == 302
    for wrong, words in (
        ({}, "请选择照片或 PDF"),
        ({"copy": bad_file()}, "这种文件不能用"),
    ):
        answer = post(client, path, wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    with scope(world.here.compound.pk):
        (kept,) = StoredFile.objects.filter(compound=world.here.compound, purpose="firms.contract")
    for role, status in (
        ("manager", 200), ("chair", 200), ("member", 200), ("officer", 200), ("worker", 404), ("resident", 404),
    ):  # fmt: skip
        assert sign_in(world.here, role).get(f"/c/here/files/{kept.ref}/").status_code == status, role


def bad_file() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("x.jpg", b"<html><script>alert(1)</script>", "image/jpeg")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"compound": ""}, "请从列表里选一项。"),
        ({"compound": "999999"}, "请从列表里选一项。"),
        ({"starts": ""}, "请选择日期。"),
        ({"starts": "1900-01-01"}, "开始日期不对"),
        ({"ends": "2026-05-01"}, "结束不能早于开始"),
        ({"ends": "2199-05-01"}, "结束日期不对"),
        ({"basis": ""}, "请写依据。"),
    ],
)
def test_what_a_contract_is_refused_for(world: World, sign_in: Any, given: dict[str, Any], words: str) -> None:
    made, compound = register(world), second_compound(world)
    answer = post(
        sign_in(world.here, "city"),
        f"/firms/{made.pk}/contracts/new/",
        {**contract_form(compound.pk), **given},
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with scope(compound.pk):
        assert not Contract.objects.filter(compound=compound).exists()


def test_a_second_firm_is_refused_with_the_firsts_name(world: World, sign_in: Any) -> None:
    made = register(world)
    answer = post(
        sign_in(world.here, "city"), f"/firms/{made.pk}/contracts/new/", contract_form(world.here.compound.pk)
    )
    assert answer.status_code == 422
    assert "和美物业从 2024-01-01 到 没有约定到期日 在服务这个小区" in answer.content.decode()


def test_a_street_enters_only_its_own_compounds(world: World, sign_in: Any) -> None:
    made = register(world, by="street")
    client = sign_in(world.here, "street")
    page = client.get(f"/firms/{made.pk}/contracts/new/").content.decode()
    assert "小区1" in page
    assert "小区2" not in page
    answer = post(client, f"/firms/{made.pk}/contracts/new/", contract_form(world.there.compound.pk))
    assert answer.status_code == 422


def test_a_contract_ends_early_and_the_next_firm_begins(world: World, sign_in: Any) -> None:
    found, client = contract_of(world.here), sign_in(world.here, "street")
    path = f"/c/here/contracts/{found.pk}/end/"
    for wrong, words in (
        ({"ends": "2023-01-01", "why": "解聘"}, "结束不能早于开始"),
        ({"ends": "", "why": "解聘"}, "请选择日期。"),
        ({"ends": str(TODAY), "why": ""}, "请写原因。"),
        ({"ends": "2199-01-01", "why": "解聘"}, "结束日期不对"),
    ):
        answer = post(client, path, wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode(), wrong
    assert post(client, path, {"ends": str(TODAY), "why": "业主大会解聘"}).status_code == 302
    later = post(client, path, {"ends": str(TODAY + DAY), "why": "反悔"})
    assert later.status_code == 422
    assert "只能提前结束" in later.content.decode()
    with scope(world.here.compound.pk):
        assert Contract.objects.get(compound=world.here.compound).ends == TODAY
        entry = Entry.objects.get(compound=world.here.compound, verb="parties.end_contract")
        assert entry.changes["basis"] == [None, "业主大会解聘"]
        people = Message.objects.filter(compound=world.here.compound, template="firms.contract_ended")
        told = set(people.values_list("person_id", flat=True))
    assert told == {world.here.people[name].pk for name in ("manager", "chair", "secretary", "officer")}
    made = register(world, by="street")
    form = contract_form(world.here.compound.pk, starts=str(TODAY + DAY))
    assert post(client, f"/firms/{made.pk}/contracts/new/", form).status_code == 302
    with time_machine.travel(NOW + DAY, tick=False):
        # The old firm's manager has no sight left, from midnight on.
        assert sign_in(world.here, "manager").get("/c/here/board/").status_code == 404
        over = post(client, path, {"ends": str(TODAY - DAY), "why": "解聘"})
        assert over.status_code == 409
        assert "已经到期" in over.content.decode()


def test_two_contracts_at_once_leave_one(committed_db: str) -> None:
    """Two officers enter two firms for one compound at the same moment: one is there, the other is told in words."""
    world = load()
    compound = second_compound(world)
    world = load()
    actor = world.here.actor("city")
    firms = [register(world), register(world, name="后到物业有限公司", credit_code="91330100799655058B")]
    start, ends = threading.Barrier(2), []

    def enter(firm: Organisation) -> None:
        try:
            with time_machine.travel(NOW, tick=False), scope(actor.compound_ids):
                start.wait(10)
                enter_contract(
                    firm_id=firm.pk, compound_id=compound.pk, starts=TODAY, ends=None, basis="选聘", number="",
                    by=actor, now=NOW,
                )  # fmt: skip
            ends.append("made")
        except FirmRefused as refused:
            ends.append(refused.code)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=enter, args=(firm,)) for firm in firms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends) == ["made", "overlaps"]
    with scope(compound.pk):
        assert Contract.objects.filter(compound=compound).count() == 1
    connection.close()


def test_every_refusal_has_words() -> None:
    for code in REFUSALS:
        if code not in {"key_malformed", "key_reused"}:
            assert refusal_text(FirmRefused(code))
    assert refusal_text(KeyMalformed())
    assert refusal_text(KeyReused())


def test_every_code_in_the_actions_has_words() -> None:
    import re
    from pathlib import Path

    folder = Path(__file__).resolve().parents[2] / "src" / "firms" / "actions"
    codes = {
        code for path in folder.glob("*.py") for code in re.findall(r'FirmRefused\(\s*"([a-z_]+)"', path.read_text())
    }
    assert codes
    assert codes - set(REFUSALS) == set()
