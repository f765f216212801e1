"""Signing in and what goes with it, on the worker's thread: the records where they can be reached,
this machine's sealed file where not.

A try is counted before it is judged and forgiven when it was right. Every refusal is the same
sentence and takes the same time, whether the name, the password or the code was wrong.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from console.people import credentials, delays, staying
from console.people.managing import account_fault
from console.people.reaching import AWAY, Reach, note
from console.people.sealed import SealedPeople, known_from
from console.people.seat import Seat
from console.store import people, shifts
from console.store.errors import RecordsError
from console.store.people import Account, NewAccount
from console.store.values import Role

WRONG: Final = "That name, password or code is not right."
ON_SERVER: Final = (
    "On a server the first account is made by the records’ owner: frontdesk people add LOGIN "
    "--name NAME --role administrator."
)
DISABLED: Final = "This account is disabled. Ask an administrator."


@unique
class Step(StrEnum):
    """Where somebody who wants to sign in stands."""

    FIRST = "first"  # there is no account yet: make the administrator's
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # it was given by somebody else: choose another
    ENROL = "enrol"
    CODES = "codes"  # recovery codes, shown this once; signed in already
    DONE = "done"


@dataclass(frozen=True, slots=True, repr=False)
class Progress:
    """What came of a step. `note` says what is wrong, or how the records are."""

    step: Step
    note: str = ""
    login: str = ""
    account: Account | None = None
    secret: str = ""  # of the phone to be enrolled
    uri: str = ""
    codes: tuple[str, ...] = ()
    away: bool = False  # signed in by what this machine knows


class SigningIn:
    """Who is signed in at one desk, and who is on the way in."""

    def __init__(self, reach: Reach, sealed: SealedPeople, desk: str, seat: Seat) -> None:
        self._reach = reach
        self._desk = desk
        self._seat = seat
        self._door = ""  # the password of the half signed in's role on the server
        self._away_door = ""  # of who came in while the records were away, until they are back
        self._sealed = sealed
        self._half: Account | None = None  # password (and code) were right; not in yet
        self._secret = ""  # offered to the phone of that account
        self._signed: Account | None = None
        self._shift = ""
        self._unknown: dict[str, tuple[int, datetime]] = {}  # wrong tries for names nobody has

    def entry(self, now: datetime) -> Progress:
        """Return where somebody who comes to this desk begins."""
        known = self._sealed.people(now)
        try:
            if not self._reach.read(people.anybody):
                return Progress(Step.FIRST)
            gone = self._reach.read(lambda session: staying.out_of_date(session, known))
        except RecordsError:
            return Progress(Step.SIGN_IN, self._away_words(now), away=True)
        staying.forget_changed(self._sealed, gone, now)
        return Progress(Step.SIGN_IN)

    def make_first(self, login: str, name: str, password: str, now: datetime) -> Progress:
        """Make the first account, an administrator's, and go on to its phone."""
        if self._seat.on_server:
            return Progress(Step.FIRST, ON_SERVER)
        fault = account_fault(login, name) or credentials.password_fault(
            password, login=login, name=name
        )
        if fault:
            return Progress(Step.FIRST, fault)
        new = NewAccount(
            login=login,
            name=name,
            role=Role.ADMINISTRATOR,
            password_hash=credentials.hash_secret(password),
            must_choose=False,
        )

        def make(session: Session) -> Account | None:
            if people.anybody(session):
                return None
            return people.add_account(session, new=new, at=now, by=name.strip())

        try:
            made = self._reach.write(make)
        except RecordsError as error:
            return Progress(Step.FIRST, _sentence(error))
        if made is None:
            return Progress(Step.SIGN_IN, "Somebody has made the first account meanwhile.")
        note("first account")
        return self._offer_phone(made)

    def sign_in(self, login: str, password: str, code: str, now: datetime) -> Progress:
        """Judge a name, a password and a code."""
        login = login.strip().lower()
        try:
            progress = self._judge(login, password, code, now)
        except RecordsError:
            progress = self._judge_away(login, password, code, now)
        note("signed in" if progress.step is Step.DONE else f"sign-in: {progress.step}")
        return progress

    def choose_password(self, password: str, now: datetime) -> Progress:
        """Replace a password somebody else gave."""
        account = self._half
        if account is None:
            return Progress(Step.SIGN_IN)
        fault = credentials.password_fault(password, login=account.login, name=account.name)
        if not fault and credentials.fits(password, account.password_hash):
            fault = "Choose another than the one you were given."
        if fault:
            return Progress(Step.PASSWORD, fault, account.login)
        kept = credentials.hash_secret(password)
        try:
            self._change_door(account.login, password)
            self._reach.write(
                lambda session: people.set_password(
                    session,
                    login=account.login,
                    password_hash=kept,
                    must_choose=False,
                    at=now,
                    by=account.name,
                )
            )
        except RecordsError as error:
            return Progress(Step.PASSWORD, _sentence(error), account.login)
        note("password chosen")
        return self._further(replace(account, password_hash=kept, must_choose=False), now)

    def confirm_phone(self, code: str, now: datetime) -> Progress:
        """Take the phone's first code, and give the recovery codes."""
        account, secret = self._half, self._secret
        if account is None or not secret:
            return Progress(Step.SIGN_IN)
        step = credentials.totp_step(secret, code, now)
        if step is None:
            return replace(
                self._phone(account),
                note="That is not the code. Is the phone’s clock set by itself?",
            )
        codes = credentials.new_recovery_codes()
        hashes = [credentials.recovery_hash(account.login, each) for each in codes]
        try:
            self._reach.write(
                lambda session: people.enrol(
                    session,
                    login=account.login,
                    secret=secret,
                    step=step,
                    code_hashes=hashes,
                    at=now,
                )
            )
        except RecordsError as error:
            return replace(self._phone(account), note=_sentence(error))
        note("phone enrolled")
        enrolled = replace(account, totp_secret=secret, totp_confirmed_at=now, totp_step=step)
        done = self._done(enrolled, now)
        return replace(done, step=Step.CODES, codes=codes) if done.account else done

    def give_up(self) -> None:
        """Forget a sign-in that was left half way."""
        self._half, self._secret, self._door = None, "", ""

    def pretend(self, login: str, name: str) -> None:
        """Have somebody signed in who has no account: a demo's receptionist."""
        self._signed = Account(
            login=login,
            name=name,
            role=Role.RECEPTIONIST,
            practice_id=None,
            password_hash="",
            must_choose=False,
            totp_secret=None,
            totp_confirmed_at=None,
            totp_step=None,
            lock_hash=None,
            active=True,
            failed=0,
            failed_at=None,
        )

    # --- while signed in -------------------------------------------------------------------

    def unlocks(self, secret: str) -> bool:
        """Tell whether a PIN or password is that of who is signed in."""
        signed = self._signed
        if signed is None:
            return False
        if signed.lock_hash and credentials.fits(secret, signed.lock_hash):
            return True
        return bool(signed.password_hash) and credentials.fits(secret, signed.password_hash)

    def choose_pin(self, pin: str, now: datetime) -> None:
        """Keep a PIN for who is signed in: with the account, and on this machine."""
        signed = self._signed
        if signed is None:
            return
        kept = credentials.hash_secret(pin)
        self._signed = replace(signed, lock_hash=kept)
        if signed.password_hash:
            self._reach.write(
                lambda session: people.set_lock_hash(
                    session, login=signed.login, lock_hash=kept, at=now
                )
            )
            self._remember(self._signed, now)

    def change_pin(self, password: str, pin: str, now: datetime) -> str:
        """Change the PIN of who is signed in; return what is wrong, "" when it is done."""
        signed = self._signed
        if signed is None or not credentials.fits(password, signed.password_hash):
            return "That is not your password."
        self.choose_pin(pin, now)
        return ""

    def change_password(self, old: str, new: str, now: datetime) -> str:
        """Change the password of who is signed in; return what is wrong, "" when it is done."""
        signed = self._signed
        if signed is None or not credentials.fits(old, signed.password_hash):
            return "That is not your password."
        fault = credentials.password_fault(new, login=signed.login, name=signed.name)
        if fault:
            return fault
        kept = credentials.hash_secret(new)
        self._door = self._door_of(signed.login, old)
        self._change_door(signed.login, new)
        self._reach.write(
            lambda session: people.set_password(
                session,
                login=signed.login,
                password_hash=kept,
                must_choose=False,
                at=now,
                by=signed.name,
            )
        )
        self._signed = replace(signed, password_hash=kept)
        self._remember(self._signed, now)
        note("password changed")
        return ""

    def why_out(self, now: datetime) -> str:
        """Say that who is signed in is still there, and return why they may be no longer, "" while
        they may: an account disabled, or given another password or role, elsewhere is signed out
        here. Who came in while the records were away is let in by them now."""
        signed = self._signed
        if signed is None or not signed.password_hash:
            return ""

        def look(session: Session) -> Account | None:
            if self._shift:
                shifts.still_there(session, uid=self._shift, at=now)
            return people.find_account(session, login=signed.login)

        try:
            found = self._reach.write(look)
            why = staying.why_out(signed, found)
            if why:
                self._sealed.forget(signed.login, now)
            elif not self._shift:
                why = self._come_back(signed, now)
        except RecordsError:
            return ""
        return why

    def sign_out(self, now: datetime) -> None:
        """Leave the desk."""
        self.give_up()
        self._away_door = ""
        shift, self._shift, self._signed = self._shift, "", None
        self._seat.leave()
        if shift:
            try:
                self._reach.write(lambda session: shifts.end_shift(session, uid=shift, at=now))
            except RecordsError:
                return  # it ends by itself three minutes after it was last seen
        note("signed out")

    # --- within ----------------------------------------------------------------------------

    def _judge(self, login: str, password: str, code: str, now: datetime) -> Progress:
        def begin(session: Session) -> tuple[Account | None, int]:
            account = people.find_account(session, login=login)
            if account is None:
                return None, self._wait_unknown(login, now)
            wait = delays.wait_s(account.failed, account.failed_at, now)
            if not wait:
                people.count_try(session, login=login, at=now)
            return account, wait

        account, wait = self._reach.write(begin)
        if wait:
            return _too_many(wait, login)
        if account is None:
            credentials.fits_nobody(password)
            return self._refuse(None, WRONG, "name", login, now)
        if not credentials.fits(password, account.password_hash):
            return self._refuse(account, WRONG, "password", login, now)
        if not account.active:
            return self._refuse(account, DISABLED, "disabled", login, now)
        step = self._take_code(account, code, now)
        if account.totp_confirmed_at is not None and step is None:
            return self._refuse(account, WRONG, "code", login, now)
        self._reach.write(lambda session: people.count_right(session, login=login))
        self._door = self._door_of(login, password)
        return self._further(replace(account, totp_step=step or account.totp_step), now)

    def _refuse(
        self, account: Account | None, words: str, why: str, login: str, now: datetime
    ) -> Progress:
        self._reach.write(
            lambda session: people.note_refused(session, account=account, why=why, at=now)
        )
        return Progress(Step.SIGN_IN, words, login)

    def _take_code(self, account: Account, code: str, now: datetime) -> int | None:
        """Take a one-time or recovery code; return its step, 0 of a recovery code, or None."""
        login = account.login
        if account.totp_secret is None or account.totp_confirmed_at is None:
            return None
        step = credentials.totp_step(account.totp_secret, code, now)
        if step is not None:
            taken = self._reach.write(
                lambda session: people.take_step(session, login=login, step=step)
            )
            return step if taken else None
        if credentials.looks_like_recovery(code):
            kept = credentials.recovery_hash(login, code)
            if self._reach.write(
                lambda session: people.take_recovery_code(
                    session, login=login, code_hash=kept, at=now
                )
            ):
                note("recovery code used")
                return 0
        return None

    def _judge_away(self, login: str, password: str, code: str, now: datetime) -> Progress:
        known = self._sealed.find(login, now)
        if known is None:
            if wait := self._wait_unknown(login, now):
                return _too_many(wait, login)
            credentials.fits_nobody(password)
            return Progress(Step.SIGN_IN, self._away_words(now), login, away=True)
        if wait := delays.wait_s(known.failed, known.failed_at, now):
            return _too_many(wait, login)
        tried = msgspec.structs.replace(known, failed=known.failed + 1, failed_at=now)
        if not self._sealed.keep(tried, now):
            words = f"{AWAY} Nor can this machine write down that you try: free some disk space."
            return Progress(Step.SIGN_IN, words, login, away=True)
        step = credentials.totp_step(known.totp_secret, code, now)
        right = credentials.fits(password, known.password_hash)
        if not right or step is None or (known.totp_step is not None and step <= known.totp_step):
            return Progress(Step.SIGN_IN, WRONG, login, away=True)
        self._away_door = self._door_of(login, password)
        known = msgspec.structs.replace(known, failed=0, failed_at=None, totp_step=step)
        self._sealed.keep(known, now)
        self._half, self._signed, self._shift = None, known.account(), ""
        self._seat.leave()
        return Progress(
            Step.DONE,
            f"{AWAY} You are signed in by what this machine knows.",
            login,
            known.account(),
            away=True,
        )

    def _further(self, account: Account, now: datetime) -> Progress:
        if account.must_choose:
            self._half = account
            return Progress(Step.PASSWORD, "", account.login)
        if account.totp_confirmed_at is None:
            return self._offer_phone(account)
        return self._done(account, now)

    def _offer_phone(self, account: Account) -> Progress:
        self._half, self._secret = account, credentials.new_totp_secret()
        return self._phone(account)

    def _phone(self, account: Account) -> Progress:
        return Progress(
            Step.ENROL,
            login=account.login,
            secret=self._secret,
            uri=credentials.totp_uri(self._secret, account.login),
        )

    def _done(self, account: Account, now: datetime) -> Progress:
        door, self._door = self._door, ""
        try:
            reads_only = account.role is Role.LIAISON
            refused = self._seat.enter(account.login, door, reads_only=reads_only)
        except RecordsError as error:
            refused = _sentence(error)
        self._half, self._secret, self._away_door = None, "", ""
        if refused:
            return Progress(Step.SIGN_IN, refused, account.login)
        self._signed = account
        self._begin_shift(account, now)
        self._remember(account, now)
        return Progress(Step.DONE, "", account.login, account)

    def _come_back(self, signed: Account, now: datetime) -> str:
        """Let who came in while the records were away in by them: under their own role on a server,
        with the code they used taken there too. Return why they are refused."""
        reads_only = signed.role is Role.LIAISON
        if refused := self._seat.enter(signed.login, self._away_door, reads_only=reads_only):
            return refused
        step = signed.totp_step
        if step is not None:
            self._reach.write(
                lambda session: people.take_step(session, login=signed.login, step=step)
            )
        self._begin_shift(signed, now)
        self._away_door = ""
        return ""

    def _door_of(self, login: str, password: str) -> str:
        return credentials.database_password(login, password) if self._seat.on_server else ""

    def _change_door(self, login: str, password: str) -> None:
        """Give the role on the server the password that goes with a new one."""
        new = self._door_of(login, password)
        self._seat.change_password(login, self._door, new)
        self._door = new

    def _begin_shift(self, account: Account, now: datetime) -> None:
        uid = secrets.token_hex(8)
        self._reach.write(
            lambda session: shifts.begin_shift(
                session, uid=uid, login=account.login, machine=self._desk, at=now
            )
        )
        self._shift = uid

    def _remember(self, account: Account, now: datetime) -> None:
        known = known_from(account, now)
        if known is not None:
            self._sealed.keep(known, now)

    def _wait_unknown(self, login: str, now: datetime) -> int:
        failed, at = self._unknown.get(login, (0, now))
        wait = delays.wait_s(failed, at, now)
        if not wait:
            if len(self._unknown) > 1000:
                self._unknown.clear()
            self._unknown[login] = (failed + 1, now)
        return wait

    def _away_words(self, now: datetime) -> str:
        if not self._sealed.usable:
            return f"{AWAY} Nobody can sign in until they are back; calls can be answered."
        if not self._sealed.people(now):
            return f"{AWAY} This machine knows nobody yet; calls can be answered."
        return f"{AWAY} Who signed in here in the last three days still can."


def _too_many(wait: int, login: str) -> Progress:
    return Progress(
        Step.SIGN_IN, f"Too many wrong tries. Try again in {delays.in_words(wait)}.", login
    )


def _sentence(error: RecordsError) -> str:
    return f"{error.title}. {error.message}"
