"""WCTP 1.1, the Wireless Communications Transfer Protocol: XML over HTTPS, as paging carriers and
secure-messaging services take it (WCTP 1.1 specification, wctp-SubmitRequest).

The carrier's answer is untrusted XML: bounded in length, refused where it declares entities, read
without external DTDs.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from console.delivery import http
from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused, Unsure

VERSION: Final = "wctp-dtd-v1r1"
LONGEST_TEXT: Final = 240  # characters
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<!DOCTYPE wctp-Operation SYSTEM "http://dtd.wctp.org/{VERSION}.dtd">\n'
)
_TIME: Final = "%Y-%m-%dT%H:%M:%S"  # UTC, as WCTP 1.1 writes every time


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Wctp:
    """A carrier. The dispatch's key is the message id, by which carriers drop what they have."""

    url: str
    sender: str  # our senderID at the carrier
    security_code: str = ""
    clock: Callable[[], datetime] = _utc_now
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        request = submit_request(
            dispatch, sender=self.sender, code=self.security_code, now=self.clock()
        )
        answer = http.post(self.url, content=request, headers={"Content-Type": "text/xml"})
        return read_answer(answer.content)


def submit_request(dispatch: Dispatch, *, sender: str, code: str, now: datetime) -> bytes:
    """Return the wctp-Operation that submits a dispatch and asks to hear when it was read."""
    operation = ET.Element("wctp-Operation", wctpVersion=VERSION)
    submit = ET.SubElement(operation, "wctp-SubmitRequest")
    header = ET.SubElement(
        submit, "wctp-SubmitHeader", submitTimestamp=now.astimezone(UTC).strftime(_TIME)
    )
    originator = ET.SubElement(header, "wctp-Originator", senderID=sender)
    if code:
        originator.set("securityCode", code)
    control = ET.SubElement(
        header,
        "wctp-MessageControl",
        messageID=dispatch.key[-32:],
        allowResponse="true",
        notifyWhenDelivered="true",
        notifyWhenRead="true",
        deliveryPriority="HIGH" if dispatch.urgent else "NORMAL",
    )
    if dispatch.expires_at is not None:
        control.set("deliveryBefore", dispatch.expires_at.astimezone(UTC).strftime(_TIME))
    ET.SubElement(header, "wctp-Recipient", recipientID=dispatch.to)
    payload = ET.SubElement(submit, "wctp-Payload")
    ET.SubElement(payload, "wctp-Alphanumeric").text = _plain(dispatch.text)[:LONGEST_TEXT]
    return HEAD.encode() + ET.tostring(operation)


def read_answer(content: bytes) -> Receipt:
    """Return the receipt a carrier's answer holds, or raise what its failure means."""
    root = _read(content)
    success = root.find(".//wctp-Success")
    if success is not None:
        tracking = root.find(".//*[@trackingNumber]")
        reference = tracking.get("trackingNumber", "") if tracking is not None else ""
        return Receipt(reference=reference or success.get("successCode", ""))
    failure = root.find(".//wctp-Failure")
    if failure is None:
        raise Unsure("The carrier's answer says neither success nor failure.")
    code = failure.get("errorCode", "")
    if code.startswith("6") or code in ("500", "503", "504"):  # 6xx: temporary, by the carrier
        raise NotNow(f"The carrier cannot take it now (error {code[:4]}).")
    raise Refused(f"The carrier refuses the page (error {code[:4] or 'without a code'}).")


def _read(content: bytes) -> ET.Element:
    if b"<!ENTITY" in content:
        raise Unsure("The carrier's answer declares entities and is not read.")
    try:
        return ET.fromstring(content)
    except (ET.ParseError, ValueError) as error:
        raise Unsure("The carrier's answer cannot be read.") from error


def _plain(text: str) -> str:
    """Return the text without what XML 1.0 cannot carry."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())
