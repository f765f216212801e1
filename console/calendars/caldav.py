"""A calendar on a CalDAV server (RFC 4791): what changed in it, and objects written into it.

What is asked and answered is put together and taken apart by the `caldav` library; carried by our
own door, since its client follows redirects, bounds neither time nor length and knows no deadline.
What changed is asked for by the collection's sync token (RFC 6578); a server without them has a
ctag, by which the whole is read again, and one without either is read whole each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urljoin

from caldav.elements import cdav, dav
from caldav.elements.base import BaseElement
from caldav.lib import error as dav_error
from caldav.response import DAVResponse
from lxml import etree

from console.calendars.door import Answer, Door
from console.calendars.errors import (
    CalendarAway,
    CalendarRefuses,
    ObjectChanged,
    TokenExpired,
)
from console.calendars.ours import path_of

AT_ONCE: Final = 100  # objects in one multiget
_CTAG: Final = "{http://calendarserver.org/ns/}getctag"
_SYNC_TOKEN: Final = "{DAV:}sync-token"
_NO_TOKEN: Final = b"valid-sync-token"  # RFC 6578 3.2, with a 403
_MULTISTATUS: Final = "{DAV:}multistatus"
_XML: Final = {"Content-Type": "application/xml; charset=utf-8"}
_SYNC, _WHOLE = "sync:", "ctag:"  # what kind of token ours is


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """An object of the collection: its path there, and its text as it stands."""

    path: str
    etag: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a token, and the token from here on."""

    changed: tuple[Found, ...]
    gone: tuple[str, ...]
    token: str


class _CTag(BaseElement):
    tag = _CTAG


class CalDav:
    """One calendar collection. Every method raises `CalendarAway` and `CalendarRefuses`."""

    def __init__(self, url: str, door: Door) -> None:
        self._url = url if url.endswith("/") else f"{url}/"
        self._door = door

    def path_of(self, uid: str) -> str:
        """Return where an object of ours stands."""
        return path_of(self._url, uid)

    def token(self) -> str | None:
        """Return what tells the collection's state from others, None where the server has no such
        thing."""
        asked = _of(dav.Propfind(), _of(dav.Prop(), dav.SyncToken(), _CTag()))
        answer = self._ask("PROPFIND", _xml(asked), depth=0)
        for found in answer.parse_propfind():
            for kind, name in ((_SYNC, _SYNC_TOKEN), (_WHOLE, _CTAG)):
                value = found.properties.get(name)
                if isinstance(value, str) and value.strip():
                    return kind + value.strip()
        return None

    def whole(self, after: datetime, until: datetime) -> tuple[Found, ...]:
        """Return every event that touches the time between two aware moments."""
        days = _of(cdav.CompFilter("VEVENT"), cdav.TimeRange(after, until))
        wanted = _of(cdav.Filter(), _of(cdav.CompFilter("VCALENDAR"), days))
        asked = _of(cdav.CalendarQuery(), _whole_object(), wanted)
        return _found(self._ask("REPORT", _xml(asked), depth=1))

    def changes(self, token: str) -> Changes | None:
        """Return what changed since a token, None where the server can only tell that something
        did. Raises `TokenExpired`."""
        if not token.startswith(_SYNC):
            return None
        asked = _of(
            dav.SyncCollection(),
            dav.SyncToken(value=token.removeprefix(_SYNC)),
            dav.SyncLevel(value="1"),
            _of(dav.Prop(), dav.GetEtag()),
        )
        told = self._ask("REPORT", _xml(asked), depth=0, token=True).parse_sync_collection()
        if told.truncated or not told.sync_token:
            raise TokenExpired("The calendar's server did not tell all that changed.")
        paths = [each.href for each in told.changed if not each.href.endswith("/")]
        found = self._several(paths)
        there = {each.path for each in found}
        gone = (*told.deleted, *(path for path in paths if path not in there))
        return Changes(tuple(found), gone, _SYNC + told.sync_token)

    def get(self, path: str) -> Found | None:
        """Return an object, None where there is none."""
        answer = self._door.ask("GET", self._at(path), headers={"Accept": "text/calendar"})
        if answer.code in (404, 410):
            return None
        if answer.code != 200:
            raise CalendarAway(f"The calendar's server does not show an event ({answer.code}).")
        return Found(path, answer.headers.get("etag", ""), answer.content)

    def put(self, path: str, content: bytes, *, etag: str | None) -> None:
        """Write an object in place of the one with this etag, or, with None, where there is none.
        Raises `ObjectChanged` where that is not how it stands."""
        condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        answer = self._door.ask(
            "PUT",
            self._at(path),
            content=content,
            headers={"Content-Type": "text/calendar; charset=utf-8", **condition},
        )
        if answer.code in (404, 409, 410, 412):
            raise ObjectChanged("The event was changed in the calendar meanwhile.")
        if answer.code not in (200, 201, 204):
            raise CalendarRefuses(
                f"The calendar's server does not take events (HTTP {answer.code}). The user needs "
                "to be allowed to write."
            )

    def _several(self, paths: Sequence[str]) -> list[Found]:
        found: list[Found] = []
        for start in range(0, len(paths), AT_ONCE):
            hrefs = [dav.Href(value=quote(path)) for path in paths[start : start + AT_ONCE]]
            asked = _of(cdav.CalendarMultiGet(), _whole_object(), *hrefs)
            found += _found(self._ask("REPORT", _xml(asked), depth=1))
        return found

    def _at(self, path: str) -> str:
        return urljoin(self._url, quote(path))

    def _ask(self, method: str, content: bytes, *, depth: int, token: bool = False) -> Any:
        headers = {**_XML, "Depth": str(depth)}
        besides = _NO_TOKEN if token else b""
        answer = self._door.ask(
            method, self._url, content=content, headers=headers, besides=besides
        )
        if token and answer.code in (400, 403, 404, 409, 410, 412, 501):
            raise TokenExpired("The calendar's server no longer knows what changed.")
        if answer.code in (404, 410):
            raise CalendarRefuses(
                "The calendar's server has no calendar at this address. Correct it in the "
                "practice's file."
            )
        return _multistatus(answer)


def _multistatus(answer: Answer) -> Any:
    """Return the answer taken apart. What is no multistatus is not an empty calendar."""
    if answer.code != 207:
        raise CalendarRefuses(
            f"The calendar's server does not answer as a calendar does (HTTP {answer.code}). See "
            "whether the address is that of a calendar."
        )
    try:
        told = DAVResponse.from_bytes(answer.content)
    except (etree.LxmlError, ValueError) as error:
        raise CalendarAway("The calendar's answer cannot be read.") from error
    if told.tree is None or told.tree.tag != _MULTISTATUS:
        raise CalendarAway("The calendar's answer cannot be read.")
    return told


def _found(told: Any) -> tuple[Found, ...]:
    try:
        results = told.parse_calendar_query()
    except (dav_error.DAVError, AssertionError, ValueError) as error:
        raise CalendarAway("The calendar's answer cannot be read.") from error
    return tuple(
        Found(each.href, each.etag or "", each.calendar_data.encode())
        for each in results
        if each.calendar_data
    )


def _of(element: BaseElement, *parts: BaseElement) -> BaseElement:
    for part in parts:
        element.append(part)
    return element


def _whole_object() -> BaseElement:
    return _of(dav.Prop(), dav.GetEtag(), cdav.CalendarData())


def _xml(element: Any) -> bytes:
    content: bytes = etree.tostring(element.xmlelement(), encoding="utf-8", xml_declaration=True)
    return content
