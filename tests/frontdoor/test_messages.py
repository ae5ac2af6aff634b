"""Catalogues: compiled when newer, and held to be whole."""

import gettext
import os
from pathlib import Path

import pytest

from config import messages

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return path


def test_a_catalogue_is_compiled_when_it_is_newer(catalogue: Path) -> None:
    catalogue.write_text(HEADER + 'msgid "报修"\nmsgstr "Repairs"\n')
    assert messages.compile_stale() == [catalogue]
    assert messages.compile_stale() == []
    with catalogue.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("报修") == "Repairs"
    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    assert messages.compile_stale() == [catalogue]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "报修"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "报修"\nmsgstr "Repairs"\n', "fuzzy"),
        ('msgid "还有 %(n)s 件"\nmsgstr "%(count)s left"\n', "placeholders"),
    ],
)
def test_a_fault_is_named_with_its_line(entry: str, fault: str, catalogue: Path) -> None:
    catalogue.write_text(HEADER + entry)
    (found,) = messages.faults()
    assert fault in found
    assert found.startswith("locale/en/LC_MESSAGES/django.po:")


def test_a_whole_catalogue_has_no_faults(catalogue: Path) -> None:
    catalogue.write_text(HEADER + 'msgid "还有 %(n)s 件"\nmsgstr "%(n)s left"\n')
    assert messages.faults() == []
