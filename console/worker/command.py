"""`frontdesk worker`: put together from the settings, and run."""

import argparse
import sys
from pathlib import Path

from console.errors import WorldError
from console.records.opening import opening
from console.settings import load_settings
from console.worker.channels import channels
from console.worker.deeds import Deeds
from console.worker.run import run
from console.worker.worker import Worker
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_library


def run_worker(arguments: argparse.Namespace) -> int:
    """Work on the records until told to stop; return the exit code."""
    settings = load_settings(arguments.settings)
    library = _library(arguments, settings.practices_folder)
    secrets = arguments.safe.secrets()

    def password(name: str) -> str:
        return secrets.password(f"{name}@delivery") or ""

    with opening(arguments).opened() as records:
        ways = channels(settings.delivery, password)
        worker = Worker(records, Deeds(library, settings.delivery), ways)
        return run(worker, once=arguments.once, as_json=arguments.json)


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
