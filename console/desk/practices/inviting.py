"""The entry of the people's section that says who is invited by mail to each booking."""

from typing import Any, Final

from console.desk.practices.letters import write_seal
from console.desk.practices.own_calendar import TOLD, addressed, is_there, write_address
from console.desk.practices.specs import HALF, ON, Item, Spec, entries, words_at, write_value
from console.desk.practices.views import Put
from scripts.delivery import Sealing
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath

_SEALS: Final = (
    (Sealing.NOTICE.value, "In the clear: when, with whom and a reference"),
    (Sealing.CERTIFICATE.value, "Sealed to their certificate"),
)
_AT: Final[KeyPath] = ("invitations",)


def invitations_item(data: Any) -> Item:
    """Return who is invited, with a mailbox for each provider."""
    specs: tuple[Spec, ...] = (
        Spec((), "Invited by mail to each booking", Put.TICK, read=is_there, write=_write_all),
    )
    if isinstance(find(data, _AT), dict):
        specs += (
            Spec(("to",), "Mailbox of the practice", share=HALF,
                 help="Empty where each provider has one"),
            Spec(("seal",), "How it is sent", Put.PICK, _SEALS, default=Sealing.NOTICE.value,
                 share=HALF, write=_write_seal),
        )  # fmt: skip
        if words_at(data, *_AT, "seal") == Sealing.CERTIFICATE or entries(data, (*_AT, "tells")):
            specs += (
                Spec(("certificate",), "Their certificate (PEM)", Put.PARAGRAPH, optional=False),
                Spec(("tells",), "What it says besides", Put.MANY, TOLD,
                     help="Only while their agreement (BAA) is in force"),
            )  # fmt: skip
        specs += tuple(
            Spec(("providers", provider), f"{name}: a mailbox of their own", share=HALF,
                 write=write_address)
            for provider, name in addressed(data, _AT)
        )  # fmt: skip
    detail = words_at(data, *_AT, "to") or ("each provider" if len(specs) > 1 else "nobody")
    return Item(_AT, "Invitations by mail", detail, 0, specs, name=_AT)


def _write_all(text: str, path: KeyPath, given: str) -> str:
    there = find(edits.read(text), path) is not None
    if given == ON:
        return text if there else edits.put(text, path, {"to": ""})
    return write_value(text, path, None)


def _write_seal(text: str, path: KeyPath, given: str) -> str:
    """In the clear nothing of a patient is told."""
    if given != Sealing.CERTIFICATE:
        text = write_value(text, (*path[:-1], "tells"), None)
    return write_seal(text, path, given)
