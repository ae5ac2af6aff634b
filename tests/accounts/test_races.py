"""Two at once: one code a minute, one person a number, one use of a code."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts import actions
from accounts.models import CodeEvent, Person
from accounts.sms import memory
from tests.accounts.numbers import E164, wrong

pytestmark = pytest.mark.usefixtures("committed_db")


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each of ``count`` threads got: a result, or the code of its refusal."""

    def one(_: int) -> Any:
        try:
            return work()
        except actions.CodeRefusedError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


def test_one_code_a_minute(moment: datetime) -> None:
    got = at_once(8, lambda: actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=moment))
    assert got.count("soon") == 7
    assert len(memory.outbox) == 1


def test_one_person_a_number(moment: datetime) -> None:
    got = at_once(8, lambda: actions.ensure_person(phone=E164, verified=True, now=moment).pk)
    assert len(set(got)) == 1
    assert Person.objects.by_phone(E164) is not None


def test_one_use_of_a_code(moment: datetime) -> None:
    token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=moment)
    right = memory.outbox[-1].params["code"]
    got = at_once(
        6,
        lambda: actions.answer_code(token=token, code=right, purpose="enter", address="10.0.0.1", now=moment).phone,
    )
    assert sorted(got) == sorted([E164] + ["expired"] * 5)


def test_guesses_at_once_are_all_counted(moment: datetime) -> None:
    token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=moment)
    bad = wrong(memory.outbox[-1].params["code"])
    got = at_once(
        12, lambda: actions.answer_code(token=token, code=bad, purpose="enter", address="10.0.0.1", now=moment)
    )
    assert got.count("wrong") == 4
    assert got.count("spent") == 8
    assert CodeEvent.objects.filter(kind="wrong").count() == 5
