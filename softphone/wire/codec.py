"""The vocabulary as lines of JSON, and the rendezvous file."""

from typing import Final, TypeVar

import msgspec

from softphone.wire.commands import VERSION, AnyCommand, Command
from softphone.wire.events import AnyEvent, Event

MAX_LINE: Final = 64 * 1024  # bytes of a command; a longer line is a broken or hostile peer
MAX_EVENT: Final = 4 * 1024 * 1024  # a `Welcome` holds every call, and every caller missed


class WireError(Exception):
    """A line from the other side that is not in the vocabulary."""


T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class Rendezvous(msgspec.Struct, frozen=True):
    """What the rendezvous file (mode 0600) holds: where the engine listens and its token."""

    port: int
    token: str
    pid: int
    version: int = VERSION


_rendezvous = msgspec.json.Decoder(Rendezvous)


def encode(message: Command | Event) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> AnyCommand:
    """Read a client's line, or raise `WireError` with what is wrong and where."""
    return _decode(_commands, line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an engine's line, or raise `WireError` with what is wrong and where."""
    return _decode(_events, line, MAX_EVENT)


def _decode(decoder: msgspec.json.Decoder[T], line: bytes, longest: int = MAX_LINE) -> T:
    if len(line) > longest:
        raise WireError(f"a line of {len(line)} bytes is longer than {longest}")
    try:
        return decoder.decode(line)
    except msgspec.DecodeError as error:
        raise WireError(str(error)) from error


def encode_rendezvous(rendezvous: Rendezvous) -> bytes:
    """Return the rendezvous file's content."""
    return _encoder.encode(rendezvous)


def decode_rendezvous(content: bytes) -> Rendezvous:
    """Read a rendezvous file, or raise `WireError`."""
    return _decode(_rendezvous, content)
