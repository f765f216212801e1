"""`python -m softphone`: the engine as a process of its own."""

import argparse
import signal
import sys
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

from softphone import log
from softphone.engine import Engine
from softphone.errors import PortTaken, WorldError
from softphone.priority import raise_priority
from softphone.settings import Settings
from softphone.wire import Ringing, SoundKind

EXIT_WORLD = 2
EXIT_PORT_TAKEN = 3


def read_arguments(arguments: Sequence[str] | None = None) -> Settings:
    """Read the command line; `argparse` ends the process on a wrong one."""
    parser = argparse.ArgumentParser(prog="softphone", description="The Frontdesk phone engine.")
    add = parser.add_argument
    add("--rendezvous", type=Path, required=True, help="file to write port and token to")
    add("--sip-port", type=int, default=5060, help="UDP port for calls; 0 picks a free one")
    add("--bind", default="127.0.0.1", help="address to hear calls on; 0.0.0.0 for all")
    add("--hear", action="append", default=[], help="address or network of the PBX; repeatable")
    add("--sound", type=SoundKind, choices=list(SoundKind), default=SoundKind.HEADSET)
    add("--microphone", default="", help="device name, or sound file with --sound files")
    add("--earpiece", default="", help="device name, or WAV file to write with --sound files")
    add("--ringer", default="", help="device name calls are rung on")
    add("--ringing", type=Ringing, choices=list(Ringing), default=Ringing.NORMAL)
    add("--ring-tone", default="", help="WAV file of the ring, 16 kHz mono; none rings nothing")
    add("--idle-silent", type=float, default=30.0, help="seconds of a dead microphone, idle")
    add("--keep", type=float, default=30.0, help="seconds to stay without client and call")
    add("--ring-timeout", type=float, default=120.0, help="seconds a call may ring")
    add("--max-wait", type=float, default=180.0, help="seconds a caller waits for a line")
    add("--max-waiting", type=int, default=200, help="callers that may wait for a line")
    add("--outgoing-lines", type=int, default=0, choices=range(4), help="lines kept to dial out")
    add("--forsaken", type=float, default=60.0, help="seconds a dead call lives without a client")
    add("--unattended", type=float, default=3.0, help="seconds registered without a client")
    add("--hold-reminder", type=float, default=30.0, help="seconds on hold before a reminder")
    add("--hold-alarm", type=float, default=60.0, help="seconds on hold before an alarm")
    add("--accept-transfers", action="store_true", help="follow a REFER from the far end")
    found = parser.parse_args(arguments)
    if not 0 <= found.sip_port < 65536:
        parser.error("--sip-port is a number from 0 to 65535")
    for network in found.hear:
        try:
            ip_network(network, strict=False)
        except ValueError:
            parser.error(f"--hear takes an address or a network such as 192.0.2.0/24: {network!r}")
    found.hear = tuple(found.hear)
    return Settings(**vars(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one engine to its end; return the process's exit code."""
    settings = read_arguments(arguments)
    log.set_up()
    raise_priority()
    sys.setswitchinterval(0.001)  # the clock thread and the guard must not wait 5 ms for the lock
    try:
        engine = Engine(settings)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: engine.leave())
        engine.run()
    except PortTaken as error:
        print(error, file=sys.stderr)
        return EXIT_PORT_TAKEN
    except WorldError as error:
        print(error, file=sys.stderr)
        return EXIT_WORLD
    return 0


if __name__ == "__main__":
    sys.exit(main())
