"""Signing in on real records: what opens the desk, what does not, and what is left behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from console.people.judging import DISABLED, WRONG
from console.people.managing import NewPerson
from console.people.sealed import KEPT_FOR, SealedPeople
from console.people.signing_in import Step
from console.people.staying import ACCOUNT, ROLE
from console.store import people
from console.store.people import PeopleRefused
from console.store.values import Role
from tests.people.conftest import PASSWORD, Office, Phone

OTHER = "another few words entirely"


def test_the_first_start_makes_the_administrator_and_nobody_has_a_default(office: Office) -> None:
    signing = office.people.signing
    assert signing.entry(office.clock()).step is Step.FIRST
    assert office.sign_in("", "admin", "admin").note == WRONG
    weak = signing.make_first("amira", "Amira Haddad", "password1234", office.clock())
    assert weak.step is Step.FIRST
    assert weak.note
    phone, last = office.first()
    assert last.step is Step.CODES
    assert len(last.codes) == 10
    assert last.account is not None
    assert last.account.role is Role.ADMINISTRATOR
    assert signing.entry(office.clock()).step is Step.SIGN_IN
    again = signing.make_first("eve", "Eve", PASSWORD, office.clock())
    assert again.step is Step.SIGN_IN
    office.clock.forward(seconds=30)
    assert office.sign_in(phone.code()).step is Step.DONE


def test_no_secret_is_in_the_records_in_the_clear(office: Office) -> None:
    _, last = office.first()
    office.records.close()
    kept = (office.folder / "records.db").read_bytes()
    for secret in (PASSWORD, *last.codes):
        assert secret.encode() not in kept
        assert secret.replace("-", "").encode() not in kept


def test_a_code_once_used_is_refused_and_so_is_an_earlier_one(office: Office) -> None:
    phone, _ = office.first()
    assert office.sign_in(phone.code()).note == WRONG  # it enrolled the phone
    office.clock.forward(seconds=60)
    assert office.sign_in(phone.code()).step is Step.DONE
    assert office.sign_in(phone.code()).note == WRONG
    assert office.sign_in(phone.code(-1)).note == WRONG
    office.clock.forward(seconds=30)
    assert office.sign_in(phone.code()).step is Step.DONE


@pytest.mark.parametrize(
    ("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_a_step_off(office: Office, off: int, right: bool) -> None:
    phone, _ = office.first()
    office.clock.forward(minutes=5)
    assert (office.sign_in(phone.code(off)).step is Step.DONE) is right


def test_every_wrong_part_is_the_same_sentence(office: Office) -> None:
    phone, _ = office.first()
    office.clock.forward(minutes=1)
    for login, password, code in (
        ("nobody", PASSWORD, phone.code()),
        ("amira", OTHER, phone.code()),
        ("amira", PASSWORD, "000000"),
    ):
        said = office.sign_in(code, login, password)
        assert (said.step, said.note) == (Step.SIGN_IN, WRONG)


@pytest.mark.parametrize("login", ["amira", "nobody"])
def test_wrong_tries_wait_longer_and_outlive_the_program(office: Office, login: str) -> None:
    phone, _ = office.first()
    office.clock.forward(minutes=1)
    for _ in range(3):
        assert office.sign_in("000000", login).note == WRONG
    assert "Try again in 2 s" in office.sign_in(phone.code(), login).note
    if login == "amira":
        office.people = office.another_desk()
    office.clock.forward(seconds=1)
    assert "Try again in 1 s" in office.sign_in(phone.code(), login).note
    office.clock.forward(seconds=1)
    assert office.sign_in("000000", login).note == WRONG
    assert "Try again in 4 s" in office.sign_in(phone.code(), login).note
    if login == "amira":
        office.clock.forward(seconds=30)
        assert office.sign_in(phone.code()).step is Step.DONE
        office.clock.forward(seconds=30)
        assert office.sign_in("000000").note == WRONG  # counted from none again
        assert office.sign_in("000000").note == WRONG


def test_many_desks_at_once_get_no_more_tries(office: Office) -> None:
    office.first()
    office.clock.forward(minutes=1)
    desks = [office.another_desk() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        said = list(
            pool.map(
                lambda desk: desk.signing.sign_in("amira", OTHER, "000000", office.clock()).note,
                desks,
            )
        )
    assert said.count(WRONG) == 3
    assert sum("Too many" in each for each in said) == 5


def test_a_code_is_taken_by_one_desk_of_two(office: Office) -> None:
    phone, _ = office.first()
    office.clock.forward(minutes=1)
    code = phone.code()
    desks = [office.another_desk() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        steps = list(
            pool.map(
                lambda desk: desk.signing.sign_in("amira", PASSWORD, code, office.clock()).step,
                desks,
            )
        )
    assert steps.count(Step.DONE) == 1


def test_a_recovery_code_stands_in_for_the_phone_once(office: Office) -> None:
    _, last = office.first()
    office.clock.forward(minutes=1)
    code = last.codes[3]
    assert office.sign_in(code.lower()).step is Step.DONE
    assert office.sign_in(code).note == WRONG
    assert office.sign_in(last.codes[4]).step is Step.DONE
    with office.records.session() as session:
        assert people.recovery_codes_left(session, login="amira") == 8


def test_a_person_who_was_given_a_password_chooses_another_and_enrols(office: Office) -> None:
    office.first()
    given = office.people.managing.add(
        NewPerson("dana", "Dana Whitfield", Role.RECEPTIONIST), at=office.clock(), by="amira"
    )
    signing = office.people.signing
    assert office.sign_in("", "dana", given).step is Step.PASSWORD
    assert signing.choose_password(given, office.clock()).note
    assert signing.choose_password("short", office.clock()).note
    offered = signing.choose_password(OTHER, office.clock())
    assert offered.step is Step.ENROL
    phone = Phone(offered.secret, office.clock)
    wrong = signing.confirm_phone("000000", office.clock())
    assert wrong.note
    assert wrong.secret == offered.secret
    done = signing.confirm_phone(phone.code(), office.clock())
    assert done.step is Step.CODES
    assert done.account is not None
    assert done.account.name == "Dana Whitfield"
    office.clock.forward(seconds=30)
    assert office.sign_in(phone.code(), "dana", given).note == WRONG
    assert office.sign_in(phone.code(), "dana", OTHER).step is Step.DONE


def test_a_step_out_of_turn_leads_nowhere(office: Office) -> None:
    office.first()
    desk = office.another_desk().signing
    assert desk.choose_password(OTHER, office.clock()).step is Step.SIGN_IN
    assert desk.confirm_phone("000000", office.clock()).step is Step.SIGN_IN
    assert not desk.unlocks(PASSWORD)


def test_a_disabled_account_is_out_everywhere(office: Office) -> None:
    phone, _ = office.first()
    managing = office.people.managing
    with pytest.raises(PeopleRefused, match="last administrator"):
        managing.set_active("amira", active=False, at=office.clock(), by="amira")
    with pytest.raises(PeopleRefused, match="last administrator"):
        managing.change_role("amira", Role.SUPERVISOR, None, at=office.clock(), by="amira")
    managing.add(NewPerson("bo", "Bo", Role.ADMINISTRATOR), at=office.clock(), by="amira")
    assert office.people.signing.why_out(office.clock()) == ""
    managing.set_active("amira", active=False, at=office.clock(), by="bo")
    assert office.people.signing.why_out(office.clock()) == ACCOUNT
    office.clock.forward(minutes=1)
    assert office.sign_in(phone.code()).note == DISABLED
    office.away = True
    assert office.sign_in(phone.code()).step is Step.SIGN_IN  # nor by what the machine knew


def test_another_role_is_had_by_signing_in_again(office: Office) -> None:
    phone, _ = office.first()
    managing = office.people.managing
    managing.add(NewPerson("bo", "Bo", Role.ADMINISTRATOR), at=office.clock(), by="amira")
    managing.change_role("amira", Role.RECEPTIONIST, None, at=office.clock(), by="bo")
    assert office.people.signing.why_out(office.clock()) == ROLE
    office.people.signing.sign_out(office.clock())
    office.clock.forward(minutes=1)
    done = office.sign_in(phone.code())
    assert done.account is not None
    assert done.account.role is Role.RECEPTIONIST
    assert office.people.signing.why_out(office.clock()) == ""


def test_accounts_that_cannot_be(office: Office) -> None:
    office.first()
    add = office.people.managing.add
    for new in (
        NewPerson("amira", "Somebody Else", Role.RECEPTIONIST),
        NewPerson("AMIRA", "Somebody Else", Role.RECEPTIONIST),
        NewPerson("other", "Amira Haddad", Role.RECEPTIONIST),
        NewPerson("", "No Login", Role.RECEPTIONIST),
        NewPerson("a b", "A Space", Role.RECEPTIONIST),
        NewPerson("9a", "A Digit", Role.RECEPTIONIST),
        NewPerson("x", " ", Role.RECEPTIONIST),
        NewPerson("lia", "Lia", Role.LIAISON),
        NewPerson("rec", "Rec", Role.RECEPTIONIST, "riverside"),
    ):
        with pytest.raises(PeopleRefused):
            add(new, at=office.clock(), by="amira")
    assert len(office.people.managing.staff()) == 1
    add(NewPerson("lia", "Lia", Role.LIAISON, "riverside"), at=office.clock(), by="amira")


# --- while the records are away ----------------------------------------------------------------


def test_who_signed_in_here_still_can_while_the_records_are_away(office: Office) -> None:
    phone, _ = office.first()
    office.away = True
    office.people = office.another_desk()
    entry = office.people.signing.entry(office.clock())
    assert entry.step is Step.SIGN_IN
    assert "last three days" in entry.note
    assert office.sign_in(phone.code()).note == WRONG  # it enrolled the phone
    office.clock.forward(seconds=30)
    done = office.sign_in(phone.code())
    assert done.step is Step.DONE
    assert done.away
    assert office.people.signing.unlocks(PASSWORD)
    again = office.another_desk()
    assert again.signing.sign_in("amira", PASSWORD, phone.code(), office.clock()).note == WRONG
    office.away = False
    assert office.people.signing.why_out(office.clock()) == ""
    assert office.sign_in(phone.code()).note == WRONG  # the records know that code was used


def test_who_came_in_while_the_records_were_away_has_the_role_last_known_until_they_are_back(
    office: Office,
) -> None:
    phone, _ = office.first()
    elsewhere = office.people.managing
    elsewhere.add(NewPerson("bo", "Bo", Role.ADMINISTRATOR), at=office.clock(), by="amira")
    office.clock.forward(minutes=1)
    office.people = office.another_desk()
    office.away = True
    done = office.sign_in(phone.code())
    assert done.account is not None
    assert done.account.role is Role.ADMINISTRATOR
    assert office.people.signing.why_out(office.clock()) == ""  # nobody can be asked
    office.away = False
    elsewhere.change_role("amira", Role.RECEPTIONIST, None, at=office.clock(), by="bo")
    assert office.people.signing.why_out(office.clock()) == ROLE
    office.people.signing.sign_out(office.clock())
    office.away = True  # and the old role is not had again on this machine
    office.clock.forward(minutes=1)
    assert office.sign_in(phone.code()).step is Step.SIGN_IN


@pytest.mark.parametrize("change", ["role", "disabled"])
def test_what_this_machine_knew_of_a_changed_account_goes_with_the_next_look_at_the_records(
    office: Office, change: str
) -> None:
    phone, _ = office.first()
    managing = office.people.managing
    managing.add(NewPerson("bo", "Bo", Role.ADMINISTRATOR), at=office.clock(), by="amira")
    office.people.signing.sign_out(office.clock())
    if change == "role":
        managing.change_role("amira", Role.RECEPTIONIST, None, at=office.clock(), by="bo")
    else:
        managing.set_active("amira", active=False, at=office.clock(), by="bo")
    assert office.people.signing.entry(office.clock()).step is Step.SIGN_IN
    office.away = True
    office.clock.forward(minutes=1)
    done = office.sign_in(phone.code())
    assert done.step is Step.SIGN_IN
    assert "knows nobody" in done.note


def test_wrong_tries_count_on_this_machine_too(office: Office) -> None:
    phone, _ = office.first()
    office.away = True
    office.clock.forward(minutes=1)
    for _ in range(3):
        assert office.sign_in("000000").note == WRONG
    office.people = office.another_desk()
    assert "Try again in 2 s" in office.sign_in(phone.code()).note
    office.clock.forward(seconds=2)
    assert office.sign_in(phone.code()).step is Step.DONE


def test_what_this_machine_knows_grows_old(office: Office) -> None:
    phone, _ = office.first()
    office.away = True
    office.clock.now += KEPT_FOR
    assert office.sign_in(phone.code()).step is Step.SIGN_IN
    assert "knows nobody" in office.people.signing.entry(office.clock()).note


def test_without_a_keyring_nobody_signs_in_and_nothing_is_kept(tmp_path: Path) -> None:
    office = Office(tmp_path, key=None)
    phone, _ = office.first()
    assert not (tmp_path / "people.sealed").exists()
    office.away = True
    office.clock.forward(minutes=1)
    said = office.sign_in(phone.code())
    assert said.step is Step.SIGN_IN
    assert "Nobody can sign in" in said.note
    office.records.close()


def test_the_sealed_file_tells_nothing_and_is_nobody_once_touched(office: Office) -> None:
    phone, _ = office.first()
    path = office.folder / "people.sealed"
    raw = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    for word in (b"amira", b"Haddad", b"argon2"):
        assert word not in raw
    office.away = True
    office.clock.forward(minutes=1)
    for at in (0, 11, 12, len(raw) // 2, len(raw) - 1):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert office.sign_in(phone.code()).step is Step.SIGN_IN
    path.write_bytes(raw[:10])
    assert office.sign_in(phone.code()).step is Step.SIGN_IN
    other = SealedPeople(path, lambda: bytes(32))
    path.write_bytes(raw)
    assert other.people(office.clock()) == ()
    assert office.sign_in(phone.code()).step is Step.DONE


def test_an_old_sealed_file_put_back_brings_no_code_back_once_the_records_are_there(
    office: Office,
) -> None:
    phone, _ = office.first()
    old = (office.folder / "people.sealed").read_bytes()
    office.clock.forward(minutes=1)
    assert office.sign_in(phone.code()).step is Step.DONE
    (office.folder / "people.sealed").write_bytes(old)
    assert office.sign_in(phone.code()).note == WRONG


def test_only_so_many_are_kept_and_the_longest_unseen_go(office: Office) -> None:
    _, last = office.first()
    assert last.account is not None
    sealed = SealedPeople(office.folder / "people.sealed", lambda: office.key)
    from console.people.sealed import MOST, known_from

    for number in range(MOST + 3):
        office.clock.forward(minutes=1)
        known = known_from(replace(last.account, login=f"p{number}"), office.clock())
        assert known is not None
        assert sealed.keep(known, office.clock())
    logins = {each.login for each in sealed.people(office.clock())}
    assert len(logins) == MOST
    assert "amira" not in logins
    assert f"p{MOST + 2}" in logins


# --- the lock ----------------------------------------------------------------------------------


def test_a_pin_or_the_password_unlocks_and_nothing_else(office: Office) -> None:
    office.first()
    signing = office.people.signing
    assert signing.unlocks(PASSWORD)
    assert not signing.unlocks("2468")
    signing.choose_pin("2468", office.clock())
    assert signing.unlocks("2468")
    assert signing.unlocks(PASSWORD)
    assert not signing.unlocks("")
    signing.sign_out(office.clock())
    assert not signing.unlocks("2468")


def test_a_changed_password_signs_the_other_desk_out(office: Office) -> None:
    phone, _ = office.first()
    office.clock.forward(minutes=1)
    here, there = office.people.signing, office.another_desk().signing
    assert there.sign_in("amira", PASSWORD, phone.code(), office.clock()).step is Step.DONE
    assert here.change_password("wrong", OTHER, office.clock())
    assert here.change_password(PASSWORD, "short", office.clock())
    assert not here.change_password(PASSWORD, OTHER, office.clock())
    assert here.unlocks(OTHER)
    assert here.why_out(office.clock()) == ""
    assert there.why_out(office.clock()) == ACCOUNT
