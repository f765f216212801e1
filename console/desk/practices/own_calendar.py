"""The entry of the people's section that says where the practice keeps its own appointments."""

from typing import Any, Final

from console.desk.practices.specs import HALF, ON, Item, Spec, entries, words_at, write_value
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.own_calendar import SECRET_MARK, CalendarKind, Told

_KINDS: Final = (
    (CalendarKind.CALDAV.value, "Read and written (CalDAV)"),
    (CalendarKind.FEED.value, "Only read (a feed)"),
)
TOLD: Final = (
    (Told.PATIENT.value, "The patient’s name"),
    (Told.TYPE.value, "What the visit is for"),
    (Told.NUMBER.value, "The callback number"),
)
_AT: Final[KeyPath] = ("calendar",)
_FIRST: Final = {"kind": CalendarKind.CALDAV.value, "url": "https://", "user": "", "secret": ""}


def calendar_item(data: Any) -> Item:
    """Return the practice's own calendar, with an address for each provider."""
    specs: tuple[Spec, ...] = (
        Spec((), "Their own calendar is used", Put.TICK, read=is_there, write=_write_all),
    )
    found = find(data, _AT)
    if isinstance(found, dict):
        feed = words_at(data, *_AT, "kind") == CalendarKind.FEED.value
        specs += (
            Spec(("kind",), "How", Put.PICK, _KINDS, optional=False, share=HALF),
            Spec(("away_after",), "Offered to be confirmed after … minutes without it",
                 number=True, share=HALF, default="15"),
            Spec(("url",), "Address of the practice’s calendar",
                 help=f"{SECRET_MARK} stands for the secret in it" if feed else
                 "With https://; empty where each provider has one"),
            Spec(("user",), "User name there", share=HALF),
            Spec(("secret",), "Name of its password in the keyring", share=HALF,
                 help="Never the password itself"),
        )  # fmt: skip
        if not feed or entries(data, (*_AT, "tells")):
            specs += (
                Spec(("tells",), "What it is told besides the time and a reference", Put.MANY,
                     TOLD, help="Only while their agreement (BAA) is in force"),
            )  # fmt: skip
        specs += tuple(
            Spec(("providers", provider), f"{name}: a calendar of their own", share=HALF,
                 write=write_address)
            for provider, name in addressed(data, _AT)
        )  # fmt: skip
    detail = dict(_KINDS).get(words_at(data, *_AT, "kind"), "none")
    return Item(_AT, "Their own calendar", detail, 0, specs, name=_AT)


def addressed(data: Any, at: KeyPath) -> list[tuple[str, str]]:
    """Return whoever may have an address, the providers first: by id and as they are called."""
    known = {
        str(each.get("id", "")): str(each.get("spoken") or each.get("id", ""))
        for each in entries(data, ("providers",))
        if isinstance(each, dict)
    }
    given = find(data, (*at, "providers"))
    for provider in given if isinstance(given, dict) else ():
        known.setdefault(str(provider), str(provider))
    return list(known.items())


def is_there(data: Any, path: KeyPath) -> str:
    """Return ON for a block that is in the file."""
    return ON if find(data, path) is not None else ""


def _write_all(text: str, path: KeyPath, given: str) -> str:
    there = find(edits.read(text), path) is not None
    if given == ON:
        return text if there else edits.put(text, path, _FIRST)
    return write_value(text, path, None)


def write_address(text: str, path: KeyPath, given: str) -> str:
    """Write an address; the block of them goes with its last one."""
    text = write_value(text, path, given.strip() or None)
    left = find(edits.read(text), path[:-1])
    return edits.take_out(text, path[:-1]) if left == {} else text
