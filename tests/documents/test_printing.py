"""Sheets are checked by their text and by their picture: never a wrong glyph, never a blank."""

import gc
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from pypdf import PdfReader

from documents import pdf, qr
from documents.kinds import Part
from documents.pdf import MissingGlyph, OutsideResource, missing_glyphs, render, shown_text, without_emoji
from tests.documents import files
from tests.documents.conftest import NOW

FORM = "documents/print_form.html"
pdftoppm = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler's pdftoppm")


class Sheet:
    title = "报修单"
    number = "2026-000123"


class Place:
    name = "西山小区"


def context(**more: Any) -> dict[str, Any]:
    return {
        "document": Sheet,
        "compound": Place,
        "check_code": "K7QM3-XRDPW",
        "check_page": "https://gongzhi.example/v/",
        "check_qr": qr.svg_data_uri("https://gongzhi.example/v/K7QM3XRDPW/"),
        "fields": [("地点", "朝阳区西山小区1幢1单元101室"), ("报修人", "䶮𫖯")],
        **more,
    }


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def picture_of(content: bytes, tmp_path: Path, dpi: int) -> Image.Image:
    source = tmp_path / "sheet.pdf"
    source.write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", str(source), str(tmp_path / "sheet")], check=True
    )
    with Image.open(tmp_path / "sheet.pgm") as opened:
        return opened.convert("L")


def test_the_sheet_says_what_it_must() -> None:
    content = render(FORM, context(signatures=["物业服务企业", "报修人", "业主委员会"]), now=NOW)
    reader = PdfReader(io.BytesIO(content))
    text = text_of(content)
    for words in (
        "西山小区",
        "报修单",
        "2026-000123",
        "朝阳区西山小区1幢1单元101室",
        "䶮𫖯",
        "K7QM3-XRDPW",
        "https://gongzhi.example/v/",
        "2026年11月21日 10:00",
        "业主委员会",
    ):
        assert words in text, words
    assert text.count("（盖章）") == text.count("签字：") == 3
    assert "第1页" in text.replace(" ", "")
    assert "共1页" in text.replace(" ", "")
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert reader.metadata is not None
    assert reader.metadata.title == "报修单 2026-000123"
    assert len(content) < 400_000


def test_long_sheets_carry_number_and_page_on_each_page() -> None:
    content = render(FORM, context(sections=[("经过", "已更换阀门。\n\n" * 120)]), now=NOW)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    for index, page in enumerate(pages, start=1):
        text = page.extract_text().replace(" ", "")
        assert f"第{index}页共{len(pages)}页" in text.replace("\n", "")
        assert "2026-000123" in text
        assert "K7QM3-XRDPW" in text


def test_only_our_faces_are_embedded_and_only_in_part() -> None:
    page = PdfReader(io.BytesIO(render(FORM, context(), now=NOW))).pages[0]
    faces = {str(font["/BaseFont"]) for font in (each.get_object() for each in page["/Resources"]["/Font"].values())}
    assert faces
    assert all("Sheet-Hei" in face and "+" in face for face in faces), faces


def test_printed_in_chinese_whoever_asks() -> None:
    from django.utils import translation

    with translation.override("en"):
        text = text_of(render(FORM, context(signatures=["物业"]), now=NOW))
    assert "查验码" in text
    assert "签字：" in text


def test_text_of_people_is_text() -> None:
    text = text_of(render(FORM, context(fields=[("内容", "<script>alert(1)</script> & <img src=x>")]), now=NOW))
    assert "<script>alert(1)</script> & <img src=x>" in text


# --- glyphs -----------------------------------------------------------------------------------------------------------
def test_rare_characters_of_names_have_glyphs() -> None:
    # From the table of standard characters (通用规范汉字表), several beyond the first plane.
    assert missing_glyphs("䶮𫖯𬭎𫟅㛃𬀪𫍯 张三\n（盖章）①㎡·—…" + "的一是不了在人有我他这朝阳区") == set()


def test_lacking_characters_are_named() -> None:
    assert missing_glyphs("𠮷田😀ع") == {"𠮷", "😀", "ع"}
    for fields in ([("姓名", "𠮷田")], [("𠮷", "x")]):
        with pytest.raises(MissingGlyph) as lacking:
            render(FORM, context(fields=fields), now=NOW)
        assert lacking.value.characters == {"𠮷"}
    assert list(pdf.characters({"𠮷"})) == ["𠮷 (U+20BB7)"]


def test_emoji_are_printed_as_a_word() -> None:
    assert without_emoji("甲\x07乙\u200e丙\x00") == "甲乙丙"
    assert missing_glyphs("甲\u200e乙\ufe00") == set()
    assert without_emoji("好👍🏽了 👨‍👩‍👧 ❤️1️⃣ 𠮷") == "好〔表情〕了 〔表情〕 〔表情〕1〔表情〕 𠮷"
    text = text_of(render(FORM, context(fields=[("内容", "水管漏水😭😭")]), now=NOW))
    assert "水管漏水〔表情〕" in text


def test_only_what_is_shown_is_checked() -> None:
    page = "<head><title>题</title><style>p{content:'𠮷'}</style></head><p title='😀'>甲&amp;乙<img alt='丙'></p>"
    assert shown_text(page) == "题甲&乙丙"


@pdftoppm
@pytest.mark.parametrize("words", ["朝阳区报修单", "䶮𫖯性长区", "签字盖章年月日"])
def test_every_glyph_has_the_shape_of_its_character(words: str, tmp_path: Path) -> None:
    """Sets one line large, and lays each printed character over the face's own drawing of it."""
    size, dpi = 60, 144
    line = f'<body style="margin:0"><p style="font-size:{size}pt;line-height:1;margin:0">{words}</p>'
    with pdf._rendering:
        from weasyprint import HTML

        fonts, style = pdf._typesetting()
        content = HTML(string=line).write_pdf(stylesheets=[style], font_config=fonts)
    assert words in text_of(content)
    printed = ImageChops.invert(picture_of(content, tmp_path, dpi)).point(lambda grey: 255 * (grey > 127))
    printed = printed.crop((0, 0, printed.width, printed.height // 3))
    face = ImageFont.truetype(str(pdf.HERE / "fonts" / pdf.FACES[0]), round(size * dpi / 72))
    left = printed.getbbox()
    assert left is not None
    for index, sign in enumerate(words):
        wanted = Image.new("L", (round(size * dpi / 72), round(size * dpi / 72 * 1.4)), 0)
        ImageDraw.Draw(wanted).text((0, 0), sign, font=face, fill=255)
        box = wanted.getbbox()
        assert box is not None, sign
        start = round(24 / 25.4 * dpi + index * size * dpi / 72)
        cell = printed.crop((start, 0, start + round(size * dpi / 72), printed.height))
        seen = cell.getbbox()
        assert seen is not None, f"{sign} was printed as a blank"
        assert alike(wanted.crop(box), cell.crop(seen)) > 0.95, sign
        other = Image.new("L", wanted.size, 0)
        ImageDraw.Draw(other).text((0, 0), words[index - 1], font=face, fill=255)
        assert alike(other.crop(other.getbbox()), cell.crop(seen)) < 0.9, "the comparison must tell characters apart"


def alike(wanted: Image.Image, seen: Image.Image) -> float:
    """The share of each drawing's ink that lies on the other's, a pixel of play allowed; the smaller share of the two."""

    def ink(drawing: Image.Image) -> Image.Image:
        return drawing.point(lambda grey: 255 * (grey > 127))

    one, other = ink(wanted), ink(seen.resize(wanted.size))

    def on(ground: Image.Image, drawing: Image.Image) -> float:
        covered = ImageChops.multiply(drawing, ground.filter(ImageFilter.MaxFilter(5)))
        return ink(covered).histogram()[255] / drawing.histogram()[255]

    return min(on(one, other), on(other, one))


@pdftoppm
def test_the_qr_code_is_on_the_sheet(tmp_path: Path) -> None:
    """The square of the code is printed at its place, module by module."""
    import segno

    address = "https://gongzhi.example/v/K7QM3XRDPW/"
    picture = picture_of(render(FORM, context(), now=NOW), tmp_path, 200)
    modules = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    side = len(modules)
    millimetre = 200 / 25.4
    width = 22 * millimetre
    right = (210 - 22) * millimetre
    step = width / (side + 4)
    # The code floats right; look for its top edge (three dark finder modules) anywhere below the title.
    best = 0.0
    for top in range(int(40 * millimetre), int(240 * millimetre)):
        hits = sum(
            (picture.getpixel((int(right - width + (x + 2.5) * step), int(top + (y + 2.5) * step))) < 128) == bool(dark)
            for y in range(0, side, 3)
            for x, dark in enumerate(modules[y])
        )
        best = max(best, hits / (len(range(0, side, 3)) * side))
    assert best > 0.97, best


# --- nothing from outside ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.png",
        "https://example.com/x.png",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://example.com/x",
        "ours:fonts/../print.css",
        "ours:static/../../../../../etc/passwd",
        "ours:static//etc/passwd",
        "/etc/passwd",
        "x.png",
    ],
)
def test_a_sheet_reaches_nothing_but_our_own(address: str) -> None:
    with pytest.raises(OutsideResource):
        render(FORM, context(pictures=[(address, "照片")]), now=NOW)


def test_pictures_come_as_data() -> None:
    import base64

    data = base64.b64encode(files.encoded(files.scene(300, 200))).decode()
    content = render(FORM, context(pictures=[(f"data:image/jpeg;base64,{data}", "维修前")]), now=NOW)
    assert "维修前" in text_of(content)
    assert any(image.image.size == (300, 200) for image in PdfReader(io.BytesIO(content)).pages[0].images)


def test_two_threads_print_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda n: render(FORM, context(fields=[("序号", f"第{n}张")]), now=NOW), range(4)))
    assert [f"第{n}张" in text_of(content) for n, content in enumerate(made)] == [True] * 4


def test_importing_the_app_does_not_import_the_typesetter() -> None:
    import sys

    program = "import sys, django; django.setup(); import documents.views; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_bundle_leaves_the_rest_of_the_portal_alone_once_for_all_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    monkeypatch.setattr(gc, "unfreeze", lambda: done.append("unfreeze"))
    part = Part("表", FORM, lambda: {"fields": [("地点", "1幢")]})
    made = pdf.bind(FORM, context(), [part, part], now=NOW, told=lambda _done, _all: done.append("part"))
    assert (len(PdfReader(io.BytesIO(made)).pages), done) == (3, ["freeze", "part", "part", "unfreeze"])
