"""People at a desk: signing in, taking over, handing over, emergency access, accounts."""

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from console.desk.liaison.views import LiaisonView
from console.desk.people.views import (
    AccountView,
    Entry,
    HandOverView,
    SignInView,
    StaffView,
)
from console.desk.permissions import Permission
from console.people import credentials
from console.store.models import Message
from console.store.values import Role
from scripts.calltypes import CallType
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, RIVERSIDE, Room

PASSWORD = "four words no one tries"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(1, 8, 1))


class Desk:
    """A room whose sign-in page is seen, and the phones of its people."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.page: SignInView | None = None
        self.account: AccountView | None = None
        self.hand_over: HandOverView | None = None
        self.staff: StaffView | None = None
        self.liaison: LiaisonView | None = None
        self.phones: dict[str, pyotp.TOTP] = {}
        self.people = room.desk.people
        for name in ("account", "hand_over", "staff", "liaison"):
            getattr(self.people, f"{name}_changed").connect(
                lambda view, name=name: setattr(self, name, view)
            )
        self.people.sign_in_changed.connect(lambda view: setattr(self, "page", view))

    def open(self) -> "Desk":
        self.room.open()
        return self

    def code(self, login: str) -> str:
        """Return a code that was not used: the clock goes on by a step."""
        self.room.clock.forward(seconds=30)
        return self.phones[login].at(self.room.clock())

    def first(self, login: str = "amira", name: str = "Amira Haddad") -> None:
        assert self.page is not None
        assert self.page.entry is Entry.FIRST
        self.people.make_first(login, name, PASSWORD)
        self.room.rest()
        self.enrol(login)

    def enrol(self, login: str) -> None:
        assert self.page is not None
        assert self.page.entry is Entry.ENROL, self.page.note
        self.phones[login] = pyotp.TOTP("".join(self.page.secret))
        self.people.confirm_phone(self.phones[login].at(self.room.clock()))
        self.room.rest()
        assert self.page.entry is Entry.CODES
        assert len(self.page.codes) == 10
        self.people.codes_kept()
        self.room.rest()
        assert self.page is None

    def sign_in(self, login: str) -> None:
        self.people.sign_in(login, PASSWORD, self.code(login))
        self.room.rest()

    def hire(self, login: str, name: str, role: Role = Role.RECEPTIONIST) -> None:
        """Make an account as the administrator, and have its person sign in for the first time."""
        self.people.add_person(login, name, role, MAPLE if role is Role.LIAISON else "")
        self.room.rest()
        assert self.staff is not None
        assert self.staff.given_to == login
        given = self.staff.given
        self.people.leave_staff()
        self.leave()
        self.people.sign_in(login, given, "")
        self.room.rest()
        self.people.choose_password(PASSWORD)
        self.room.rest()

    def leave(self) -> None:
        self.people.sign_out()
        self.room.rest()
        assert self.room.status is not None
        assert self.room.status.agent == "Nobody signed in", self.room.notices[-1:]


@pytest.fixture
def desk(make_room: MakeRoom, request: pytest.FixtureRequest) -> Desk:
    return Desk(make_room(person=None, lock_after=getattr(request, "param", None))).open()


@pytest.fixture
def manned(desk: Desk) -> Desk:
    """A desk with Amira, the administrator, at it; Dana, a receptionist, has an account too."""
    desk.first()
    desk.hire("dana", "Dana Whitfield")
    desk.enrol("dana")
    desk.leave()
    desk.sign_in("amira")
    return desk


def locked(desk: Desk) -> bool:
    assert desk.room.status is not None
    return desk.room.status.locked


# --- signing in --------------------------------------------------------------------------------


def test_the_first_start_makes_the_administrator_and_the_next_asks_who_it_is(
    make_room: MakeRoom, desk: Desk
) -> None:
    assert locked(desk)
    desk.people.make_first("amira", "Amira Haddad", "short")
    desk.room.rest()
    assert desk.page is not None
    assert desk.page.entry is Entry.FIRST
    assert "12 characters" in desk.page.note
    assert desk.page.login == "amira"
    desk.first()
    assert not locked(desk)
    assert desk.room.status is not None
    assert desk.room.status.agent == "Amira Haddad · Administrator"
    desk.room.close()
    again = Desk(make_room(person=None, clock=desk.room.clock)).open()
    again.phones = desk.phones
    assert again.page is not None
    assert again.page.entry is Entry.SIGN_IN
    again.people.sign_in("amira", "wrong", "000000")
    again.room.rest()
    assert again.page.note
    assert locked(again)
    again.sign_in("amira")
    assert not locked(again)


def test_calls_ring_and_are_answered_with_nobody_signed_in(desk: Desk) -> None:
    room = desk.room
    room.ring(to=RIVERSIDE)
    assert room.pop is not None
    assert "Riverside" in room.pop.say
    room.up()
    room.desk.read_911()
    assert "911" in room.pop.say
    assert [type(each) for each in room.engine.sent] == [wire.Answer]
    room.rest()
    assert room.call_row()["agent"] in (None, "")
    desk.first()  # and whoever signs in has the call and its form
    assert room.form is not None
    assert room.card().can_hang_up
    assert [type(each) for each in room.engine.sent] == [wire.Answer]


def test_a_call_not_answered_yet_is_greeted_by_who_signed_in(desk: Desk) -> None:
    desk.room.ring(to=RIVERSIDE)
    assert desk.room.pop is not None
    assert "Dana" in desk.room.pop.say  # the desk's own name
    desk.first()
    assert "Amira" in desk.room.pop.say


def test_the_qr_code_holds_the_secret(desk: Desk) -> None:
    import zxingcpp
    from numpy import array, kron, ones, uint8

    desk.people.make_first("amira", "Amira Haddad", PASSWORD)
    desk.room.rest()
    assert desk.page is not None
    modules = array([[0 if dark else 255 for dark in row] for row in desk.page.qr], dtype=uint8)
    (found,) = zxingcpp.read_barcodes(kron(modules, ones((4, 4), dtype=uint8)))
    assert found.text == (
        f"otpauth://totp/Frontdesk:amira?secret={''.join(desk.page.secret)}&issuer=Frontdesk"
    )


@pytest.fixture
def liaison(manned: Desk) -> Desk:
    """Lia, Maple Pediatrics' liaison, at the desk; both practices have had a call and a message."""
    manned.leave()
    manned.sign_in("dana")
    for call, practice in (("c1", MAPLE), ("c2", RIVERSIDE)):
        manned.room.take(call, to=practice)
        manned.room.fill(CallType.REFILL)
        manned.room.finish(call)
        manned.room.over(call)
    manned.leave()
    manned.sign_in("amira")
    manned.hire("lia", "Lia Moss", Role.LIAISON)
    assert manned.page is not None
    manned.phones["lia"] = pyotp.TOTP("".join(manned.page.secret))
    manned.people.confirm_phone(manned.phones["lia"].at(manned.room.clock()))
    manned.room.rest()
    assert manned.page.entry is Entry.CODES
    assert manned.liaison is None
    manned.people.codes_kept()
    manned.room.rest()
    return manned


def test_a_liaison_reads_one_practice_and_the_desk_stays_nobody_s(liaison: Desk) -> None:
    view = liaison.liaison
    assert view is not None
    assert (view.practice, view.person) == ("Maple Pediatrics", "Lia Moss")
    assert len(view.messages.rows) == len(view.messages.whole) == len(view.calls.rows) == 1
    assert [row[1] for row in view.figures.rows] == ["1", "1", "1", "1", "0"]
    room = liaison.room
    assert locked(liaison)
    assert room.status is not None
    assert room.status.agent == "Nobody signed in"
    assert liaison.page is not None
    assert liaison.page.entry is Entry.SIGN_IN
    seen = room.rows(
        "SELECT kind, practice_id FROM audit WHERE event = 'saw' AND person = ?", "Lia Moss"
    )
    assert sorted(seen) == [("call", MAPLE), ("message", MAPLE)]
    for ask in (liaison.people.show_account, liaison.people.show_staff, room.desk.list_recordings):
        ask()
        room.rest()
    assert (liaison.account, liaison.staff) == (None, None)
    liaison.people.leave_liaison()
    room.rest()
    assert liaison.liaison is None


def test_a_liaison_confirms_a_message_of_her_practice_and_the_desk_is_told_who_did(
    liaison: Desk,
) -> None:
    room = liaison.room
    view = liaison.liaison
    assert view is not None
    (key,) = view.messages.keys
    assert view.messages.open == {key}
    (other,) = room.rows("SELECT id FROM messages WHERE practice_id = ?", RIVERSIDE)[0]
    liaison.people.confirm_message(other)
    room.rest()
    liaison.people.confirm_message(key)
    room.rest()
    assert liaison.liaison is not None
    assert liaison.liaison.note == "Confirmed. The desk is told."
    assert not liaison.liaison.messages.open
    assert liaison.liaison.messages.rows[0][5].startswith("Confirmed")
    assert room.rows("SELECT id, status FROM messages ORDER BY id") == sorted(
        [(key, "confirmed"), (other, "pending")]
    )
    assert room.rows(
        "SELECT person, practice_id, row FROM audit WHERE event = 'changed' AND kind = 'message'"
    ) == [("Lia Moss", MAPLE, str(key))]
    liaison.people.confirm_message(key)
    room.rest()
    assert liaison.liaison.note == "Somebody had confirmed it already."


def test_what_was_changed_since_it_was_read_is_not_confirmed(liaison: Desk) -> None:
    room = liaison.room
    assert liaison.liaison is not None
    (key,) = liaison.liaison.messages.keys
    records = room.book._ledger()._open_records()
    records.write(lambda s: setattr(s.get(Message, key), "reason", "Another word"))
    liaison.people.confirm_message(key)
    room.rest()
    assert "changed since" in liaison.liaison.note
    assert liaison.liaison.messages.whole == ("Another word",)
    liaison.people.confirm_message(key)
    room.rest()
    assert not liaison.liaison.messages.open


def test_whoever_takes_the_desk_ends_a_liaison_s_reading(liaison: Desk) -> None:
    liaison.room.take("c3", to=RIVERSIDE)
    assert liaison.liaison is not None
    liaison.sign_in("dana")
    assert liaison.liaison is None
    assert not locked(liaison)
    liaison.people.session.still_there()
    liaison.room.rest()
    assert not locked(liaison)


@pytest.mark.parametrize("desk", [timedelta(minutes=5)], indirect=True)
def test_a_liaison_leaves_by_idleness_and_when_the_account_is_changed(liaison: Desk) -> None:
    liaison.room.clock.forward(minutes=4)
    liaison.people.seen()
    liaison.room.clock.forward(minutes=4)
    liaison.people.liaison.look()
    liaison.room.rest()
    assert liaison.liaison is not None
    liaison.room.clock.forward(minutes=1)
    liaison.people.liaison.look()
    liaison.room.rest()
    assert liaison.liaison is None
    liaison.sign_in("lia")
    assert liaison.liaison is not None
    liaison.people.session.people(
        lambda people, now: people.managing.set_active("lia", active=False, at=now, by="amira")
    )
    liaison.people.liaison.look()
    liaison.room.rest()
    assert liaison.liaison is None
    assert liaison.room.notices[-1].title == "Signed out"


def test_while_the_records_are_away_who_was_here_lately_signs_in(
    make_room: MakeRoom, manned: Desk, tmp_path: Path
) -> None:
    room = manned.room
    room.close()
    room.records.rename(tmp_path / "elsewhere.sqlite")
    room.records.mkdir()
    for each in ("-wal", "-shm"):
        (tmp_path / f"records.sqlite{each}").unlink(missing_ok=True)
    away = Desk(make_room(person=None, clock=room.clock)).open()
    away.phones = manned.phones
    assert away.page is not None
    assert "last three days" in away.page.hint
    away.sign_in("dana")
    assert not locked(away)
    assert away.room.notices[-1].title == "Signed in"
    away.people.sign_out()
    away.room.rest()
    assert away.room.notices[-1].title == "The records are away"
    room.records.rmdir()
    (tmp_path / "elsewhere.sqlite").rename(room.records)
    away.room.retry()
    assert not locked(away)
    assert ("dana",) in away.room.rows("select login from shifts where ended_at is null")
    assert ("signed_in", "away") in away.room.rows("select event, detail from audit")


# --- the session -------------------------------------------------------------------------------


def test_the_lock_opens_by_password_or_pin(manned: Desk) -> None:
    manned.people.choose_pin("wrong", "2468")
    manned.room.rest()
    assert manned.room.notices[-1].title == "The PIN was not changed"
    manned.people.choose_pin(PASSWORD, "2468")
    manned.room.rest()
    for secret, opens in (("1111", False), (PASSWORD, True), ("2468", True)):
        manned.room.desk.lock()
        manned.room.desk.unlock(secret)
        manned.room.rest()
        assert locked(manned) is not opens
        manned.room.desk.unlock(PASSWORD)
        manned.room.rest()


def test_another_person_signs_in_over_a_locked_desk_and_the_call_goes_on(manned: Desk) -> None:
    room = manned.room
    room.take()
    room.desk.choose_type(CallType.REFILL)
    room.engine.sent.clear()
    room.desk.lock()
    manned.people.another_person()
    room.rest()
    assert manned.page is not None
    assert manned.page.may_leave
    manned.people.leave_sign_in()
    assert manned.page is None
    assert locked(manned)
    manned.people.another_person()
    room.rest()
    manned.sign_in("dana")
    assert not locked(manned)
    assert room.engine.sent == []
    assert room.status is not None
    assert room.status.agent == "Dana Whitfield · Agent"
    assert room.form is not None
    room.fill(CallType.REFILL)
    room.finish()
    assert room.call_row()["agent"] == "Dana Whitfield"


def test_an_open_desk_is_not_another_persons(manned: Desk) -> None:
    manned.people.another_person()
    manned.room.rest()
    assert manned.page is None


def test_who_is_disabled_elsewhere_is_out_at_the_next_look(
    manned: Desk, make_room: MakeRoom
) -> None:
    manned.leave()
    manned.sign_in("dana")
    other = Desk(
        make_room(manned.room.folder / "other", person=None, records=manned.room.records,
                  clock=manned.room.clock)
    ).open()  # fmt: skip
    other.phones = manned.phones
    other.sign_in("amira")
    other.people.set_active("dana", active=False)
    other.room.rest()
    manned.people.session.still_there()
    manned.room.rest()
    assert locked(manned)
    assert manned.page is not None
    manned.sign_in("dana")
    assert manned.page.note == "This account is disabled. Ask an administrator."


# --- roles -------------------------------------------------------------------------------------


def test_roles_hold_in_the_use_cases_not_in_the_buttons(manned: Desk) -> None:
    manned.leave()
    manned.sign_in("dana")
    for ask in (
        manned.people.show_staff,
        lambda: manned.people.add_person("x", "X", Role.ADMINISTRATOR, ""),
        lambda: manned.people.change_role("dana", Role.ADMINISTRATOR, ""),
        lambda: manned.people.set_active("amira", active=False),
        lambda: manned.people.reset_password("amira"),
        lambda: manned.people.enrol_again("amira"),
        lambda: manned.people.alert_seen(1),
    ):
        manned.room.notices.clear()
        ask()
        manned.room.rest()
        assert manned.room.notices[-1].title == "Not with your role"
    assert manned.staff is None
    assert manned.room.rows("select count(*), sum(active) from people") == [(2, 2)]
    refused = "select person, row from audit where event = 'refused'"
    assert ("Dana Whitfield", "manage_people") in manned.room.rows(refused)


# --- handing over ------------------------------------------------------------------------------


def escalate(desk: Desk) -> None:
    desk.room.take()
    desk.room.fill(CallType.URGENT)
    desk.room.finish()
    desk.room.over()
    desk.room.rest()


def test_nobody_leaves_while_something_urgent_is_theirs(manned: Desk, make_room: MakeRoom) -> None:
    escalate(manned)
    manned.people.sign_out()
    manned.room.rest()
    assert manned.hand_over is not None
    (item,) = manned.hand_over.items
    assert item.what == "Escalation that is not closed"
    assert item.practice == "Riverside Family Medicine"
    assert manned.hand_over.takers == ()
    assert not locked(manned)
    other = Desk(
        make_room(manned.room.folder / "other", person=None, records=manned.room.records,
                  clock=manned.room.clock)
    ).open()  # fmt: skip
    other.phones = manned.phones
    other.sign_in("dana")
    manned.people.sign_out()
    manned.room.rest()
    assert [taker.name for taker in manned.hand_over.takers] == ["Dana Whitfield"]
    manned.people.hand(item.key, "amira")  # not there to take it
    manned.people.hand("escalation.999", "dana")
    manned.room.rest()
    assert not locked(manned)
    manned.people.hand(item.key, "dana")
    manned.room.rest()
    assert locked(manned)
    assert manned.hand_over is None
    assert manned.room.rows("select owner from escalations") == [("Dana Whitfield",)]
    assert manned.room.rows("select person from audit where event = 'handed_over'") == [
        ("Amira Haddad",)
    ]
    other.people.sign_out()
    other.room.rest()
    assert other.hand_over is not None


def test_closing_the_window_on_urgent_work_is_asked_twice(manned: Desk) -> None:
    assert manned.room.desk.may_leave()
    escalate(manned)
    manned.room.rest()
    assert not manned.room.desk.may_leave()
    assert manned.room.notices[-1].title == "Urgent work would be left behind"
    assert manned.room.desk.may_leave()  # asked twice
    manned.room.clock.forward(minutes=1)
    assert not manned.room.desk.may_leave()


def test_a_call_or_a_form_in_hand_is_finished_first(manned: Desk) -> None:
    manned.room.take()
    manned.people.sign_out()
    manned.room.rest()
    assert manned.room.notices[-1].title == "A caller is on the line"
    manned.room.desk.choose_type(CallType.REFILL)
    manned.room.over()
    manned.people.sign_out()
    manned.room.rest()
    assert manned.room.notices[-1].title == "A form is not finished"
    assert not locked(manned)


def test_what_a_person_left_locked_is_told_to_who_takes_the_desk(manned: Desk) -> None:
    escalate(manned)
    manned.room.desk.lock()
    manned.people.another_person()
    manned.room.rest()
    manned.sign_in("dana")
    assert manned.room.notices[-1].title == "Urgent work was left behind"
    assert "Amira Haddad" in manned.room.notices[-1].text


# --- emergency access --------------------------------------------------------------------------


def test_emergency_access_has_a_reason_an_end_and_an_alert(manned: Desk) -> None:
    manned.leave()
    manned.sign_in("dana")
    room, people = manned.room, manned.people
    stage = room.desk._stage
    assert not stage.rights.may(Permission.HEAR_RECORDINGS, now=room.clock())
    people.break_glass("why", 30)
    assert room.notices[-1].title == "Say why"
    people.break_glass("Caller was cut off and gave an address", 30)
    room.rest()
    assert room.status is not None
    assert "Emergency access until" in room.status.glass
    assert stage.rights.may(Permission.HEAR_RECORDINGS, now=room.clock())
    assert not stage.rights.may(Permission.MANAGE_PEOPLE, now=room.clock())
    room.clock.forward(minutes=29, seconds=59)
    people._glass.look()
    assert room.status.glass
    room.clock.forward(seconds=1)
    assert not stage.rights.may(Permission.HEAR_RECORDINGS, now=room.clock())  # timer or no timer
    people._glass.look()
    assert not room.status.glass
    assert room.notices[-1].title == "Emergency access has ended"
    manned.leave()
    manned.sign_in("amira")
    assert room.notices[-1].title == "Somebody took emergency access"
    assert "Dana Whitfield" in room.notices[-1].text
    people.show_account()
    assert manned.account is not None
    (alert,) = manned.account.alerts
    people.alert_seen(alert.row)
    room.rest()
    assert manned.account.alerts == ()
    assert room.rows("select seen_by from emergency_access") == [("Amira Haddad",)]
    people.break_glass("There is nothing behind it for me", 30)
    assert room.notices[-1].title == "Not with your role"


def test_emergency_access_ends_with_the_session_and_can_be_given_back(manned: Desk) -> None:
    manned.leave()
    manned.sign_in("dana")
    room, people = manned.room, manned.people
    people.break_glass("Caller was cut off and gave an address", 500)
    room.rest()
    until = room.desk._stage.rights.glass_until
    assert until is not None
    assert until - room.clock() == timedelta(minutes=60)
    people.mend_glass()
    room.rest()
    assert not room.status.glass  # type: ignore[union-attr]
    people.break_glass("Caller was cut off and gave an address", 30)
    room.rest()
    manned.leave()
    assert not room.status.glass  # type: ignore[union-attr]
    assert room.rows("select count(*) from emergency_access where ended_at is not null") == [(2,)]


# --- managing people ---------------------------------------------------------------------------


def test_an_administrator_manages_people(manned: Desk) -> None:
    people, room = manned.people, manned.room
    people.show_staff()
    room.rest()
    assert manned.staff is not None
    assert [(row.name, row.role, row.state, row.me) for row in manned.staff.rows] == [
        ("Amira Haddad", "Administrator", "Active", True),
        ("Dana Whitfield", "Receptionist", "Active", False),
    ]
    people.add_person("dana", "Another Dana", Role.RECEPTIONIST, "")
    room.rest()
    assert room.notices[-1].title == "This login is taken"
    people.set_active("amira", active=False)
    room.rest()
    assert room.notices[-1].title == "The last administrator"
    people.change_role("dana", Role.SUPERVISOR, "")
    people.set_active("dana", active=False)
    room.rest()
    assert [(row.role, row.state) for row in manned.staff.rows][1] == ("Supervisor", "Disabled")
    people.set_active("dana", active=True)
    people.enrol_again("dana")
    people.reset_password("dana")
    room.rest()
    assert manned.staff.given_to == "dana"
    given = manned.staff.given
    assert manned.staff.rows[1].state == "Password to be chosen"
    people.leave_staff()
    people.show_staff()
    room.rest()
    assert manned.staff.given == ""
    manned.leave()
    people.sign_in("dana", given, "")
    room.rest()
    people.choose_password("entirely other words here")
    room.rest()
    assert manned.page is not None
    assert manned.page.entry is Entry.ENROL


def test_a_pretended_person_has_no_account_to_change(room: Room) -> None:
    seen: list[AccountView | None] = []
    room.desk.people.account_changed.connect(seen.append)
    room.desk.people.show_account()
    (view,) = seen
    assert view is not None
    assert not view.has_account
    room.desk.people.change_password("", PASSWORD)
    room.rest()
    assert room.notices[-1].title == "The password was not changed"
