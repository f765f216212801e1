"""A letter that came back: a delivery status notification (RFC 3464) in a report (RFC 6522).

A relay takes a letter with 250 and may find out minutes later that nobody has that address. What it
then sends to the envelope's sender names the letter by its own Message-ID. A delay is no news, and
a notification that names no letter of ours is nobody's.
"""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import Final

_NAMED: Final = ("message/rfc822", "text/rfc822-headers")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 3463


@dataclass(frozen=True, slots=True, repr=False)
class Bounced:
    """One letter for one address that was given back. `status` is RFC 3463's, "" where it gave
    none."""

    message_id: str
    address: str
    status: str


def bounced_in(mail: Message) -> tuple[Bounced, ...]:
    """Return what a mail gives back, one for each address; nothing for any other mail."""
    if mail.get_content_type() != "multipart/report":
        return ()
    if str(mail.get_param("report-type", "")).lower() != "delivery-status":
        return ()
    message_id = next((found for part in mail.walk() if (found := _named(part))), "")
    if not message_id:
        return ()
    return tuple(
        Bounced(message_id, address, status)
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for address, status in _failed(part)
    )


def _named(part: Message) -> str:
    """Return the Message-ID of the letter a part gives back, "" for any other part."""
    if part.get_content_type() not in _NAMED:
        return ""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return str(inner[0].get("Message-ID", "")).strip()
    words = part.get_payload(decode=True)
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else ""
    return str(HeaderParser().parsestr(text).get("Message-ID", "")).strip()


def _failed(part: Message) -> list[tuple[str, str]]:
    """Return the addresses that failed for good, and why."""
    fields = part.get_payload()
    found = []
    for each in fields if isinstance(fields, list) else ():
        if not isinstance(each, Message) or str(each.get("Action", "")).strip().lower() != "failed":
            continue
        named = str(each.get("Original-Recipient") or each.get("Final-Recipient") or "")
        status = _STATUS.search(str(each.get("Status", "")))
        address = named.partition(";")[2].strip() or named.strip()
        found.append((address, status[0] if status else ""))
    return found
