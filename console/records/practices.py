"""The practices' files a command goes by, beside the versions signed in the records."""

import argparse

from console.settings import load_settings
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_library


def practice_files(arguments: argparse.Namespace) -> Library:
    """Return the practices of `--practices`, else of the settings' folder; none where that has no
    file: signed versions in the records may be all there is."""
    try:
        return load_library(
            arguments.practices or load_settings(arguments.settings).practices_folder
        )
    except PracticeFileError:
        return Library(())
