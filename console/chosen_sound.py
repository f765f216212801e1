"""The headset this receptionist chose, kept from one day to the next.

The settings file is written by a person and not touched: the choice lies in `sound.json` in the
data folder. A device that the settings name counts before one that was chosen here.
"""

import os
from pathlib import Path

import msgspec

from console.errors import WorldError
from console.settings import SoundSettings
from softphone.wire import Ringing, SoundPart

FILE = "sound.json"


class ChosenSound(msgspec.Struct, frozen=True):
    """Devices by name; "" is whatever there is."""

    microphone: str = ""
    earpiece: str = ""
    ringer: str = ""
    ringing: Ringing = Ringing.NORMAL

    def of(self, part: SoundPart) -> str:
        """Return the device of a part."""
        return str(getattr(self, part.value))


class SoundFile:
    """The choice, and the file it is kept in; `folder` None keeps it for this run only."""

    def __init__(self, folder: Path | None, named: SoundSettings) -> None:
        self._path = folder / FILE if folder is not None else None
        self._named = named
        self._kept = self._read()

    @property
    def is_headset(self) -> bool:
        """Whether there are devices to be chosen."""
        return self._named.kind == "headset"

    @property
    def chosen(self) -> ChosenSound:
        """What is to be used: what the settings name, else what was chosen here."""
        named = {part.value: name for part in SoundPart if (name := self._by_settings(part))}
        if self._named.ringing is not None:
            named["ringing"] = self._named.ringing
        return msgspec.structs.replace(self._kept, **named)

    def is_named(self, part: SoundPart) -> bool:
        """Whether the settings name this part's device, so that it cannot be chosen here."""
        return bool(self._by_settings(part))

    @property
    def ringing_is_named(self) -> bool:
        """The same, of how loudly calls ring."""
        return self._named.ringing is not None

    def choose(self, **what: str | Ringing) -> ChosenSound:
        """Take a choice and return it; `write` keeps it."""
        self._kept = msgspec.structs.replace(self._kept, **what)
        return self.chosen

    def write(self) -> None:
        """Keep the choice. May wait for a disk. Raises `WorldError`."""
        if self._path is None:
            return
        part = self._path.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(self._kept))
            os.replace(part, self._path)  # noqa: PTH105 - what Path.replace does, with its name
        except OSError as error:
            raise WorldError(
                "The choice of headset cannot be kept",
                f"{self._path}: {error.strerror}. It counts until Frontdesk is closed.",
            ) from error

    def _by_settings(self, part: SoundPart) -> str:
        return str(getattr(self._named, part.value))

    def _read(self) -> ChosenSound:
        if self._path is None:
            return ChosenSound()
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=ChosenSound)
        except (OSError, msgspec.DecodeError):
            return ChosenSound()  # none chosen yet, or a file that is not ours: choose again
