"""One run of the bench, from the command line to the table.

The calls are placed in rounds, every phone once in each, so that a machine that is busy for a while
is busy for all of them.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench import others, sound
from tests.bench.measuring import Bench, PhoneFailedError, PhoneFigures
from tests.bench.network import enter_own_network
from tests.bench.phones import ROOT, Baresip, BareWindow, Floor, Frontdesk, Phone, Twinkle
from tests.bench.processes import Children
from tests.bench.report import as_json, table
from tests.bench.screen import NoScreenError, Screen
from tests.pbx.obtain_asterisk import Unobtainable, asterisk_root
from tests.scripts import bench as scripts_bench

FAILURES_ALLOWED = 3  # Twinkle falls over now and then; each fall is told
KEPT_VARIABLES = ("PATH", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


def main() -> int:
    """Measure, print, write; 2 when nothing can be measured here."""
    arguments = parse()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    no_pbx = fetch_pbx(arguments)
    why_shared = enter_own_network()
    scripts = () if arguments.only else tuple(scripts_bench.figures())
    phones = choose(arguments.only, own_network=not why_shared)
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as name:
        folder = Path(name)
        try:
            with Children(logs=folder) as children:
                screen = Screen(children, folder, environment(folder))
                bench = Bench(children, screen, folder, environment(folder), arguments.shots)
                figures = measure_all(bench, phones, arguments)
                heard = measure_sound(children, screen, folder, arguments)
        except NoScreenError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
    printed = [] if arguments.only or arguments.phones_only else others.run_all()
    setting = {
        "window_manager": screen.window_manager or "none",
        "network": why_shared or "its own, loopback only",
        "load": round(os.getloadavg()[1], 2),
        "rounds": arguments.rounds,
    }
    result = as_json(figures, setting) | {
        "scripts": [asdict(figure) for figure in scripts],
        "sound": [asdict(figure) for figure in heard],
        "others": [asdict(each) for each in printed],
    }
    print(table(result))
    if heard:
        print(f"\n{sound.table(heard)}")
    if scripts:
        print(f"\n{scripts_bench.table(scripts)}\n{scripts_bench.memory()}")
    if printed:
        print(f"\n{others.table(printed)}")
    if not arguments.only and arguments.scale and not arguments.phones_only:
        print(f"\n{no_pbx or scale(arguments)}")
    if why_shared:
        print(f"Note: {why_shared}.")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


def fetch_pbx(arguments: argparse.Namespace) -> str:
    """Have the PBX of the scale run here before the network is left; return why there is none."""
    if arguments.only or not arguments.scale:
        return ""
    if shutil.which("sipp") is None:
        return "scale: no SIPp: apt-get install sip-tester"
    try:
        asterisk_root()
    except Unobtainable as error:
        return f"scale: no Asterisk: {error}"
    return ""


def scale(arguments: argparse.Namespace) -> str:
    """Return the short scale run's table, and the supervisor's window's."""
    command = [sys.executable, "-m", "tests.bench.scale", "--short", "--no-window"]
    if arguments.json:
        command += ["--json", os.fspath(arguments.json.with_suffix(".scale.json"))]
    env = {name: os.environ[name] for name in (*KEPT_VARIABLES, "HOME") if name in os.environ}
    env |= {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    return done.stdout.strip() or f"scale: {done.stderr.strip()[-500:]}"


def measure_sound(
    children: Children, screen: Screen, folder: Path, arguments: argparse.Namespace
) -> list[sound.SoundFigures]:
    """Measure the sound of a call, unless only some phones were asked for, or no sound."""
    if arguments.only or not arguments.sound_seconds:
        return []
    env = environment(folder) | {"DISPLAY": screen.display, "PYTHONPATH": str(ROOT)}
    return sound.measure_all(
        children, folder, env, seconds=arguments.sound_seconds, load=sound.LOAD_S
    )


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Frontdesk beside its peers"
    )
    parser.add_argument("--calls", type=int, default=120, help="to each phone (120)")
    parser.add_argument("--rounds", type=int, default=3, help="each with a start of its own (3)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="floor, baresip ...")
    parser.add_argument("--sound-seconds", type=float, default=60, metavar="S",
                        help="of the call whose sound is measured; 0 for none (60)")  # fmt: skip
    parser.add_argument("--phones-only", action="store_true", help="nothing of single rooms")
    parser.add_argument("--no-scale", dest="scale", action="store_false",
                        help="without the PBX with desks and callers by the dozen")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="keep pictures of each pop-up")
    arguments = parser.parse_args()
    if arguments.calls < 1 or not 1 <= arguments.rounds <= arguments.calls:
        parser.error("--calls and --rounds must be at least 1, and rounds no more than calls")
    if arguments.shots:
        arguments.shots.mkdir(parents=True, exist_ok=True)
    return arguments


def choose(only: list[str], *, own_network: bool) -> list[Phone]:
    """Return the phones to call; the floor always, for the others are told as multiples of it."""
    phones: list[Phone] = [
        Floor(), Baresip(own_network=own_network), BareWindow(), Twinkle(), Frontdesk()
    ]  # fmt: skip
    if not only:
        return phones
    wanted = tuple(name.lower() for name in only)
    return [phones[0], *(p for p in phones[1:] if p.name.lower().startswith(wanted))]


def environment(folder: Path) -> dict[str, str]:
    """Return what every program sees: nothing of the person's own desktop."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "QT_QPA_PLATFORM": "xcb",
        "NO_AT_BRIDGE": "1",
    }


def measure_all(
    bench: Bench, phones: list[Phone], arguments: argparse.Namespace
) -> list[PhoneFigures]:
    """Call every phone in every round; one that keeps failing is left out of later rounds."""
    figures = [PhoneFigures(phone.name, phone.pop is not None, phone.missing()) for phone in phones]
    for number in range(1, arguments.rounds + 1):
        due = arguments.calls * number // arguments.rounds
        for phone, its in zip(phones, figures, strict=True):
            if its.missing:
                continue
            print(f"round {number}: {phone.name} ...", file=sys.stderr, flush=True)
            while len(its.calls) < due and len(its.failures) < FAILURES_ALLOWED:
                try:
                    bench.measure(phone, its, calls=due - len(its.calls))
                except PhoneFailedError as error:
                    its.failures.append(str(error))
    return figures


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)
