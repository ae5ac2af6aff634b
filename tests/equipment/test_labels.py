"""The printed labels: one for each piece, with its code and where it leads."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from documents import codes
from documents.actions import make_document
from documents.models import DocumentCheck, IssuedDocument
from tenancy.scope import scope
from tests.equipment.conftest import NOW, a_piece, code_of
from tests.equipment.test_pages import BASE, key
from tests.world import World


def test_labels_are_printed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    empty = client.post(f"{BASE}labels/", {"every": "1", "idempotency_key": key(1)})
    assert (empty.status_code, "请先选择设施" in empty.content.decode()) == (422, True)
    pieces = [a_piece(side, f"MHQ-{n}", spot=f"车库{n}号柱") for n in range(3)]
    none = client.post(f"{BASE}labels/", {"idempotency_key": key(2)})
    assert (none.status_code, "请勾选要打印标签的设施" in none.content.decode()) == (422, True)
    choices: list[dict[str, Any]] = [{"every": "1"}, {"pieces": [pieces[0].pk]}]
    for n, chosen in enumerate(choices):
        answer = client.post(f"{BASE}labels/", {**chosen, "idempotency_key": key(3 + n)})
        assert answer.status_code == 302
        with scope(side.compound.pk):
            document = IssuedDocument.objects.latest("pk")
            made = make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
            assert made is not None
            assert (made.state, document.title) == ("ready", "消防设施标签")
            assert made.file is not None
            with default_storage.open(made.file.path) as file:
                text = "".join(
                    "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(file.read())).pages
                )
        for number, piece in enumerate(pieces):
            shown = number == 0 or n == 0
            assert (f"MHQ-{number}" in text, f"车库{number}号柱" in text) == (shown, shown)
            assert (code_of(side, piece) in text) == shown
    there = a_piece(world.there)
    assert client.post(f"{BASE}labels/", {"pieces": [there.pk], "idempotency_key": key(9)}).status_code == 422


def test_a_sheet_that_is_printed_after_the_code_moved_has_the_new_one(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    client = sign_in(side, "manager")
    piece, other = a_piece(side, "MHQ-1"), a_piece(side, "MHQ-2", spot="车库西侧")
    old, chosen = code_of(side, piece), {"pieces": [piece.pk, other.pk]}

    def printed(n: int) -> tuple[IssuedDocument, str]:
        assert client.post(f"{BASE}labels/", {**chosen, "idempotency_key": key(n)}).status_code == 302
        with scope(side.compound.pk):
            asked = IssuedDocument.objects.latest("pk")
            made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=NOW)
            assert made is not None
            assert made.file is not None
            with default_storage.open(made.file.path) as file:
                pages = PdfReader(io.BytesIO(file.read())).pages
                return made, "".join("".join(page.extract_text().split()) for page in pages)

    def current(document: IssuedDocument) -> bool:
        return DocumentCheck.objects.get(code_digest=codes.digest(document.check_code)).superseded_at is None

    first, text = printed(1)
    assert (old in text, current(first)) == (True, True)
    own = f"{BASE}pieces/{piece.pk}/"
    assert client.post(f"{own}label/", {"reason": "撕坏了", "idempotency_key": key(2)}).status_code == 302
    assert not current(first)
    second, text = printed(3)
    assert (old in text, code_of(side, piece) in text, code_of(side, other) in text) == (False, True, True)
    assert (second.pk == first.pk, current(second)) == (False, True)
    # What does not stand on a label leaves the sheet alone; another place does not.
    given = {
        "kind": "extinguisher",
        "subtype": "dry_powder",
        "number": "MHQ-1",
        "place": "ordinary",
        "made_on": "2023-03-01",
    }
    same = {**given, "spot": "车库东侧", "note": "话"}
    assert client.post(own, {**same, "idempotency_key": key(4)}).status_code == 302
    assert current(second)
    assert client.post(own, {**same, "spot": "车库北侧", "idempotency_key": key(5)}).status_code == 302
    assert not current(second)
    third, text = printed(6)
    assert ("车库北侧" in text, current(third)) == (True, True)
