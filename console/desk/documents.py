"""What is written out of the desk goes into the person's documents, and the desk says so."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from console.desk.stage import Stage
from console.desk.views import Light


def documents() -> Path:
    """Return where this person keeps their documents."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())


def say_written(stage: Stage, what: str, path: Path) -> None:
    """Say where it is; `what` as “The figures are”."""
    stage.say(f"{what} written", f"{path.name}, in {path.parent}.")


def say_not_written(stage: Stage, what: str, path: Path, error: Exception) -> None:
    """Say why not, and the mend; `what` as “The figures were”."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else "It is full."
    stage.say(
        f"{what} not written",
        f"{path.parent}: {why}. Make room or give this account the right to write there.",
        Light.BAD,
    )
