"""Maintenance on paper: the plan, the record of a year, the card of a piece; and how pieces stand on a plan."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from documents.actions import make_document
from equipment.actions.pieces import note_service, put_on_plan
from equipment.actions.plans import add_plan
from equipment.models import Due, Piece
from equipment.refusals import BadInput, NoSuchThing, NotPermitted
from equipment.upkeep import print_upkeep
from idempotency.forms import fresh_key
from tenancy.scope import scope
from tests.defects.conftest import entered
from tests.equipment.conftest import NOW, _at_ten, _media, a_piece
from tests.repairs.conftest import picture
from tests.world import CANARY, Side, World

__all__ = ["_at_ten", "_media"]


def printed(side: Side, form: str, which: int) -> str:
    """A form, as text without spaces."""
    with scope(side.compound.pk):
        by = side.actor("worker", NOW.date())
        document = print_upkeep(compound_id=side.compound.pk, form=form, which=which, by=by, now=NOW)
        done = make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
        assert done is not None
        assert (done.state, done.failure, done.failure_detail) == ("ready", "", "")
        with default_storage.open(done.file.path) as stored:
            pages = PdfReader(io.BytesIO(stored.read())).pages
    assert pages[0].mediabox.width > pages[0].mediabox.height
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_the_forms_say_what_the_register_says(world: World) -> None:
    side = world.here
    a_piece(world.there, f"N{CANARY[:8]}")
    piece = a_piece(side, "MHQ-7", place="basement", made_on=date(2024, 1, 1), count=2)
    with scope(side.compound.pk):
        note_service(
            compound_id=side.compound.pk, piece_id=piece.pk, what="service", on=date(2026, 5, 20), body="某消防器材厂",
            by=side.actor("manager", NOW.date()), now=NOW,
        )  # fmt: skip
    plan = printed(side, "plan", 2026)
    for words in (
        "建筑消防设施维护保养计划表",
        "表E.1",
        "2026年",
        "灭火器：灭火器",
        "每半个月",
        "报废",
        "制定人",
        "审核人",
        "签名：",
    ):
        assert words in plan, (words, plan)
    record = printed(side, "record", 2026)
    for words in ("建筑消防设施维护保养记录表", "表E.2", "MHQ-7", "维修", "2026-05-20", "某消防器材厂", "保养人"):
        assert words in record, (words, record)
    card = printed(side, "card", piece.pk)
    for words in (
        "消防设施维护保养卡",
        "MHQ-7",
        "公安部令第61号第29条",
        "出厂日期2024-01-01",
        "2026-05-20",
        "某消防器材厂",
        "检查周期",
        "到期",
    ):
        assert words in card, (words, card)
    assert CANARY[:8] not in plan + record + card


def test_what_cannot_be_printed_and_who_prints(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    other = a_piece(world.there, "Z-1")

    def ask(form: str, which: int, who: str = "manager") -> Any:
        with scope(side.compound.pk):
            return print_upkeep(
                compound_id=side.compound.pk, form=form, which=which, by=side.actor(who, NOW.date()), now=NOW
            )

    for form, which, code in (("plan", 2026, "no_pieces"), ("x", 1, "unknown_form"), ("record", 2040, "bad_year")):
        with pytest.raises(BadInput) as refused:
            ask(form, which)
        assert refused.value.code == code
    with pytest.raises(NoSuchThing):
        ask("card", other.pk)
    with pytest.raises(NotPermitted):
        ask("plan", 2026, "officer")
    mine = a_piece(side, "A-1")
    for who, status in (("manager", 302), ("worker", 302), ("officer", 403), ("resident", 403)):
        given = {"idempotency_key": fresh_key(), "form": "card", "which": str(mine.pk)}
        assert sign_in(side, who).post("/c/here/equipment/print/", given).status_code == status, who
    given = {"idempotency_key": fresh_key(), "form": "plan", "which": "x"}
    assert sign_in(side, "manager").post("/c/here/equipment/print/", given).status_code == 422


def test_a_plan_says_how_pieces_stand_by_sign_and_words(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    good, bad, old, away = (a_piece(side, name) for name in ("GOOD-1", "BAD-1", "OLD-1", "AWAY-1"))
    entered(side, bad)
    with scope(side.compound.pk):
        by = side.actor("manager", NOW.date())
        plan = add_plan(compound_id=side.compound.pk, name="B1", upload=picture(), by=by, now=NOW)
        for n, one in enumerate((good, bad, old, away)):
            put_on_plan(
                compound_id=side.compound.pk, piece_id=one.pk, plan_id=plan.pk, x=100 * n, y=100, by=by, now=NOW
            )
        Piece.objects.filter(pk=away.pk).update(state="away")
        old.dues.all().delete()
        for one in (good, bad, away):
            Due.objects.filter(piece=one).delete()
        Due.objects.create(
            compound=side.compound,
            piece=old,
            what="scrap",
            name="报废",
            on=date(2020, 1, 1),
            confirmed=True,
            critical=True,
        )
    page = sign_in(side, "manager").get(f"/c/here/equipment/plans/{plan.pk}/").content.decode()
    for sign, words in (
        ("√", "GOOD-1 灭火器：正常"),
        ("×", "BAD-1 灭火器：有故障"),
        ("期", "OLD-1 灭火器：已到期"),
        ("修", "AWAY-1 灭火器：送修"),
    ):
        assert words in page, words
        assert f'text-anchor="middle">{sign}</text>' in page
