"""Credit codes, reminders, and the table of who enters whom."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firms.permissions import APPOINTS, appoints
from firms.rules import SIGNS, STEPS, check_sign, credit_code, standing, step_due
from parties.rules import ROLES
from tenancy.actor import Actor
from tests.firms.conftest import CODE

DAY = date(2026, 6, 2)
# Published codes of two enterprises that everyone knows.
REAL = ("91330100799655058B", "914403001922038216")

first = st.builds(
    lambda kind, digits, rest: kind + digits + rest,
    st.text(SIGNS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(SIGNS, min_size=9, max_size=9),
)


def test_codes_that_are_in_use_are_codes() -> None:
    assert all(credit_code(code).ok for code in (*REAL, CODE))


@given(first)
def test_a_code_with_its_own_check_sign_is_one(start: str) -> None:
    made = credit_code(start + check_sign(start))
    assert made.ok
    assert made.code == start + check_sign(start)


@given(first, st.integers(0, 16), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(start: str, place: int, sign: str) -> None:
    """The weights are powers of three and 31 is prime: no single slip keeps the sum."""
    whole = start + check_sign(start)
    wrong = whole[:place] + sign + whole[place + 1 :]
    assert credit_code(wrong).ok == (wrong == whole)


@given(first, st.integers(8, 15))
def test_two_neighbours_swapped_are_always_found(start: str, place: int) -> None:
    whole = start + check_sign(start)
    wrong = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    assert credit_code(wrong).ok == (wrong == whole)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    found = credit_code(typed)
    assert found.reason in {"", "length", "signs", "checksum"}
    assert not found.ok or len(found.code) == 18


def test_how_it_is_typed_does_not_matter() -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in CODE)
    for typed in (CODE.lower(), wide, f" {CODE[:6]} {CODE[6:12]}-{CODE[12:]} "):
        assert credit_code(typed).code == CODE, typed
        assert credit_code(typed).ok


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        (CODE[:17], "length"),
        (CODE[:8] + "IOSVZ12345", "signs"),
        ("91A3078" + CODE[7:], "signs"),
        (CODE[:17] + ("0" if CODE[17] != "0" else "1"), "checksum"),
    ],
)
def test_why_it_is_none(typed: str, reason: str) -> None:
    assert credit_code(typed).reason == reason


@pytest.mark.parametrize(
    ("days", "step"),
    [(None, None), (91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-400, 0)],
)
def test_which_reminder_is_due(days: int | None, step: int | None) -> None:
    assert step_due(None if days is None else DAY + timedelta(days=days), DAY) == step


@given(st.integers(-500, 500))
def test_every_day_has_the_nearest_step_only(days: int) -> None:
    step = step_due(DAY + timedelta(days=days), DAY)
    assert step == (0 if days < 0 else min((s for s in STEPS if days <= s), default=None))


def test_how_a_certificate_stands() -> None:
    assert standing(None, DAY) == "valid"
    assert standing(DAY, DAY) == "soon"
    assert standing(DAY - timedelta(days=1), DAY) == "over"
    assert standing(None, DAY, withdrawn=True) == "withdrawn"


def actor(party: str, role: str) -> Actor:
    return Actor(1, "", "post", 1, party, role, "", (1,), 1)


def test_the_table_names_roles_that_exist() -> None:
    for (party, role), given_ in APPOINTS.items():
        assert role in ROLES[party], (party, role)
        for to, roles in given_.items():
            assert set(roles) <= set(ROLES[to]), (party, role, to)


def test_nobody_enters_a_higher_rank_of_the_own_party() -> None:
    """A colleague of the same rank at most: the city's leaders and a firm's managers have nobody above them here."""
    for (party, role), given_ in APPOINTS.items():
        rank = ROLES[party].index(role)
        assert all(ROLES[party].index(one) >= rank for one in given_.get(party, ())), (party, role)
        equals = {one for one in given_.get(party, ()) if ROLES[party].index(one) == rank}
        assert equals == ({role} if (party, role) in {("city", "leader"), ("company", "manager")} else set())


def test_no_resident_worker_or_member_enters_anyone() -> None:
    for party, roles in ROLES.items():
        for role in roles:
            if (party, role) not in APPOINTS:
                assert all(appoints(actor(party, role), to) == () for to in ROLES)
    assert appoints(actor("company", "manager"), "company") == ("manager", "dispatcher", "worker")
    assert appoints(actor("company", "manager"), "committee") == ()
    assert "chair" not in appoints(actor("committee", "chair"), "committee")
