"""A practice's month on one sheet: what its callers came for, what became of them, what it was
worth, and how fast messages arrived. Counts only: nobody's name, number or words are in it.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files

from console.quality.causes import CAUSES, CausesOfMonth
from scripts.calltypes import CallType, Mode

NONE = "–"
TYPES = {
    None: "Not begun",
    CallType.QUESTION: "Question",
    CallType.NEW_APPOINTMENT: "New appointment",
    CallType.CHANGE_APPOINTMENT: "Change of appointment",
    CallType.REFILL: "Refill",
    CallType.SYMPTOM: "Symptom or diagnosis",
    CallType.URGENT: "Urgent, on call",
    CallType.EMERGENCY: "Suspected emergency",
}
MODES = {
    None: "Not known",
    Mode.PRIMARY: "All calls",
    Mode.OVERFLOW: "Overflow",
    Mode.AFTER_HOURS: "After hours",
}


@dataclass(frozen=True, slots=True)
class Month:
    """What is counted of a month, by the practice's own calendar.

    A caller counts once, however many desks rang. `won` are new patients whose appointment was
    booked by a call of the month and stands still; `median_s` and `p95_s` run from when a message
    was taken to when it first arrived, or was confirmed by telephone.
    """

    practice: str
    name: str
    year: int
    month: int
    callers: int
    answered: int
    abandoned: int
    booked: int  # appointments made, new and existing patients'
    won: int
    by_type: Mapping[CallType | None, int]
    by_mode: Mapping[Mode | None, int]
    messages: int
    delivered: int
    median_s: float | None
    p95_s: float | None
    causes: CausesOfMonth


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: the part of the sheet it stands in, its name, and itself as a bare number, None
    where there is none."""

    part: str
    name: str
    value: float | None
    shown: str


def lines(month: Month, *, patient_value: float | None) -> list[Line]:
    """Return the sheet's figures in order. `patient_value` is what a new patient is worth by the
    practice's own file, in dollars."""
    worth = None if patient_value is None else month.won * patient_value
    said = "the practice has given no figure" if worth is None else f"${worth:,.0f}"
    found = [
        _count("Calls", "Callers", month.callers),
        _count("Calls", "Answered", month.answered),
        _count("Calls", "Gave up before an answer", month.abandoned),
        _count("Appointments", "Booked", month.booked),
        _count("Appointments", "New patients won", month.won),
        Line("Appointments", "Worth of new patients, by the practice’s figure", worth, said),
    ]
    found += [_count("What calls were for", TYPES[kind], n) for kind, n in month.by_type.items()]
    found += [_count("When calls came", MODES[mode], n) for mode, n in month.by_mode.items()]
    found += [
        _count("Messages", "Taken", month.messages),
        _count("Messages", "Delivered", month.delivered),
        _time("Messages", "Half were delivered within", month.median_s),
        _time("Messages", "95 of 100 were delivered within", month.p95_s),
        _count("Calls looked at again", "Looked at", month.causes.reviewed),
        _count("Calls looked at again", "Without fault", month.causes.faultless),
    ]
    if month.causes.reviewed:
        each = month.causes.counts.items()
        found += [_count("Calls looked at again", CAUSES[cause], n) for cause, n in each]
    return found


def percentile(sorted_values: list[float], part: float) -> float | None:
    """Return the smallest value that so large a part does not exceed (nearest rank), None of
    none."""
    if not sorted_values:
        return None
    rank = max(1, -(-len(sorted_values) * round(part * 100) // 100))
    return sorted_values[int(rank) - 1]


def as_text(month: Month, *, patient_value: float | None) -> str:
    """Return the sheet for a terminal."""
    told, part = [f"{month.name}, {month.year}-{month.month:02}"], ""
    for line in lines(month, patient_value=patient_value):
        if line.part != part:
            part = line.part
            told += ["", part]
        told.append(f"  {line.name:<50} {line.shown:>12}")
    return "\n".join([*told, ""])


def as_csv(month: Month, *, patient_value: float | None) -> str:
    """Return the sheet for a spreadsheet: a figure a row, bare; money in dollars, times in s."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["practice", "month", "part", "figure", "value"])
    for line in lines(month, patient_value=patient_value):
        value = "" if line.value is None else f"{line.value:.10g}"
        when = f"{month.year}-{month.month:02}"
        writer.writerow([month.practice, when, line.part, line.name, value])
    return out.getvalue()


def as_pdf(month: Month, *, patient_value: float | None) -> bytes:
    """Return the sheet on paper."""
    from fpdf import FPDF  # noqa: PLC0415 - not before a PDF is asked for

    page = FPDF(format="letter", unit="pt")
    page.set_margin(54)
    page.set_auto_page_break(True, margin=54)
    with as_file(files("resources") / "fonts" / "Inter-Regular.otf") as font:
        page.add_font("Inter", fname=font)
    page.add_page()
    page.set_font("Inter", size=16)
    page.multi_cell(0, 22, month.name, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Inter", size=10)
    page.cell(0, 16, f"{month.year}-{month.month:02}", new_x="LMARGIN", new_y="NEXT")
    part = ""
    for line in lines(month, patient_value=patient_value):
        if line.part != part:
            part = line.part
            page.ln(8)
            page.set_font("Inter", size=11)
            page.cell(0, 18, part, new_x="LMARGIN", new_y="NEXT")
            page.set_font("Inter", size=9.5)
        page.cell(page.epw - 170, 15, line.name, border="T")
        page.cell(170, 15, line.shown, align="R", border="T", new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _count(part: str, name: str, value: int) -> Line:
    return Line(part, name, float(value), f"{value:,}")


def _time(part: str, name: str, value: float | None) -> Line:
    if value is None:
        return Line(part, name, None, NONE)
    hours, minutes = divmod(round(value / 60), 60)
    shown = f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
    return Line(part, name, value, shown if value >= 60 else f"{value:.0f} s")
