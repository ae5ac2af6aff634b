"""A handover from opening to its sheet: rows, entries, messages, refusals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Entry
from documents.actions import make_document
from documents.models import IssuedDocument
from handover.actions import copying, listing, opening, signing
from handover.models import Event, FirmCopy, Handover, Item, Signature
from handover.queries import signatures
from handover.refusals import BadInput, NoSuchHandover, NoSuchItem, NotPermitted, OutOfState, Refused, RowsBad
from handover.rules.lists import Row
from handover.rules.reading import pasted
from messaging.models import Message
from parties.models import Contract
from repairs.actions import quotes
from repairs.rules.money import Line
from tenancy.scope import scope
from tests.handover.conftest import (
    LAST_DAY,
    NEXT_FIRM,
    NOW,
    bring_to,
    completed,
    end_contract,
    file_one,
    frozen,
    listing_of,
    next_firm,
    opened,
    picture,
    settled,
    sign_as,
    signature,
)
from tests.world import Side, World


def common(side: Side, made: Handover, who: str) -> dict[str, Any]:
    return {"compound_id": side.compound.pk, "ref": made.ref, "by": side.actor(who, NOW.date()), "now": NOW}


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    rows = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
    return {names[pk] for pk in rows.values_list("person_id", flat=True)}


def verbs(side: Side) -> list[str]:
    rows = Entry.objects.filter(compound=side.compound, verb__startswith="handover.").order_by("pk")
    return list(rows.values_list("verb", flat=True))


@pytest.mark.parametrize("who", ["secretary", "officer", "chair"])
def test_opening_names_the_firms_and_the_days(leaving: Callable[..., Side], who: str) -> None:
    side = leaving(next=True)
    made = opened(side, by=who, note="业主大会决定")
    with scope(side.compound.pk):
        assert (made.state, made.outgoing.name, made.incoming.name) == ("opened", "和美物业", NEXT_FIRM)
        assert (made.last_day, made.due_on) == (LAST_DAY, LAST_DAY + timedelta(days=15))
        assert verbs(side) == ["handover.open"]
        assert list(Event.objects.values_list("action", "note")) == [("open", "业主大会决定")]
        everyone = {"manager", "dispatcher", "manager2", "chair", "member", "secretary", "officer"}
        assert told(side, "handover.opened") == everyone - {who}


@pytest.mark.parametrize("who", ["member", "manager", "worker", "street", "resident", "city"])
def test_others_do_not_open(leaving: Callable[..., Side], who: str) -> None:
    side = leaving()
    with pytest.raises(NotPermitted) as refused:
        opened(side, by=who)
    assert refused.value.code == "not_yours"
    with scope(side.compound.pk):
        assert not Handover.objects.exists()
        assert verbs(side) == []


def test_opening_is_refused_in_words(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        contract = Contract.objects.get(compound=side.compound)
        with pytest.raises(BadInput) as refused:
            opening.open_handover(
                compound_id=side.compound.pk,
                contract_id=contract.pk,
                due_on=None,
                note="",
                by=side.actor("secretary"),
                now=NOW,
            )
        assert refused.value.code == "no_last_day"
    end_contract(side)
    for due in (LAST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=91)):
        with pytest.raises(BadInput) as refused:
            opened(side, due_on=due)
        assert refused.value.code == "due_out_of_range"
    with pytest.raises(BadInput) as refused:
        opened(side, note="长" * 301)
    assert refused.value.code == "too_long"
    opened(side)
    with pytest.raises(OutOfState) as again:
        opened(side)
    assert again.value.code == "opened_already"


def test_lists_begin_with_what_the_portal_knows(leaving: Callable[..., Side]) -> None:
    side = leaving()
    urgent = bring_to(side, "working", now=NOW - timedelta(days=1), urgent=True, words="爆管")
    with scope(side.compound.pk):
        quote = quotes.tell_price(
            compound_id=side.compound.pk,
            ref=urgent.ref,
            lines=[Line("parts", "阀门", 1, 12_050)],
            note="",
            by=side.actor("worker", NOW.date()),
            now=NOW,
        )
        quotes.agree(
            compound_id=side.compound.pk,
            ref=urgent.ref,
            number=quote.number,
            signature=None,
            name="",
            by=side.actor("resident", NOW.date()),
            now=NOW,
        )
    bring_to(side, "done", now=NOW - timedelta(days=2))
    made = listing_of(side)
    with scope(side.compound.pk):
        case = Item.objects.get(handover=made, kind="case")
        urgent.refresh_from_db()
        assert case.source == urgent.ref
        assert case.title == f"{urgent.number} 水（紧急）"
        assert (case.detail, case.condition) == ("爆管", "处理中 · worker · 已同意报价 120.50 元")
        assert (case.amount_fen, case.due_at, case.verdict) == (12_050, urgent.due_at, "handed")
        papers = list(Item.objects.filter(handover=made, kind="paper").order_by("pk"))
        assert papers[0].title == "房屋和业主台账"
        assert papers[0].quantity == 6
        assert "2026-06-02 共 6 套" in papers[0].detail
        assert "《物业管理条例》第二十九条（一）" in {paper.detail for paper in papers}
        people = set(Item.objects.filter(handover=made, kind="people").values_list("title", flat=True))
        assert people == {"manager", "dispatcher", "worker", "worker2"}
        assert Item.objects.filter(handover=made, kind="money").count() == 5
        assert verbs(side) == ["handover.open", "handover.begin"]


def test_rows_come_by_pasting_all_or_none(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = listing_of(side)
    with scope(side.compound.pk):
        count = listing.add_rows(
            kind="key",
            read=pasted("名称\t数量\t位置\t备注\n水泵房\t2把\t门卫室\t\n东门岗亭\t１\t\t一把生锈", "key"),
            **common(side, made, "manager"),
        )
        assert count == 2
        rows = list(Item.objects.filter(handover=made, kind="key").order_by("pk"))
        assert [(row.title, row.quantity, row.place, row.note) for row in rows] == [
            ("水泵房", 2, "门卫室", ""),
            ("东门岗亭", 1, "", "一把生锈"),
        ]
        with pytest.raises(RowsBad) as refused:
            listing.add_rows(
                kind="key",
                read=pasted("名称,数量\n电梯机房,3\n,5\n配电间,三把", "key"),
                **common(side, made, "manager"),
            )
        assert [(bad.row, bad.field, bad.code) for bad in refused.value.bad] == [
            (3, "title", "no_title"),
            (4, "quantity", "quantity"),
        ]
        assert Item.objects.filter(handover=made, kind="key").count() == 2
        for read, kind, code in (
            (pasted("", "key"), "key", "nothing"),
            (pasted("\n".join(f"钥匙{n}" for n in range(2001)), "key"), "key", "too_many_rows"),
            (pasted("报修", "case"), "case", "no_such_list"),
        ):
            with pytest.raises(BadInput) as wrong:
                listing.add_rows(kind=kind, read=read, **common(side, made, "manager"))
            assert wrong.value.code == code


def test_a_changed_row_is_looked_at_again(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = listing_of(side)
    settled(side, made)
    with scope(side.compound.pk):
        row = Item.objects.filter(handover=made, kind="paper").order_by("pk").first()
        assert row.verdict == "handed"
        assert row.judged_as.startswith("chair ")
        edited = listing.edit_row(item_id=row.pk, row=Row("竣工图", quantity=3), **common(side, made, "manager"))
        assert (edited.title, edited.quantity, edited.verdict, edited.judged_at) == ("竣工图", 3, "open", None)
        dropped = listing.drop_row(item_id=row.pk, **common(side, made, "manager"))
        assert dropped.dropped_at == NOW
        with pytest.raises(NoSuchItem):
            listing.edit_row(item_id=row.pk, row=Row("竣工图"), **common(side, made, "manager"))
        for bad, code in ((Row(" "), "no_title"), (Row("长" * 121), "too_long"), (Row("\ue000"), "unreadable")):
            other = Item.objects.filter(handover=made, kind="money").first()
            with pytest.raises(BadInput) as refused:
                listing.edit_row(item_id=other.pk, row=bad, **common(side, made, "manager"))
            assert refused.value.code == code


def test_open_requests_are_not_edited_by_hand(leaving: Callable[..., Side]) -> None:
    side = leaving()
    file_one(side)
    made = listing_of(side)
    with scope(side.compound.pk):
        case = Item.objects.get(handover=made, kind="case")
        for call in (
            lambda: listing.edit_row(item_id=case.pk, row=Row("没有了"), **common(side, made, "manager")),
            lambda: listing.drop_row(item_id=case.pk, **common(side, made, "manager")),
        ):
            with pytest.raises(NotPermitted) as refused:
                call()
            assert refused.value.code == "from_the_portal"


def test_what_is_missing_says_what(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = listing_of(side)
    with scope(side.compound.pk):
        row = Item.objects.filter(handover=made, kind="paper").order_by("pk").last()
        for verdict, note, code in (("missing", "", "say_what"), ("lost", "丢了", "unknown_verdict")):
            with pytest.raises(BadInput) as refused:
                listing.judge(judged=[listing.Judged(row.pk, verdict, note)], **common(side, made, "chair"))
            assert refused.value.code == code
        with pytest.raises(NoSuchItem):
            listing.judge(judged=[listing.Judged(2**40, "handed")], **common(side, made, "chair"))
        listing.judge(
            judged=[listing.Judged(row.pk, "disputed", "只有复印件")], photo=picture(), **common(side, made, "officer")
        )
        row.refresh_from_db()
        assert (row.verdict, row.note) == ("disputed", "只有复印件")
        assert row.photo.purpose == "handover.photo"


def test_nothing_is_settled_with_rows_unseen(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = listing_of(side)
    with scope(side.compound.pk):
        waiting = Item.objects.filter(handover=made, verdict="open").count()
        with pytest.raises(BadInput) as refused:
            listing.freeze(**common(side, made, "officer"))
        assert (refused.value.code, refused.value.details["count"]) == ("rows_open", str(waiting))
        made.refresh_from_db()
        assert (made.state, made.fingerprint) == ("listing", "")


def test_settling_takes_requests_as_they_are_then(leaving: Callable[..., Side]) -> None:
    side = leaving()
    first = file_one(side, now=NOW - timedelta(hours=3))
    made = listing_of(side)
    settled(side, made)
    second = bring_to(side, "accepted", now=NOW)
    with scope(side.compound.pk):
        from repairs.actions.feedback import withdraw

        withdraw(compound_id=side.compound.pk, ref=first.ref, reason="", by=side.actor("resident", NOW.date()), now=NOW)
        done = listing.freeze(**common(side, made, "officer"))
        assert list(
            Item.objects.filter(handover=made, kind="case", dropped_at=None).values_list("source", flat=True)
        ) == [second.ref]
        assert done.state == "checked"
        assert done.fingerprint == listing.fingerprint_of(done)
        assert len(done.fingerprint) == 64


def test_settling_follows_a_contract_that_was_prolonged(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = listing_of(side)
    settled(side, made)
    end_contract(side, last_day=LAST_DAY + timedelta(days=20))
    next_firm(side, starts=LAST_DAY + timedelta(days=21))
    with scope(side.compound.pk):
        done = listing.freeze(**common(side, made, "officer"))
        assert (done.last_day, done.due_on) == (LAST_DAY + timedelta(days=20), LAST_DAY + timedelta(days=35))
        assert done.incoming.name == NEXT_FIRM


def test_four_sign_and_the_community_completes(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    made = frozen(side)
    with pytest.raises(OutOfState) as early:
        sign_as(side, made, "outgoing")
        sign_as(side, made, "community")
    assert early.value.code == "others_first"
    sign_as(side, made, "incoming", who="officer")  # its contract does not run yet: on the community's phone
    sign_as(side, made, "committee", words="公共收益请再对账")
    sign_as(side, made, "community")
    with scope(side.compound.pk):
        made.refresh_from_db()
        assert (made.state, made.completed_at) == ("completed", NOW)
        given = signatures(made)
        assert {role: (one.organisation, one.own) for role, one in given.items()} == {
            "outgoing": ("和美物业", True),
            "incoming": (NEXT_FIRM, False),
            "committee": ("小区1业主委员会", True),
            "community": ("西山社区居委会党委", True),
        }
        assert {one.fingerprint for one in given.values()} == {made.fingerprint}
        assert given["incoming"].taken_as == "officer 西山社区居委会党委 专员"
        assert made.pack.state == "pending"
        assert told(side, "handover.completed") == {"manager", "dispatcher", "manager2", "chair", "member", "officer"}


def test_signatures_are_refused_in_words(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = frozen(side)
    base = {
        "image": signature(),
        "name": "王",
        "post": "经理",
        "words": "",
        "fingerprint": made.fingerprint,
        **common(side, made, "manager"),
    }
    with scope(side.compound.pk):
        for change, code in (
            ({"name": " "}, "say_name"),
            ({"post": ""}, "say_post"),
            ({"name": "长" * 41}, "too_long"),
            ({"fingerprint": "0" * 64}, "changed"),
        ):
            with pytest.raises(Refused) as refused:
                signing.sign(role="outgoing", **{**base, **change, "image": signature()})
            assert refused.value.code == code
        for role, who in (
            ("committee", "manager"),
            ("incoming", "secretary"),
            ("outgoing", "chair"),
            ("outgoing", "dispatcher"),
        ):
            with pytest.raises(NotPermitted):
                signing.sign(role=role, **{**base, "by": side.actor(who, NOW.date()), "image": signature()})
        assert not Signature.objects.exists()
        signing.sign(role="outgoing", **{**base, "image": signature()})
        with pytest.raises(OutOfState) as again:
            signing.sign(role="outgoing", **{**base, "image": signature()})
        assert again.value.code == "signed_already"
        with pytest.raises(NotPermitted):
            signing.decline(role="community", name="", post="", words="不", **common(side, made, "secretary"))


def test_who_will_not_sign_is_on_record(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = frozen(side)
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            signing.decline(role="outgoing", name="", post="", words=" ", **common(side, made, "officer"))
        assert refused.value.code == "say_why"
        one = signing.decline(
            role="outgoing", name="", post="", words="通知后没有到场", **common(side, made, "officer")
        )
        assert (one.declined, one.own, one.file) == (True, False, None)
    sign_as(side, made, "committee")
    sign_as(side, made, "community")
    with scope(side.compound.pk):
        made.refresh_from_db()
        assert made.state == "completed"


def test_a_list_taken_back_needs_new_signatures(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = frozen(side)
    sign_as(side, made, "outgoing")
    with scope(side.compound.pk):
        with pytest.raises(BadInput):
            opening.unfreeze(reason=" ", **common(side, made, "chair"))
        back = opening.unfreeze(reason="少了车库钥匙", **common(side, made, "chair"))
        assert (back.state, back.version, back.fingerprint) == ("listing", 2, "")
        assert signatures(back) == {}
        assert Signature.objects.count() == 1
        listing.freeze(**common(side, made, "officer"))
    sign_as(side, made, "outgoing")
    with scope(side.compound.pk):
        assert sorted(Signature.objects.values_list("version", "role")) == [(1, "outgoing"), (2, "outgoing")]


def test_an_amendment_is_a_new_version_and_replaces_the_sheet(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = completed(side)
    with scope(side.compound.pk):
        with pytest.raises(OutOfState) as early:
            opening.amend(reason="漏了", **common(side, made, "chair"))
        assert early.value.code == "pack_in_making"
        make_document(compound_id=side.compound.pk, document_id=made.pack_id, now=NOW)
        copying.copy_packs(compound_id=side.compound.pk, now=NOW)
        again = opening.amend(reason="漏了车库钥匙", **common(side, made, "chair"))
        assert (again.state, again.version, again.completed_at) == ("listing", 2, None)
        listing.freeze(**common(side, made, "officer"))
    for role in ("outgoing", "committee", "community"):
        sign_as(side, made, role)
    with scope(side.compound.pk):
        made.refresh_from_db()
        make_document(compound_id=side.compound.pk, document_id=made.pack_id, now=NOW)
        old, new = IssuedDocument.objects.filter(kind="handover.pack").order_by("pk")
        assert (old.superseded_by_id, new.superseded_by_id) == (new.pk, None)
        copying.copy_packs(compound_id=side.compound.pk, now=NOW)
    assert sorted(FirmCopy.objects.values_list("version", flat=True)) == [1, 2]


def test_cancelling_says_why_and_lets_another_be_opened(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = opened(side)
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted):
            opening.cancel(reason="续签", **common(side, made, "manager"))
        gone = opening.cancel(reason="合同续签", **common(side, made, "secretary"))
        assert (gone.state, gone.ended_reason) == ("cancelled", "合同续签")
    assert opened(side).pk != made.pk


def test_an_absent_and_a_foreign_handover_are_alike(world: World, leaving: Callable[..., Side]) -> None:
    leaving()
    end_contract(world.there)
    theirs = opened(world.there)
    side = world.here
    with scope(side.compound.pk):
        for ref in (theirs.ref, "nosuchhandover"):
            with pytest.raises(NoSuchHandover):
                listing.begin_lists(
                    compound_id=side.compound.pk, ref=ref, by=side.actor("secretary", NOW.date()), now=NOW
                )


def test_no_step_outside_its_state_and_nothing_after_a_failure(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = opened(side)
    with scope(side.compound.pk):
        before = (Event.objects.count(), Entry.objects.count(), Message.objects.count())
        for call in (
            lambda: listing.freeze(**common(side, made, "officer")),
            lambda: listing.add_rows(kind="key", read=pasted("钥匙", "key"), **common(side, made, "manager")),
            lambda: opening.amend(reason="漏了", **common(side, made, "chair")),
            lambda: opening.unfreeze(reason="漏了", **common(side, made, "chair")),
        ):
            with pytest.raises(OutOfState) as refused:
                call()
            assert refused.value.code == "moved_on"
        assert (Event.objects.count(), Entry.objects.count(), Message.objects.count()) == before


def test_the_day_is_the_contracts(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = opened(side, due_on=date(2026, 6, 12))
    assert made.due_on == date(2026, 6, 12)
