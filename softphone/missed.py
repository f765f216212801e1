"""Calls that ended while no window was there: kept until one comes, through the engine's own end.

A caller who hung up while the desk was being restarted is owed a call back like any other. The
file lies beside the rendezvous file, readable by this account only.
"""

import contextlib
import os
from pathlib import Path

import msgspec

from softphone.wire import CallSnapshot

MOST = 500
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[CallSnapshot, ...])


class MissedCalls:
    """The list, and its file."""

    def __init__(self, rendezvous: Path) -> None:
        self._path = rendezvous.with_name(f"{rendezvous.name}.missed")
        self._calls: list[CallSnapshot] = []
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self._calls = list(_decoder.decode(self._path.read_bytes()))

    def add(self, call: CallSnapshot) -> None:
        """Keep a call."""
        self._calls = [*self._calls, call][-MOST:]
        waiting = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(
            os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as file:
            file.write(_encoder.encode(self._calls))
        waiting.replace(self._path)

    def take(self) -> tuple[CallSnapshot, ...]:
        """Return what was kept and keep it no longer."""
        calls, self._calls = tuple(self._calls), []
        if calls:
            self._path.unlink(missing_ok=True)
        return calls
