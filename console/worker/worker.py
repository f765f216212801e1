"""One pass of the work: take up what nobody pursues, climb what is due, offer what is free
again, send what is due.

A pass may be killed at any instruction and begun by another worker at any time.
"""

import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from console.delivery.dispatch import (
    Channel,
    DeliveryError,
    Dispatch,
    NotNow,
    Refused,
    Untrusted,
)
from console.escalation.pages import new_reference
from console.escalation.signed import signed_ladder
from console.store import outbox, pursuing
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.inviting import is_invitation
from console.store.letters import claim_together, messages_of, told
from console.store.outbox import Claimed, Settled
from console.store.outbox_values import AttemptOutcome, DispatchStatus
from console.store.pursuing import Opened
from console.store.session import Records
from console.worker import invitations
from console.worker.deeds import Deeds
from console.worker.holding import held
from console.worker.letters import Letters
from console.worker.offers import offer_what_is_free
from scripts.calltypes import CallType
from scripts.protocol import Priority

PASS_S = 1.0
CALL = "call"
OF_A_MACHINE = frozenset({"printer", CALL})  # ways out that are there at one machine and no other
_LEFT = (DispatchStatus.SENT, DispatchStatus.DELIVERED)


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


def new_name() -> str:
    """Return a name no other worker has."""
    return f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"


def _left_as(claimed: Claimed) -> Event:
    page = claimed.message_id is None and not is_invitation(claimed.key)
    return Event.PAGED if page else Event.SENT


@dataclass(slots=True)
class Pass:
    """What one pass did."""

    taken_up: int = 0
    deeds: int = 0
    offers: int = 0  # of times that were given up, made or closed
    rotas: int = 0  # gaps and overlaps told, or closed
    settled: dict[str, int] = field(default_factory=dict)  # by where the dispatch stands then
    calendars: dict[str, int] = field(default_factory=dict)  # by what came of each

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        worked = self.taken_up or self.deeds or self.offers or self.rotas
        return not (worked or self.settled or self.calendars)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker on open records. Raises what the records raise; a channel's failures it settles."""

    records: Records
    deeds: Deeds
    letters: Letters
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime] = utc_now
    name: str = field(default_factory=new_name)
    only: frozenset[str] = frozenset()  # channels this one has, all others where it is empty

    def once(self, *, most: int = 50) -> Pass:
        """Do what is due now."""
        done = Pass()
        for opened in self._not_pursued():
            done.taken_up += self._take_up(opened)
        done.deeds = self.records.write(
            lambda session: pursuing.climb(session, now=self.clock(), perform=self.deeds.perform)
        )
        done.taken_up += self.records.write(
            lambda session: self.letters.take_up(session, self.clock())
        )
        done.taken_up += self.records.write(
            lambda session: invitations.take_up(session, self.deeds.library, self.clock())
        )
        done.offers = offer_what_is_free(self.records, self.deeds.library, self.clock())
        self.send_due(done, most=most)
        return done

    def send_due(self, done: Pass, *, most: int = 50) -> None:
        """Send what is due, for `PASS_S` or until nothing is."""
        until = time.monotonic() + PASS_S  # a slow gateway must not keep the next step waiting
        for _ in range(most):
            claimed = self._claim()
            if not claimed:
                break
            with held(self.records, claimed, self.name, self.clock):
                settled = self._try(claimed)
                for each in claimed:
                    status = self._settle(each, settled)
                    done.settled[status.value] = done.settled.get(status.value, 0) + 1
            if time.monotonic() >= until:
                break

    def _not_pursued(self) -> tuple[Opened, ...]:
        with self.records.session() as session:
            return pursuing.not_pursued(session)

    def _take_up(self, opened: Opened) -> bool:
        practice = self.deeds.library.by_id(opened.practice_id)
        if practice is None:
            return False  # its script is not here; a worker that has it takes it up
        ladder = signed_ladder(
            practice,
            call_type=opened.call_type or CallType.URGENT,
            priority=Priority.URGENT,
            moment=opened.opened_at,
        )
        reference = new_reference()
        return self.records.write(
            lambda session: pursuing.pursue(
                session, opened=opened, ladder=ladder, reference=reference
            )
        )

    def _claim(self) -> tuple[Claimed, ...]:
        """Claim what is due next, and what leaves in one letter with it."""

        def claim(session: Session) -> tuple[Claimed, ...]:
            now = self.clock()
            not_mine = OF_A_MACHINE - self.channels.keys()
            has_telephone = self.deeds.settings.call is not None  # and another thread for it
            beside = not_mine & {CALL} if has_telephone else frozenset()
            found = outbox.claim(
                session,
                worker=self.name,
                now=now,
                most=1,
                elsewhere=not_mine - beside,
                besides=beside,
                only=self.only,
            )
            if found and found[0].message_id is not None and self.letters.goes_together(found[0]):
                found += claim_together(session, claimed=found[0], worker=self.name, now=now)
            return found

        return self.records.write(claim)

    def _dispatch(self, claimed: tuple[Claimed, ...]) -> Dispatch:
        first = claimed[0]
        if is_invitation(first.key):
            library, settings = self.deeds.library, self.deeds.settings
            return invitations.made(self.records, first, library, settings, self.clock())
        if first.message_id is None:
            return Dispatch(
                key=first.key,
                to=first.address,
                subject=first.subject,
                text=first.text,
                urgent=first.urgent,
                expires_at=first.expires_at,
                number=first.slot,
                cancels=outbox.takes_back(first.key),
            )
        with self.records.session() as session:
            messages = messages_of(session, of=claimed)
        return self.letters.letter(first, messages, self.clock())

    def _try(self, claimed: tuple[Claimed, ...]) -> Settled:
        channel = self.channels.get(claimed[0].channel)
        if channel is None:
            sentence = f"This service has no way out by {claimed[0].channel}. Set one up."
            return Settled(AttemptOutcome.REFUSED, sentence)
        try:
            receipt = channel.send(self._dispatch(claimed))
        except NotNow as error:
            return Settled(
                AttemptOutcome.NOT_NOW,
                error.message,
                retry_after_s=error.retry_after_s,
                tell=isinstance(error, Untrusted),
            )
        except Refused as error:
            return Settled(AttemptOutcome.REFUSED, error.message)
        except DeliveryError as error:
            return Settled(AttemptOutcome.UNSURE, error.message)
        outcome = AttemptOutcome.DELIVERED if receipt.delivered else AttemptOutcome.SENT
        return Settled(outcome, reference=receipt.reference)

    def _settle(self, claimed: Claimed, settled: Settled) -> DispatchStatus:
        def settle(session: Session) -> DispatchStatus:
            now = self.clock()
            status = outbox.settle(
                session,
                claimed=claimed,
                settled=settled,
                worker=self.name,
                now=now,
                otherwise=self.letters.next_box,
            )
            if claimed.message_id is not None:
                told(session, message_id=claimed.message_id, status=status, now=now)
            if status in _LEFT:
                note(
                    session,
                    event=_left_as(claimed),
                    person=None,
                    kind="dispatch",
                    row=claimed.id,
                    practice_id=claimed.practice_id,
                    detail=claimed.channel,
                    at=now,
                )
            return status

        return self.records.write(settle)
