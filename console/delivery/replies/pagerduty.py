"""What is done with our incidents in PagerDuty, by its webhooks v3.

`X-PagerDuty-Signature: v1=<hex HMAC-SHA256 of the body>`, several of them while a secret is changed
(https://developer.pagerduty.com/docs/webhook-signatures). The signature has no time in it: an event
counts once by its own id, so one that is played again says nothing new. PagerDuty brings an event
again for hours, so an old one is as good as a new one.

Only what a person did is an answer. PagerDuty also escalates, resolves and reopens by itself, and
what we resolve through its Events API comes back as an event too.
"""

import hashlib
import hmac
from typing import Annotated, Final

import msgspec

from console.delivery.replies.heard import LONGEST_UID, Heard, NotGenuine, NotReadable

HEADER: Final = "X-PagerDuty-Signature"
CHANNEL: Final = "pagerduty"
_A_PERSON: Final = ("user_reference", "user")
_VERBS: Final = {
    "incident.acknowledged": "a",
    "incident.escalated": "e",
    "incident.resolved": "c",
}
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_UID)]


class _Agent(msgspec.Struct, frozen=True):
    type: str = ""


class _Incident(msgspec.Struct, frozen=True):
    incident_key: str | None = None


class _Event(msgspec.Struct, frozen=True):
    id: _Words
    event_type: str
    agent: _Agent | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")  # another thing for each type of event


class _Body(msgspec.Struct, frozen=True):
    event: _Event


def read(body: bytes, header: str, secret: bytes) -> Heard | None:
    """Return the answer an event is, None for one that is none. Raises `NotGenuine` or
    `NotReadable`."""
    check(body, header, secret)
    try:
        event = msgspec.json.decode(body, type=_Body).event
        verb = _VERBS.get(event.event_type)
        if verb is None or event.agent is None or event.agent.type not in _A_PERSON:
            return None
        key = msgspec.json.decode(event.data, type=_Incident).incident_key
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReadable("The body is not an event of PagerDuty’s webhooks v3.") from error
    if not key:
        return None
    return Heard(f"{CHANNEL}.{event.id}"[:LONGEST_UID], CHANNEL, "", verb, key=key)


def check(body: bytes, header: str, secret: bytes) -> None:
    """Raise `NotGenuine` unless one of the signatures is by the secret."""
    if not secret:
        raise NotGenuine("No secret is kept for PagerDuty’s webhook. Put one into the keyring.")
    right = f"v1={hmac.new(secret, body, hashlib.sha256).hexdigest()}".encode()
    given = [part.strip().encode("utf-8", "replace") for part in header.split(",")]
    if not any(hmac.compare_digest(one, right) for one in given):
        raise NotGenuine(f"{HEADER} does not fit the body.")
