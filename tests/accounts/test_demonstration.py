"""One tap signs in as an invented person: in a demonstration only, never in the served form."""

from typing import Any

import pytest
from django.test import Client

from accounts import demonstration
from accounts.demonstration import DemoPerson
from accounts.models import Person

pytestmark = pytest.mark.django_db
PEOPLE = [
    DemoPerson("陈阿姨", "+8613900000101", "业主", "业主"),
    DemoPerson("李经理", "+8613900000102", "项目经理", "物业"),
    DemoPerson("赵大爷", "+8613900000103", "业主", "业主"),
]


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "_providers", [])
    demonstration.register(lambda: list(PEOPLE))


def tap(client: Client, person: DemoPerson, **more: str) -> Any:
    return client.post("/accounts/demonstration/", {"person": person.key, **more})


def test_in_a_demonstration_one_tap_is_enough(settings: Any, guest: Client) -> None:
    settings.DEMONSTRATION = True
    page = guest.get("/accounts/login/?next=/accounts/me/").content.decode()
    assert page.index("陈阿姨") < page.index("赵大爷") < page.index("李经理")
    assert "13900000101" not in page
    answered = tap(guest, PEOPLE[0], next="/accounts/me/")
    assert answered["Location"] == "/accounts/me/"
    person = Person.objects.get(pk=int(guest.session["_auth_user_id"]))
    assert (person.phone, person.name) == ("+8613900000101", "陈阿姨")


def test_the_next_tap_signs_the_first_out(settings: Any, guest: Client) -> None:
    settings.DEMONSTRATION = True
    tap(guest, PEOPLE[0])
    session = guest.session
    session["standing"] = ["post", 1]
    session.save()
    tap(guest, PEOPLE[1])
    assert Person.objects.get(pk=int(guest.session["_auth_user_id"])).name == "李经理"
    assert "standing" not in guest.session


@pytest.mark.parametrize(("on", "served"), [(False, False), (True, True), (False, True)])
def test_elsewhere_there_is_no_such_thing(settings: Any, guest: Client, on: bool, served: bool) -> None:
    settings.DEMONSTRATION, settings.SERVED = on, served
    page = guest.get("/accounts/login/").content.decode()
    assert "陈阿姨" not in page
    assert "/accounts/demonstration/" not in page
    assert tap(guest, PEOPLE[0]).status_code == 404
    assert "_auth_user_id" not in guest.session


def test_only_the_listed_can_be_entered_as(settings: Any, guest: Client, person: Person) -> None:
    settings.DEMONSTRATION = True
    from accounts.crypto import digest

    for key in ("", "x", digest(person.phone), person.phone):
        assert guest.post("/accounts/demonstration/", {"person": key}).status_code == 404
    assert "_auth_user_id" not in guest.session


def test_it_is_posted(settings: Any, guest: Client) -> None:
    settings.DEMONSTRATION = True
    assert guest.get("/accounts/demonstration/").status_code == 405


def test_the_served_form_cannot_be_told_to_be_one() -> None:
    import subprocess
    import sys

    out = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.DEMONSTRATION)"],
        env={
            "GONGZHI_FORM": "served",
            "DEMONSTRATION": "1",
            "SECRET_KEY": "x" * 60,
            "PERSONAL_KEYS": "y" * 60,
            "ALLOWED_HOSTS": "a.example",
            "DATABASE_URL": "postgres://a@127.0.0.1/b",
            "REDIS_URL": "redis://127.0.0.1",
            "CELERY_BROKER_URL": "redis://127.0.0.1",
            "SMS_ALLOW_UNSENT": "1",
            "PYTHONPATH": "src:.",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.stdout.strip() == "False", out.stderr
