"""A practice's feed, fetched: the whole of it, or only that it is as it was."""

from dataclasses import dataclass

from console.calendars.door import Door
from console.calendars.errors import CalendarAway, CalendarRefuses


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """A feed as it stands, and the etag that tells it from others ("" where there is none)."""

    content: bytes
    etag: str


def fetch(url: str, door: Door, *, etag: str = "") -> Fetched | None:
    """Return the feed, None where it is still the one with this etag (RFC 9110 13.1.2).

    Raises `CalendarAway` and `CalendarRefuses`.
    """
    headers = {"Accept": "text/calendar"}
    if etag:
        headers["If-None-Match"] = etag
    answer = door.ask("GET", url, headers=headers)
    if answer.code == 304 and etag:
        return None
    if answer.code in (404, 410):
        raise CalendarRefuses(
            "There is no calendar at this address any more. Ask the practice for its feed's "
            "address anew."
        )
    if answer.code != 200:
        raise CalendarAway(f"The calendar's server does not give the feed (HTTP {answer.code}).")
    return Fetched(answer.content, answer.headers.get("etag", ""))
