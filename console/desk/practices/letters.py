"""Entries of the messages' section that say how a practice is given them: the ways, one after
another, and when it wants none."""

from typing import Any, Final

from console.desk.practices.specs import (
    HALF,
    QUARTER,
    THIRD,
    Add,
    Item,
    Spec,
    clean,
    entries,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.delivery import LetterWay, Sealing
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.protocol import Priority

_WAYS: Final = (
    (LetterWay.MAIL.value, "Mail"),
    (LetterWay.SMS.value, "Text message"),
    (LetterWay.FOLDER.value, "A folder"),
    (LetterWay.FHIR.value, "Their records (FHIR)"),
    (LetterWay.PRINTER.value, "A printer"),
    (LetterWay.WEBHOOK.value, "A program of theirs (webhook)"),
)
_SEALS: Final = (
    (Sealing.NOTICE.value, "It only says that something waits"),
    (Sealing.PDF.value, "Sealed: a PDF with its password"),
    (Sealing.CERTIFICATE.value, "Sealed to their certificate"),
)
_PRIORITIES: Final = tuple((p.value, p.value.capitalize()) for p in Priority)
BOXES: Final[KeyPath] = ("delivery", "letterboxes")


def letter_items(data: Any) -> list[Item]:
    """Return the ways messages are delivered, and when."""
    items = [_box(data, place) for place in range(len(entries(data, BOXES)))]
    if find(data, ("delivery",)) is not None:
        items.append(_timing(data))
    return items


def letter_adds(_data: Any) -> tuple[Add, ...]:
    """Return what can be added."""
    return (Add("letterbox", "A way to deliver messages", BOXES, {"by": "mail", "to": ""}),)


def _box(data: Any, place: int) -> Item:
    path: KeyPath = (*BOXES, place)
    specs: tuple[Spec, ...] = (
        Spec(("by",), "By", Put.PICK, _WAYS, optional=False, share=HALF),
        Spec(("to",), "To", optional=False, share=HALF,
             help="A mailbox, a number, a folder, a printer, or an address with https://"),
        Spec(("seal",), "What it carries", Put.PICK, _SEALS, default=Sealing.NOTICE.value,
             share=HALF, write=write_seal),
        Spec(("priorities",), "Only for (none ticked: all)", Put.MANY, _PRIORITIES),
    )  # fmt: skip
    if words_at(data, *path, "seal") == Sealing.CERTIFICATE:
        specs += (Spec(("certificate",), "Their certificate (PEM)", Put.PARAGRAPH, optional=False),)
    way = dict(_WAYS).get(words_at(data, *path, "by"), "")
    title = f"Delivered: {way[:1].lower()}{way[1:]}" if way else "A way to deliver messages"
    return Item(path, title, words_at(data, *path, "to"), 0, specs, movable=True)


def write_seal(text: str, path: KeyPath, given: str) -> str:
    """Write how something is sealed; the certificate belongs to its seal, and goes with it."""
    text = write_value(text, path, None if given == Sealing.NOTICE else clean(given))
    certificate = (*path[:-1], "certificate")
    if given == Sealing.CERTIFICATE:
        there = find(edits.read(text), certificate) is not None
        return text if there else edits.put(text, certificate, "")
    return write_value(text, certificate, None)


def _write_quiet(text: str, path: KeyPath, given: str) -> str:
    """Quiet hours have both their ends or are none."""
    if clean(given):
        return edits.put(text, path, clean(given))
    found = find(edits.read(text), path[:-1])
    if isinstance(found, dict) and set(found) <= {str(path[-1])}:
        return write_value(text, path[:-1], None)
    return write_value(text, path, None)


def _timing(data: Any) -> Item:
    path: KeyPath = ("delivery",)
    specs = (
        Spec(("quiet", "from"), "Quiet from", share=QUARTER, write=_write_quiet,
             help="Only what is urgent is sent then"),
        Spec(("quiet", "to"), "to", share=QUARTER, write=_write_quiet),
        Spec(("digest",), "Routine messages wait until", share=THIRD, help="Empty: sent at once"),
    )  # fmt: skip
    return Item(path, "When messages are sent", words_at(data, "delivery", "digest"), 0, specs)
