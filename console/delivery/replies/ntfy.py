"""Buttons pressed in ntfy, and how they are heard.

A page has three buttons (https://docs.ntfy.sh/publish/#send-http-request). Each posts one line: the
verb, the page's key, and an HMAC-SHA256 over both, so that neither who guesses the topic nor who
reads it can say anything that was not put on a button. The line is posted to a reply topic, which
is polled (https://docs.ntfy.sh/subscribe/api/#poll-for-messages), or to our own listener. Pressed
twice it is one answer: its name is what it says.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from console.delivery import http
from console.delivery.dispatch import Refused
from console.delivery.replies.heard import LONGEST_UID, Heard, NotGenuine

CHANNEL: Final = "ntfy"
BUTTONS: Final = MappingProxyType({"a": "I take it", "e": "Pass it on", "c": "Patient reached"})
"""The verbs of `console.escalation.pages`, and what a button says."""

SINCE_FIRST: Final = "12h"  # how long ntfy keeps messages by itself
_FORM: Final = b"frontdesk-ntfy-1"
_SIGNS: Final = 32  # hex digits
_SECRET_MISSING: Final = "No secret is kept for ntfy’s buttons. Put one into the keyring."


def pressed(secret: bytes, verb: str, key: str) -> str:
    """Return what a button posts."""
    return f"{verb} {key} {_signature(secret, verb, key)}"


def read(line: str, secret: bytes) -> Heard:
    """Return the answer a press is. Raises `NotGenuine`."""
    if not secret:
        raise NotGenuine(_SECRET_MISSING)
    verb, _, rest = line.strip().partition(" ")
    key, _, given = rest.rpartition(" ")
    right = _signature(secret, verb, key)
    if verb not in BUTTONS or not hmac.compare_digest(given.encode(), right.encode()):
        raise NotGenuine("That was not on any button.")
    return Heard(f"{CHANNEL}.{verb}.{key}"[:LONGEST_UID], CHANNEL, "", verb, key=key)


@dataclass(frozen=True, slots=True)
class Polled:
    """What was pressed, and the name of the last message there was."""

    heard: tuple[Heard, ...]
    last: str


@dataclass(frozen=True, slots=True)
class ReplyTopic:
    """The topic that buttons post to."""

    server: str
    topic: str
    secret: bytes
    token: str = ""

    def poll(self, since: str) -> Polled:
        """Return what was pressed after a message. What anybody else wrote there is left alone.
        Raises `DeliveryError`, `Refused` where there is no secret to tell by."""
        if not self.secret:
            raise Refused(_SECRET_MISSING)
        topic, after = quote(self.topic, safe=""), quote(since, safe="")
        url = f"{self.server.rstrip('/')}/{topic}/json?poll=1&since={after}"
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        lines = http.get(url, headers=bearer).content.splitlines()
        heard, last = [], since
        for message in filter(None, map(_message, lines)):
            last = str(message.get("id") or last)
            try:
                heard.append(read(str(message.get("message", "")), self.secret))
            except NotGenuine:
                continue
        return Polled(tuple(heard), last)


def _message(line: bytes) -> dict[str, Any]:
    """Return a message of the stream, {} for any other event."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and told.get("event") == "message" else {}


def _signature(secret: bytes, verb: str, key: str) -> str:
    said = b"\0".join((_FORM, verb.encode(), key.encode()))
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:_SIGNS]
