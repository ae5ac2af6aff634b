"""Poster codes, their sheets, and what becomes of a replaced one."""

import subprocess
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from audit.models import Entry
from documents.actions import DocumentRefused, make_document, request_document
from documents.models import IssuedDocument
from premises.actions import add_building
from residency import pdf
from residency.actions import posters
from residency.models import JoinCode, Poster
from residency.queries import find_code
from residency.refusals import BadInput, NoSuchRow, NotPermitted
from residency.rules.codes import grouped
from tenancy.scope import scope
from tests.residency.conftest import NOW, TODAY, poster
from tests.world import World


@pytest.fixture
def here(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def ask(here, unit: str = "entrance", building_id: int | None = None, who: str = "manager") -> IssuedDocument:
    return posters.print_posters(
        compound_id=here.compound.pk, unit=unit, building_id=building_id, by=here.actor(who, TODAY), now=NOW
    )


def test_every_entrance_or_building_gets_one_code_that_stays(here) -> None:
    add_building(compound=here.compound, name="2幢", entrances=["1单元"], position=2)
    ask(here)
    codes = {p.code: (p.building.name, p.entrance.name) for p in Poster.objects.select_related("building", "entrance")}
    assert sorted(codes.values()) == [("1幢", "1单元"), ("1幢", "2单元"), ("2幢", "1单元")]
    assert JoinCode.objects.filter(kind="poster").count() == 3
    ask(here)
    assert Poster.objects.count() == 3
    ask(here, "building")
    assert Poster.objects.filter(entrance=None).count() == 2
    assert Entry.objects.filter(verb="residency.make_posters").count() == 2


def test_the_sheet_has_a_poster_a_page_with_the_code_and_the_telephone(here, tmp_path) -> None:
    document = ask(here)
    made = make_document(compound_id=here.compound.pk, document_id=document.pk, now=NOW)
    assert (made.state, made.title) == ("ready", "扫码入住海报")
    sheet = tmp_path / "sheet.pdf"
    with default_storage.open(made.file.path) as content:
        sheet.write_bytes(content.read())
    pages = subprocess.run(["pdftotext", "-layout", sheet, "-"], capture_output=True, text=True, check=True).stdout
    first, second, *rest = pages.split("\f")
    assert rest == [""]
    rows = list(Poster.objects.select_related("entrance").order_by("entrance__name"))
    for page, row in zip((first, second), rows, strict=True):
        assert f"1幢{row.entrance.name}" in page
        assert grouped(row.code) in page
        assert "0579-87000000" in page
        assert made.number in page
    assert "第 1 页" not in pages
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-f", "1", "-l", "1", sheet, tmp_path / "page"], check=True)
    (picture,) = tmp_path.glob("page*.pgm")
    assert _modules(picture) == _expected(pdf.scan_url(rows[0].code))


def _expected(text: str) -> list[str]:
    import segno

    return ["".join("#" if dark else "." for dark in row) for row in segno.make(text, error="m", micro=False).matrix]


def _modules(picture) -> list[str]:
    """The squares of the big code as they are printed: what a telephone's camera sees."""
    with Image.open(picture) as page:
        width, height = page.size
        dark = page.point(lambda value: 255 if value < 128 else 0)
        # Below the words and above the steps: the only thing there is the code.
        region = dark.crop((0, int(height * 0.2), width, int(height * 0.58)))
        left, top, right, bottom = region.getbbox()
        code = region.crop((left, top, right, bottom))
        count = 29
        side = (right - left) / count
        return [
            "".join("#" if code.getpixel((int((x + 0.5) * side), int((y + 0.5) * side))) else "." for x in range(count))
            for y in range(count)
        ]


def test_a_code_opens_its_place_and_no_other(here) -> None:
    made = poster(here)
    found = find_code(grouped(made.code))
    assert (found.kind, found.place_id, found.row) == ("poster", here.compound.pk, made.pk)
    assert find_code("000000000") is None or find_code("000000000").row != made.pk
    assert find_code("not a code") is None


def test_a_replaced_code_is_kept_and_only_one_is_current(here) -> None:
    old = poster(here)
    common = {"compound_id": here.compound.pk, "by": here.actor("officer", TODAY), "now": NOW + timedelta(days=1)}
    with pytest.raises(BadInput):
        posters.replace_poster(poster_id=old.pk, reason=" ", **common)
    new = posters.replace_poster(poster_id=old.pk, reason="海报被撕", **common)
    kept = Poster.objects.get(pk=old.pk)
    assert (kept.replaced_at, kept.replace_reason, kept.replaced_by) == (
        NOW + timedelta(days=1), "海报被撕", here.people["officer"].pk,
    )  # fmt: skip
    assert (new.code != old.code, new.entrance_id, new.replaced_at) == (True, old.entrance_id, None)
    assert find_code(old.code).row == old.pk
    with pytest.raises(NoSuchRow):
        posters.replace_poster(poster_id=old.pk, reason="x", **common)
    assert Entry.objects.get(verb="residency.replace_poster").changes["code"] == [old.code, new.code]


def test_a_new_print_of_the_same_posters_supersedes_the_old_sheet(here) -> None:
    first = make_document(compound_id=here.compound.pk, document_id=ask(here).pk, now=NOW)
    second = make_document(compound_id=here.compound.pk, document_id=ask(here).pk, now=NOW)
    assert IssuedDocument.objects.get(pk=first.pk).superseded_by_id == second.pk


@pytest.mark.parametrize("who", ["worker", "chair", "resident", "street"])
def test_only_the_office_makes_posters(here, who: str) -> None:
    with pytest.raises(NotPermitted):
        ask(here, who=who)
    with pytest.raises(NotPermitted):
        posters.replace_poster(
            compound_id=here.compound.pk, poster_id=1, reason="x", by=here.actor(who, TODAY), now=NOW
        )


def test_refusals_of_a_print(world: World) -> None:
    here, there = world.here, world.there
    with scope(there.compound.pk):
        foreign = poster(there)
    with scope(here.compound.pk):
        with pytest.raises(BadInput):
            ask(here, "flat")
        with pytest.raises(NoSuchRow):
            ask(here, building_id=foreign.building_id)
        with pytest.raises(NoSuchRow):
            posters.replace_poster(
                compound_id=here.compound.pk, poster_id=foreign.pk, reason="x", by=here.actor("manager", TODAY), now=NOW
            )
        for target in (
            f"residency.posters:{there.compound.pk}:entrance:0",
            f"residency.posters:{here.compound.pk}:roof:0",
            "residency.posters:x:entrance:0",
            "residency.posters",
            "repairs.request:1",
        ):
            with pytest.raises(DocumentRefused):
                request_document(
                    compound_id=here.compound.pk,
                    by=here.actor("manager", TODAY),
                    kind=pdf.KIND,
                    target=target,
                    now=NOW,
                )
