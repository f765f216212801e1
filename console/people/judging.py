"""Judging a name, a password and a code: by the records where they can be reached, by this
machine's sealed file where not.

A try is counted before it is judged and forgiven when it was right. Every refusal is the same
sentence and takes the same time, whether the name, the password or the code was wrong.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from console.people import credentials, delays
from console.people.reaching import AWAY, Reach, note
from console.people.sealed import SealedPeople
from console.store import people
from console.store.people import Account

WRONG: Final = "That name, password or code is not right."
DISABLED: Final = "This account is disabled. Ask an administrator."


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """Whose account it is, or why nobody is let in; `away` where this machine's file said so."""

    refused: str = ""
    account: Account | None = None
    away: bool = False


class Judge:
    """What one desk lets people in by."""

    def __init__(self, reach: Reach, sealed: SealedPeople) -> None:
        self._reach = reach
        self._sealed = sealed
        self._unknown: dict[str, tuple[int, datetime]] = {}  # wrong tries for names nobody has

    def away_words(self, now: datetime) -> str:
        """Return what somebody who wants to sign in is told while the records are away."""
        if not self._sealed.usable:
            return f"{AWAY} Nobody can sign in until they are back; calls can be answered."
        if not self._sealed.people(now):
            return f"{AWAY} This machine knows nobody yet; calls can be answered."
        return f"{AWAY} Who signed in here in the last three days still can."

    def by_records(self, login: str, password: str, code: str, now: datetime) -> Judged:
        """Judge a name, a password and a code; raise `RecordsError` where it cannot be done."""

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
            return Judged(_too_many(wait))
        if account is None:
            credentials.fits_nobody(password)
            return self._refuse(None, WRONG, "name", now)
        if not credentials.fits(password, account.password_hash):
            return self._refuse(account, WRONG, "password", now)
        if not account.active:
            return self._refuse(account, DISABLED, "disabled", now)
        step = self._take_code(account, code, now)
        if account.totp_confirmed_at is not None and step is None:
            return self._refuse(account, WRONG, "code", now)
        self._reach.write(lambda session: people.count_right(session, login=login))
        return Judged(account=replace(account, totp_step=step or account.totp_step))

    def _refuse(self, account: Account | None, words: str, why: str, now: datetime) -> Judged:
        self._reach.write(
            lambda session: people.note_refused(session, account=account, why=why, at=now)
        )
        return Judged(words)

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

    def by_this_machine(self, login: str, password: str, code: str, now: datetime) -> Judged:
        """Judge them by what this machine knows of who signed in here lately."""
        known = self._sealed.find(login, now)
        if known is None:
            if wait := self._wait_unknown(login, now):
                return Judged(_too_many(wait))
            credentials.fits_nobody(password)
            return Judged(self.away_words(now), away=True)
        if wait := delays.wait_s(known.failed, known.failed_at, now):
            return Judged(_too_many(wait))
        tried = msgspec.structs.replace(known, failed=known.failed + 1, failed_at=now)
        if not self._sealed.keep(tried, now):
            words = f"{AWAY} Nor can this machine write down that you try: free some disk space."
            return Judged(words, away=True)
        step = credentials.totp_step(known.totp_secret, code, now)
        right = credentials.fits(password, known.password_hash)
        if not right or step is None or (known.totp_step is not None and step <= known.totp_step):
            return Judged(WRONG, away=True)
        known = msgspec.structs.replace(known, failed=0, failed_at=None, totp_step=step)
        self._sealed.keep(known, now)
        return Judged(account=known.account(), away=True)

    def _wait_unknown(self, login: str, now: datetime) -> int:
        failed, at = self._unknown.get(login, (0, now))
        wait = delays.wait_s(failed, at, now)
        if not wait:
            if len(self._unknown) > 1000:
                self._unknown.clear()
            self._unknown[login] = (failed + 1, now)
        return wait


def _too_many(wait: int) -> str:
    return f"Too many wrong tries. Try again in {delays.in_words(wait)}."
