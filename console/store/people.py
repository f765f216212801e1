"""Accounts: reading and changing them, and what a try to sign in leaves behind.

The hashing and the arithmetic of codes are `console.people`'s; `by` is the name of whoever changes
something. What must hold between two desks that ask at once (a try counts before it is judged, a
code is taken once) holds here, because each function is one part of one transaction under the
records' write lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.errors import RecordsError
from console.store.person_tables import PersonAccount, RecoveryCode
from console.store.practices import practice_row
from console.store.values import Role


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """A person's account, whole, with what they prove themselves with: not for a screen."""

    login: str
    name: str
    role: Role
    practice_id: str | None
    password_hash: str
    must_choose: bool
    totp_secret: str | None
    totp_confirmed_at: datetime | None
    totp_step: int | None
    lock_hash: str | None
    active: bool
    failed: int
    failed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewAccount:
    """An account to be made. `must_choose` where somebody else gave the password."""

    login: str
    name: str
    role: Role
    password_hash: str
    practice_id: str | None = None
    must_choose: bool = True


class PeopleRefused(RecordsError):
    """Something that cannot be done to an account; nothing was changed."""


def find_account(session: Session, *, login: str) -> Account | None:
    """Return an account by its login, in any case."""
    row = session.get(PersonAccount, login.strip().lower())
    return None if row is None else _account(row)


def everybody(session: Session) -> tuple[Account, ...]:
    """Return every account by its shown name."""
    rows = session.scalars(select(PersonAccount).order_by(PersonAccount.name))
    return tuple(_account(row) for row in rows)


def anybody(session: Session) -> bool:
    """Tell whether there is any account: without one, the first is the administrator's."""
    return session.execute(select(func.count(PersonAccount.login))).scalar_one() > 0


def add_account(session: Session, *, new: NewAccount, at: datetime, by: str) -> Account:
    """Make an account; raise `PeopleRefused` where its login or shown name is taken."""
    login, name = new.login.strip().lower(), new.name.strip()
    if session.get(PersonAccount, login) is not None:
        raise PeopleRefused("This login is taken", f"“{login}” is somebody’s.", "Choose another.")
    if session.scalars(select(PersonAccount).where(PersonAccount.name == name)).first():
        raise PeopleRefused(
            "This name is taken", f"“{name}” is somebody’s.", "Add an initial to tell them apart."
        )
    practice_row(session, practice_id=new.practice_id)
    row = PersonAccount(
        login=login,
        name=name,
        role=new.role,
        practice_id=new.practice_id,
        password_hash=new.password_hash,
        must_choose=new.must_choose,
        active=True,
        failed=0,
        created_at=at,
        created_by=by,
        changed_at=at,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    note(session, event=Event.ADDED, person=by, kind="account", row=login, detail=str(new.role))
    return _account(row)


def change_role(
    session: Session, *, login: str, role: Role, practice_id: str | None, at: datetime, by: str
) -> None:
    """Give somebody another role; the last administrator keeps theirs."""
    row = _row(session, login)
    if row.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        _not_the_last(session, row)
    practice_row(session, practice_id=practice_id)
    row.role, row.practice_id = role, practice_id
    _changed(session, row, at, by, f"role.{role}")


def set_active(session: Session, *, login: str, active: bool, at: datetime, by: str) -> None:
    """Disable or enable an account; the last administrator stays able to sign in."""
    row = _row(session, login)
    if not active:
        _not_the_last(session, row)
    row.active = active
    row.failed, row.failed_at = 0, None
    _changed(session, row, at, by, "enabled" if active else "disabled")


def set_password(
    session: Session, *, login: str, password_hash: str, must_choose: bool, at: datetime, by: str
) -> None:
    """Give an account another password, and its tries anew."""
    row = _row(session, login)
    row.password_hash, row.must_choose = password_hash, must_choose
    row.failed, row.failed_at = 0, None
    if must_choose:
        row.lock_hash = None  # whoever knew the old password may have chosen it
    _changed(session, row, at, by, "password.reset" if must_choose else "password")


def set_lock_hash(session: Session, *, login: str, lock_hash: str, at: datetime) -> None:
    """Keep the hash of a PIN that unlocks a desk."""
    row = _row(session, login)
    row.lock_hash = lock_hash
    _changed(session, row, at, row.name, "pin")


def enrol(
    session: Session,
    *,
    login: str,
    secret: str,
    step: int,
    code_hashes: Iterable[str],
    at: datetime,
) -> None:
    """Keep a secret whose first code, of this step, was right, and the recovery codes with it."""
    row = _row(session, login)
    row.totp_secret, row.totp_confirmed_at, row.totp_step = secret, at, step
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == row.login))
    session.add_all(RecoveryCode(login=row.login, code_hash=each) for each in code_hashes)
    _changed(session, row, at, row.name, "phone.enrolled")


def enrol_again(session: Session, *, login: str, at: datetime, by: str) -> None:
    """Forget the phone and its recovery codes: the next sign-in enrols another."""
    row = _row(session, login)
    row.totp_secret = row.totp_confirmed_at = row.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == row.login))
    _changed(session, row, at, by, "phone.forgotten")


def count_try(session: Session, *, login: str, at: datetime) -> None:
    """Count a try as wrong before it is judged, so that neither many desks at once nor a killed
    one get tries for nothing. `count_right` takes it back."""
    session.execute(
        update(PersonAccount)
        .where(PersonAccount.login == login)
        .values(failed=PersonAccount.failed + 1, failed_at=at)
    )


def count_right(session: Session, *, login: str) -> None:
    """Forget the wrong tries."""
    session.execute(
        update(PersonAccount).where(PersonAccount.login == login).values(failed=0, failed_at=None)
    )


def note_refused(session: Session, *, account: Account | None, why: str, at: datetime) -> None:
    """Put a refused sign-in on record: whose, where there is such an account. What was typed for
    a name that nobody has is not kept; it may have been a password."""
    note(
        session,
        event=Event.SIGN_IN_FAILED,
        person=account.name if account else None,
        kind="account",
        row=account.login if account else "",
        detail=why,
        at=at,
    )


def take_step(session: Session, *, login: str, step: int) -> bool:
    """Take a one-time code by its time step; False for one that was taken, or an earlier one."""
    newer = (PersonAccount.totp_step.is_(None)) | (PersonAccount.totp_step < step)
    row = session.scalars(
        select(PersonAccount).where(PersonAccount.login == login, newer)
    ).one_or_none()
    if row is None:
        return False
    row.totp_step = step
    session.flush()
    return True


def take_recovery_code(session: Session, *, login: str, code_hash: str, at: datetime) -> bool:
    """Take a recovery code; False for none of this person's, or one used before."""
    row = session.scalars(
        select(RecoveryCode).where(
            RecoveryCode.login == login,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return False
    row.used_at = at
    session.flush()
    person = _row(session, login)
    _changed(session, person, at, person.name, "recovery.code.used")
    return True


def recovery_codes_left(session: Session, *, login: str) -> int:
    """Return how many recovery codes have not been used."""
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.login == login, RecoveryCode.used_at.is_(None)
    )
    return session.execute(unused).scalar_one()


def _row(session: Session, login: str) -> PersonAccount:
    row = session.get(PersonAccount, login.strip().lower())
    if row is None:
        raise PeopleRefused(
            "Nobody has this login", f"There is no account “{login}”.", "Look at the list."
        )
    return row


def _not_the_last(session: Session, row: PersonAccount) -> None:
    others = select(func.count(PersonAccount.login)).where(
        PersonAccount.role == Role.ADMINISTRATOR,
        PersonAccount.active,
        PersonAccount.login != row.login,
    )
    is_one = row.role is Role.ADMINISTRATOR and row.active
    if is_one and session.execute(others).scalar_one() == 0:
        raise PeopleRefused(
            "The last administrator",
            f"Without {row.name} nobody could manage people.",
            "Make somebody else an administrator first.",
        )


def _changed(session: Session, row: PersonAccount, at: datetime, by: str, what: str) -> None:
    row.changed_at, row.changed_by = at, by
    session.flush()
    note(session, event=Event.CHANGED, person=by, kind="account", row=row.login, detail=what, at=at)


def _account(row: PersonAccount) -> Account:
    return Account(
        login=row.login,
        name=row.name,
        role=row.role,
        practice_id=row.practice_id,
        password_hash=row.password_hash,
        must_choose=row.must_choose,
        totp_secret=row.totp_secret,
        totp_confirmed_at=row.totp_confirmed_at,
        totp_step=row.totp_step,
        lock_hash=row.lock_hash,
        active=row.active,
        failed=row.failed,
        failed_at=row.failed_at,
    )
