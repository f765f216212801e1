"""`frontdesk run`, in the order that opens the line first.

The engine is begun before anything slow is imported: it hears calls while the window is still
being made, and gives the window what rings when it comes. Everything else is the composition
root's (`console.app`).
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.chosen_sound import ChosenSound, SoundFile
from console.dumps import no_core_dumps
from console.errors import WorldError
from console.leaving import Leaving
from console.log import start_log
from console.only_one import OnlyOne
from console.phone.process import EngineProcess
from console.safe import Safe
from console.settings import KEPT_PRACTICES, Settings, data_folder, load_settings
from console.store.place import FilePlace
from resources import RING

if TYPE_CHECKING:
    from console.desk.permissions import Person


def run_desk(arguments: argparse.Namespace, safe: Safe, person: "Person | None" = None) -> int:
    """Run the desk until its window is closed; return the exit code. `person` sits at it without
    an account: a measurement's receptionist."""
    settings = overridden(load_settings(arguments.settings), arguments)
    data = arguments.data or data_folder()
    if not settings.practices_folder.is_dir() and not _practices_elsewhere(settings, data):
        raise WorldError(
            "No practice files",
            f"There is no folder {settings.practices_folder}. Name their folder with --practices.",
        )
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = OnlyOne(data / "desk.lock")
    except OSError as error:
        raise WorldError(
            "The data folder cannot be used", f"{data}: {error.strerror}. Name another with --data."
        ) from error
    with lock:
        no_core_dumps()
        start_log(data / "logs")
        leaving = Leaving()
        leaving.heed()
        chosen = SoundFile(data, settings.sound).chosen
        process = EngineProcess(data, engine_options(settings, chosen))
        process.begin_unless_there()
        checking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keyring")
        trusted = checking.submit(safe.check)
        checking.shutdown(wait=False)
        try:
            from console.app import run_window  # noqa: PLC0415 - a second of imports

            leaving.rest()
            return run_window(
                settings,
                data,
                process,
                secrets=safe.secrets,
                trusted=trusted,
                leaving=leaving,
                person=person,
            )
        except BaseException:
            process.reap()  # only one begun here: one that was found may hold a call
            raise


def _practices_elsewhere(settings: Settings, data: Path) -> bool:
    """Tell whether practices may come out of the records: they did before, or others share them."""
    kept = (data / KEPT_PRACTICES).exists()
    return kept or not isinstance(settings.records_place, FilePlace)


def engine_options(settings: Settings, chosen: ChosenSound | None = None) -> tuple[str, ...]:
    """Return the engine's command line for these settings and this choice of headset."""
    line, sound = settings.line, settings.sound
    chosen = chosen or SoundFile(None, sound).chosen
    return (
        *("--bind", line.bind, "--sip-port", str(line.sip_port)),
        *(word for network in line.hear for word in ("--hear", network)),
        *("--sound", sound.kind, "--microphone", chosen.microphone, "--earpiece", chosen.earpiece),
        *("--ringer", chosen.ringer, "--ringing", chosen.ringing),
        *("--ring-tone", str(Path(sound.ring_tone).expanduser() if sound.ring_tone else RING)),
    )


def overridden(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """Return the settings with what the command line says instead."""
    records: str | None = arguments.records
    if records is None and arguments.data is not None:
        records = str(arguments.data / "records.sqlite")
    return msgspec.structs.replace(
        settings,
        line=_with(settings.line, bind=arguments.bind, sip_port=arguments.sip_port),
        sound=_with(settings.sound, kind=arguments.sound),
        **_given(
            agent=arguments.agent,
            practices=arguments.practices and str(arguments.practices),
            records=records,
        ),
    )


def _with(part: msgspec.Struct, **values: object) -> msgspec.Struct:
    return msgspec.structs.replace(part, **_given(**values))


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
