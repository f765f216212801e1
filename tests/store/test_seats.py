"""A desk on a server: its own role until somebody signs in, then that person's."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from console.people import credentials
from console.people.judging import WRONG
from console.people.managing import Managing, NewPerson
from console.people.reaching import Reach
from console.people.sealed import SealedPeople
from console.people.seat import NOT_KNOWN, Seat
from console.people.service import People
from console.people.signing_in import ON_SERVER, Step
from console.store import rights
from console.store.confirming import Confirmed, confirm_read, confirmed_by
from console.store.errors import RecordsAway
from console.store.finishing import finish_call
from console.store.one_practice import one_practice
from console.store.practices import upsert_practices
from console.store.secrets import Handed
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import Role
from console.store.work import ClosedCall, OpenedCall
from scripts.calltypes import Outcome
from softphone.wire import EndCause
from tests.store.builders import CAME, RIVERSIDE, finished_call, new_booking, new_message
from tests.store.conftest import ServerBase

WORDS = "four words no one tries"
OTHER = "another few words entirely"
AT_DESK = "the desk’s own"


class Desk:
    """A program on the server's records, under the desk's role."""

    def __init__(self, base: ServerBase, folder: Path) -> None:
        self.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
        self.owner = base.open()
        role = self.owner.write(lambda s: rights.keep_desk(s, password=AT_DESK))
        place = replace(base.database.place, user=role)
        secrets = Handed(b"tests", {place.account: AT_DESK})
        self.records = Records.open(place, secrets=secrets)
        sealed = SealedPeople(folder / "people.sealed", lambda: bytes(32))
        self.away = False
        self.people = People(self.there, sealed, "desk 1", Seat(place, secrets))
        self.managing = Managing(Reach(lambda: self.owner))
        self.phones: dict[str, pyotp.TOTP] = {}

    def there(self) -> Records | None:
        return None if self.away else self.records

    def hire(self, login: str, role: Role, practice: str | None = None) -> str:
        new = NewPerson(login, login.title(), role, practice)
        return self.managing.add(new, at=self.now, by="owner")

    def begin(self, login: str, given: str) -> None:
        """Somebody's first sign-in, to the recovery codes."""
        signing = self.people.signing
        assert signing.sign_in(login, given, "", self.now).step is Step.PASSWORD
        offered = signing.choose_password(WORDS, self.now)
        assert offered.step is Step.ENROL, offered.note
        self.phones[login] = pyotp.TOTP(offered.secret)
        done = signing.confirm_phone(self.phones[login].at(self.now), self.now)
        assert done.step is Step.CODES, done.note

    def sign_in(self, login: str, password: str = WORDS):
        self.now += timedelta(seconds=30)
        code = self.phones[login].at(self.now)
        return self.people.signing.sign_in(login, password, code, self.now)

    def who(self) -> str:
        """Return whose role the work goes to the server under."""
        records = self.people.seat.records or self.records
        with records.session() as session:
            return str(session.execute(text("SELECT session_user")).scalar_one())

    def close(self) -> None:
        self.people.signing.sign_out(self.now)
        self.records.close()
        self.owner.close()


@pytest.fixture
def desk(
    server_base: ServerBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(1, 8, 1))
    made = Desk(server_base, tmp_path)
    yield made
    made.close()
    with closing(server_base.database.connect()) as root:
        for login in ("_desk", "ann", "rec", "sup", "lia"):
            role = rights.role_name(server_base.database.place.database, login)
            with suppress(psycopg.errors.UndefinedObject):
                root.execute(f'DROP OWNED BY "{role}"')  # type: ignore[arg-type]
                root.execute(f'DROP ROLE "{role}"')  # type: ignore[arg-type]


def test_the_first_account_on_a_server_is_made_by_the_owner(desk: Desk) -> None:
    said = desk.people.signing.make_first("eve", "Eve", WORDS, desk.now)
    assert said.note == ON_SERVER
    assert desk.people.signing.entry(desk.now).step is Step.FIRST


def test_work_goes_to_the_server_as_who_is_signed_in(desk: Desk) -> None:
    assert desk.who().endswith("__desk")
    given = desk.hire("rec", Role.RECEPTIONIST)
    desk.begin("rec", given)
    assert desk.who().endswith("_rec")
    desk.people.signing.sign_out(desk.now)
    assert desk.who().endswith("__desk")
    assert desk.sign_in("rec").step is Step.DONE
    assert desk.who().endswith("_rec")
    assert not desk.people.signing.change_password(WORDS, OTHER, desk.now)
    desk.people.signing.sign_out(desk.now)
    assert desk.sign_in("rec").note == WRONG
    assert desk.sign_in("rec", OTHER).step is Step.DONE
    assert desk.who().endswith("_rec")


def test_a_role_s_password_changed_behind_the_account_lets_nobody_in(
    desk: Desk, server_base: ServerBase
) -> None:
    given = desk.hire("rec", Role.RECEPTIONIST)
    desk.begin("rec", given)
    desk.people.signing.sign_out(desk.now)
    with closing(server_base.database.connect()) as root:
        role = rights.role_name(server_base.database.place.database, "rec")
        root.execute(f"ALTER ROLE \"{role}\" PASSWORD 'another'")  # type: ignore[arg-type]
    said = desk.sign_in("rec")
    assert (said.step, said.note) == (Step.SIGN_IN, NOT_KNOWN)
    assert desk.who().endswith("__desk")
    given = desk.managing.reset("rec", at=desk.now, by="owner")
    said = desk.sign_in("rec", given)
    assert said.step is Step.PASSWORD


@pytest.mark.parametrize("let_in", [True, False])
def test_who_came_in_while_the_server_was_away_is_let_in_by_it_when_it_is_back(
    desk: Desk, server_base: ServerBase, let_in: bool
) -> None:
    given = desk.hire("rec", Role.RECEPTIONIST)
    desk.begin("rec", given)
    signing = desk.people.signing
    signing.sign_out(desk.now)
    desk.away = True
    assert desk.sign_in("rec").away
    assert signing.why_out(desk.now) == ""
    desk.away = False
    assert desk.who().endswith("__desk")
    if let_in:
        assert signing.why_out(desk.now) == ""
        assert desk.who().endswith("_rec")
        return
    with closing(server_base.database.connect()) as root:
        role = rights.role_name(server_base.database.place.database, "rec")
        root.execute(f"ALTER ROLE \"{role}\" PASSWORD 'another'")  # type: ignore[arg-type]
    assert signing.why_out(desk.now) == NOT_KNOWN
    assert desk.who().endswith("__desk")


def test_a_liaison_reads_under_a_role_of_their_own_and_what_the_desk_writes_goes_on(
    desk: Desk,
) -> None:
    lakeshore = replace(RIVERSIDE, id="lakeshore", name="Lakeshore")
    desk.owner.write(lambda s: upsert_practices(s, practices=[RIVERSIDE, lakeshore]))
    for uid, practice in (("c1", "riverside"), ("c2", "lakeshore")):
        call = finished_call(uid, practice_id=practice, booking=None, message=new_message())
        desk.owner.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
    given = desk.hire("lia", Role.LIAISON, "riverside")
    desk.begin("lia", given)
    assert desk.who().endswith("__desk")  # calls go on under the desk's
    reading = desk.people.seat.reading(desk.records)
    assert reading is not None
    with reading.session() as session:
        assert str(session.execute(text("SELECT session_user")).scalar_one()).endswith("_lia")
        found = one_practice(session, practice="riverside", now=CAME + timedelta(hours=1))
        assert len(found.calls) == len(found.messages) == 1
        assert found.messages[0].reason
        other = one_practice(session, practice="lakeshore", now=CAME + timedelta(hours=1))
        assert (other.calls, other.messages) == ((), ())
        assert {each.calls for each in other.counted} == {0}
    (message,) = found.messages
    one = {"message": message.row, "seen": message.version, "person": "not asked", "at": desk.now}
    told = reading.write(lambda s: confirm_read(s, practice="riverside", **one))
    assert told is Confirmed.DONE
    with desk.owner.session() as session:
        assert confirmed_by(session, messages=[message.row]) == {message.row: ("Lia", True)}
    desk.people.signing.sign_out(desk.now)
    assert desk.people.seat.reading(desk.records) is None


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.SUPERVISOR, None])
def test_each_role_can_do_a_desk_s_day(desk: Desk, role: Role | None) -> None:
    """Everything a call writes, from its ring to its booking, with what the audit keeps of it."""
    if role is not None:
        desk.begin("rec", desk.hire("rec", role))
    records = desk.people.seat.records or desk.records
    opened = OpenedCall(uid="c1", offered_at=CAME, practice_id="riverside")
    records.write(lambda s: write_work(s, work=opened))
    booked = finished_call("c1", outcome=Outcome.BOOKED, booking=new_booking())
    records.write(lambda s: finish_call(s, finished=booked))
    closed = ClosedCall(uid="c1", at=CAME + timedelta(minutes=3), cause=EndCause.CALLER)
    records.write(lambda s: write_work(s, work=closed))
    with desk.owner.session() as session:
        kept = session.execute(text("SELECT count(*) FROM bookings")).scalar_one()
        told = session.execute(
            text("SELECT count(*) FROM audit WHERE event = 'finished'")
        ).scalar_one()
    assert (kept, told) == (1, 1)


def test_a_desk_writes_its_practices_and_a_receptionist_changes_none(desk: Desk) -> None:
    desk.records.write(lambda s: upsert_practices(s, practices=[RIVERSIDE]))
    desk.begin("rec", desk.hire("rec", Role.RECEPTIONIST))
    changed = replace(RIVERSIDE, name="Another name")
    seated = desk.people.seat.records
    assert seated is not None
    with pytest.raises(RecordsAway):
        seated.write(lambda s: upsert_practices(s, practices=[changed]))


def test_an_administrator_at_a_desk_manages_people_under_their_own_role(desk: Desk) -> None:
    desk.begin("ann", desk.hire("ann", Role.ADMINISTRATOR))
    managing = desk.people.managing
    new = NewPerson("sup", "Sup", Role.SUPERVISOR)
    given = managing.add(new, at=desk.now, by="Ann")
    managing.set_active("sup", active=False, at=desk.now, by="Ann")
    managing.set_active("sup", active=True, at=desk.now, by="Ann")
    managing.enrol_again("sup", at=desk.now, by="Ann")
    assert [each.login for each in managing.staff()] == ["ann", "sup"]
    desk.people.signing.sign_out(desk.now)
    desk.begin("sup", given)
    assert desk.who().endswith("_sup")
    with pytest.raises(RecordsAway):
        managing.add(NewPerson("rec", "Rec", Role.RECEPTIONIST), at=desk.now, by="Sup")


def test_a_whole_desk_s_ledger_under_its_own_role_and_then_a_person_s(
    desk: Desk, server_base: ServerBase, tmp_path: Path
) -> None:
    """What a window's worker does on a server: opens, writes practices, takes a call, lets
    somebody in, finishes it as them, and closes."""
    from console.desk.ledger import open_ledger
    from scripts.loader import SAMPLES, load_library

    practices = load_library(SAMPLES).practices
    role = rights.role_name(server_base.database.place.database, rights.DESK)
    place = replace(server_base.database.place, user=role)
    secrets = Handed(b"tests", {place.account: AT_DESK})
    ledger = open_ledger(place, secrets, tmp_path / "kept-work.jsonl", practices)
    assert ledger.catch_up().trouble == ""
    practice = practices[0]
    opened = OpenedCall(
        uid="c9", offered_at=CAME, practice_id=practice.id, caller_number="+15155550142"
    )
    assert ledger.write(opened).trouble == ""
    given = desk.hire("rec", Role.RECEPTIONIST)
    signing = ledger.people.signing
    assert signing.sign_in("rec", given, "", desk.now).step is Step.PASSWORD
    offered = signing.choose_password(WORDS, desk.now)
    code = pyotp.TOTP(offered.secret).at(desk.now)
    assert signing.confirm_phone(code, desk.now).step is Step.CODES
    assert ledger.caller_file(practice, "+15155550142", desk.now) is not None
    assert ledger.overview(CAME).away is False
    assert ledger.drafts() == ()
    finished = finished_call("c9", practice_id=practice.id, booking=None, answers=())
    saved, standing = ledger.finish(finished)
    assert standing.trouble == ""
    assert saved.rows is not None
    assert signing.why_out(desk.now) == ""
    ledger.close()
    with desk.owner.session() as session:
        people_of = session.execute(
            text("SELECT DISTINCT person FROM audit WHERE event IN ('signed_in', 'finished')")
        ).scalars()
        assert "Rec" in set(people_of)
