"""`frontdesk report`: a practice's month as text, PDF and CSV."""

import argparse
import re
import sys
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from console.desk.editions import in_force
from console.errors import WorldError
from console.figures import month as sheet
from console.own_file import write_over
from console.records.opening import opening
from console.records.practices import practice_files
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.errors import UnknownPractice
from console.store.months import month_of

BY: Final = "command line"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def run_report(arguments: argparse.Namespace) -> int:
    """Write what was asked for, the text where nothing was. Raises `WorldError`."""
    given = _MONTH.fullmatch(arguments.month)
    if given is None:
        raise WorldError("That is no month", f"--month {arguments.month}: write it as 2026-11.")
    year, number = int(given[1]), int(given[2])
    files = practice_files(arguments)
    with opening(arguments).opened(there=True) as records:
        with records.session() as session:
            try:
                month = month_of(session, practice=arguments.practice, year=year, month=number)
            except UnknownPractice as error:
                raise WorldError(
                    "No such practice", f"The records know no practice “{arguments.practice}”."
                ) from error
            practice = in_force(session, files, datetime.now(UTC)).by_id(arguments.practice)
        records.write(lambda session: _note(session, arguments))
    worth = practice.new_patients.value if practice is not None else None
    if arguments.csv is not None:
        made = sheet.as_csv(month, patient_value=worth).encode()
        write_over(arguments.csv, made, "report")
    if arguments.pdf is not None:
        write_over(arguments.pdf, sheet.as_pdf(month, patient_value=worth), "report")
    if arguments.csv is None and arguments.pdf is None:
        sys.stdout.write(sheet.as_text(month, patient_value=worth))
    return 0


def _note(session: Session, arguments: argparse.Namespace) -> None:
    forms = [each for each in ("csv", "pdf") if getattr(arguments, each) is not None]
    note(
        session,
        event=Event.EXPORTED,
        person=BY,
        kind="report",
        row=arguments.month,
        practice_id=arguments.practice,
        detail=",".join(forms) or "text",
    )
