"""Mouth to ear: how late, how whole and at what cost two phones carry the same call's sound.

Both speak through one PulseAudio of the bench's own: a null sink is the earpiece, another, with the
bench's voice played into it, is what the microphone hears. The far end is the same. `python -m
tests.bench.sound` measures only this.
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np

from softphone import wire
from softphone.calls import CallState
from tests.bench.far_end import PER_PACKET, FarEnd
from tests.bench.far_end import RATE as FAR_RATE
from tests.bench.network import LOOPBACK, SECOND_ADDRESS, enter_own_network, free_port
from tests.bench.phones import KNOWN_PRACTICE, ROOT, Frontdesk
from tests.bench.processes import Children
from tests.bench.screen import NoScreenError, Screen
from tests.bench.speech import delays, gaps, marks, speech
from tests.sip_caller import NoAnswer, SipCaller
from tests.softphone.peer import Wire
from tests.softphone.pulse import SoundServer

RATE: Final = 16000
LOAD_S: Final = 2.0  # between further callers who ring, in a whole run of the bench
SETTLE_S: Final = 3.0  # of each call, before anything counts
EAR, MOUTH = "bench_ear", "bench_mouth"
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_BARESIP_MODULES: Final = ("/usr/lib/baresip/modules", "/usr/lib64/baresip/modules")


@dataclass(frozen=True, slots=True)
class SoundFigures:
    """One phone's. Milliseconds are medians; gaps are for a minute; a core's share in percent."""

    name: str
    missing: str = ""
    to_ear_ms: float = 0.0
    to_far_end_ms: float = 0.0
    worst_ms: float = 0.0  # the slowest mark either way
    gaps_in: float = 0.0
    gaps_in_ms: float = 0.0
    gaps_out: float = 0.0
    gaps_out_ms: float = 0.0
    cpu_percent: float = 0.0  # of what carries the sound
    window_percent: float = 0.0  # of the window beside it
    seconds: float = 0.0


class Ear:
    """Hears a source of the sound server and keeps when each piece came."""

    def __init__(self, source: str, server: SoundServer) -> None:
        command = ["parec", "-d", source, "--raw", "--format=s16le", f"--rate={RATE}"]
        command += ["--channels=1", "--latency-msec=5"]
        self._process = subprocess.Popen(
            command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._pieces: list[tuple[float, bytes]] = []
        assert self._process.stdout is not None
        self._thread = threading.Thread(
            target=self._read, args=(self._process.stdout,), daemon=True
        )
        self._thread.start()

    def _read(self, out: IO[bytes]) -> None:
        while data := os.read(out.fileno(), 65536):
            self._pieces.append((time.monotonic(), data))

    def stop(self) -> tuple[np.ndarray, float]:
        """Return the samples, and the time of the first: the earliest that any piece allows."""
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(5)
        begins, before = float("inf"), 0
        for at, data in self._pieces:
            before += len(data) // 2
            begins = min(begins, at - before / RATE)
        pcm = b"".join(data for _, data in self._pieces)
        return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2"), begins


@contextlib.contextmanager
def voice(server: SoundServer, seconds: float, folder: Path) -> Iterator[None]:
    """Speak into the microphone for a block."""
    path = folder / "voice.raw"
    path.write_bytes(speech(seconds + 60, RATE).tobytes())
    command = ["pacat", "-d", f"{MOUTH}_air", "--raw", "--format=s16le", f"--rate={RATE}"]
    command += ["--channels=1", "--latency-msec=30", str(path)]
    process = subprocess.Popen(command, env=server.environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(5)


@dataclass(frozen=True)
class SoundPhone:
    """A phone that answers by itself and speaks through the sound server."""

    name: str
    host: str
    dialled: str
    missing: Callable[[], str]
    command: Callable[[Path, int], list[str]]
    engine: Callable[[subprocess.Popen[bytes]], dict[str, int]]
    answered: Callable[[Path], None] = lambda _: None  # done once the call is up, in its home


def frontdesk(*, recording: bool = False) -> SoundPhone:
    """Return the desk: a window and an engine. With `recording` the call is recorded meanwhile."""
    desk = Frontdesk()
    name = "Frontdesk, recording" if recording else "Frontdesk"

    def command(folder: Path, port: int) -> list[str]:
        settings = folder / "settings.toml"
        settings.write_text(
            f'[sound]\nmicrophone = "{MOUTH}"\nearpiece = "{EAR}"\n[calls]\nauto_answer_s = 0\n'
        )
        words = desk.command(folder, port)
        at = words.index("--sound")
        words[at + 1] = "headset"
        return [*words, "--settings", str(settings)]

    begin = _record if recording else lambda _: None
    return SoundPhone(name, LOOPBACK, KNOWN_PRACTICE, desk.missing, command, desk.parts, begin)


def _record(home: Path) -> None:
    """Have the engine record the call that is up, as the desk would after a caller's consent."""
    rendezvous = wire.decode_rendezvous((home / "data" / "engine.json").read_bytes())
    link = Wire(rendezvous)
    calls = link.wait_for(wire.Welcome).calls
    call = next(each.call for each in calls if each.state is CallState.ACTIVE)
    folder, key = str(home / "recordings"), secrets.token_hex(32)
    link.send(wire.StartRecording(call, secrets.token_hex(16), folder, key))
    link.wait_for(wire.RecordingChanged)
    link.close()


def baresip() -> SoundPhone:
    """Return baresip, through ALSA's plugin for PulseAudio as Debian's build has it."""

    def missing() -> str:
        if not shutil.which("baresip"):
            return "not installed (Debian: apt-get install baresip-core)"
        if not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")):
            return "no way to PulseAudio (Debian: apt-get install libasound2-plugins)"
        return ""

    def command(folder: Path, port: int) -> list[str]:
        modules = next(m for m in _BARESIP_MODULES if Path(m).is_dir())
        lines = [f"sip_listen {SECOND_ADDRESS}:{port}", f"module_path {modules}"]
        lines += ["audio_player alsa,bench_ear", "audio_source alsa,bench_mouth"]
        lines += ["audio_alert alsa,bench_ear", "module g711.so", "module alsa.so"]
        lines += ["module_app account.so", "module_app menu.so", "call_max_calls 8"]
        (folder / "config").write_text("\n".join(lines) + "\n")
        account = f"<sip:bench@{SECOND_ADDRESS}>;regint=0;answermode=auto;audio_codecs=PCMU\n"
        (folder / "accounts").write_text(account)
        (folder / "contacts").touch()
        devices = [f'pcm.{each} {{ type pulse device "{each}" }}' for each in (EAR, MOUTH)]
        (folder / ".asoundrc").write_text("\n".join(devices) + "\n")
        return ["baresip", "-f", str(folder)]

    return SoundPhone(
        "baresip", SECOND_ADDRESS, "bench", missing, command, lambda p: {"engine": p.pid}
    )


def measure(
    phone: SoundPhone, children: Children, server: SoundServer, *, env: dict[str, str],
    folder: Path, seconds: float, load: float,
) -> SoundFigures:  # fmt: skip
    """Place one call to a phone and read everything off it. Raises `NoAnswer`."""
    if why := phone.missing():
        return SoundFigures(phone.name, why)
    home = folder / "".join(each if each.isalnum() else "-" for each in phone.name)
    home.mkdir()
    port = free_port(phone.host)
    variables = {**env, "HOME": str(home), "PULSE_SERVER": server.address}
    process = children.start(
        phone.command(home, port), name=home.name, environment=variables, folder=home
    )
    far = FarEnd((phone.host, port), phone.host)
    try:
        with voice(server, seconds + SETTLE_S, home):
            far.call(phone.dialled, seconds + SETTLE_S + 5)
            time.sleep(SETTLE_S)
            phone.answered(home)
            return _read(phone, process, far, server, seconds=seconds, load=load)
    finally:
        far.close()
        children.end(process)


def _read(
    phone: SoundPhone, process: subprocess.Popen[bytes], far: FarEnd, server: SoundServer, *,
    seconds: float, load: float,
) -> SoundFigures:  # fmt: skip
    ear, mouth = Ear(f"{EAR}.monitor", server), Ear(f"{MOUTH}_air.monitor", server)
    parts = phone.engine(process)
    before, began = {name: _ticks(pid) for name, pid in parts.items()}, time.monotonic()
    with _ringing(phone, far.target[1], load):
        time.sleep(seconds)
    took = time.monotonic() - began
    cpu = {name: (_ticks(parts[name]) - ticks) / _TICKS / took for name, ticks in before.items()}
    (heard, heard_from), (said, said_from) = ear.stop(), mouth.stop()
    far.finish()
    incoming = delays(far.marks_sent(), marks(heard, RATE) + heard_from)
    arrived, came, lost = far.heard()
    outgoing = delays(marks(said, RATE) + said_from, far.marks_heard())
    in_window = (came >= began) & (came <= began + took)
    kept = np.repeat(in_window, PER_PACKET)[: len(arrived)]
    into, out = gaps(heard, RATE), gaps(arrived[kept], FAR_RATE)
    if not len(incoming) or not len(outgoing):
        raise NoAnswer(f"{phone.name}: no mark came through ({len(incoming)}, {len(outgoing)})")
    minute = 60 / took
    return SoundFigures(
        name=phone.name,
        to_ear_ms=round(statistics.median(incoming) * 1000, 1),
        to_far_end_ms=round(statistics.median(outgoing) * 1000, 1),
        worst_ms=round(max(incoming.max(), outgoing.max()) * 1000, 1),
        gaps_in=round(into.count * minute, 2),
        gaps_in_ms=round(into.milliseconds * minute, 1),
        gaps_out=round((out.count + lost) * minute, 2),
        gaps_out_ms=round((out.milliseconds + 20 * lost) * minute, 1),
        cpu_percent=round(cpu.get("engine", 0.0) * 100, 1),
        window_percent=round(cpu.get("window", 0.0) * 100, 1),
        seconds=round(took, 1),
    )


@contextlib.contextmanager
def _ringing(phone: SoundPhone, port: int, each_s: float) -> Iterator[None]:
    """Have further callers ring and give up while the block runs, one every so many seconds: the
    desk's window paints, and its records are written, beside the call that is measured."""
    stop = threading.Event()

    def ring() -> None:
        caller = SipCaller((phone.host, port), phone.host)
        while not stop.wait(each_s / 2):
            with contextlib.suppress(NoAnswer):
                attempt = caller.invite(user=phone.dialled)
                caller.wait(attempt, lambda m: m.code >= 180, timeout=1)
                stop.wait(each_s / 2)
                caller.cancel(attempt)
                caller.wait_code(attempt, 487, timeout=1)
                caller.acknowledge(attempt, refusal=True)
        caller.socket.close()

    thread = threading.Thread(target=ring, daemon=True)
    if each_s:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if each_s:
            thread.join(5)


def _ticks(pid: int) -> int:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def measure_all(
    children: Children, folder: Path, env: dict[str, str], *, seconds: float, load: float
) -> list[SoundFigures]:
    """Measure both phones, one after the other, through one sound server."""
    if not shutil.which("pulseaudio") or not shutil.which("parec"):
        why = "no PulseAudio here (Debian: apt-get install pulseaudio pulseaudio-utils)"
        return [SoundFigures("baresip", why), SoundFigures("Frontdesk", why)]
    room = folder / "pulse"
    room.mkdir(mode=0o700)
    server = SoundServer(room)
    found = []
    try:
        server.plug_earpiece(EAR)
        server.plug_microphone(MOUTH)
        for phone in (baresip(), frontdesk(), frontdesk(recording=True)):
            print(f"sound: {phone.name} ...", file=sys.stderr, flush=True)
            try:
                found.append(measure(
                    phone, children, server, env=env, folder=folder, seconds=seconds, load=load,
                ))  # fmt: skip
            except NoAnswer as error:
                found.append(SoundFigures(phone.name, f"failed: {error}"))
    finally:
        server.stop()
    return found


def table(figures: list[SoundFigures]) -> str:
    """Return the figures for a person."""
    head = ("", "to the ear ms", "to the far end ms", "worst ms", "gaps in", "gaps out", "core %",
            "window %")  # fmt: skip
    rows = [head]
    for each in figures:
        if each.missing:
            rows.append((each.name, each.missing, *[""] * 6))
            continue
        rows.append((
            each.name, f"{each.to_ear_ms:.0f}", f"{each.to_far_end_ms:.0f}", f"{each.worst_ms:.0f}",
            f"{each.gaps_in:g} ({each.gaps_in_ms:.0f} ms)",
            f"{each.gaps_out:g} ({each.gaps_out_ms:.0f} ms)",
            f"{each.cpu_percent:.1f}", f"{each.window_percent:.1f}" if each.window_percent else "-",
        ))  # fmt: skip
    widths = [max(len(row[n]) for row in rows if len(row[1]) < 40) for n in range(len(head))]
    lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
             for row in rows]  # fmt: skip
    return "\n".join(lines)


def main() -> int:
    """Measure the sound alone."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sound", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--load", type=float, default=0, metavar="S", help="a caller rings each S")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    why_shared = enter_own_network()
    if why_shared:
        print(f"bench: {why_shared}", file=sys.stderr)
        return 2
    from tests.bench.run import environment

    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        try:
            with Children(logs=folder) as children:
                screen = Screen(children, folder, environment(folder))
                env = environment(folder) | {"DISPLAY": screen.display, "PYTHONPATH": str(ROOT)}
                figures = measure_all(
                    children, folder, env, seconds=arguments.seconds, load=arguments.load
                )
        except NoScreenError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
    print(table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(each) for each in figures], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
