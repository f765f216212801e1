"""One phone measured: started, weighed, and called again and again.

Everything happens on one thread: between sending an INVITE and looking at the screen nothing else
of the bench may run. The pauses between calls are drawn at random, so that no clock of a program
under test can fall into step with the caller.
"""

import gc
import random
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.network import free_port
from tests.bench.phones import ROOT, Phone
from tests.bench.processes import Children, Memory, machine_ticks, memory
from tests.bench.screen import Screen
from tests.bench.sender import T1_S, NoAnswerError, PlacedCall, RawCaller
from tests.bench.watching import NoPopUpError, Watch, changing, telling_pixels

POLL_S = 0.0002  # between two looks at the screen
RING_S = 0.15  # a pop-up's watch, and as long again after its last change
RING_WITHOUT_POP_S = 0.02
LONGEST_RING_S = 2.0
GONE_WITHIN_S = 3.0
WARM_UP_CALLS = 3  # after each start, unmeasured: a first pop-up loads what later ones have
PAUSE_S = (0.06, 0.16)
START_WITHIN_S = 30.0
SETTLE_S = 2.0
ASK_EVERY_S = 0.001  # while a program starts and its port is still closed
CALLERS = tuple(f"+151555501{number:02d}" for number in range(40, 100))


class PhoneFailedError(Exception):
    """A program under test did not start, answer or show what it should."""


@dataclass(slots=True)
class CallFigures:
    """One call; seconds after its INVITE, None for what did not happen."""

    ringing: float | None
    first_change: float | None = None
    shown: float | None = None
    painted: float | None = None
    at_rest: float | None = None


@dataclass(slots=True)
class PhoneFigures:
    """All that was measured of one phone; times in seconds, memory in MB."""

    name: str
    pop: bool
    missing: str = ""
    failures: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    memory: dict[str, Memory] = field(default_factory=dict)
    memory_after: dict[str, Memory] = field(default_factory=dict)
    calls: list[CallFigures] = field(default_factory=list)
    pixels: int = 0
    idle: list[float] = field(default_factory=list)  # share of the cores' time, each round


class Bench:
    """The stage every phone is measured on: one screen, one random sequence, one set of folders."""

    def __init__(
        self,
        children: Children,
        screen: Screen,
        folder: Path,
        environment: dict[str, str],
        shots: Path | None,
    ) -> None:
        self._children = children
        self._screen = screen
        self._folder = folder
        self._environment = environment
        self._shots = shots
        self._random = random.Random(180)
        self._caller_number = 0
        self._watches: dict[str, Watch] = {}

    def measure(self, phone: Phone, figures: PhoneFigures, *, calls: int) -> None:
        """Start a phone, place `calls` calls, end it; add what was seen to `figures`."""
        slug = phone.name.split()[0].lower()
        home = self._home(slug)
        port = free_port(phone.host)
        command = phone.command(home, port)
        started_at = time.perf_counter()
        process = self._start(command, slug, home)
        try:
            with RawCaller(phone.host, port) as caller:
                figures.starts.append(self._first_answer(phone, caller, process) - started_at)
                self._rest(caller, SETTLE_S)
                figures.memory = figures.memory or _weigh(phone, process)
                watch = self._watch(phone, caller, figures)
                for _ in range(WARM_UP_CALLS):
                    self._call(phone, caller, watch)
                idle_before, all_before = machine_ticks()
                for _ in range(calls):
                    figures.calls.append(self._call(phone, caller, watch))
                idle, everything = machine_ticks()
                figures.idle.append((idle - idle_before) / max(1, everything - all_before))
                figures.memory_after = _weigh(phone, process)
        except (NoAnswerError, NoPopUpError, PhoneFailedError) as error:
            words = self._children.last_words(slug, lines=3)
            self._screen.check()
            raise PhoneFailedError(f"{error}; it said:\n{words}") from error
        finally:
            self._children.end(process)

    def _home(self, slug: str) -> Path:
        home = self._folder / slug
        for folder in (home, home / "run"):
            folder.mkdir(mode=0o700, exist_ok=True)
        return home

    def _start(self, command: list[str], slug: str, home: Path) -> subprocess.Popen[bytes]:
        environment = {
            **self._environment,
            "DISPLAY": self._screen.display,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
        }
        return self._children.start(command, name=slug, environment=environment, folder=ROOT)

    def _first_answer(
        self, phone: Phone, caller: RawCaller, process: subprocess.Popen[bytes]
    ) -> float:
        """Call until the phone rings, and return when it first did.

        While the port is closed the system refuses the datagram; once it is open the INVITE waits
        in the phone's own queue, so one transaction serves for the whole start.
        """
        until = time.perf_counter() + START_WITHIN_S
        call = caller.place(phone.dialled, caller=self._next_caller())
        sent_at = call.sent_at
        while call.ringing_at is None:
            refused_before = caller.refused
            caller.pump(ASK_EVERY_S)
            now = time.perf_counter()
            if process.poll() is not None:
                raise PhoneFailedError(f"ended by itself while starting (code {process.poll()})")
            if now > until:
                raise PhoneFailedError(f"no answer to a call {START_WITHIN_S:g} s after its start")
            if call.ended:  # 480 or 503 from one that is not ready
                call = caller.place(phone.dialled, caller=self._next_caller())
                sent_at = call.sent_at
            elif caller.refused > refused_before:
                self._rest(caller, ASK_EVERY_S)
                caller.repeat(call)
                sent_at = time.perf_counter()
            elif now - sent_at > T1_S:
                caller.repeat(call)
                sent_at = now
        caller.end(call)
        return call.ringing_at

    def _watch(self, phone: Phone, caller: RawCaller, figures: PhoneFigures) -> Watch | None:
        """Find by one unmeasured call which pixels tell this phone's pop-up."""
        if phone.pop is None:
            return None
        if phone.name in self._watches:
            return self._watches[phone.name]
        before, restless = changing(self._screen, lambda seconds: self._rest(caller, seconds))
        call = self._place(phone, caller)
        self._rest(caller, LONGEST_RING_S / 2)
        ringing, ticking = changing(self._screen, lambda seconds: self._rest(caller, seconds))
        caller.end(call)
        self._rest(caller, 1.0)
        self._keep_shot(phone, "idle", before)
        self._keep_shot(phone, "ringing", ringing)
        pop, around = telling_pixels(before, ringing, restless | ticking, phone.pop)
        figures.pixels = len(pop)
        watch = Watch(self._screen.sampler(pop), self._screen.sampler(around))
        self._watches[phone.name] = watch
        return watch

    def _call(self, phone: Phone, caller: RawCaller, watch: Watch | None) -> CallFigures:
        gc.collect()
        gc.disable()
        try:
            if watch is not None:
                watch.begin()
            call = self._place(phone, caller)
            self._follow(call, caller, watch)
        finally:
            gc.enable()
        caller.end(call)
        self._wait_until_gone(caller, watch)
        self._rest(caller, self._random.uniform(*PAUSE_S))
        return _figures(call, watch)

    def _follow(self, call: PlacedCall, caller: RawCaller, watch: Watch | None) -> None:
        """Note the 180 and every change of the screen until both have come to rest."""
        if watch is None:
            caller.wait_until(lambda: call.ringing_at is not None, seconds=LONGEST_RING_S)
            self._rest(caller, RING_WITHOUT_POP_S)
            return
        sight = watch.sight
        while True:
            caller.pump(POLL_S)
            watch.look()
            now = time.perf_counter()
            settled = sight.shown is not None and call.ringing_at is not None
            quiet_since = max(call.sent_at, sight.last_change_anywhere or 0.0)
            if settled and now - quiet_since > RING_S:
                return
            if now - call.sent_at > LONGEST_RING_S:
                return

    def _wait_until_gone(self, caller: RawCaller, watch: Watch | None) -> None:
        if watch is None:
            return
        until = time.perf_counter() + GONE_WITHIN_S
        while not watch.gone():
            if time.perf_counter() > until:
                raise PhoneFailedError(
                    f"its pop-up was still there {GONE_WITHIN_S:g} s after the caller gave up"
                )
            self._rest(caller, 0.005)

    def _place(self, phone: Phone, caller: RawCaller) -> PlacedCall:
        return caller.place(phone.dialled, caller=self._next_caller())

    def _next_caller(self) -> str:
        self._caller_number += 1
        return CALLERS[self._caller_number % len(CALLERS)]

    def _rest(self, caller: RawCaller, seconds: float) -> None:
        """Let time pass, hearing what the phone says meanwhile."""
        caller.wait_until(lambda: False, seconds=seconds)

    def _keep_shot(self, phone: Phone, what: str, frame: object) -> None:
        if self._shots is not None:
            name = f"{phone.name.split()[0].lower()}-{what}.png"
            self._screen.save(frame, self._shots / name)


def _weigh(phone: Phone, process: subprocess.Popen[bytes]) -> dict[str, Memory]:
    return {part: memory(pid) for part, pid in phone.parts(process).items()}


def _figures(call: PlacedCall, watch: Watch | None) -> CallFigures:
    figures = CallFigures(ringing=call.invite_to_180)
    if watch is not None:
        sight = watch.sight
        for name, at in (
            ("first_change", sight.first_change),
            ("shown", sight.shown),
            ("painted", sight.last_change),
            ("at_rest", sight.last_change_anywhere),
        ):
            setattr(figures, name, None if at is None else at - call.sent_at)
    return figures
