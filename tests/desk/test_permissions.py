"""The whole table of who may do what, written out a second time, and what always holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.permissions import (
    BEHIND_GLASS,
    OF_A_PRACTICE,
    ROLES,
    NotAllowed,
    Permission,
    Person,
    Rights,
)
from console.store.values import Role

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
TABLE = {  # receptionist, supervisor, administrator, liaison
    "TAKE_CALLS": "rsa-",
    "SEE_CALLERS": "rsal",
    "SEARCH_CALLERS": "-sal",
    "DELIVER_MESSAGES": "rsal",
    "HAND_OVER": "rsa-",
    "HAND_OVER_FOR_OTHERS": "-sa-",
    "HEAR_RECORDINGS": "-sa-",
    "KEEP_RECORDINGS": "-sa-",
    "EDIT_PRACTICES": "-sa-",
    "CHANGE_ROTA": "rsa-",
    "SEE_FLOOR": "-sa-",
    "SUPERVISE": "-s--",
    "REVIEW_CALLS": "-sa-",
    "READ_AUDIT": "-sa-",
    "EXPORT": "-sa-",
    "SETTLE_ASIDE": "-sa-",
    "SEE_ALERTS": "-sa-",
    "BREAK_GLASS": "r---",
    "MANAGE_PEOPLE": "--a-",
    "MANAGE_RECORDS": "--a-",
}
ORDER = (Role.RECEPTIONIST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LIAISON)


def person(role: Role) -> Person:
    return Person("someone", "Some One", role, "maple" if role is Role.LIAISON else None)


def test_the_table_is_whole() -> None:
    assert set(TABLE) == {permission.name for permission in Permission}
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize("role", ORDER)
@pytest.mark.parametrize("what", Permission)
def test_every_role_and_permission(role: Role, what: Permission) -> None:
    listed = TABLE[what.name][ORDER.index(role)] != "-"
    rights = Rights(person(role))
    practice = "maple" if role is Role.LIAISON else None
    assert rights.may(what, now=NOW, practice=practice) is listed
    if listed:
        rights.require(what, now=NOW, practice=practice)
    else:
        with pytest.raises(NotAllowed) as refused:
            rights.require(what, now=NOW, practice=practice)
        assert str(what) in refused.value.message


@given(st.sampled_from(Permission), st.sampled_from(["", "oak", "Maple", None]))
def test_a_liaison_has_nothing_of_another_practice(what: Permission, practice: str | None) -> None:
    assert not Rights(person(Role.LIAISON)).may(what, now=NOW, practice=practice)


@given(
    st.sampled_from(Role),
    st.sampled_from(Permission),
    st.integers(-7200, 7200),
    st.sampled_from(["maple", "oak", None]),
)
def test_the_glass_adds_only_what_is_behind_it_and_only_for_its_time(
    role: Role, what: Permission, left_s: int, practice: str | None
) -> None:
    plain = Rights(person(role))
    broken = Rights(person(role), glass_until=NOW + timedelta(seconds=left_s))
    before = plain.may(what, now=NOW, practice=practice)
    after = broken.may(what, now=NOW, practice=practice)
    assert after or not before
    if after and not before:
        assert left_s > 0
        assert what in BEHIND_GLASS
        assert role is Role.RECEPTIONIST


@given(st.sampled_from(Permission), st.booleans())
def test_nobody_may_do_nothing(what: Permission, glass: bool) -> None:
    until = NOW + timedelta(hours=1) if glass else None
    assert not Rights(None, until).may(what, now=NOW)
    with pytest.raises(NotAllowed, match="Nobody is signed in"):
        Rights(None, until).require(what, now=NOW)


def test_what_is_of_a_practice_covers_all_a_liaison_has() -> None:
    assert ROLES[Role.LIAISON] <= OF_A_PRACTICE
