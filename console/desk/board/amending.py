"""Amending a message at the desk: from the board, or of the call that has just been finished."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from console.desk.board import looking
from console.desk.board.port import AmendField, AmendView, BoardSignals
from console.desk.kept import Saved
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.work import AmendedMessage
from scripts import phone_numbers

if TYPE_CHECKING:
    from console.store.amending import Amendable, Amended, Wording

_LABELS: Final = (
    ("callback_number", "Callback number"),
    ("patient_name", "Patient"),
    ("caller_name", "Caller"),
    ("reason", "Message"),
)


@dataclass(slots=True)
class _Open:
    """The message in hand; `mine` is what was to be written when somebody else was first."""

    found: "Amendable"
    mine: dict[str, str] | None = None


class Amending:
    """One message at a time. `done` is called once it is left, or written."""

    def __init__(self, out: BoardSignals, stage: Stage, done: Callable[[], None]) -> None:
        self._out, self._stage, self._done = out, stage, done
        self._open: _Open | None = None
        self._last: int | None = None
        stage.out.call_finished.connect(lambda _, saved: self._finished(saved))

    def open_last(self) -> None:
        """Amend the message of the call that was finished last at this desk."""
        if self._last is None:
            self._stage.say(
                "No message to amend",
                "No call finished here since you started has left a message in the records.",
                Light.WARN,
            )
            return
        self.open(self._last)

    def open(self, message: int, mine: dict[str, str] | None = None) -> None:
        """Read a message and show it to be amended."""
        if not self._stage.allowed(Permission.TAKE_CALLS):
            return
        look = partial(looking.amendable, message=message)
        self._stage.book.ask(look, then=lambda found: self._show(found, mine))

    def leave(self) -> None:
        """Write nothing."""
        if self._open is not None:
            self._open = None
            self._out.amend_changed.emit(None)
            self._done()

    def save(self, words: dict[str, str]) -> None:
        """Write it as it stands in the window, or say what is wrong with it."""
        if self._open is None:
            return
        problems, number = _checked(words)
        if problems:
            self._tell(self._open, words, problems)
            return
        found = self._open.found
        work = AmendedMessage(
            uid=token_hex(12),
            message_id=found.message_id,
            seen=found.seen,
            at=self._stage.clock(),
            person=self._stage.agent,
            reason=words["reason"].strip(),
            patient_name=words["patient_name"].strip() or None,
            caller_name=words["caller_name"].strip() or None,
            callback_number=number or None,
        )
        self._stage.book.do(work, looking.amend, lambda told: self._written(work, words, told))

    def _finished(self, saved: Saved) -> None:
        if saved.rows is not None and saved.rows.message_id is not None:
            self._last = saved.rows.message_id

    def _show(self, found: "Amendable | None", mine: dict[str, str] | None) -> None:
        if found is None:
            self._stage.say(
                "The message cannot be read",
                "The records are away, or it is not on record any more.",
                Light.WARN,
            )
            return
        self._stage.record.saw("message", [(str(found.message_id), found.practice_id)])
        self._open = _Open(found, mine)
        self._tell(self._open, mine or _words(found.wording), {})

    def _tell(self, opened: _Open, words: dict[str, str], problems: dict[str, str]) -> None:
        found = opened.found
        practice = self._stage.library.by_id(found.practice_id or "")
        theirs = _words(found.wording)
        fields = tuple(
            AmendField(
                name,
                label,
                words[name],
                problems.get(name, ""),
                theirs[name] if opened.mine is not None and theirs[name] != words[name] else "",
            )
            for name, label in _LABELS
        )
        by = f"{found.by} has amended it meanwhile: what stands now is below each line."
        kept = [
            f"{each.person} meant it to say: {_one_line(each.wording)}" for each in found.unwritten
        ]
        self._out.amend_changed.emit(
            AmendView(
                key=str(found.message_id),
                title=f"Amend message M{found.message_id} to {found.recipient}",
                practice=practice.name if practice else "",
                fields=fields,
                conflict=by if opened.mine is not None else "",
                others=tuple(kept) if opened.mine is None else (),
            )
        )

    def _written(self, work: AmendedMessage, words: dict[str, str], told: "Amended | None") -> None:
        if told is not None and told.outcome == "overtaken":
            self._stage.say(
                "Somebody else was first",
                f"{told.by} has amended it meanwhile. Yours is still here: see which is right.",
                Light.WARN,
            )
            self.open(work.message_id, words)
            return
        self.leave()
        if told is None:
            self._stage.say(
                "Kept on this machine",
                "The records are away. The message is amended when they are back.",
                Light.WARN,
            )
        elif told.outcome == "refused":
            self._stage.say("Not amended", "It is not on record any more.", Light.WARN)
        elif told.goes_out:
            self._stage.say(
                "Amended", "A correction goes out to where the message went.", Light.GOOD
            )
        else:
            self._stage.say("Amended", "It goes out as it stands now.", Light.GOOD)


def _checked(words: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return what is wrong, by field, and the number as it is kept."""
    problems, number = {}, ""
    if not words["reason"].strip():
        problems["reason"] = "A message says something; write it"
    if given := words["callback_number"].strip():
        try:
            number = phone_numbers.to_e164(given)
        except phone_numbers.NotANumber:
            problems["callback_number"] = "Not a phone number; write ten digits, area code first"
    return problems, number


def _words(wording: "Wording") -> dict[str, str]:
    number = wording.callback_number
    return {
        "callback_number": phone_numbers.display(number) if number else "",
        "patient_name": wording.patient_name or "",
        "caller_name": wording.caller_name or "",
        "reason": wording.reason,
    }


def _one_line(wording: "Wording") -> str:
    said = _words(wording)
    return "; ".join(said[name].replace("\n", ", ") for name, _ in _LABELS if said[name])
