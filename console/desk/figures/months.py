"""A practice's month at the desk: which one and into which folder; the worker counts and writes."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from console.desk.board.port import Pick
from console.desk.documents import documents, say_not_written, say_written
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.own_file import write_new
from console.store.audit.events import Event

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.figures.month import Month

MONTHS: Final = 13  # this one, and the year before it


@dataclass(frozen=True, slots=True)
class MonthView:
    """What is to be written: a practice, a month (`2026-11`) and a folder, by those names."""

    given: dict[str, str]
    practices: tuple[Pick, ...]
    months: tuple[Pick, ...]
    problems: dict[str, str] = field(default_factory=dict)


class MonthKeeper(QObject):
    """Asks which month of which practice, and where to."""

    shown = Signal(object)  # MonthView | None, None closes

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._view: MonthView | None = None
        self.folder = documents

    def open(self) -> None:
        """Ask, whoever may export."""
        if not self._stage.allowed(Permission.EXPORT):
            return
        practices = tuple(Pick(p.id, p.name) for p in self._stage.library.practices)
        if not practices:
            self._stage.say("No practice to report on", "None is on file here.", Light.WARN)
            return
        months = _months(self._stage.clock().astimezone().date())
        given = {
            "practice": practices[0].code,
            "month": months[1].code,  # the last one that is over
            "folder": str(self.folder()),
        }
        self._show(MonthView(given, practices, months))

    def write(self, given: dict[str, str]) -> None:
        """Write PDF and CSV, or say what is wrong."""
        view = self._view
        if view is None or not self._stage.allowed(Permission.EXPORT):
            return
        folder = Path(given["folder"].strip()).expanduser()
        if not given["folder"].strip() or not folder.is_dir():
            wrong = {"folder": "There is no such folder; write the whole path of one"}
            self._show(replace(view, given=given, problems=wrong))
            return
        practice, month = given["practice"], given["month"]
        path = folder / f"{practice}-{month}-{self._stage.clock():%H%M%S}"
        self._stage.book.ask(
            partial(_write, path=path, practice=practice, month=month, worth=self._worth(practice)),
            then=partial(self._written, path, practice, month),
            otherwise=partial(say_not_written, self._stage, "The report was", path),
            expected=OSError,
        )
        self.leave()

    def leave(self) -> None:
        """Write nothing."""
        self._view = None
        self.shown.emit(None)

    def _worth(self, practice: str) -> float | None:
        found = self._stage.library.by_id(practice)
        return found.new_patients.value if found is not None else None

    def _show(self, view: MonthView) -> None:
        self._view = view
        self.shown.emit(view)

    def _written(self, path: Path, practice: str, month: str, counted: "Month | None") -> None:
        if counted is None:
            self._stage.say(
                "The report was not written", "The records are away: there is nothing to count.",
                Light.WARN,
            )  # fmt: skip
            return
        self._stage.record.did(
            Event.EXPORTED, kind="report", row=month, practice=practice, detail="csv,pdf"
        )
        say_written(self._stage, "The report is", path.with_name(f"{path.name}.pdf and .csv"))


def _write(
    ledger: "Ledger", *, path: Path, practice: str, month: str, worth: float | None
) -> "Month | None":
    """Count and write; None while the records are away. Raises `OSError`."""
    from console.figures import month as sheet  # noqa: PLC0415 - a PDF only where it is wanted
    from console.store.months import month_of  # noqa: PLC0415 - the worker's to import

    year, number = (int(part) for part in month.split("-"))
    found = ledger.read(lambda s: month_of(s, practice=practice, year=year, month=number))
    if found is not None:
        made = {"pdf": sheet.as_pdf(found, patient_value=worth)}
        made["csv"] = sheet.as_csv(found, patient_value=worth).encode()
        for form, content in made.items():
            write_new(path.with_name(f"{path.name}.{form}"), content)
    return found


def _months(today: date) -> tuple[Pick, ...]:
    """Return months, the newest first."""
    found, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        found.append(Pick(f"{first:%Y-%m}", f"{first:%B %Y}"))
        first = (first - timedelta(days=1)).replace(day=1)
    return tuple(found)
