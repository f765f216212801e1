"""Who is signed in at a desk, and who is on the way in, on the worker's thread: step by step from
the first account to the recovery codes, and what somebody who is in may change."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from sqlalchemy.orm import Session

from console.people import credentials, staying
from console.people.judging import Judge, Judged
from console.people.managing import account_fault
from console.people.reaching import AWAY, Reach, note
from console.people.sealed import SealedPeople, known_from
from console.people.seat import Seat
from console.store import people, shifts
from console.store.errors import RecordsError
from console.store.people import Account, NewAccount
from console.store.values import Role

ON_SERVER: Final = (
    "On a server the first account is made by the records’ owner: frontdesk people add LOGIN "
    "--name NAME --role administrator."
)


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
        self._judge = Judge(reach, sealed)
        self._half: Account | None = None  # password (and code) were right; not in yet
        self._secret = ""  # offered to the phone of that account
        self._signed: Account | None = None
        self._shift = ""

    def entry(self, now: datetime) -> Progress:
        """Return where somebody who comes to this desk begins."""
        known = self._sealed.people(now)
        try:
            if not self._reach.read(people.anybody):
                return Progress(Step.FIRST)
            gone = self._reach.read(lambda session: staying.out_of_date(session, known))
        except RecordsError:
            return Progress(Step.SIGN_IN, self._judge.away_words(now), away=True)
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
        judge = self._judge
        try:
            progress = self._let_in(judge.by_records(login, password, code, now), password, now)
        except RecordsError:
            judged = judge.by_this_machine(login, password, code, now)
            progress = self._let_in(judged, password, now)
        progress = replace(progress, login=login)
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

    def _let_in(self, judged: Judged, password: str, now: datetime) -> Progress:
        account = judged.account
        if account is None:
            return Progress(Step.SIGN_IN, judged.refused, away=judged.away)
        door = self._door_of(account.login, password)
        if not judged.away:
            self._door = door
            return self._further(account, now)
        self._away_door = door
        self._half, self._signed, self._shift = None, account, ""
        self._seat.leave()
        known = f"{AWAY} You are signed in by what this machine knows."
        return Progress(Step.DONE, known, account=account, away=True)

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


def _sentence(error: RecordsError) -> str:
    return f"{error.title}. {error.message}"
