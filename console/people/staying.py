"""Whether somebody may stay at a desk, or come back to it: what the records say of an account now,
against what they said when the desk let its person in."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from console.people.sealed import KnownPerson, SealedPeople
from console.store import people
from console.store.people import Account

ACCOUNT: Final = "Your account was changed elsewhere."
ROLE: Final = "Your role was changed. Sign in again, and it is yours."


def why_out(signed: Account | KnownPerson, found: Account | None) -> str:
    """Return why somebody may not go on as they came in, "" while they may."""
    if found is None or not found.active or found.password_hash != signed.password_hash:
        return ACCOUNT
    if (found.role, found.practice_id) != (signed.role, signed.practice_id):
        return ROLE
    return ""


def out_of_date(session: Session, known: tuple[KnownPerson, ...]) -> tuple[KnownPerson, ...]:
    """Return those of the people this machine knows whose account is another by now."""
    return tuple(
        each for each in known if why_out(each, people.find_account(session, login=each.login))
    )


def forget_changed(sealed: SealedPeople, gone: tuple[KnownPerson, ...], now: datetime) -> None:
    """Forget them on this machine: without the records they get in no more, nor with a role they no
    longer have."""
    for each in gone:
        sealed.forget(each.login, now)
