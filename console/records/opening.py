"""How a command reaches the records: where they are, and who keeps their key."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from console.errors import WorldError
from console.safe import Safe
from console.settings import load_settings
from console.store.errors import RecordsError
from console.store.place import FilePlace, Place, place_of
from console.store.session import Records


@dataclass(frozen=True, slots=True)
class Opening:
    """The records a command is about, not yet opened."""

    place: Place
    safe: Safe

    def open(self) -> Records:
        """Open them, beginning them where there are none. Raises `WorldError`."""
        self.safe.check()
        with as_sentences():
            if isinstance(self.place, FilePlace):
                self.place.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return Records.open(self.place, secrets=self.safe.secrets())

    @contextmanager
    def opened(self, *, there: bool = False) -> Iterator[Records]:
        """Give them open for a block, whose own `RecordsError` becomes a `WorldError` too; with
        `there`, they must exist already."""
        if there and isinstance(self.place, FilePlace) and not self.place.path.is_file():
            raise WorldError("There are no records", f"There is no file {self.place}.")
        records = self.open()
        try:
            with as_sentences():
                yield records
        finally:
            records.close()


def opening(arguments: argparse.Namespace) -> Opening:
    """Return the records a command line is about: `--records`, else the settings'."""
    named: str | None = arguments.records
    with as_sentences():
        place = place_of(named) if named else load_settings(arguments.settings).records_place
    return Opening(place, arguments.safe)


@contextmanager
def as_sentences() -> Iterator[None]:
    """Turn what the world did to the records into what the command line prints."""
    try:
        yield
    except RecordsError as error:
        raise WorldError(error.title, f"{error.message} {error.mend}".strip()) from error
    except OSError as error:
        raise WorldError("The records cannot be reached", f"{error.strerror}.") from error
