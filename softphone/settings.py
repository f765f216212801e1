"""How one engine is to run, as its command line says."""

from dataclasses import dataclass
from pathlib import Path

from softphone.wire import Ringing, SoundKind


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds."""

    rendezvous: Path
    sip_port: int = 5060  # 0 picks a free one
    bind: str = "127.0.0.1"
    hear: tuple[str, ...] = ()  # networks calls may come from; () for any
    sound: SoundKind = SoundKind.HEADSET
    microphone: str = ""
    earpiece: str = ""
    ringer: str = ""
    ringing: Ringing = Ringing.NORMAL
    ring_tone: str = ""  # a WAV file; "" for no ringing
    idle_silent: float = 30.0  # of zeroes from the microphone without a call, before it is told
    keep: float = 30.0  # without a client and without a call, the engine leaves
    ring_timeout: float = 120.0
    max_wait: float = 180.0
    max_waiting: int = 200
    outgoing_lines: int = 0  # lines callers cannot take
    hold_reminder: float = 30.0
    hold_alarm: float = 60.0
    forsaken: float = 60.0  # without a client: a call nobody is heard on is ended after this
    unattended: float = 3.0  # without a client: the PBX is told that nobody is here
    accept_transfers: bool = False  # let a far end send us elsewhere
