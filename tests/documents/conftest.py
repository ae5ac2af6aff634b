"""A store of its own for each test, and a purpose and a kind whose rights the test sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from documents import access, kinds
from documents.actions import TargetGone, store_image
from documents.models import StoredFile
from tenancy.actor import Actor
from tenancy.scope import scope
from tests.documents import files
from tests.world import Side

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """The folder that stands for the store."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def open_to(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The parties that may read files of the purpose "test" and documents of the kind "test_slip"."""
    parties: set[str] = set()
    monkeypatch.setitem(access._getters, "test", lambda actor, _stored: actor.party in parties)
    return parties


@dataclass
class Maker:
    """A kind of document whose context and behaviour the test sets."""

    fields: list[tuple[str, str]] = field(default_factory=lambda: [("地点", "朝阳区1幢"), ("报修人", "䶮𫖯")])
    more: dict[str, Any] = field(default_factory=dict)
    fails: Exception | None = None
    calls: int = 0

    def context(self, *, compound_id: int, target: str) -> dict[str, Any]:
        self.calls += 1
        if self.fails is not None:
            raise self.fails
        if target == "gone":
            raise TargetGone
        return {"fields": self.fields, **self.more}


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch, open_to: set[str]) -> Maker:
    """The kind "test_slip"."""
    made = Maker()
    monkeypatch.setitem(
        kinds._kinds,
        "test_slip",
        kinds.Kind(
            "test_slip",
            "报修单",
            "documents/print_form.html",
            made.context,
            lambda actor, _target: actor.party in open_to,
        ),
    )
    return made


@pytest.fixture
def stored(world: Any, open_to: set[str]) -> Iterator[Callable[..., StoredFile]]:
    """``stored(side)``: a picture taken in by that side's resident, for the purpose "test"."""

    def make(side: Side, *, name: str = "resident", purpose: str = "test", target: str = "test:1") -> StoredFile:
        actor: Actor = side.actor(name)
        with scope(side.compound.pk):
            return store_image(
                compound_id=side.compound.pk,
                by=actor,
                upload=files.upload(files.encoded(files.scene())),
                purpose=purpose,
                target=target,
                now=NOW,
            )

    return make
