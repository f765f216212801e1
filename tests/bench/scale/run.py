"""One scale run: the PBX booted, desks registered, the feed live, the callers sent, and at the end
every caller looked for."""

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import trustme

from scripts.loader import SAMPLES, load_library
from tests.bench.scale.agents import Orders
from tests.bench.scale.callers import Callers, Stream
from tests.bench.scale.memory import machine, resident, used
from tests.bench.scale.pbx import REAL, ScalePbx
from tests.bench.scale.real import RealDesk
from tests.bench.scale.report import Figures, Phase, table
from tests.pbx.asterisk import Certificate
from tests.pbx.obtain_asterisk import Unobtainable, asterisk_root

ROOT = Path(__file__).parents[3]
LOOK_S = 5.0
IMPATIENT_S = 1.2
SHORT: dict[str, float] = {
    "agents": 30, "rate": 7200.0, "minutes": 0.4, "talk": 8.0, "burst": 10.0, "burst_seconds": 10.0
}  # fmt: skip


def main() -> int:
    """Run, print, write; 2 where it cannot be run here."""
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # and all is ended
    raise_limits()
    with tempfile.TemporaryDirectory(prefix="fd-scale-") as name:
        try:
            with running(Path(name), arguments) as bench:
                figures = bench.measure()
        except Unobtainable as error:
            print(f"scale: no Asterisk: {error}", file=sys.stderr)
            return 2
    if arguments.window:
        figures.window = window()
    print(table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(figures), indent=1) + "\n")
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--agents", type=int, default=200, help="desks beside the real ones (200)")
    parser.add_argument("--rate", type=per_hour, default=5000.0, help="calls: 5000/h, or 50/s")
    parser.add_argument("--minutes", type=float, default=10.0, help="of calls (10)")
    parser.add_argument("--talk", type=float, default=100.0, metavar="S", help="mean talk (100)")
    parser.add_argument("--patience", type=float, default=15.0, metavar="S", help="wait (15)")
    parser.add_argument("--impatient", type=float, default=0.05, metavar="PART",
                        help="of callers, who leave after 1.2 s (0.05)")  # fmt: skip
    parser.add_argument("--nice", type=int, default=0, metavar="N",
                        help="priority of PBX and feed (0)")  # fmt: skip
    parser.add_argument("--burst", type=float, default=50.0, metavar="N", help="calls a second")
    parser.add_argument("--burst-seconds", type=float, default=60.0, metavar="S", help="0: none")
    parser.add_argument("--no-sound", dest="sound", action="store_false", help="silent callers")
    parser.add_argument(
        "--no-window", dest="window", action="store_false", help="not the supervisor's window"
    )
    parser.add_argument("--short", action="store_true", help="half a minute, as in make bench")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    return argparse.Namespace(**vars(arguments) | SHORT) if arguments.short else arguments


def per_hour(text: str) -> float:
    """Return calls an hour out of "5000/h", "50/s" or a number of them an hour."""
    number, _, unit = text.partition("/")
    factor = {"": 1.0, "h": 1.0, "m": 60.0, "s": 3600.0}.get(unit)
    if factor is None:
        raise argparse.ArgumentTypeError("write it as 5000/h or 50/s")
    return float(number) * factor


def raise_limits() -> None:
    """Let everything that is started have as many sockets as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Bench:
    """What runs, and the figures so far."""

    def __init__(self, folder: Path, arguments: argparse.Namespace, pbx: ScalePbx) -> None:
        self._folder, self._asked, self.pbx = folder, arguments, pbx
        self.ca_file = str(folder / "ca.pem")
        self.figures = Figures(agents=arguments.agents, cores=os.cpu_count() or 1)
        self._agents: subprocess.Popen[str] | None = None
        self._floor: subprocess.Popen[str] | None = None
        self._real: list[RealDesk] = []
        self._phase = 0
        self._sent = 0

    def begin(self) -> None:
        """Register every desk and have the feed live."""
        self._real = [
            RealDesk(self._folder, user, self.pbx, self.ca_file, talk_s=20.0) for user in REAL
        ]
        conf = (self.pbx.base / "etc/manager.conf").read_text()
        (secret,) = [line[7:] for line in conf.splitlines() if line.startswith("secret=")]
        kept = self._folder / "secret"
        kept.touch(mode=0o600)
        kept.write_text(secret)
        out = str(self._folder / "floor.json")
        self._floor = self._start("floor", str(self.pbx.ports.ami), self.ca_file, str(kept), out)
        self._wait_ready(self._floor)
        if self._asked.nice:
            for pid in (self._pid(), self._floor.pid):
                os.setpriority(os.PRIO_PROCESS, pid, self._asked.nice)
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), self._asked.nice)
            self.figures.nice = self._asked.nice

    def measure(self) -> Figures:
        """Run the steady calls, then the burst."""
        asked = self._asked
        per_s = asked.rate / 3600
        count = max(1, round(per_s * asked.minutes * 60))
        steady = Stream(count, per_s, asked.patience, asked.sound)
        streams = _with_impatient(steady, asked.impatient)
        talk = (asked.talk * 0.4, asked.talk * 1.6)
        self._run("steady", streams, pick_up=(1.0, 3.0), talk=talk)
        if asked.burst_seconds:
            burst = Stream(round(asked.burst * asked.burst_seconds), asked.burst, 10.0, False)
            streams = _with_impatient(burst, asked.impatient)
            self._run("burst", streams, pick_up=(0.2, 1.0), talk=(1.0, 3.0))
        self._end_floor()
        return self.figures

    # --- a phase ---------------------------------------------------------------------------

    def _run(
        self,
        name: str,
        streams: tuple[Stream, ...],
        *,
        pick_up: tuple[float, float],
        talk: tuple[float, float],
    ) -> None:
        self._orders(name, pick_up, talk)
        first = streams[0]
        count, per_s = sum(each.count for each in streams), sum(each.per_s for each in streams)
        phase = Phase(name, count, per_s, first.sound)
        self.figures.phases.append(phase)
        logged, already = len(self.pbx.queue_log()), sum(desk.answered for desk in self._real)
        numbers = [number for practice in self.pbx.practices for number in practice.numbers]
        callers = [
            Callers(self._folder / f"{name}{at}", self.pbx.ports.sip, numbers, each)
            for at, each in enumerate(streams)
        ]
        busy, whole = machine()
        began, spent = time.monotonic(), used(self._pid())
        looked = 0.0
        limit = began + first.count / first.per_s + talk[1] + 90
        while _under_way(callers) and time.monotonic() < limit:
            for desk in self._real:
                desk.turn()
            if time.monotonic() - looked >= LOOK_S:
                looked = time.monotonic()
                self._look(phase, looked - began)
            time.sleep(0.05)
        phase.seconds = time.monotonic() - began
        now_busy, now_whole = machine()
        phase.machine_busy = (now_busy - busy) / max(0.001, now_whole - whole)
        phase.asterisk_core = (used(self._pid()) - spent) / phase.seconds
        for each in callers:
            phase.cut_off |= each.end()
            for what, number in each.counts().items():
                phase.sipp[what] = phase.sipp.get(what, 0) + number
        phase.errors = _kinds("".join(each.errors() for each in callers))
        phase.load = os.getloadavg()[0]
        phase.account(self.pbx.queue_log()[logged:])
        phase.agents = self._end_agents()
        phase.real_answered = sum(desk.answered for desk in self._real) - already
        print(f"scale: {name} done in {phase.seconds:.0f} s", file=sys.stderr, flush=True)

    def _look(self, phase: Phase, at: float) -> None:
        assert self._floor is not None
        phase.memory.append((at, resident(self._pid()), resident(self._floor.pid)))

    def _orders(self, name: str, pick_up: tuple[float, float], talk: tuple[float, float]) -> None:
        users = [desk.user for desk in self.pbx.plan.desk if desk.user not in REAL]
        orders = Orders(
            host="localhost",
            port=self.pbx.ports.tls,
            ca_file=self.ca_file,
            out=str(self._folder / f"{name}-agents.json"),
            desks={user: self.pbx.passwords[user] for user in users},
            pick_up_s=pick_up,
            talk_s=talk,
        )
        path = self._folder / f"{name}-orders.json"
        path.write_text(json.dumps(asdict(orders)))
        path.chmod(0o600)
        self._out = Path(orders.out)
        self._agents = self._start("agents", str(path))
        self._wait_ready(self._agents)
        time.sleep(4)  # until the PBX has asked each once whether it is there

    def _end_agents(self) -> dict[str, object]:
        assert self._agents is not None
        self._agents.terminate()
        self._agents.wait(20)
        found: dict[str, object] = json.loads(self._out.read_text())
        return found

    def _end_floor(self) -> None:
        assert self._floor is not None
        self._floor.terminate()
        self._floor.wait(30)
        self.figures.hear(json.loads((self._folder / "floor.json").read_text()))
        self.figures.mos = [mos for desk in self._real for mos in desk.mos]

    # --- processes -------------------------------------------------------------------------

    def _start(self, module: str, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", f"tests.bench.scale.{module}", *words]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)

    def _wait_ready(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{process.args} did not get ready")

    def _pid(self) -> int:
        assert self.pbx._process is not None
        return self.pbx._process.pid

    def close(self) -> None:
        """End what was started."""
        for process in (self._agents, self._floor):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait(5)
        for desk in self._real:
            desk.close()


@contextlib.contextmanager
def running(folder: Path, arguments: argparse.Namespace) -> Iterator[Bench]:
    """Give a bench whose PBX, desks and feed are up."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    certificate = Certificate(folder / "chain.pem", folder / "key.pem")
    issued.private_key_pem.write_to_path(str(certificate.key))
    certificate.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    practices = load_library(SAMPLES).practices
    pbx = ScalePbx(asterisk_root(), certificate, practices, arguments.agents)
    bench = Bench(folder, arguments, pbx)
    try:
        pbx.start()
        bench.begin()
        yield bench
    finally:
        bench.close()
        pbx.remove()


def window() -> dict[str, list[float]]:
    """Return the supervisor's window with 1,000 agents and 500 waiting: median and p99 of each
    kind of work, in milliseconds."""
    command = [sys.executable, "-m", "tests.ui.bench_floor"]
    if not os.environ.get("DISPLAY"):
        command = ["xvfb-run", "-a", *command]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    found = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 7 and words[1] == "median":
            found[words[0]] = [float(words[2]), float(words[5])]
    return found


def _with_impatient(stream: Stream, part: float) -> tuple[Stream, ...]:
    """Return a stream as two: those who wait, and the part of them that leaves at once."""
    gone = round(stream.count * part)
    if not gone:
        return (stream,)
    stay = stream.count - gone
    share = gone / stream.count
    return (
        Stream(stay, stream.per_s * (1 - share), stream.patience_s, stream.sound),
        Stream(gone, stream.per_s * share, IMPATIENT_S, sound=False, media_port=48000),
    )


def _under_way(callers: list[Callers]) -> bool:
    return any(each.process.poll() is None for each in callers)


def _kinds(errors: str) -> dict[str, int]:
    """Return what SIPp found unexpected, by its first words, and how often."""
    found: dict[str, int] = {}
    for line in errors.splitlines():
        for mark in ("unexpected", "Timeout", "timeout", "retransmission", "Aborting"):
            if mark in line and line[:4].isdigit():
                kind = line.split(": ", 1)[-1][:60]
                found[kind] = found.get(kind, 0) + 1
                break
    return dict(sorted(found.items(), key=lambda item: -item[1])[:5])
