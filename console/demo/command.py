"""`frontdesk demo`: seeds the sample practices, starts the desk, and plays the callers.

With a screen that somebody may be looking at, a person takes the calls; without one, or when told
so, the calls are taken by key presses, measured, and pictured.
"""

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.app import Program, build, make_application, read_library
from console.demo import report
from console.demo.attended import Attended
from console.demo.personas import callers
from console.demo.screen import somebody_may_look
from console.demo.unattended import Unattended
from console.desk.permissions import Person
from console.errors import WorldError
from console.log import start_log
from console.only_one import OnlyOne
from console.phone.process import EngineProcess
from console.settings import DeskSettings, LineSettings, Settings, SoundSettings, data_folder
from console.start import engine_options
from console.store.secrets import Handed
from console.store.values import Role
from scripts.loader import SAMPLES, Library

AGENT = "Dana Whitfield"
SECRETS = Handed(b"the demo's callers are invented")
GIVE_UP_S = 60  # per call, and once for the start


def run_demo(arguments: argparse.Namespace) -> int:
    """Run the demo; return 0 when every call was taken, shown right and heard both ways."""
    attended = arguments.attended or (not arguments.unattended and somebody_may_look())
    folder: Path = (arguments.output or data_folder() / "demo").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with OnlyOne(folder / "desk.lock"):
        return _run_in(folder, arguments, attended=attended)


def _run_in(folder: Path, arguments: argparse.Namespace, *, attended: bool) -> int:
    _begin_anew(folder)
    if not attended and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    start_log(folder / "logs")
    library = read_library(SAMPLES)
    application = make_application()
    settings = Settings(
        agent=AGENT,
        records=str(folder / "records.sqlite"),
        line=LineSettings(bind="127.0.0.1", sip_port=0),
        desk=DeskSettings(lock_after_min=60),  # key presses that come from within are not a person
        sound=SoundSettings() if attended else SoundSettings(kind="none"),
    )
    program = build(
        settings,
        library,
        data=folder,
        process=EngineProcess(folder, engine_options(settings)),
        secrets=lambda: SECRETS,
        person=Person("dana", AGENT, Role.RECEPTIONIST),
    )
    program.engine.failed.connect(_say_failure)
    if attended:
        return _with_person(application, program, library, arguments, folder)
    return _by_itself(application, program, library, arguments, folder)


def _with_person(
    application: QApplication,
    program: Program,
    library: Library,
    arguments: argparse.Namespace,
    folder: Path,
) -> int:
    print(
        "Take the calls: F2 answers, Alt+1 to Alt+7 say what kind of call it is, F1 shows all keys."
    )
    run = Attended(program, library, callers(arguments.calls), folder=folder, parent=application)
    program.start()
    run.start()
    code = application.exec()
    run.stop()
    program.close()
    print(f"Your calls are in {folder / 'records.sqlite'}")
    return code


def _by_itself(
    application: QApplication,
    program: Program,
    library: Library,
    arguments: argparse.Namespace,
    folder: Path,
) -> int:
    shots: Path = (arguments.shots or folder / "shots").absolute()
    personas = callers(arguments.calls)
    run = Unattended(program, library, personas, shots=shots, folder=folder, parent=application)
    run.done.connect(lambda: application.exit(0))
    QTimer.singleShot(
        GIVE_UP_S * 1000 * (len(personas) + 1), application, lambda: application.exit(0)
    )
    program.start()
    run.start()
    application.exec()
    program.close()
    whole = report.DemoReport(
        calls=run.reports, records=str(folder / "records.sqlite"), shots=str(shots)
    )
    problems = [problem for call in run.reports for problem in call.problems]
    whole.good = not problems and len(run.reports) == len(personas)
    print(report.table(run.reports))
    print(f"Pictures of the window: {shots}")
    print(f"Records: {whole.records}")
    if arguments.json:
        report.write(whole, arguments.json)
        print(f"Report: {arguments.json}")
    if len(run.reports) < len(personas):
        print(f"Only {len(run.reports)} of {len(personas)} calls were taken", file=sys.stderr)
    return 0 if whole.good else 1


def _begin_anew(folder: Path) -> None:
    """Take away what an earlier demo left: its callers are invented and come again."""
    for name in ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm", "kept-work.jsonl"):
        (folder / name).unlink(missing_ok=True)


def _has_display() -> bool:
    return sys.platform != "linux" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _say_failure(error: WorldError) -> None:
    print(f"frontdesk: {error.title}. {error.message}", file=sys.stderr)
    application = QApplication.instance()
    if application is not None:
        application.exit(2)
