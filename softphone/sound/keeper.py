"""Which devices are in use, and which ought to be: what was chosen where it is plugged in, else the
next there is.

Devices come and go without a word, so there is a look-out: every second and a half, and at once
when a device in use has missed its callbacks. Looking and opening are done on a thread of its own;
they take a few milliseconds on most systems, and longer than a call may be left alone on some.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from softphone import log
from softphone.errors import SoundUnavailable
from softphone.sound.halves import Earpiece, Half, Microphone
from softphone.sound.listing import Device, Listing, list_devices
from softphone.wire import SoundMove

LOOK_EVERY: Final = 1.5  # seconds
SUSPECT_AFTER: Final = 0.05  # seconds without a callback, which are due every 10 ms
LOOK_APART: Final = 0.1  # at least
DEAD_AFTER: Final = 2.5  # for a device that is still listed
BEGIN_WITHIN: Final = 5.0  # a headset without a cable takes its time
LINGER: Final = 4.5  # seconds a device that was left plays on what it was given

H = TypeVar("H", bound=Half)


@dataclass(slots=True)
class Place(Generic[H]):
    """One part of the headset: what is wanted in it and what is in it."""

    open: Callable[[Device], H]
    wish: str = ""  # "" for any
    home: str = ""  # what was wanted or first taken: where it goes back to
    half: H | None = None
    refused: set[str] = field(default_factory=set)  # devices that could not be opened

    def want(self, wish: str) -> None:
        """Wish for a device by its name; "" for any, which leaves the one there is."""
        self.wish = wish
        self.home = wish or (self.half.name if self.half is not None else "")

    def candidates(self, devices: Sequence[Device]) -> list[Device]:
        """Return the devices in the order they are wanted."""
        current = self.half.name if self.half is not None else ""

        def rank(device: Device) -> int:
            return 0 if device.name == self.home else 1 if device.name == current else 2

        return sorted(devices, key=rank)


@dataclass(frozen=True, slots=True)
class Found(Generic[H]):
    """What a look came to for one place: `half` is to be in it from now on."""

    half: H | None
    why: SoundMove | None  # None where nothing changed


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to."""

    listing: Listing
    microphone: Found[Microphone]
    earpiece: Found[Earpiece]
    trouble: str = ""


class Keeper:
    """The two places of a headset. Used on the engine's thread but for the looking."""

    def __init__(self) -> None:
        self.microphone: Place[Microphone] = Place(Microphone)
        self.earpiece: Place[Earpiece] = Place(Earpiece)
        self.listing = Listing((), ())
        self._thread = ThreadPoolExecutor(1, "headset")
        self._look: Future[Look] | None = None
        self._look_at = self._looked_at = 0.0
        self._left: list[tuple[float, Half]] = []

    def want(self, microphone: str, earpiece: str) -> None:
        """Wish for devices by name; "" for any."""
        self.microphone.want(microphone)
        self.earpiece.want(earpiece)

    def look_now(self) -> Look:
        """Look and wait for what comes of it. For a start, and for a person's own choice."""
        if self._look is not None:
            self._settle(self._look.result())
            self._look = None
        return self._settle(self._thread.submit(self._see).result())

    def watch(self, now: float) -> Look | None:
        """Look when it is time, and return what a look came to once it is done."""
        self._close_left(now)
        look = self._look
        if look is not None:
            if not look.done():
                return None
            self._look = None
            return self._settle(look.result())
        if now >= self._look_at or (self._suspects(now) and now - self._looked_at >= LOOK_APART):
            self._looked_at, self._look_at = now, now + LOOK_EVERY
            self._look = self._thread.submit(self._see)
        return None

    def look_soon(self) -> None:
        """Look at the next opportunity."""
        self._look_at = 0.0

    def leave(self) -> None:
        """Let both devices go."""
        if self._look is not None:
            self._settle(self._look.result())
            self._look = None
        for place in (self.microphone, self.earpiece):
            half, place.half = place.half, None
            if half is not None:
                self._thread.submit(half.close)

    def close(self) -> None:
        """Let everything go and wait for it."""
        self.leave()
        for _, half in self._left:
            self._thread.submit(half.close)
        self._left.clear()
        self._thread.shutdown(wait=True)

    def _suspects(self, now: float) -> bool:
        halves = (self.microphone.half, self.earpiece.half)
        return any(half is not None and half.silent_for(now) > SUSPECT_AFTER for half in halves)

    def _settle(self, look: Look) -> Look:
        self.listing = look.listing
        self._put(self.microphone, look.microphone)
        self._put(self.earpiece, look.earpiece)
        return look

    def _put(self, place: Place[H], found: Found[H]) -> None:
        old = place.half
        if old is not None and old is not found.half:
            self._left.append((time.monotonic() + LINGER, old))
        place.half = found.half
        if found.half is not None and not place.home:
            place.home = found.half.name

    def _close_left(self, now: float) -> None:
        due = [half for at, half in self._left if now >= at]
        self._left = [(at, half) for at, half in self._left if now < at]
        for half in due:
            self._thread.submit(half.close)

    # On the thread

    def _see(self) -> Look:
        trouble = ""
        try:
            listing = list_devices()
        except SoundUnavailable as error:
            listing, trouble = Listing((), ()), str(error)
        microphone = _choose(self.microphone, listing.microphones)
        earpiece = _choose(self.earpiece, listing.earpieces)
        return Look(listing, microphone, earpiece, trouble)


def _choose(place: Place[H], devices: Sequence[Device]) -> Found[H]:
    """Return what is to be in a place, opened."""
    old = place.half
    for device in place.candidates(devices):
        if old is not None and device.name == old.name and _lives(old):
            return Found(old, None)
        try:
            half = place.open(device)
        except SoundUnavailable as error:
            if device.name not in place.refused:
                place.refused.add(device.name)
                log.failure("device", error)
            continue
        place.refused.discard(device.name)
        return Found(half, _why(place, device, devices))
    return Found(None, SoundMove.GONE if old is not None else None)


def _lives(half: Half) -> bool:
    patience = DEAD_AFTER if half.calls_back else BEGIN_WITHIN
    return half.silent_for(time.monotonic()) < patience


def _why(place: Place[H], device: Device, devices: Sequence[Device]) -> SoundMove:
    if place.half is None:
        return SoundMove.FOUND
    if not any(each.name == place.half.name for each in devices):
        return SoundMove.UNPLUGGED
    return SoundMove.BACK if device.name == place.home else SoundMove.UNPLUGGED
