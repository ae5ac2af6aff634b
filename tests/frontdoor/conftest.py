"""Places for state directories. Not pytest's own: each run of pytest closes /tmp/pytest-of-<user> to others again, and
PostgreSQL, which runs as another user when we are root, must be able to walk to its data for as long as it lives."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


class Places:
    """Makes directories, like pytest's ``tmp_path_factory``."""

    def __init__(self) -> None:
        self.made: list[Path] = []

    def mktemp(self, name: str) -> Path:
        place = Path(tempfile.mkdtemp(prefix=f"gongzhi-{name}-"))
        place.chmod(0o711)
        self.made.append(place)
        return place


@pytest.fixture(scope="session")
def tmp_path_factory() -> Iterator[Places]:
    places = Places()
    yield places
    for place in places.made:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def tmp_path(tmp_path_factory: Places) -> Path:
    return tmp_path_factory.mktemp("test")
