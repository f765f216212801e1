"""The section of how the practice is given its messages."""

from typing import Any, Final

from console.desk.practices.specs import (
    HALF,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    entries,
    words_at,
)
from console.desk.practices.views import Put
from scripts.delivery import LetterWay, Sealing
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.protocol import Priority

_WAYS: Final = (
    (LetterWay.MAIL.value, "Mail"),
    (LetterWay.SMS.value, "Text message"),
    (LetterWay.WEBHOOK.value, "Webhook"),
    (LetterWay.FOLDER.value, "Folder"),
    (LetterWay.FHIR.value, "Their FHIR server"),
)
_SEALS: Final = (
    (Sealing.NOTICE.value, "Only that something waits"),
    (Sealing.PDF.value, "The message, in a PDF with their password"),
    (Sealing.CERTIFICATE.value, "The message, to their certificate"),
)
_PRIORITIES: Final = tuple((p.value, p.value.capitalize()) for p in Priority)
_BOXES: Final[KeyPath] = ("delivery", "letterboxes")


def _delivery(data: Any) -> list[Item]:
    boxes = [_box(data, place) for place in range(len(entries(data, _BOXES)))]
    if find(data, ("delivery",)) is None:
        note = Spec((), "Messages wait on the board until somebody confirms them.", Put.NOTE)
        return [Item((), "Not sent", specs=(note,), name=("delivery",))]
    when = (
        Spec(("delivery", "digest"), "Routine messages together at", share=THIRD,
             help="Such as 07:30; empty: as they come"),
        Spec(("delivery", "quiet", "from"), "Nothing but urgent from", share=THIRD),
        Spec(("delivery", "quiet", "to"), "until", share=THIRD),
    )  # fmt: skip
    return [*boxes, Item((), "When", specs=when, name=("delivery", "when"))]


def _box(data: Any, place: int) -> Item:
    path: KeyPath = (*_BOXES, place)
    specs = (
        Spec(("by",), "By", Put.PICK, _WAYS, optional=False, share=HALF),
        Spec(("to",), "To", optional=False, share=HALF, help="An address, number, folder or URL"),
        Spec(("seal",), "What is sent", Put.PICK, _SEALS, default=Sealing.NOTICE.value),
        Spec(("certificate",), "Their certificate (PEM)", Put.PARAGRAPH,
             help="Only where the message is sent to it"),
        Spec(("priorities",), "For these only", Put.MANY, _PRIORITIES),
    )  # fmt: skip
    title = dict(_WAYS).get(words_at(data, *path, "by"), "A way")
    return Item(path, title, words_at(data, *path, "to"), 0, specs, movable=True)


def _adds(_data: Any) -> tuple[Add, ...]:
    box = {"by": LetterWay.MAIL.value, "to": "", "seal": Sealing.PDF.value}
    return (Add("letterbox", "A way to give them messages", _BOXES, box),)


DELIVERY: Final = Section("delivery", "Delivery", _delivery, ("delivery",), _adds)
