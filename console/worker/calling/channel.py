"""The telephone as a way out: somebody is rung about a page; what they answer counts at once."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Final

from console.delivery.dispatch import Dispatch, Receipt
from console.delivery.replies.heard import Heard
from console.delivery.settings import DeliverySettings
from console.escalation.pages import Verb
from console.escalation.reaching import Limits
from console.escalation.signed import at_address
from console.people.credentials import fits
from console.store import outbox
from console.store.reply_tables import ReplyOutcome
from console.store.session import Records
from console.worker.calling.phone import Phone
from console.worker.calling.ringing import Ring, Ringing
from console.worker.calling.spoken import joined, say_call_us
from console.worker.hearing import Hearing
from console.worker.worker import CALL, utc_now
from resources import PROMPTS
from scripts.loader import Library
from softphone.wire import CallerIdBy

_KEYS: Final = {Verb.ACKNOWLEDGE: "a", Verb.ESCALATE: "e"}


@dataclass(frozen=True, slots=True)
class Calls:
    """Rings people, one at a time. `library` is asked each time, as practices change in a shift."""

    records: Records
    hearing: Hearing
    library: Callable[[], Library]
    settings: DeliverySettings
    phone: Phone
    limits: Limits = field(default_factory=Limits)

    knows_keys = False  # a telephone that rings twice has rung twice

    def send(self, dispatch: Dispatch) -> Receipt:
        """Ring whoever it is for, until a key is pressed. Raises `DeliveryError`, and what the
        records raise where an answer could not be kept."""
        with self.records.session() as session:
            practice, slot = outbox.asked_of(session, key=dispatch.key)
        self.phone.ready()

        def taken(answer: Verb) -> list[Path]:
            words = f"{slot or 1}{_KEYS[answer]}"
            uid = f"call.{token_hex(12)}"
            told = self.hearing.take(Heard(uid, CALL, dispatch.to, words))
            if told.outcome is not ReplyOutcome.DONE:
                return [PROMPTS / "already_taken.wav"]
            if answer is Verb.ESCALATE:
                return [PROMPTS / "passed_on.wav"]
            return say_call_us(self._line(practice), told.reference)

        with tempfile.TemporaryDirectory() as folder:
            ring = Ring(
                target=self._target(dispatch.to),
                caller_number=self._line(practice),
                caller_id_by=self._shown_by(),
                fits=self._pin(practice, dispatch.to),
                taken=taken,
            )
            Ringing(self.phone, ring, self.limits, lambda said: joined(said, Path(folder))).made()
        return Receipt(delivered=True)

    def _line(self, practice: str | None) -> str:
        """Return where the desk is called back, which is the number that is shown as well."""
        found = self.library().by_id(practice or "")
        own = found.numbers[0] if found is not None and found.numbers else ""
        return self.settings.callback_line or own

    def _target(self, number: str) -> str:
        call = self.settings.call
        assert call is not None
        return f"sip:{number}@{call.gateway}" if call.gateway else number

    def _shown_by(self) -> CallerIdBy:
        """Return which header has the number: a PBX knows an account by its From."""
        call = self.settings.call
        assert call is not None
        return CallerIdBy.ASSERTED if call.registrar else CallerIdBy.FROM

    def _pin(self, practice: str | None, number: str) -> Callable[[str], bool] | None:
        """Return what checks the PIN of whoever has this number, None where they have none."""
        found = self.library().by_id(practice or "")
        who = at_address(found, CALL, number, utc_now()) if found is not None else None
        if found is None or who is None:
            return None
        people = (found.provider(who.id), *(c for c in found.contacts if c.id == who.id))
        kept = next((each.pin for each in people if each is not None and each.pin), None)
        return partial(fits, secret_hash=kept) if kept else None
