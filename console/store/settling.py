"""What a person does with work that was set aside: tries it again, amends it, or writes it off.

Nothing vanishes. Work leaves the file when it stands in the records; what was written off stays in
it, sealed, with who did so, when and why; of amended work what it was before is kept beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store.aside import Aside, Item, Why
from console.store.errors import AgreementMissing, UnknownPractice
from console.store.spool import why_refused, write_work
from console.store.work import (
    AmendedMessage,
    AnyWork,
    FinishedCall,
    NewBooking,
    OpenedEscalation,
    OwedCallback,
    encode,
)

T = TypeVar("T")

WORDS: Final = ("reason", "patient_name", "caller_name", "callback_number")


class Writer(Protocol):
    """Whoever writes to the records: `Records.write`, or a desk's ledger."""

    def __call__(self, work: Callable[[Session], T], /) -> T: ...


@dataclass(frozen=True, slots=True, repr=False)
class Amendment:
    """Work as it shall be. A field is None where the work has none; `without_phi` leaves out every
    answer marked as a health detail: the words are the amender's to clean."""

    practice: str | None = None
    reason: str | None = None
    patient_name: str | None = None
    caller_name: str | None = None
    callback_number: str | None = None
    without_phi: bool = False


def words_of(work: AnyWork | None) -> Amendment:
    """Return what of a piece of work can be amended, as it stands."""
    match work:
        case FinishedCall():
            return _of_call(work)
        case OpenedEscalation(escalation=one):
            return Amendment(
                work.practice_id, one.reason, callback_number=one.callback_number or ""
            )
        case OwedCallback():
            return Amendment(work.practice_id or "", callback_number=work.number or "")
        case AmendedMessage():
            return Amendment(None, work.reason, work.patient_name or "", work.caller_name or "",
                             work.callback_number or "")  # fmt: skip
        case _:
            return Amendment()


def _of_call(call: FinishedCall) -> Amendment:
    practice = call.practice_id or ""
    if call.message is not None:
        one = call.message
        return Amendment(practice, one.reason, one.patient_name or "", one.caller_name or "",
                         one.callback_number or "")  # fmt: skip
    if call.escalation is not None:
        return Amendment(
            practice, call.escalation.reason, callback_number=call.escalation.callback_number or ""
        )
    if isinstance(call.booking, NewBooking):
        one_booked = call.booking
        return Amendment(practice, None, one_booked.patient_name,
                         callback_number=one_booked.callback_number or "")  # fmt: skip
    return Amendment(practice)


def has_phi(work: AnyWork | None) -> bool:
    """Tell whether a piece of work has health details, so that it can be amended without them."""
    if isinstance(work, OpenedEscalation):
        return work.escalation.phi
    return isinstance(work, FinishedCall) and work.has_phi


def amended(work: AnyWork, to: Amendment) -> AnyWork:
    """Return the work as it was amended."""
    replace = msgspec.structs.replace
    said = {name: getattr(to, name) for name in WORDS if getattr(to, name) is not None}
    for name in ("patient_name", "caller_name", "callback_number"):
        if name in said:
            said[name] = said[name] or None
    practice = to.practice or None
    match work:
        case FinishedCall():
            return _amended_call(work, said, practice, without_phi=to.without_phi)
        case OpenedEscalation():
            if to.without_phi:
                said["phi"] = False
            one = replace(work.escalation, **said)
            return replace(work, escalation=one, practice_id=practice or work.practice_id)
        case OwedCallback():
            return replace(work, number=said.get("callback_number"), practice_id=practice)
        case AmendedMessage():
            return replace(work, **said)
        case _:
            return work


def _amended_call(
    call: FinishedCall, said: dict[str, str | None], practice: str | None, *, without_phi: bool
) -> FinishedCall:
    replace = msgspec.structs.replace
    changes: dict[str, object] = {"practice_id": practice}
    clean = {"phi": False} if without_phi else {}
    if call.message is not None:
        changes["message"] = replace(call.message, **said, **clean)
    if call.escalation is not None:
        of_both = said if call.message is None else {}
        changes["escalation"] = replace(call.escalation, **of_both, **clean)
    if isinstance(call.booking, NewBooking):
        booked = {name: said[name] for name in ("patient_name", "callback_number") if name in said}
        if call.message is None:
            changes["booking"] = replace(call.booking, **booked)
    if without_phi:
        changes["answers"] = tuple(answer for answer in call.answers if not answer.phi)
    return replace(call, **changes)


def try_again(aside: Aside, item: Item, write: Writer) -> Item | None:
    """Write an item's work to the records and take it out of the file; return the item as it now
    is where they refuse it again. Raises `RecordsError` while they are away, and `SpoolFailed`."""
    work = item.work
    if work is None:
        return item
    try:
        write(lambda session: write_work(session, work=work))
    except (AgreementMissing, UnknownPractice, IntegrityError) as error:
        refused = msgspec.structs.replace(item, why=why_refused(error))
        aside.change((refused,))
        return refused
    aside.change((), gone=[item.id])
    return None


def amend_and_try(aside: Aside, item: Item, to: Amendment, write: Writer) -> Item | None:
    """Amend an item's work, which is then on this machine whatever comes, and write it as
    `try_again` does."""
    work = item.work
    if work is None:
        return item
    line = encode(amended(work, to))
    if line != item.line:
        item = msgspec.structs.replace(item, line=line, first=item.first or item.line)
        aside.change((item,))
    return try_again(aside, item, write)


def write_off(aside: Aside, item: Item, *, person: str, reason: str, at: datetime) -> Item:
    """Note that nothing is to come of an item any more. It stays in the file. Raises
    `SpoolFailed`."""
    gone = msgspec.structs.replace(item, off_by=person, off_why=reason, off_at=at)
    aside.change((gone,))
    return gone


MENDS: Final = {
    Why.AGREEMENT: "Once the agreement stands in the practice’s file, try again; or amend it "
    "without its health details.",
    Why.PRACTICE: "Amend it and choose a practice, or try again once the practice is known.",
    Why.REFUSED: "Look up what the records have of this call. What stands there already can be "
    "written off.",
    Why.UNREADABLE: "Nothing of it can be shown. Ask who was at this desk then, and write it off.",
    Why.TORN: "The desk was never told that it was kept, so it was asked for again. Write it off.",
    Why.MISSING: "Ask who was at this desk what was taken down then, and write it off.",
}
"""What a person can do about each, in a sentence or two."""
