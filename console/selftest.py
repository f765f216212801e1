"""`frontdesk selftest`: each thing a call needs, tried without a window and told one by one.

It joins the engine that runs, or begins one with the desk's own settings and ends it again. What
it finds is the desk's own standard of readiness: an engine, a line, a headset, a loop call, records
that can be written, practices that can be read.
"""

import argparse
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from console.chosen_sound import SoundFile
from console.errors import WorldError
from console.phone.process import EngineProcess
from console.safe import Safe
from console.settings import Settings, data_folder, load_settings
from console.start import engine_options, overridden
from console.store.place import Place
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_library
from scripts.shelf import Shelf
from softphone import wire

START_WITHIN_S = 15.0
REGISTER_WITHIN_S = 12.0
LOOP_WITHIN_S = 9.0
SOUND_WITHIN_S = 6.0
REQUEST = "selftest"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried, and what came of it in a sentence."""

    name: str
    good: bool
    detail: str


class EngineLink:
    """A plain blocking connection to an engine."""

    def __init__(self, rendezvous: wire.Rendezvous) -> None:
        """Raises `OSError` where nobody listens."""
        self._socket = socket.create_connection(("127.0.0.1", rendezvous.port), timeout=5)
        self._buffer = b""
        self.send(wire.Hello(rendezvous.token))

    def send(self, command: wire.Command) -> None:
        """Send a command."""
        self._socket.sendall(wire.encode(command))

    def events(self, within: float) -> Iterator[wire.Event]:
        """Give each event until the time, in seconds, is over. Raises `OSError` when it is gone."""
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            line, found, rest = self._buffer.partition(b"\n")
            if found:
                self._buffer = rest
                yield wire.decode_event(line)
                continue
            self._socket.settimeout(left)
            try:
                heard = self._socket.recv(65536)
            except TimeoutError:
                return
            if not heard:
                raise ConnectionResetError("the engine closed the connection")
            self._buffer += heard

    def close(self) -> None:
        """Leave the engine to itself."""
        self._socket.close()


def run_selftest(arguments: argparse.Namespace, safe: Safe) -> int:
    """Try everything and tell; return 0 when all is good, else 1."""
    settings = overridden(load_settings(arguments.settings), arguments)
    data: Path = arguments.data or data_folder()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    library, practices = check_practices(settings.practices_folder)
    checks = [
        *check_phone(settings, data, library, safe),
        check_records(settings.records_place, library, safe),
        practices,
    ]
    good = all(check.good for check in checks)
    if arguments.json:
        print(json.dumps({"good": good, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            print(f"{'good' if check.good else 'BAD ':4}  {check.name}: {check.detail}")
    return 0 if good else 1


# --- the phone -----------------------------------------------------------------------------


def check_phone(settings: Settings, data: Path, library: Library | None, safe: Safe) -> list[Check]:
    """Try engine, registration, microphone, earpiece and loop call."""
    names = ("engine", "registration", "microphone", "earpiece", "loop call")
    try:
        with _engine(settings, data) as (link, begun):
            welcome = _welcome(link)
            _keep_missed(settings, data, library, welcome, safe)
            try:
                return [
                    Check("engine", True, f"{welcome.engine}, calls on {welcome.sip_address}."),
                    _registration(link, welcome, settings, begun=begun),
                    *_sound(link),
                    _loop(link),
                ]
            finally:
                if begun and not _has_calls(link):
                    link.send(wire.ShutDown())
    except (OSError, WorldError, wire.WireError) as error:
        sentence = error.message if isinstance(error, WorldError) else f"It went away: {error}."
        return [Check("engine", False, sentence)] + [
            Check(name, False, "Not tried: there is no engine.") for name in names[1:]
        ]


@contextmanager
def _engine(settings: Settings, data: Path) -> Iterator[tuple[EngineLink, bool]]:
    """Join the engine of the data folder, or begin one; tell whether it was begun here."""
    process = EngineProcess(data, engine_options(settings, SoundFile(data, settings.sound).chosen))
    link = _join(process)
    begun = link is None
    if link is None:
        process.begin()
        link = _await_engine(process)
    try:
        yield link, begun
    finally:
        _leave(link, process, begun=begun)


def _join(process: EngineProcess) -> EngineLink | None:
    rendezvous = process.rendezvous()
    if rendezvous is None:
        return None
    try:
        return EngineLink(rendezvous)
    except OSError:
        return None  # the file of an engine that is no more


def _await_engine(process: EngineProcess) -> EngineLink:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and process.exit_code is None:
        link = _join(process)
        if link is not None:
            return link
        time.sleep(0.02)
    words = process.last_words() if process.exit_code is not None else "It did not start in time."
    process.reap()
    raise WorldError("The softphone cannot start", words)


def _leave(link: EngineLink, process: EngineProcess, *, begun: bool) -> None:
    """Wait for an engine that was told to leave. One with a caller on the line was not: it goes by
    itself once nobody needs it."""
    try:
        if begun:
            for _ in link.events(5):
                pass
    except (OSError, wire.WireError):
        process.wait(5)
    finally:
        link.close()


def _welcome(link: EngineLink) -> wire.Welcome:
    for event in link.events(5):
        if isinstance(event, wire.Welcome):
            return event
    raise WorldError("The softphone does not answer", "The softphone does not answer.")


def _has_calls(link: EngineLink) -> bool:
    link.send(wire.Hello(""))  # a client that is joined is welcomed anew, whatever the token
    for event in link.events(2):
        if isinstance(event, wire.Welcome):
            return bool(event.calls)
    return False


def _registration(
    link: EngineLink, welcome: wire.Welcome, settings: Settings, *, begun: bool
) -> Check:
    name, line = "registration", settings.line
    standing, reason = welcome.registration, ""
    if not line.registrar:
        return Check(name, True, "None is asked for: calls come straight to this desk.")
    if begun:
        from console.keychain import line_password  # noqa: PLC0415 - a keyring only where needed

        try:
            link.send(line.account(line_password(line.user, line.registrar)))
        except WorldError as error:
            return Check(name, False, f"{error.title}. {error.message}")
        standing = wire.Registration.TRYING
    if standing in (wire.Registration.TRYING, wire.Registration.DIRECT):
        for event in link.events(REGISTER_WITHIN_S):
            if isinstance(event, wire.RegistrationChanged):
                standing, reason = event.registration, event.reason or str(event.code or "")
                if standing in (wire.Registration.REGISTERED, wire.Registration.FAILED):
                    break
    if standing is wire.Registration.REGISTERED:
        return Check(name, True, f"Registered with {line.registrar}.")
    why = f" ({reason})" if reason else ""
    return Check(name, False, f"Not registered with {line.registrar}{why}. Check the network, "
                 "the user and the password.")  # fmt: skip


def _sound(link: EngineLink) -> tuple[Check, Check]:
    """Prove that the microphone gives sound and the earpiece takes some."""
    kinds = (wire.SelfTestKind.MICROPHONE, wire.SelfTestKind.EARPIECE)
    found: dict[wire.SelfTestKind, Check] = {}
    link.send(wire.SoundTest(request=REQUEST))
    for event in link.events(SOUND_WITHIN_S):
        if isinstance(event, wire.SelfTestResult) and event.kind in kinds:
            found[event.kind] = Check(event.kind.value, event.good, event.detail)
        if len(found) == len(kinds):
            break
    late = "The softphone gave no verdict in time."
    microphone, earpiece = (found.get(kind, Check(kind.value, False, late)) for kind in kinds)
    return microphone, earpiece


def _loop(link: EngineLink) -> Check:
    name = "loop call"
    link.send(wire.LoopTest(request=REQUEST))
    for event in link.events(LOOP_WITHIN_S):
        if isinstance(event, wire.SelfTestResult) and event.request == REQUEST:
            return Check(name, event.good, event.detail)
        if isinstance(event, wire.CommandRefused) and event.call == REQUEST:
            return Check(name, False, event.reason)
    return Check(name, False, "The softphone gave no verdict in time.")


# --- records and practices -----------------------------------------------------------------


def check_practices(folder: Path) -> tuple[Library | None, Check]:
    """Read every practice file."""
    name = "practices"
    try:
        library = load_library(folder)
    except PracticeFileError as error:
        return None, Check(name, False, f"{error} Name their folder with --practices.")
    if library.faults:
        files = ", ".join(sorted({fault.file.name for fault in library.faults}))
        return library, Check(
            name, False, f"Mistakes in {files}. Run: frontdesk practice check {folder}"
        )
    return library, Check(name, bool(library.practices), f"{len(library.practices)} read.")


def check_records(place: Place, library: Library | None, safe: Safe) -> Check:
    """Open the records and write what the desk writes first: the practices it answers for."""
    from console.desk.ledger import practice_facts  # noqa: PLC0415 - half a second of imports
    from console.store.errors import RecordsError  # noqa: PLC0415
    from console.store.practices import upsert_practices  # noqa: PLC0415
    from console.store.session import Records  # noqa: PLC0415

    facts = tuple(practice_facts(each) for each in (library.practices if library else ()))
    try:
        safe.check()
        records = Records.open(place, secrets=safe.secrets())
        try:
            records.write(lambda session: upsert_practices(session, practices=facts))
        finally:
            records.close()
    except RecordsError as error:
        return Check("records", False, f"{error.title}. {error.message} {error.mend}")
    except WorldError as error:
        return Check("records", False, f"{error.title}. {error.message}")
    return Check("records", True, f"{place} can be written.")


def _keep_missed(
    settings: Settings, data: Path, library: Library | None, welcome: wire.Welcome, safe: Safe
) -> None:
    """Write down the callers missed while no desk ran: an engine tells of them once, and whoever
    hears of them owes them to the records."""
    if not welcome.missed or library is None:
        return
    from console.desk.ledger import open_ledger  # noqa: PLC0415
    from console.desk.lines import Lines  # noqa: PLC0415

    lines = Lines(Shelf(library), agent=settings.agent_name, timezone="UTC")
    lines.direct = welcome.registration is wire.Registration.DIRECT
    ledger = open_ledger(
        settings.records_place, safe.secrets(), data / "kept-work.jsonl", library.practices
    )
    try:
        for snapshot in welcome.missed:
            for work in lines.missed(snapshot):
                ledger.write(work)
    finally:
        ledger.close()
