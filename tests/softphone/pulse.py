"""A sound server of the test's own, with headsets that can be plugged in and pulled out.

PulseAudio in a private folder: nothing of the machine's own sound is heard or touched. A null sink
is an earpiece whose monitor a test records; another, with a tone played into it, is a microphone.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

RATE = 16000


class SoundServer:
    """One PulseAudio."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix:{folder}/native"
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_SERVER": self.address,
        }
        self.environment.pop("DISPLAY", None)
        self._modules: dict[str, list[str]] = {}
        self._recorders: list[Recorder] = []
        self._keepers: list[subprocess.Popen[bytes]] = []
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"]
        command += ["--use-pid-file=no", "--log-target=stderr", "-L"]
        command += [f"module-native-protocol-unix auth-anonymous=1 socket={folder}/native"]
        with (folder / "pulse.log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env={k: v for k, v in self.environment.items() if k != "PULSE_SERVER"},
                stdin=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < until, (folder / "pulse.log").read_text()
            time.sleep(0.02)
        self._load("anchor", "module-null-sink", "sink_name=nowhere", _described("nowhere"))
        self._unload("anchor")

    def _answers(self) -> bool:
        if not (self.folder / "native").exists():
            return False
        asked = subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True, check=False
        )
        return asked.returncode == 0

    def plug_earpiece(self, name: str) -> None:
        """Plug an earpiece or loudspeaker in."""
        self._load(name, "module-null-sink", f"sink_name={name}", "rate=48000", _described(name))

    def plug_microphone(self, name: str, hertz: float = 0) -> None:
        """Plug a microphone in that hears a tone, or nothing at all."""
        sink = f"{name}_air"
        self._load(name, "module-null-sink", f"sink_name={sink}", "rate=48000", _described(sink))
        source = (f"source_name={name}", f"source_properties=device.description={name}")
        self._load(name, "module-remap-source", f"master={sink}.monitor", *source)
        if hertz:
            self.speak(name, hertz)
        self._keep_awake(f"{sink}.monitor")

    def speak(self, name: str, hertz: float) -> None:
        """Let a microphone hear a tone from now on."""
        self._load(name, "module-sine", f"sink={name}_air", f"frequency={int(hertz)}")

    def pull(self, name: str) -> None:
        """Pull a device out."""
        self._unload(name)

    def record(self, earpiece: str) -> "Recorder":
        """Hear what an earpiece plays, from now on."""
        recorder = Recorder(earpiece, self)
        self._recorders.append(recorder)
        return recorder

    def stop(self) -> None:
        """End it."""
        for recorder in self._recorders:
            recorder.stop()
        for keeper in self._keepers:
            keeper.terminate()
            keeper.wait(5)
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def _keep_awake(self, source: str) -> None:
        """A null sink that nobody listens to works in blocks of 2 s; hardware never does."""
        command = ["parec", "-d", source, "--raw", "--latency-msec=10"]
        self._keepers.append(
            subprocess.Popen(
                command,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def _load(self, name: str, *module: str) -> None:
        number = self._control("load-module", *module).strip()
        self._modules.setdefault(name, []).append(number)

    def _unload(self, name: str) -> None:
        for number in reversed(self._modules.pop(name)):
            self._control("unload-module", number)

    def _control(self, *words: str) -> str:
        found = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert not found.returncode or words[0] == "unload-module", found.stderr
        return found.stdout


class Recorder:
    """What one earpiece plays, as it is played. `samples` are -1 to 1 at `RATE`."""

    def __init__(self, earpiece: str, server: SoundServer) -> None:
        self._path = server.folder / f"{earpiece}-{time.monotonic_ns()}.raw"
        self._file = self._path.open("wb")
        command = ["parec", "-d", f"{earpiece}.monitor", "--raw", "--format=s16le"]
        command += [f"--rate={RATE}", "--channels=1", "--latency-msec=10"]
        self._process = subprocess.Popen(
            command, env=server.environment, stdout=self._file, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 5
        while not self._path.stat().st_size:
            assert time.monotonic() < until, f"{earpiece} is not to be heard"
            time.sleep(0.01)

    def samples(self) -> np.ndarray:
        """Return what has been heard so far."""
        data = self._path.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2") / 32768

    def await_tone(self, hertz: float, timeout: float = 5) -> None:
        """Wait for 0.1 s of a tone, from 0.1 s ago on."""
        until, size = time.monotonic() + timeout, RATE // 10
        at = max(0, len(self.samples()) - size)
        while True:
            heard = self.samples()
            while at + size <= len(heard):
                if share(heard[at : at + size], hertz) > 0.8:
                    return
                at += size // 4
            assert time.monotonic() < until, f"{hertz} Hz never came"
            time.sleep(0.02)

    def await_silence(self, timeout: float = 5) -> None:
        """Wait until the last 0.1 s is silent."""
        until = time.monotonic() + timeout
        while np.abs(self.samples()[-RATE // 10 :]).max(initial=0) > 0.001:
            assert time.monotonic() < until, "it is never silent"
            time.sleep(0.02)

    def stop(self) -> np.ndarray:
        """Stop, and return what was heard."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(5)
            self._file.close()
        return self.samples()


def share(samples: np.ndarray, hertz: float) -> float:
    """Return how much of the power is one tone, 0 to 1."""
    power = float(np.sum(samples * samples))
    if power < 1e-6 * max(1, len(samples)):
        return 0.0
    times = np.arange(len(samples)) / RATE
    of_tone = abs(np.sum(samples * np.exp(-2j * np.pi * hertz * times))) ** 2
    return float(2 * of_tone / (len(samples) * power))


def longest_silence(samples: np.ndarray, threshold: float = 0.01) -> float:
    """Return the longest silence between two sounds, in milliseconds."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    return float(np.diff(loud).max(initial=0)) * 1000 / RATE if len(loud) > 1 else float("inf")


def worst_click(samples: np.ndarray, hertz: tuple[float, ...]) -> float:
    """Return the loudest thing that is none of the tones, -1 to 1: a click is heard as such.

    What a tone cannot do is jump: its second difference is bounded by its pitch.
    """
    bent = np.abs(np.diff(samples, 2))
    bend = max((2 * np.pi * each / RATE) ** 2 for each in hertz)
    return float(bent.max(initial=0)) - bend * float(np.abs(samples).max(initial=0))


def _described(name: str) -> str:
    return f"sink_properties=device.description={name}"


@contextlib.contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """Run a sound server for a block; engines started in it find it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = SoundServer(folder)
    before = os.environ.get("PULSE_SERVER")
    os.environ["PULSE_SERVER"] = server.address
    try:
        yield server
    finally:
        if before is None:
            del os.environ["PULSE_SERVER"]
        else:
            os.environ["PULSE_SERVER"] = before
        server.stop()
