"""Messages made into letters: taken up as the practice's file says, sealed when they leave.

Nothing of a message is kept in the outbox. What it says is read, and sealed, at the moment it is
sent; health details only while the practice's agreement is in force on that day (45 CFR
164.504(e)).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from console.delivery import sealing
from console.delivery.dispatch import Dispatch, Refused
from console.store import amending, outbox
from console.store.amending import Correction
from console.store.letters import LetterMessage, Unsent, correction_key, is_correction
from console.store.letters import unsent as find_unsent
from console.store.outbox import Claimed, NewDispatch
from console.store.values import Priority as Kept
from scripts import phone_numbers
from scripts.delivery import Letterbox, Sealing
from scripts.loader import Library
from scripts.practice import Practice
from scripts.protocol import Priority

_PRIORITY = {
    Kept.ROUTINE: Priority.ROUTINE,
    Kept.SAME_DAY: Priority.SOON,
    Kept.URGENT: Priority.URGENT,
}


@dataclass(frozen=True, slots=True)
class Letters:
    """Makes letters for the practices of a library. `password` gives a secret by its name, "" for
    none; `console` is who we are to a practice."""

    library: Library
    console: str
    password: Callable[[str], str]

    def take_up(self, session: Session, now: datetime) -> int:
        """Put every message that has no dispatch yet into the outbox, and every correction; return
        how many."""
        taken = sum(self._correct(session, each, now) for each in amending.corrections(session))
        for message in find_unsent(session):
            practice = self.library.by_id(message.practice_id)
            if practice is not None and practice.delivery is not None:
                taken += self._put(session, practice, message, 0, now)
        return taken

    def next_box(self, session: Session, claimed: Claimed, now: datetime) -> bool:
        """Put a message whose letterbox failed for good into the next one; False with none left."""
        practice = self.library.by_id(claimed.practice_id or "")
        if practice is None or practice.delivery is None or claimed.message_id is None:
            return False
        if is_correction(claimed.key):
            return False  # whoever had the first has to have it: a person sees to that
        _, _, number = claimed.key.rpartition(".")
        kept = Kept.URGENT if claimed.urgent else Kept.SAME_DAY
        message = Unsent(claimed.message_id, practice.id, kept, now)
        return bool(self._put(session, practice, message, int(number) + 1, now))

    def box_of(self, claimed: Claimed) -> tuple[Practice, Letterbox]:
        """Return the letterbox a dispatch is for, as the practice's file has it now. Raises
        `Refused` for one that is not there any more."""
        practice = self.library.by_id(claimed.practice_id or "")
        boxes = practice.delivery.letterboxes if practice and practice.delivery else ()
        for box in boxes:
            if (box.by.value, box.to) == (claimed.channel, claimed.address):
                assert practice is not None
                return practice, box
        raise Refused("The practice has this letterbox no more. Read the message out instead.")

    def goes_together(self, claimed: Claimed) -> bool:
        """Tell whether what is due for the same letterbox leaves in one letter with this."""
        practice = self.library.by_id(claimed.practice_id or "")
        delivery = practice.delivery if practice is not None else None
        return delivery is not None and delivery.digest is not None and not claimed.urgent

    def letter(
        self, claimed: Claimed, messages: Sequence[LetterMessage], now: datetime
    ) -> Dispatch:
        """Return the letter, sealed as its letterbox asks, or raise `Refused`."""
        practice, box = self.box_of(claimed)
        subject = f"{self.console}: {_what_waits(messages)} for you"
        if box.says_it and any(message.phi for message in messages):
            _require_agreement(practice, now)
        whole = "\n\n".join(words(practice, message) for message in messages)
        sealed = None
        if box.seal is Sealing.PDF:
            sealed = sealing.to_password(subject, whole, self.password(f"pdf.{practice.id}"))
        elif box.seal is Sealing.CERTIFICATE and box.certificate is not None:
            sealed = sealing.to_certificate(subject, whole, box.certificate.encode(), now)
        return Dispatch(
            key=claimed.key,
            to=box.to,
            subject=subject,
            text=whole if box.says_it and sealed is None else self._notice(practice, messages),
            urgent=claimed.urgent,
            expires_at=claimed.expires_at,
            sealed=sealed,
        )

    def _notice(self, practice: Practice, messages: Sequence[LetterMessage]) -> str:
        line = phone_numbers.display(practice.numbers[0])
        waits = "waits" if len(messages) == 1 else "wait"
        what = _what_waits(messages)
        return f"{what} {waits} for you at {self.console}. Call {line} to have them read."

    def _correct(self, session: Session, correction: Correction, now: datetime) -> int:
        """Put a correction into the outbox, to whoever may have had the message before."""
        practice = self.library.by_id(correction.practice_id)
        if practice is None or practice.delivery is None:
            return 0
        priority = Priority.URGENT if correction.urgent else Priority.SOON
        leaves = practice.delivery.leaves_at(priority, now.astimezone(practice.zone))
        new = [
            NewDispatch(
                key=correction_key(correction.message_id, correction.number, place),
                channel=channel,
                address=address,
                subject="",
                text="",
                practice_id=practice.id,
                message_id=correction.message_id,
                urgent=correction.urgent,
                due_at=max(leaves, now),
            )
            for place, (channel, address) in enumerate(correction.addresses)
        ]
        amending.taken_up(session, uid=correction.uid)
        return outbox.put(session, dispatches=new, now=now)

    def _put(
        self, session: Session, practice: Practice, message: Unsent, number: int, now: datetime
    ) -> int:
        delivery = practice.delivery
        assert delivery is not None
        priority = _PRIORITY[message.priority]
        boxes = delivery.boxes_for(priority)
        if number >= len(boxes):
            return 0
        local = message.taken_at.astimezone(practice.zone)
        new = NewDispatch(
            key=f"message.{message.id}.{number}",
            channel=boxes[number].by.value,
            address=boxes[number].to,
            subject="",
            text="",
            practice_id=practice.id,
            message_id=message.id,
            urgent=priority is Priority.URGENT,
            due_at=max(delivery.leaves_at(priority, local), now) if number == 0 else now,
        )
        return outbox.put(session, dispatches=[new], now=now)


def words(practice: Practice, message: LetterMessage) -> str:
    """Return what a message says, a line for each part that is there."""
    taken = message.taken_at.astimezone(practice.zone)
    due = message.due_at.astimezone(practice.zone) if message.due_at else None
    number = message.callback_number
    parts = (
        (f"Message M{message.id} for", message.recipient),
        ("Priority", message.priority.value.replace("_", " ")),
        ("Taken", f"{taken:%a %d %b %H:%M}"),
        ("Due", f"{due:%a %d %b %H:%M}" if due else ""),
        ("Patient", message.patient_name or ""),
        ("Caller", message.caller_name or ""),
        ("Call back", phone_numbers.display(number) if number else ""),
    )
    lines = [f"{name}: {value}" for name, value in parts if value]
    course = [f"{at.astimezone(practice.zone):%H:%M:%S} {what}" for what, at in message.course]
    if course:
        course = ["", "How it went:", *course]
    return "\n".join([*_corrected(practice, message), *lines, message.reason, *course])


_NAMES: Final = {
    "reason": "Message",
    "patient_name": "Patient",
    "caller_name": "Caller",
    "callback_number": "Call back",
}


def _corrected(practice: Practice, message: LetterMessage) -> list[str]:
    """Return that a letter is a correction, and of what, as lines."""
    corrects = message.corrects
    if corrects is None:
        return []
    at = corrects.at.astimezone(practice.zone)
    lines = [f"CORRECTION of message M{message.id}, {at:%a %d %b %H:%M}. It replaces what you had."]
    for name, values in corrects.changed.items():
        if name == "callback_number":
            shown = [phone_numbers.display(each) if each else "" for each in values]
        else:
            shown = list(values)
        lines += [
            f"{_NAMES[name]} {verb}: {value or 'nothing'}"
            for verb, value in zip(("was", "is"), shown, strict=True)
        ]
    return [*lines, ""]


def _what_waits(messages: Sequence[LetterMessage]) -> str:
    """Return how many messages and corrections wait, in words that give nothing away."""
    corrections = sum(message.corrects is not None for message in messages)
    counts = ((len(messages) - corrections, "message"), (corrections, "correction"))
    return " and ".join(f"{n} {word}{'s' if n != 1 else ''}" for n, word in counts if n)


def _require_agreement(practice: Practice, now: datetime) -> None:
    if not practice.baa_in_force(now.astimezone(practice.zone).date()):
        raise Refused(
            "No agreement is in force today, so no health details may leave. Have it signed, or "
            "read the message out."
        )
