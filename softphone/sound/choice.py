"""What the desk speaks, listens and rings through: the choice, and what it came to."""

from typing import Final

import msgspec

from softphone.errors import SoundUnavailable
from softphone.pjsip.endpoint import Phone
from softphone.sound.choose import choose
from softphone.sound.headset import NO_MICROPHONE, HeadsetSound
from softphone.sound.keeper import Keeper, Look
from softphone.sound.listing import Listing, list_devices
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.sound.ringer import Ringer, pick
from softphone.wire import MovedSound, Sound, SoundKind, SoundMove, SoundPart, UseSound

_RINGS: Final = (SoundKind.HEADSET, SoundKind.NATIVE)


class Choice:
    """Finds the path for what is wanted. On the engine's thread."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self.keeper = Keeper()
        self.ringer = Ringer()
        self.wanted = UseSound(SoundKind.NONE)
        self.told: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # the devices last told of

    @property
    def of_a_headset(self) -> bool:
        """Whether devices are looked after here."""
        return self.wanted.kind is SoundKind.HEADSET

    @property
    def can_ring(self) -> bool:
        """Whether there is a loudspeaker to ring on, and a wish that it should."""
        return self.wanted.kind in _RINGS

    def open(self, wanted: UseSound) -> SoundPath:
        """Return the path for what is wanted. Raises `SoundUnavailable`."""
        if wanted.kind is SoundKind.HEADSET:
            self.keeper.want(wanted.microphone, wanted.earpiece)
            look = self.keeper.look_now()
            if look.trouble:
                raise SoundUnavailable(look.trouble)
            path = self._of_halves()
            self.told = self.keeper.listing.names()
        else:
            native = self._phone.use_native_sound
            path = choose(wanted.kind, wanted.microphone, wanted.earpiece, native=native)
        self.want(wanted)
        return path

    def want(self, wanted: UseSound) -> None:
        """Keep in mind what is wanted, whatever there is of it."""
        self.wanted = wanted
        self.ringer.wish = wanted.ringer
        if wanted.kind is SoundKind.NATIVE:
            self.list_anew()

    def watch(self, now: float) -> tuple[SoundPath, tuple[MovedSound, ...]] | None:
        """Return another path when devices have come or gone, and what moved."""
        before = self.halves
        look = self.keeper.watch(now)
        if look is None:
            return None
        if look.microphone.why is None and look.earpiece.why is None:
            return None
        return self._of_halves(look.trouble), _moves(before, look)

    @property
    def halves(self) -> tuple[str, str]:
        """The names of the microphone and the earpiece in use."""
        microphone, earpiece = self.keeper.microphone.half, self.keeper.earpiece.half
        return (
            microphone.name if microphone is not None else "",
            earpiece.name if earpiece is not None else "",
        )

    def list_anew(self) -> Listing:
        """Look which devices there are, without touching any."""
        try:
            self.keeper.listing = list_devices()
        except SoundUnavailable:
            self.keeper.listing = Listing((), ())
        return self.keeper.listing

    def whole(self, sound: Sound) -> Sound:
        """Return a path's sound with the ringer, and with what was chosen and is not there."""
        wanted = self.wanted
        if not self.can_ring:
            return msgspec.structs.replace(sound, ringing=self.ringer.how)
        listing = self.keeper.listing
        ringer = pick(listing.earpieces, wanted.ringer, sound.earpiece)
        microphones, earpieces = listing.names()
        chosen = (wanted.microphone, wanted.earpiece, wanted.ringer)
        there = (microphones, earpieces, earpieces)
        missing = [name for name, names in zip(chosen, there, strict=True)
                   if name and name not in names]  # fmt: skip
        return msgspec.structs.replace(
            sound,
            ringer=ringer.name if ringer is not None and self.ringer.tone else "",
            ringing=self.ringer.how,
            missing=tuple(dict.fromkeys(missing)),
            chosen=chosen,
        )

    def close(self) -> None:
        """Let every device go."""
        self.ringer.close()
        self.keeper.close()

    def _of_halves(self, trouble: str = "") -> SoundPath:
        microphone, earpiece = self.keeper.microphone.half, self.keeper.earpiece.half
        if microphone is None and earpiece is None:
            return NoSound(trouble or NO_MICROPHONE)
        return HeadsetSound(microphone, earpiece)


def moves_between(before: tuple[str, str], after: tuple[str, str]) -> tuple[MovedSound, ...]:
    """Return what a person's own choice has moved."""
    parts = (SoundPart.MICROPHONE, SoundPart.EARPIECE)
    return tuple(
        MovedSound(part, was, now, SoundMove.CHOSEN)
        for part, was, now in zip(parts, before, after, strict=True)
        if was != now
    )


def _moves(before: tuple[str, str], look: Look) -> tuple[MovedSound, ...]:
    moves = []
    for part, was, half, why in (
        (SoundPart.MICROPHONE, before[0], look.microphone.half, look.microphone.why),
        (SoundPart.EARPIECE, before[1], look.earpiece.half, look.earpiece.why),
    ):
        now = half.name if half is not None else ""
        if why is not None and was != now:  # the same, opened anew, is not worth a word
            moves.append(MovedSound(part, was, now, why))
    return tuple(moves)
