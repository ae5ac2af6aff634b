"""One database for all of these tests, laden once with something of everything on both sides; each test rolls back in it."""

import logging
import pickle
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import world as worlds
from tests.conftest import admin, create_database, drop_database, use_database
from tests.isolation.laden import Values, lade


@pytest.fixture(scope="session")
def laden_ground(
    template_database: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Values, Path]]:
    """The database's name, the values of URL parameters on each side, the folder of its files."""
    before = connections["default"].settings_dict["NAME"]
    name, media = f"{before}_laden", tmp_path_factory.mktemp("laden")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        with closing(admin()) as opened:
            create_database(opened, name, template_database)
        patch.setattr("django.conf.settings.MEDIA_ROOT", media)
        use_database(name)
        try:
            with transaction.atomic():
                values = lade(worlds.load())
                # What would be done after a commit is another test's: nothing is sent from here.
                transaction.get_connection().run_on_commit.clear()
        finally:
            use_database(before)
    yield name, values, media
    with django_db_blocker.unblock(), closing(admin()) as opened:
        drop_database(opened, name)


@pytest.fixture(scope="session")
def world_as_built(laden_ground: tuple[str, Values, Path], django_db_blocker: DjangoDbBlocker) -> bytes:
    """As it is after the lading."""
    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        use_database(laden_ground[0])
        try:
            return pickle.dumps(worlds.load())
        finally:
            use_database(before)


@pytest.fixture(scope="module", autouse=True)
def _on_laden_ground(laden_ground: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        use_database(laden_ground[0])
    yield
    with django_db_blocker.unblock():
        use_database(before)


@pytest.fixture(autouse=True)
def _media(laden_ground: Any, settings: Any, tmp_path: Path) -> None:
    """Files as they were laden, in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    shutil.copytree(laden_ground[2], settings.MEDIA_ROOT)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Nearly every answer here is a refusal; to write each of them down would be a part of the work."""
    caplog.set_level(logging.ERROR, logger="django.request")


@pytest.fixture
def laden(laden_ground: Any) -> Values:
    """Both compounds with something of everything; the values of URL parameters on each side."""
    values: Values = laden_ground[1]
    return values
