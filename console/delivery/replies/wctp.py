"""Answers by WCTP 1.1: a wctp-MessageReply, which the carrier posts to us or has waiting when it is
asked (wctp-PollForMessages; WCTP 1.1 specification).

What waits is said to have come by the next question, as the protocol has it: a poller that dies
between hearing an answer and saying so hears it again, and by its message id it counts once.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from console.delivery import http
from console.delivery.channels.wctp import HEAD, VERSION
from console.delivery.replies.heard import LONGEST_TEXT, LONGEST_UID, Heard, NotReadable

BATCH: Final = 20


@dataclass(frozen=True, slots=True)
class Polled:
    """What one question brought: the answers, the numbers of all that came (status reports too,
    which have to be received as well), and how many seconds the carrier wants to be left alone."""

    heard: tuple[Heard, ...] = ()
    numbers: tuple[str, ...] = ()
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class WctpMailbox:
    """The answers that wait at a carrier."""

    url: str
    poller: str
    security_code: str = ""

    def poll(self, received: Iterable[str] = ()) -> Polled:
        """Ask what waits, saying what came before. Raises `DeliveryError` or `NotReadable`."""
        question = poll_request(self.poller, self.security_code, received)
        answer = http.post(self.url, content=question, headers={"Content-Type": "text/xml"})
        return read_polled(answer.content)


def poll_request(poller: str, code: str, received: Iterable[str]) -> bytes:
    """Return the wctp-PollForMessages that says what was received."""
    operation = ET.Element("wctp-Operation", wctpVersion=VERSION)
    poll = ET.SubElement(
        operation, "wctp-PollForMessages", pollerID=poller, maxMessagesInBatch=str(BATCH)
    )
    if code:
        poll.set("securityCode", code)
    for number in received:
        got = ET.SubElement(poll, "wctp-MessageReceived", sequenceNo=number)
        ET.SubElement(got, "wctp-Success", successCode="200").text = "Received"
    return HEAD.encode() + ET.tostring(operation)


def read_polled(content: bytes) -> Polled:
    """Return what a wctp-PollResponse holds. Raises `NotReadable`."""
    root = _read(content)
    response = root.find("wctp-PollResponse")
    if response is None:
        raise NotReadable("The carrier's answer is no wctp-PollResponse.")
    if response.find("wctp-Failure") is not None:
        raise NotReadable("The carrier refuses to be asked. Check the poller's id and code.")
    wait = response.get("minNextPollInterval", "")
    messages = response.findall("wctp-Message")
    replies = [reply for each in messages for reply in each.iter("wctp-MessageReply")]
    return Polled(
        tuple(heard for reply in replies if (heard := _heard(reply)) is not None),
        tuple(number for each in messages if (number := each.get("sequenceNo", ""))),
        float(wait) if wait.isdecimal() and len(wait) < 6 else 0.0,
    )


def read_posted(content: bytes) -> Heard | None:
    """Return the answer a carrier posted; None for another operation, such as a report that a page
    was read. Raises `NotReadable`."""
    reply = _read(content).find("wctp-MessageReply")
    if reply is None:
        return None
    heard = _heard(reply)
    if heard is None:
        raise NotReadable("The reply says neither who it is from nor which message it is.")
    return heard


def confirmation(*, taken: bool, why: str = "") -> bytes:
    """Return the wctp-Confirmation of something the carrier posted."""
    operation = ET.Element("wctp-Operation", wctpVersion=VERSION)
    confirmed = ET.SubElement(operation, "wctp-Confirmation")
    if taken:
        ET.SubElement(confirmed, "wctp-Success", successCode="200").text = "Accepted"
    else:
        failure = ET.SubElement(confirmed, "wctp-Failure", errorCode="302")
        failure.text = why
    return HEAD.encode() + ET.tostring(operation)


def _heard(reply: ET.Element) -> Heard | None:
    header = reply.find("wctp-ResponseHeader")
    sender = header.find("wctp-Originator") if header is not None else None
    if header is None or sender is None or not sender.get("senderID"):
        return None
    control = header.find(".//wctp-MessageControl")
    answered = header.get("responseToMessageID", "")
    said = " ".join("".join(text.itertext()) for text in reply.iter("wctp-Alphanumeric"))
    said = (said or reply.get("MCRMessageReply", "")).strip()[:LONGEST_TEXT]
    own = control.get("messageID", "") if control is not None else ""
    at = header.get("responseTimestamp", "")
    uid = f"wctp.{sender.get('senderID')}.{own or f'{answered}.{at}.{said[:8]}'}"
    return Heard(uid[:LONGEST_UID], "wctp", sender.get("senderID", ""), said)


def _read(content: bytes) -> ET.Element:
    if b"<!ENTITY" in content:
        raise NotReadable("It declares entities and is not read.")
    try:
        return ET.fromstring(content)
    except (ET.ParseError, ValueError) as error:
        raise NotReadable("It is not XML.") from error
