"""How long the window takes from the desk's signals to a painted screen pop.

`python -m tests.ui.bench_pop` starts an Xvfb of its own at 1440x900 and prints:
`filled`, when every panel has taken its part; `painted`, when the window has flushed the frame;
`shown`, when the X server's own frame buffer has the new pixels. `busy` is the processor's time up
to `painted`, the same on a loaded machine as on an idle one. `--profile` names the functions.
"""

import argparse
import cProfile
import gc
import mmap
import os
import pstats
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console.desk.views import Fact, OnCallNow, Pop
from console.ui.main_window import MainWindow
from console.ui.theme import Ink, colour, dress
from tests.ui import samples
from tests.ui.fake_desk import FakeDesk

PRACTICES = ("Riverside Family Medicine", "Maple Pediatrics", "Lakeshore Cardiology", "Oak Street")


def pop_number(number: int) -> Pop:
    """Return a pop whose every text differs from the ones before."""
    practice = PRACTICES[number % len(PRACTICES)]
    return replace(
        samples.OFFERED,
        call=f"c{number}",
        banner=replace(samples.BANNER, practice=practice, detail=f"opens Wed 08:00 · {number}"),
        say=samples.POP.say.replace("Riverside Family Medicine", practice) + f" {number}",
        on_call=OnCallNow(
            f"Dr. Number {number}",
            f"Primary until Wed 07:00 · pages, then calls (515) 555-{number:04}",
            "Then Dr. Luis Ortega after 10 min without an answer",
            f"Escalate to Dr. {number}",
        ),
        facts=tuple(
            Fact(fact.label, f"{fact.text} {number}", fact.full) for fact in samples.POP.facts
        ),
        protocol_note=f"{samples.POP.protocol_note} {number}",
    )


class Screen:
    """The X server's frame buffer, read where it lies (XWD, X11 `XWDFile.h`)."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        words = struct.unpack(">25I", self._map[:100])
        self._line = words[12]
        self._start = words[0] + words[19] * 12

    def pixel(self, at: QPoint) -> int:
        """Return a pixel as 0xRRGGBB."""
        offset = self._start + at.y() * self._line + at.x() * 4
        return int(struct.unpack_from("<I", self._map, offset)[0]) & 0xFFFFFF


def settle(app: QApplication) -> None:
    """Let everything that is due happen."""
    for _ in range(4):
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)


def measure(
    app: QApplication,
    window: MainWindow,
    screen: Screen | None,
    numbers: Iterable[int],
    rest: int,
) -> None:
    """Pop a call for each number, and print what each stage took in milliseconds."""
    desk: FakeDesk = window.desk  # type: ignore[assignment]
    painted: list[float] = []
    busy: list[float] = []

    def note(_call: str, mono: float) -> None:
        painted.append(mono)
        busy.append(time.thread_time())

    window.pop_painted.connect(note)
    stages: dict[str, list[float]] = {"filled": [], "painted": [], "shown": [], "busy": []}
    for call, number in enumerate(numbers):
        desk.calls_changed.emit(())
        desk.pop_changed.emit(None)
        desk.status_changed.emit(samples.IDLE)
        settle(app)
        pop = replace(pop_number(number), call=f"call-{call}")
        card = replace(samples.RINGING, call=pop.call, title=f"(515) 555-{call:04}")
        status = replace(samples.RING, answered_in_20=f"{call % 100} %")
        painted.clear()
        gc.collect()
        if rest:
            pause = QEventLoop()
            QTimer.singleShot(rest, pause.quit)
            pause.exec()
        start, worked = time.monotonic(), time.thread_time()
        desk.calls_changed.emit((card,))
        desk.pop_changed.emit(pop)
        desk.form_changed.emit(None)
        desk.status_changed.emit(status)
        filled = time.monotonic()
        while not painted:
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        stages["filled"].append((filled - start) * 1000)
        stages["painted"].append((painted[0] - start) * 1000)
        stages["busy"].append((busy[-1] - worked) * 1000)
        if screen is not None:
            stages["shown"].append((wait_for_pixels(window, screen) - start) * 1000)
    window.pop_painted.disconnect(note)
    for name, times in stages.items():
        if times:
            times.sort()
            p95 = times[int(len(times) * 0.95)]
            print(f"  {name:8} median {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms")


def wait_for_pixels(window: MainWindow, screen: Screen) -> float:
    """Return when the banner's bar, the answer key and the escalate key are on the screen."""
    answer = window.calls.items[0].shown[0]
    escalate = window.on_call.escalate
    spots = (
        (window.centre.banner.mapToGlobal(QPoint(3, 30)), Ink.TEAL),
        (answer.mapToGlobal(QPoint(10, answer.height() - 6)), Ink.GREEN),
        (escalate.mapToGlobal(QPoint(10, escalate.height() - 8)), Ink.RED),
    )
    end = time.monotonic() + 1
    while time.monotonic() < end:
        if all(screen.pixel(at) == colour(ink).rgb() & 0xFFFFFF for at, ink in spots):
            return time.monotonic()
    seen = [f"{at.x()},{at.y()} {screen.pixel(at):06x} not {ink.value}" for at, ink in spots]
    raise SystemExit(f"the pop did not reach the screen: {seen}")


def run(given: argparse.Namespace) -> None:
    """Open a window on the display there is, and measure."""
    app = QApplication([])
    dress(app)
    window = MainWindow(FakeDesk(), clock=lambda: samples.NOW)
    window.warm([pop_number(number) for number in range(3)])
    window.move(0, 0)
    window.show()
    settle(app)
    frame_buffer = os.environ.get("FRAME_BUFFER")
    screen = Screen(Path(frame_buffer)) if frame_buffer else None
    gc.freeze()
    print(f"{given.count} pops on {QGuiApplication.platformName()}, three practices, warmed:")
    measure(app, window, screen, [n % 3 for n in range(given.count)], given.rest)
    print("every pop another practice, never seen before:")
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    measure(app, window, screen, range(100, 100 + given.count), given.rest)
    if given.profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(28)
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--rest", type=int, default=0, help="ms of quiet before each pop")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--here", action="store_true", help="use the display there is")
    given = parser.parse_args()
    if given.here:
        run(given)
        return
    server = shutil.which("Xvfb")
    if server is None:
        raise SystemExit("Xvfb is not installed")
    with tempfile.TemporaryDirectory() as folder:
        ready, told = os.pipe()
        screen = ("-screen", "0", "1440x900x24", "-fbdir", folder, "-displayfd", str(told))
        x_server = subprocess.Popen([server, *screen], pass_fds=(told,), stderr=subprocess.DEVNULL)
        try:
            display = os.read(ready, 16).decode().strip()
            child = {
                **os.environ,
                "DISPLAY": f":{display}",
                "QT_QPA_PLATFORM": "xcb",
                "FRAME_BUFFER": f"{folder}/Xvfb_screen0",
            }
            subprocess.run([sys.executable, "-m", "tests.ui.bench_pop", "--here", *sys.argv[1:]],
                           env=child, check=True)  # fmt: skip
        finally:
            x_server.terminate()
            x_server.wait()


if __name__ == "__main__":
    main()
