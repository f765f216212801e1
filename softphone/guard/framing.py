"""Where one message ends and the next begins on a stream (RFC 3261 18.3, RFC 5626 3.5.1).

A datagram is a message; a TCP or TLS stream is not, and a peer that lies about a length would have
us wait for ever or hold what it never sends. So the length is required, bounded, and said once.
"""

import re
from typing import Final

LARGEST: Final = 65_536  # bytes of one message, header and body
LARGEST_HEADER: Final = 32_768
_PING: Final = b"\r\n\r\n"
_PONG: Final = b"\r\n"
_LENGTH: Final = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)


class Unframed(Exception):
    """The stream holds what is not SIP, or too much of it: nothing after it can be trusted."""


class Frames:
    """Cuts what arrives on one stream into messages."""

    def __init__(self) -> None:
        self._held = b""
        self.pings = 0  # keep-alives of the far end, each to be answered with `PONG`
        self.pongs = 0  # its answers to ours

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived and return the messages it completes. Raises `Unframed`."""
        self._held += data
        messages: list[bytes] = []
        while self._skip_keep_alives() and (size := self._size()) <= len(self._held):
            messages.append(self._held[:size])
            self._held = self._held[size:]
        return messages

    def _skip_keep_alives(self) -> bool:
        """Count and take out line ends between messages; whether anything is left."""
        while self._held.startswith(_PONG):
            if self._held.startswith(_PING):
                self.pings += 1
                self._held = self._held[len(_PING) :]
            elif len(self._held) in (2, 3):  # a pong, or the first half of a ping
                if len(self._held) == 3:
                    return False
                self.pongs += 1
                self._held = b""
            else:
                self.pongs += 1
                self._held = self._held[len(_PONG) :]
        return bool(self._held)

    def _size(self) -> int:
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > LARGEST_HEADER:
                raise Unframed("a header does not end")
            return len(self._held) + 1
        if end > LARGEST_HEADER:
            raise Unframed("a header is too long")
        lengths = {value.strip() for value in _LENGTH.findall(self._held[: end + 2])}
        if len(lengths) != 1:
            raise Unframed("a message does not say its length once")
        (length,) = lengths
        if not length.isdigit() or len(length) > 6 or end + 4 + int(length) > LARGEST:
            raise Unframed("a message is too long")
        return end + 4 + int(length)


PING: Final = _PING
PONG: Final = _PONG
