"""The Asterisk Manager Interface, as lines: what is read from it and what is said to it.

A message is `Key: value` lines ended by an empty one
(https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/). The peer is a
PBX, but on the network: what it sends is bounded, and a value of ours that would break the framing
is refused before it is sent.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BANNER: Final = "Asterisk Call Manager"
LONGEST_LINE: Final = 16 * 1024  # bytes
LONGEST_MESSAGE: Final = 512 * 1024  # bytes


class NotAmi(Exception):
    """What answers is not a manager interface, or no longer behaves as one."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message's fields, in order; a key may come more than once."""

    fields: tuple[tuple[str, str], ...]

    def get(self, key: str, default: str = "") -> str:
        """Return the first value of a key, whatever its case."""
        wanted = key.lower()
        return next((value for name, value in self.fields if name.lower() == wanted), default)

    def number(self, key: str) -> float | None:
        """Return a value as a number, None where it is none, or none that can be reckoned with."""
        try:
            found = float(self.get(key))
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def variables(self, key: str = "ChanVariable") -> dict[str, str]:
        """Return the channel variables (`channelvars` in manager.conf) an event carries: Asterisk
        writes each as `ChanVariable: NAME=value`, with the channel in brackets after some keys."""
        wanted = key.lower()
        return {
            name.strip(): value.strip()
            for field, text in self.fields
            if field.lower().partition("(")[0] == wanted
            for name, _, value in [text.partition("=")]
        }

    @property
    def event(self) -> str:
        """The event's name, "" for a response."""
        return self.get("Event")


class Reader:
    """Turns the bytes of a connection into messages."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._fields: list[tuple[str, str]] = []
        self._size = 0
        self._greeted = False

    def feed(self, received: bytes) -> Iterator[Message]:
        """Yield the messages that are whole by now. Raises `NotAmi`."""
        self._held += received
        while (end := self._held.find(b"\n")) >= 0:
            line = bytes(self._held[:end]).rstrip(b"\r").decode("utf-8", "replace")
            del self._held[: end + 1]
            message = self._line(line)
            if message is not None:
                yield message
        if len(self._held) > LONGEST_LINE:
            raise NotAmi("The PBX sent a line without an end.")

    def _line(self, line: str) -> Message | None:
        if not self._greeted:
            if not line.startswith(BANNER):
                raise NotAmi("What answers at the PBX's manager port is not Asterisk's.")
            self._greeted = True
            return None
        if not line:
            fields, self._fields, self._size = tuple(self._fields), [], 0
            return Message(fields) if fields else None
        self._size += len(line)
        if self._size > LONGEST_MESSAGE:
            raise NotAmi("The PBX sent a message without an end.")
        name, _, value = line.partition(":")
        self._fields.append((name.strip(), value.strip()))
        return None


def encode(action: str, action_id: str = "", **fields: str) -> bytes:
    """Return an action as it is sent. Raises `ValueError` for a value with a line's end in it,
    which would be an action of its own."""
    lines = {"Action": action, **({"ActionID": action_id} if action_id else {}), **fields}
    if any(sign in part for pair in lines.items() for part in pair for sign in "\r\n"):
        raise ValueError("a value for the PBX holds a line's end")
    return ("".join(f"{key}: {value}\r\n" for key, value in lines.items()) + "\r\n").encode()
