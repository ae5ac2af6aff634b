"""Imports through their actions: what is written, what is refused, what a crash leaves, and the way back."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from accounts.crypto import decrypt, digest
from audit.models import Entry
from messaging.models import Message
from premises.actions import claim_home
from premises.models import Building, Entrance, Home, Owner
from registers import queries, tasks
from registers.actions import looking, undoing, uploading, working, writing
from registers.models import Layout, Part, Run
from registers.refusals import BadInput, NoSuchOwner, NoSuchRun, NotPermitted, Refused
from registers.rules.workbook import WorkbookRefused
from registers.words import refusal_text
from tenancy.scope import scope
from tests.registers.books import HEADER, book, home, register
from tests.registers.conftest import NOW, bring_to, check, confirm, imported, kept, report, upload, work
from tests.world import RESIDENTS, STAFF, Side, World

EVERYONE = [*STAFF, *RESIDENTS]
KEEPERS = {"manager", "dispatcher", "secretary", "officer"}


def entries(side: Side, verb: str) -> list[Entry]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(compound=side.compound, verb=f"registers.{verb}").order_by("seq"))


def inbox(side: Side, who: str) -> list[str]:
    with scope(side.compound.pk):
        rows = Message.objects.filter(
            compound=side.compound, person_id=side.people[who].pk, template__startswith="registers."
        )
        return list(rows.order_by("pk").values_list("template", flat=True))


def test_the_whole_way(world: World) -> None:
    side = world.here
    before = kept(side)
    content = register(
        home("401", "王晓明、李芳", "13800001234、无", 118.3254, "1/2、1/2", "顶楼"),
        home("101", "resident", "13900005678", 89.1234),
    )
    run = upload(side, content)
    assert run.state == "mapping"
    assert [one["field"] for one in run.columns] == [
        "building", "entrance", "room", "floor", "area", "owner", "phone", "share", "note",
    ]  # fmt: skip
    assert kept(side) == before
    run = check(side, run)
    assert run.state == "checked"
    assert kept(side) == before  # a dry run writes nothing
    assert run.counts == {
        "rows": 2, "bad_cells": 0, "bad_rows": 0, "notes": 0, "questions": 0, "new": 1, "changed": 1, "cells": 1,
        "same": 0, "missing": 5, "retired": 0,
    }  # fmt: skip
    found = report(side, run)
    assert found["new"] == [{"address": "1幢1单元401", "row": 2, "area": "118.3254", "owners": ["王晓明", "李芳"]}]
    assert found["changed"] == [
        {"address": "1幢1单元101", "row": 3, "cells": [{"field": "phone", "old": "", "new": "13900005678"}]}
    ]
    run = confirm(side, run)
    assert run.state == "done"
    after = kept(side)
    assert after.pop("1幢1单元401") == (
        Decimal("118.3254"), "office", "dwelling", "顶楼", None,
        [("王晓明", (1, 2), "office", 1), ("李芳", (1, 2), "office", 0)],
    )  # fmt: skip
    assert after["1幢1单元101"][-1] == [("resident", (1, 1), "office", 1)]
    with scope(side.compound.pk):
        owner = Owner.objects.get(compound=side.compound, name="王晓明")
        assert (decrypt(owner.phone_cipher), owner.phone_digests) == ("+8613800001234", [digest("+8613800001234")])
        assert owner.home.floor == 4
    assert [entry.verb for verb in ("upload", "check", "confirm", "import") for entry in entries(side, verb)] == [
        "registers.upload", "registers.check", "registers.confirm", "registers.import",
    ]  # fmt: skip
    [entry] = entries(side, "import")
    assert entry.person_id == side.people["manager"].pk
    assert entry.changes["new"] == [None, 1]
    assert "13900005678" not in json.dumps(entry.changes)
    assert inbox(side, "manager") == ["registers.done"]


@pytest.mark.parametrize("who", EVERYONE)
def test_who_may_import(world: World, who: str) -> None:
    if who in KEEPERS:
        assert upload(world.here, register(home("401")), who=who).state == "mapping"
    else:
        with pytest.raises(NotPermitted):
            upload(world.here, register(home("401")), who=who)


def test_every_step_asks_who_takes_it(world: World) -> None:
    side = world.here
    run = bring_to(side, "checked")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "ref": run.ref, "by": side.actor("chair"), "now": NOW}
    fields = [one["field"] for one in run.columns]
    with scope(side.compound.pk):
        for step in (
            lambda: uploading.choose_sheet(**common, sheet="台账", header=None),
            lambda: uploading.check(**common, fields=fields, area_source="", owner_source=""),
            lambda: uploading.confirm(**common, plan=run.plan, answers={}, gone=[], skip_bad=False),
            lambda: uploading.drop(**common),
            lambda: undoing.undo(**common),
        ):
            with pytest.raises(NotPermitted):
                step()


def test_an_import_of_the_next_compound_is_not_there(world: World) -> None:
    run = bring_to(world.there, "checked")
    with scope(world.here.compound.pk), pytest.raises(NoSuchRun):
        uploading.drop(compound_id=world.here.compound.pk, ref=run.ref, by=world.here.actor("manager"), now=NOW)


def test_the_second_of_two_is_refused_and_told_who_was_first(world: World) -> None:
    side = world.here
    first = upload(side, register(home("401")))
    with pytest.raises(Refused) as refused:
        upload(side, register(home("402")), who="officer")
    assert (refused.value.code, refused.value.details["who"], refused.value.details["ref"]) == (
        "other_open", "manager", first.ref,
    )  # fmt: skip
    assert upload(world.there, register(home("401"))).state == "mapping"  # another compound is nobody's concern


def test_two_at_the_same_moment_and_the_database_lets_one_through(world: World, monkeypatch: Any) -> None:
    """Neither sees the other's row when it looks: the constraint decides, in the same words."""
    side = world.here
    upload(side, register(home("401")))
    looks: list[int] = []

    def blind_once(compound_id: int, look: Callable[[int], Run | None] = queries.open_run) -> Run | None:
        looks.append(compound_id)
        return None if len(looks) == 1 else look(compound_id)

    monkeypatch.setattr(queries, "open_run", blind_once)
    with pytest.raises(Refused) as refused:
        upload(side, register(home("402")))
    assert refused.value.code == "other_open"


def test_a_corrected_file_takes_the_place_of_the_first(world: World) -> None:
    side = world.here
    first = check(side, upload(side, register(home("401", area="大约"))))
    assert first.counts["bad_cells"] == 1
    with pytest.raises(WorkbookRefused):
        upload(side, b"", instead_of=first.ref)
    with scope(side.compound.pk):
        assert queries.run_for(side.compound.pk, first.ref).state == "checked"  # a useless file replaces nothing
    second = upload(side, register(home("401")), instead_of=first.ref, who="officer")
    with scope(side.compound.pk):
        assert queries.run_for(side.compound.pk, first.ref).state == "dropped"
    assert confirm(side, check(side, second)).state == "done"
    assert inbox(side, "manager") == ["registers.dropped", "registers.done"]


def test_dropping_leaves_the_register_and_takes_the_file(world: World) -> None:
    side = world.here
    before = kept(side)
    run = bring_to(side, "checked")
    with scope(side.compound.pk):
        uploading.drop(compound_id=side.compound.pk, ref=run.ref, by=side.actor("manager"), now=NOW)
        assert not Part.objects.filter(compound=side.compound, run=run, kind="file").exists()
    assert kept(side) == before
    assert inbox(side, "manager") == []
    assert len(entries(side, "drop")) == 1


def test_mappings_that_cannot_be(world: World) -> None:
    side = world.here
    run = upload(side, register(home("401")))
    fields = [one["field"] for one in run.columns]
    for given, code in (
        ({"fields": fields[:-1]}, "columns"),
        ({"fields": ["nonsense", *fields[1:]]}, "columns"),
        ({"fields": ["room", *fields[1:]]}, "twice"),
        ({"fields": ["", *fields[1:]]}, "no_building"),
        ({"fields": [fields[0], fields[1], "", *fields[3:]]}, "no_room"),
        ({"area_source": "rumour"}, "source"),
    ):
        with pytest.raises(BadInput) as refused:
            check(side, run, **given)
        assert refused.value.code == code
    assert check(side, run).state == "checked"


def test_the_mapping_is_remembered_for_the_office_alone(world: World) -> None:
    side = world.here
    header = ["幢", "单元", "室", "层", "面积", "某人", "号码", "份额", "备注"]
    first = upload(side, register(home("401"), header=header))
    assert [one["field"] for one in first.columns][5:7] == ["", ""]
    fields = ["building", "entrance", "room", "floor", "area", "owner", "phone", "share", ""]
    confirm(side, check(side, first, fields=fields))
    again = upload(side, register(home("402"), header=["", *header[1:]]), now=NOW + timedelta(hours=1))
    assert [one["field"] for one in again.columns] == ["", *fields[1:]]
    with scope(side.compound.pk):
        uploading.drop(compound_id=side.compound.pk, ref=again.ref, by=side.actor("manager"), now=NOW)
        assert Layout.objects.filter(compound=side.compound).count() == 1
    other = upload(side, register(home("403"), header=header), who="officer", now=NOW + timedelta(hours=2))
    assert [one["field"] for one in other.columns][5:7] == ["", ""]  # the community keeps its own form


def test_another_sheet_and_another_header(world: World) -> None:
    side = world.here
    run = upload(side, book([["说明"], ["没有什么"]], title="说明", 别的=([HEADER, home("401")], "visible")))
    assert (run.sheet, run.header) == ("别的", [1, 1])
    common: dict[str, Any] = {"compound_id": side.compound.pk, "ref": run.ref, "by": side.actor("manager"), "now": NOW}
    with scope(side.compound.pk):
        run = uploading.choose_sheet(**common, sheet="说明", header=(1, 1))
        assert (run.sheet, [one["label"] for one in run.columns]) == ("说明", ["说明"])
        with pytest.raises(WorkbookRefused):
            uploading.choose_sheet(**common, sheet="没有", header=None)
        with pytest.raises(BadInput):
            uploading.choose_sheet(**common, sheet="别的", header=(7, 9))


def test_bad_rows_are_named_and_keep_the_rest_back_unless_someone_says_so(world: World) -> None:
    side = world.here
    before = kept(side)
    run = check(side, upload(side, register(home("401"), home("402", area="约90"), home("403", phone="1380000"))))
    assert [(one["ref"], one["code"], one["value"]) for one in report(side, run)["bad"]] == [
        ("E3", "area_unclear", "约90"),
        ("G4", "phone_unclear", "1380000"),
    ]
    with pytest.raises(BadInput) as refused:
        confirm(side, run)
    assert (refused.value.code, refused.value.details) == ("bad_rows", {"count": "2"})
    assert kept(side) == before
    assert confirm(side, run, skip_bad=True).state == "done"
    assert set(kept(side)) - set(before) == {"1幢1单元401"}


def test_a_bad_row_does_not_make_its_home_missing(world: World) -> None:
    side = world.here
    run = check(side, upload(side, register(home("101", area="约90"))))
    assert "1幢1单元101" not in [one["address"] for one in report(side, run)["missing"]]


def test_what_changed_between_look_and_import_is_shown_anew(world: World) -> None:
    side = world.here
    run = check(side, upload(side, register(home("101", "resident", area=90))))
    with scope(side.compound.pk):
        Home.objects.filter(compound=side.compound, room="101").update(area=Decimal(91))
    again = confirm(side, run)
    assert (again.state, again.stale) == ("checked", True)
    assert report(side, again)["changed"][0]["cells"] == [{"field": "area", "old": "91.0000", "new": "90.0000"}]
    assert inbox(side, "manager") == ["registers.stale"]
    with pytest.raises(Refused) as refused:
        confirm(side, again, plan=run.plan)
    assert refused.value.code == "plan_changed"
    assert confirm(side, again).state == "done"


def test_answers_and_homes_must_be_those_that_were_asked(world: World) -> None:
    side = world.here
    run = check(side, upload(side, register(home("101", "residenx", area=89.1234))))
    [question] = report(side, run)["questions"]
    assert (question["kind"], question["options"]) == ("renamed", ["same", "other"])
    for given, code in (
        ({}, "unanswered"),
        ({"answers": {question["pk"]: "perhaps"}}, "unanswered"),
        ({"answers": {question["pk"]: "same"}, "gone": [10**9]}, "unknown_home"),
    ):
        with pytest.raises(BadInput) as refused:
            confirm(side, run, **given)
        assert refused.value.code == code


@pytest.mark.parametrize(("answer", "people"), [("same", 1), ("other", 0)])
def test_one_person_under_two_spellings_is_asked_about(world: World, answer: str, people: int) -> None:
    """Corrected, the owner keeps the person who signs in; another owner is another row, and the first one ends."""
    side = world.here
    run = check(side, upload(side, register(home("101", "residenx", area=89.1234))))
    [question] = report(side, run)["questions"]
    confirm(side, run, answers={question["pk"]: answer})
    with scope(side.compound.pk):
        owners = Owner.objects.filter(compound=side.compound, home__room="101")
        assert owners.filter(name="residenx", ends__isnull=True, person__isnull=False).count() == people
        assert owners.filter(ends=date(2026, 6, 2)).count() == 1 - people


def test_a_home_split_in_two(world: World) -> None:
    side = world.here
    content = register(home("101A", "甲", area=45), home("101B", "乙", area=44.1234))
    run = check(side, upload(side, content))
    [question] = report(side, run)["questions"]
    assert (question["kind"], question["words"]["equal"], question["words"]["parts"]) == ("split", "1", "101A、101B")
    assert confirm(side, run, answers={question["pk"]: "split"}).counts["retired"] == 1
    after = kept(side)
    assert after["1幢1单元101"][4:] == (date(2026, 6, 2), [])
    assert sum(
        (row[0] for address, row in after.items() if address.startswith("1幢1单元101") and row[4] is None), Decimal(0)
    ) == Decimal("89.1234")
    back = imported(side, register(home("101", "甲", area=89.1234)), now=NOW + timedelta(days=1))
    assert back.counts["changed"] == 1
    assert kept(side)["1幢1单元101"][4] is None


def test_homes_that_the_file_does_not_name_stay_unless_someone_says_they_are_gone(world: World) -> None:
    side = world.here
    run = check(side, upload(side, register(home("101", "resident", area=89.1234))))
    missing = report(side, run)["missing"]
    assert [one["address"] for one in missing] == [f"1幢1单元{room}" for room in (102, 201, 202, 301, 302)]
    gone = next(one["pk"] for one in missing if one["address"].endswith("302"))
    confirm(side, run, gone=[gone])
    ended = {address for address, row in kept(side).items() if row[4] is not None}
    assert ended == {"1幢1单元302"}


def test_nothing_to_do_is_said(world: World) -> None:
    side = world.here
    content = register(*[home(str(f * 100 + n), "", area=89.1234) for f in (1, 2, 3) for n in (1, 2)])
    run = check(side, upload(side, content))
    assert (run.counts["same"], run.counts["new"], run.counts["changed"], run.counts["missing"]) == (6, 0, 0, 0)
    with pytest.raises(BadInput) as refused:
        confirm(side, run)
    assert refused.value.code == "nothing_to_do"


# --- crashes -----------------------------------------------------------------------------------------------------------
def test_a_crash_in_the_middle_leaves_nothing_half_written(world: World, monkeypatch: Any) -> None:
    side = world.here
    before = kept(side)
    run = bring_to(side, "checked")

    def dies(*_: Any, **__: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(writing, "_keep_owners", dies)
    with pytest.raises(OperationalError):
        confirm(side, run)
    with scope(side.compound.pk):
        held = queries.run_for(side.compound.pk, run.ref)
        assert (held.state, held.attempts) == ("importing", 1)
        assert kept(side) == before
        assert not Building.objects.filter(compound=side.compound).exclude(name="1幢").exists()
    monkeypatch.undo()
    assert work(side, run, now=NOW + timedelta(minutes=1)).state == "importing"  # still held by the worker that died
    assert work(side, run, now=NOW + timedelta(minutes=6)).state == "done"
    assert len(kept(side)) == len(before) + 1


def test_what_kills_its_worker_three_times_is_given_up(world: World, monkeypatch: Any) -> None:
    side = world.here
    run = bring_to(side, "checked")
    monkeypatch.setattr(working, "_step", lambda *_: (_ for _ in ()).throw(OperationalError("gone")))
    with pytest.raises(OperationalError):
        confirm(side, run)
    for minutes in (6, 12):
        with pytest.raises(OperationalError):
            work(side, run, now=NOW + timedelta(minutes=minutes))
    failed = work(side, run, now=NOW + timedelta(minutes=18))
    assert (failed.state, failed.failure) == ("failed", "crashed")
    assert inbox(side, "manager") == ["registers.failed"]
    assert upload(side, register(home("401"))).state == "mapping"


def test_a_fault_of_ours_is_written_down_and_nothing_else(world: World, monkeypatch: Any, caplog: Any) -> None:
    side = world.here
    before = kept(side)
    run = bring_to(side, "checked")
    monkeypatch.setattr(writing, "_keep_owners", lambda *_: 1 / 0)
    run2 = confirm(side, run)
    assert (run2.state, run2.failure) == ("failed", "unexpected")
    assert kept(side) == before
    assert len(entries(side, "fail")) == 1


def test_a_task_may_run_twice(world: World) -> None:
    side = world.here
    run = bring_to(side, "done")
    after = kept(side)
    assert working.work(compound_id=side.compound.pk, run_id=run.pk, now=NOW) == ""
    assert kept(side) == after


def test_the_sweep_finds_what_no_worker_holds(
    world: World, monkeypatch: Any, later: Callable[[float], datetime]
) -> None:
    side = world.here
    run = upload(side, register(home("401")))
    with scope(side.compound.pk):
        uploading.check(
            compound_id=side.compound.pk, ref=run.ref, fields=[one["field"] for one in run.columns],
            area_source="", owner_source="", by=side.actor("manager"), now=NOW,
        )  # fmt: skip
    from tenancy.scope import across_tenants

    with across_tenants(reason="test"):
        assert queries.waiting(later(0.5)) == []
        assert queries.waiting(later(2)) == [(side.compound.pk, run.pk)]
    assert tasks.sweep() == 1
    assert tasks.work(compound_id=side.compound.pk, run_id=run.pk) == "checked"


def test_old_files_are_forgotten_and_the_report_stays(world: World) -> None:
    side = world.here
    run = bring_to(side, "done")
    with scope(side.compound.pk):
        assert working.forget(compound_id=side.compound.pk, now=NOW + timedelta(days=29)) == 0
        assert working.forget(compound_id=side.compound.pk, now=NOW + timedelta(days=31)) == 2
        assert queries.report_of(run) is not None
        with pytest.raises(Refused) as refused:
            undoing.undo(compound_id=side.compound.pk, ref=run.ref, by=side.actor("manager"), now=NOW)
    assert refused.value.code == "too_old"


def test_the_file_and_what_it_says_lie_encrypted(world: World) -> None:
    side = world.here
    run = bring_to(side, "done")
    with scope(side.compound.pk):
        for one in Part.objects.filter(compound=side.compound, run=run):
            content = bytes(one.content)
            assert "王晓明".encode() not in content
            assert not content.startswith(b"PK")


# --- undo --------------------------------------------------------------------------------------------------------------
def undo(side: Side, run: Run, who: str = "manager") -> Run:
    with scope(side.compound.pk):
        return undoing.undo(compound_id=side.compound.pk, ref=run.ref, by=side.actor(who), now=NOW + timedelta(hours=1))


def everything(side: Side) -> list[list[dict[str, Any]]]:
    with scope(side.compound.pk):
        return [
            list(m.objects.filter(compound=side.compound).order_by("pk").values())
            for m in (Building, Entrance, Home, Owner)
        ]


def test_undo_puts_every_row_back(world: World) -> None:
    side = world.here
    before = everything(side)
    content = register(
        home("101", "resident、李芳", "13900005678、无", 90, "1/3、2/3", "改"),
        home("102", "另一人", "13800001234", 91),
        ["9幢", "3单元", "101", "", 77, "新人", "", "", ""],
    )
    run = check(side, upload(side, content))
    gone = next(one["pk"] for one in report(side, run)["missing"] if one["address"].endswith("302"))
    run = confirm(side, run, gone=[gone])
    assert everything(side) != before
    assert undo(side, run, who="officer").state == "undone"
    assert everything(side) == before
    assert len(entries(side, "undo")) == 1
    assert inbox(side, "manager") == ["registers.done", "registers.undone"]


def test_undo_is_refused_when_someone_touched_it(world: World) -> None:
    side = world.here
    run = imported(side, register(home("101", "resident", area=90), home("401")))
    with scope(side.compound.pk):
        Home.objects.filter(compound=side.compound, room="101").update(note="看过")
    before = everything(side)
    with pytest.raises(Refused) as refused:
        undo(side, run)
    assert (refused.value.code, refused.value.details) == ("touched", {"homes": "1幢1单元101"})
    assert everything(side) == before


def test_undo_is_refused_when_an_owner_was_added_since(world: World) -> None:
    side = world.here
    run = imported(side, register(home("401", "")))
    with scope(side.compound.pk):
        one = Home.objects.get(compound=side.compound, room="401")
        Owner.objects.create(compound=side.compound, home=one, name="后来的人", starts=date(2026, 6, 2))
    with pytest.raises(Refused) as refused:
        undo(side, run)
    assert (refused.value.code, refused.value.details) == ("touched", {"homes": "1幢1单元401"})


def test_undo_is_refused_when_a_new_home_is_lived_in(world: World) -> None:
    side = world.here
    run = imported(side, register(home("401")))
    with scope(side.compound.pk):
        one = Home.objects.get(compound=side.compound, room="401")
        claim_home(
            home=one, person=side.people["neighbour"], relation="owner", starts=date(2026, 6, 2),
            by=side.actor("neighbour"), now=NOW,
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        undo(side, run)
    assert refused.value.details == {"homes": "1幢1单元401", "things": "premises.occupancy"}
    assert "有人登记入住" in refusal_text(refused.value)


def test_only_the_last_import_can_be_undone_then_the_one_before(world: World) -> None:
    side = world.here
    before = everything(side)
    first = imported(side, register(home("401")))
    second = imported(side, register(home("402")), now=NOW + timedelta(minutes=30))
    with pytest.raises(Refused) as refused:
        undo(side, first)
    assert refused.value.code == "not_last"
    undo(side, second)
    undo(side, first)
    assert everything(side) == before
    with pytest.raises(Refused) as refused:
        undo(side, first)
    assert refused.value.code == "out_of_state"


def test_no_undo_while_another_import_is_open(world: World) -> None:
    side = world.here
    run = bring_to(side, "done")
    upload(side, register(home("402")))
    with pytest.raises(Refused) as refused:
        undo(side, run)
    assert refused.value.code == "other_open"


# --- looking -----------------------------------------------------------------------------------------------------------
def test_a_look_at_a_telephone_is_recorded(world: World) -> None:
    side = world.here
    bring_to(side, "done")
    with scope(side.compound.pk):
        owner = Owner.objects.get(compound=side.compound, name="王晓明")
        common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
        assert looking.reveal_phones(**common, owner_id=owner.pk, by=side.actor("manager")) == ["13800001234"]
        with pytest.raises(NotPermitted):
            looking.reveal_phones(**common, owner_id=owner.pk, by=side.actor("chair"))
        with pytest.raises(NoSuchOwner):
            looking.reveal_phones(**common, owner_id=10**9, by=side.actor("manager"))
        seen = Entry.objects.filter(compound=side.compound, verb="reveal", target=f"premises.owner:{owner.pk}")
        assert seen.count() == 1
