"""`frontdesk worker`: put together from the settings, and run."""

import argparse
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from console.delivery.dispatch import Channel
from console.delivery.settings import DeliverySettings
from console.desk.editions import in_force
from console.errors import WorldError
from console.records.opening import opening
from console.settings import load_settings
from console.store.session import Records
from console.worker.calendars.beside import calendar_rounds
from console.worker.calendars.passing import Calendars
from console.worker.calling.making import calling
from console.worker.channels import Password, channels
from console.worker.ears import Ears
from console.worker.hearing import Hearing
from console.worker.passes import Passes
from console.worker.run import run
from console.worker.turns import Turns
from console.worker.worker import new_name
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_library

LOOK_S: Final = 30.0  # how often another version of a practice is looked for


def run_worker(arguments: argparse.Namespace) -> int:
    """Work on the records until told to stop; return the exit code."""
    settings = load_settings(arguments.settings)
    library = _library(arguments, settings.practices_folder)
    secrets = arguments.safe.secrets()

    def password(name: str) -> str:
        return secrets.password(f"{name}@delivery") or ""

    def of_calendar(name: str) -> str:
        return secrets.password(f"{name}@calendar") or ""

    with opening(arguments).opened() as records:
        ways = channels(settings.delivery, password)
        worker = InForce(records, library, settings.delivery, ways, password)
        if arguments.once:
            worker.calendars = Calendars(records, lambda: worker.library, of_calendar)
            return run(worker, once=True, as_json=arguments.json)
        hearing = Hearing(records, lambda: worker.library, settings.delivery)
        with (
            Ears(hearing, settings.delivery, password, Turns(records, new_name())),
            calendar_rounds(records, lambda: worker.library, of_calendar),
            calling(records, hearing, lambda: worker.library, settings.delivery, password),
        ):
            return run(worker, once=False, as_json=arguments.json)


class InForce(Passes):
    """Passes over the practices in force: looked up anew each half minute, and when a version takes
    effect at the latest by then."""

    def __init__(
        self,
        records: Records,
        files: Library,
        settings: DeliverySettings,
        ways: Mapping[str, Channel],
        password: Password,
    ) -> None:
        super().__init__(records, files, self._in_force, settings, ways=ways, password=password)
        self._files, self._found, self._looked = files, files, float("-inf")

    def _in_force(self) -> Library:
        if time.monotonic() - self._looked >= LOOK_S:
            with self._records.session() as session:
                self._found = in_force(session, self._files, datetime.now(UTC))
            self._looked = time.monotonic()
        return self._found


def _library(arguments: argparse.Namespace, otherwise: Path) -> Library:
    folder = arguments.practices or otherwise
    try:
        library = load_library(folder)
    except PracticeFileError as error:
        raise WorldError(
            "No practice files", f"{error} Name their folder with --practices."
        ) from error
    for fault in library.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    return library
