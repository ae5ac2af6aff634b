"""Prices agreed before the work goes on, signatures on a phone, and coming to the door."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from documents import access
from documents.models import StoredFile
from messaging.models import Message
from repairs.actions import filing, quotes, signatures, work
from repairs.actions.change import NoSuchRequest
from repairs.models import Event, Quote, QuoteLine, Request, Signature
from repairs.queries import prices_of, signatures_of
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules import money
from repairs.rules.money import Line
from repairs.words import event_detail, event_title
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, picture
from tests.world import RESIDENTS, STAFF, Side, World

LATER = NOW + timedelta(hours=1)
LINES = [Line("parts", "角阀", 2, 3550), Line("labour", "更换", 1, 6000)]


def _common(side: Side, request: Request, who: str, now=LATER) -> dict:
    return {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}


def _counts() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Quote, QuoteLine, Signature, StoredFile, Event, Entry, Message))


def test_a_price_is_told_agreed_and_only_then_the_work_goes_on(world: World) -> None:
    side = world.here
    request = bring_to(side, "assigned")
    with scope(side.compound.pk):
        quote = quotes.tell_price(**_common(side, request, "worker"), lines=LINES, note="")
        assert (quote.number, quote.total_fen, quote.state) == (1, 13100, "told")
        assert [(row.words, row.amount_fen) for row in prices_of(request)[0].lines.all()] == [
            ("角阀", 7100),
            ("更换", 6000),
        ]
        message = Message.objects.get(template="repairs.priced")
        assert (message.person_id, "131.00" in message.body) == (side.people["resident"].pk, True)
        with pytest.raises(OutOfState) as refused:
            work.start(**_common(side, request, "worker"), photos=[])
        assert refused.value.code == "price_open"
        agreed = quotes.agree(**_common(side, request, "resident"), number=1)
        assert (agreed.state, agreed.decided_by) == ("agreed", side.people["resident"].pk)
        told = set(Message.objects.filter(template="repairs.price_agreed").values_list("person_id", flat=True))
        assert told == {side.people[name].pk for name in ("worker", "manager", "dispatcher")}
        work.start(**_common(side, request, "worker"), photos=[])
        event = Event.objects.get(action="price_agreed")
        assert (event_title(event), event_detail(event)) == ("同意报价", "131.00 元")


def test_a_declined_or_replaced_price_binds_nobody(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        quotes.tell_price(**_common(side, request, "worker"), lines=LINES, note="")
        with pytest.raises(OutOfState) as refused:
            work.finish(**_common(side, request, "worker"), note="", photos=[picture()])
        assert refused.value.code == "price_open"
        quotes.decline(**_common(side, request, "resident"), number=1, reason="太贵")
        assert event_detail(Event.objects.get(action="price_declined")) == "131.00 元，太贵"
        second = quotes.tell_price(**_common(side, request, "manager"), lines=LINES[:1], note="只收材料")
        third = quotes.tell_price(**_common(side, request, "manager"), lines=LINES[1:], note="")
        assert [q.state for q in prices_of(request)] == ["told", "replaced", "declined"]
        for number in (1, second.number, 99):
            with pytest.raises(OutOfState) as refused:
                quotes.agree(**_common(side, request, "resident"), number=number)
            assert refused.value.code == "price_gone"
        quotes.agree(**_common(side, request, "resident"), number=third.number)
        with pytest.raises(OutOfState):
            quotes.decline(**_common(side, request, "resident"), number=third.number, reason="")


def test_who_tells_and_who_agrees(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        for who in {*STAFF, *RESIDENTS, "city"} - {"manager", "dispatcher", "worker"}:
            with pytest.raises((NotPermitted, NoSuchRequest)):
                quotes.tell_price(**_common(side, request, who), lines=LINES, note="")
        quotes.tell_price(**_common(side, request, "worker"), lines=LINES, note="")
        before = _counts()
        for who in {*STAFF, *RESIDENTS, "city"} - {"resident"}:
            for act in (quotes.agree, quotes.decline):
                with pytest.raises((NotPermitted, NoSuchRequest)):
                    act(**_common(side, request, who), number=1, **({"reason": ""} if act is quotes.decline else {}))
        assert _counts() == before
    for state in ("submitted", "awaiting", "done", "returned", "withdrawn", "closed", "merged"):
        other = bring_to(side, state)
        with scope(side.compound.pk), pytest.raises(OutOfState):
            quotes.tell_price(**_common(side, other, "manager"), lines=LINES, note="")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "no_lines"),
        ([Line("parts", "x", 1, 1)] * 21, "too_many_lines"),
        ([Line("gift", "x", 1, 1)], "line_kind"),
        ([Line("parts", " ", 1, 1)], "line_words"),
        ([Line("parts", "字" * 61, 1, 1)], "line_words"),
        ([Line("parts", "x", 0, 1)], "line_quantity"),
        ([Line("parts", "x", 1000, 1)], "line_quantity"),
        ([Line("parts", "x", 1, -1)], "line_price"),
        ([Line("parts", "x", 1, 0)], "total"),
        ([Line("parts", "x", 999, 10_000_000)], "total"),
    ],
)
def test_a_price_that_cannot_be_is_refused(world: World, lines: list[Line], code: str) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            quotes.tell_price(**_common(side, request, "worker"), lines=lines, note="")
        assert (refused.value.code, refused.value.details["field"]) == (code, "lines")
        assert not Quote.objects.exists()


@given(
    st.lists(
        st.builds(Line, st.just("parts"), st.just("x"), st.integers(1, 999), st.integers(0, 10_000)),
        min_size=1,
        max_size=20,
    )
)
def test_a_total_is_the_sum_of_its_lines_to_the_fen(lines: list[Line]) -> None:
    whole = sum(line.quantity * line.unit_fen for line in lines)
    assert money.total(lines) == whole
    assert money.refused(lines) == ("" if 0 < whole <= money.MAX_TOTAL_FEN else "total")
    assert money.yuan(whole).replace(",", "") == f"{whole // 100}.{whole % 100:02d}"


def test_money_is_written_as_people_write_it() -> None:
    assert [money.yuan(fen) for fen in (5, 12580, 123_456_789, -50)] == ["0.05", "125.80", "1,234,567.89", "-0.50"]


def test_an_old_man_without_a_phone_agrees_by_his_signature(world: World) -> None:
    side = world.here
    draft = filing.Draft(
        category="water",
        place="home",
        words="漏水",
        home_id=side.homes[4].pk,
        behalf=filing.Behalf(name="老周", phone="13800001111", consent="当面同意"),
    )
    with scope(side.compound.pk):
        from repairs.actions import dispatch

        request = filing.file_request(
            compound=side.compound, draft=draft, photos=[], by=side.actor("dispatcher"), now=NOW
        )
        dispatch.assign(**_common(side, request, "manager"), worker_post=side.posts["worker"].pk)
        quotes.tell_price(**_common(side, request, "worker"), lines=LINES, note="")
        with pytest.raises(BadInput) as refused:
            quotes.agree(**_common(side, request, "worker"), number=1)
        assert refused.value.code == "signature_needed"
        with pytest.raises(NotPermitted):
            quotes.agree(**_common(side, request, "manager"), number=1, signature=picture())
        quotes.agree(**_common(side, request, "worker"), number=1, signature=picture())
        signed = Signature.objects.get()
        assert (signed.of, signed.role, signed.name, signed.quote.number) == ("quote", "resident", "老周", 1)


def test_signatures_are_kept_shown_to_few_and_told(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        made = signatures.sign(**_common(side, request, "worker"), image=picture("s.png"), role="resident", name="张三")
        signatures.sign(**_common(side, request, "worker"), image=picture(), role="worker", name="王师傅")
        assert Message.objects.filter(template="repairs.signed").count() == 1
        sees = {who for who in [*STAFF, *RESIDENTS] if access.may_read(side.actor(who), made.file)}
        assert sees == {"manager", "dispatcher", "worker", "resident", "secretary", "officer"}
        assert len(signatures_of(side.actor("officer"), request)) == 2
        assert signatures_of(side.actor("chair"), request) == []
        assert [event_detail(e) for e in Event.objects.filter(action="sign").order_by("pk")] == [
            "报修人签字",
            "维修人员签字",
        ]
        before = _counts()
        for who, role, name, code in (
            ("worker", "chair", "x", "signer_role"),
            ("worker", "worker", " ", "say_name"),
            ("worker", "worker", "字" * 41, "too_long"),
        ):
            with pytest.raises(BadInput) as refused:
                signatures.sign(**_common(side, request, who), image=picture(), role=role, name=name)
            assert refused.value.code == code
        for who, role in (("resident", "worker"), ("manager", "worker"), ("chair", "resident")):
            with pytest.raises(NotPermitted):
                signatures.sign(**_common(side, request, who), image=picture(), role=role, name="x")
        with pytest.raises(NoSuchRequest):
            signatures.sign(**_common(side, request, "neighbour"), image=picture(), role="resident", name="x")
        assert _counts() == before
    with scope(world.there.compound.pk):
        assert not any(access.may_read(world.there.actor(who), made.file) for who in ("manager", "officer", "resident"))


def test_arriving_is_said_once_and_starting_means_being_there(world: World) -> None:
    side = world.here
    request, other = bring_to(side, "assigned"), bring_to(side, "assigned")
    with scope(side.compound.pk):
        found = work.arrive(**_common(side, request, "worker"))
        assert (found.state, found.arrived_at) == ("assigned", LATER)
        assert Message.objects.filter(template="repairs.arrived", person_id=side.people["resident"].pk).count() == 1
        with pytest.raises(OutOfState) as refused:
            work.arrive(**_common(side, request, "worker", LATER + timedelta(minutes=1)))
        assert refused.value.code == "arrived_already"
        assert (
            work.start(**_common(side, request, "worker", LATER + timedelta(minutes=2)), photos=[]).arrived_at == LATER
        )
        assert work.start(**_common(side, other, "worker"), photos=[]).arrived_at == LATER
