"""Figures as text, JSON, CSV and PDF; each carries its definitions and where they are from."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from console.floor.figures import DEFINITIONS, By, Definition, Figures, Table, Unit, described

if TYPE_CHECKING:
    from fpdf import FPDF

HEADS: Final = {
    By.PRACTICE: "Practice",
    By.AGENT: "Receptionist",
    By.HOUR: "Hour",
    By.DAY: "Day",
}
NOBODY: Final = {By.PRACTICE: "Number not on file", By.AGENT: "Nobody"}
WHOLE: Final = "All"
NONE: Final = "–"
_FONT: Final = "Inter-Regular.otf"
_HEAD_SIZE, _SIZE, _SMALL = 15, 8, 7.5
_ROW = 14
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Report:
    """Figures with what they are of: the days in words, the source ("records" or "queue_log"), and
    practices' names by id."""

    table: Table
    days: str
    source: str
    names: Mapping[str, str]


def value(definition: Definition, figures: Figures) -> float | None:
    """Return a figure; None where there is none."""
    found = getattr(figures, definition.code)
    return None if found is None else float(found)


def shown(definition: Definition, figures: Figures) -> str:
    """Return a figure as it is read: "94.2 %", "0:41", "112", "–"."""
    found = value(definition, figures)
    if found is None:
        return NONE
    match definition.unit:
        case Unit.COUNT:
            return f"{found:,.0f}"
        case Unit.SHARE:
            return f"{found * 100:.1f} %"
        case Unit.TIME:
            minutes, seconds = divmod(round(found), 60)
            return f"{minutes}:{seconds:02}"


def row_name(report: Report, key: str) -> str:
    """Return what a row is called."""
    by = report.table.by
    if not key:
        return NOBODY.get(by, key)
    if by is By.PRACTICE:
        return report.names.get(key, key)
    return f"{key}:00" if by is By.HOUR else key


def rows(report: Report) -> list[tuple[str, Figures]]:
    """Return the rows by name, and all together last."""
    named = [(row_name(report, key), figures) for key, figures in report.table.rows.items()]
    if report.table.by is By.PRACTICE:
        named.sort(key=lambda row: row[0])
    return [*named, (WHOLE, report.table.whole)]


def source_words(definition: Definition, source: str) -> str:
    """Return where a figure is from."""
    return definition.records if source == "records" else definition.queue_log


def as_text(report: Report) -> str:
    """Return the figures as a table to read in a terminal."""
    heads = [HEADS[report.table.by], *(described(d, report.table)[0] for d in DEFINITIONS)]
    lines = [heads] + [
        [name, *(shown(each, figures) for each in DEFINITIONS)] for name, figures in rows(report)
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    told = [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([f"{report.days}, from {_source(report)}", "", *told, ""])


def as_json(report: Report) -> str:
    """Return the figures for another program: shares are parts of 1, times seconds."""
    whole = {
        "days": report.days,
        "source": report.source,
        "by": report.table.by.value,
        "within_s": report.table.within_s,
        "short_s": report.table.short_s,
        "rows": {key: _plain(figures) for key, figures in report.table.rows.items()},
        "all": _plain(report.table.whole),
        "definitions": {
            each.code: {
                "unit": each.unit.value,
                "counts": described(each, report.table)[1],
                "from": source_words(each, report.source),
            }
            for each in DEFINITIONS
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def as_csv(report: Report) -> str:
    """Return the figures for a spreadsheet: numbers bare, shares parts of 1, times seconds. A name
    that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([report.table.by.value, *(each.code for each in DEFINITIONS)])
    for name, figures in rows(report):
        cells = (value(each, figures) for each in DEFINITIONS)
        writer.writerow(
            [_no_formula(name), *("" if cell is None else f"{cell:.6g}" for cell in cells)]
        )
    return out.getvalue()


def as_pdf(report: Report) -> bytes:
    """Return the figures as a sheet of paper, the definitions beneath."""
    from fpdf import FPDF  # noqa: PLC0415 - not before a PDF is asked for

    page = FPDF(orientation="landscape", format="letter", unit="pt")
    page.set_margin(36)
    page.set_auto_page_break(True, margin=36)
    with as_file(files("resources") / "fonts" / _FONT) as font:
        page.add_font("Inter", fname=font)
    page.add_page()
    page.set_font("Inter", size=_HEAD_SIZE)
    title = f"Figures by {HEADS[report.table.by].lower()}"
    page.cell(0, 20, title, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Inter", size=_SIZE)
    page.cell(0, 14, f"{report.days}, from {_source(report)}", new_x="LMARGIN", new_y="NEXT")
    page.ln(6)
    _pdf_table(page, report)
    page.ln(10)
    for each in DEFINITIONS:
        head, words = described(each, report.table)
        page.set_font("Inter", size=_SMALL)
        line = f"{head}: {words} ({source_words(each, report.source)})"
        page.multi_cell(0, 10.5, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _pdf_table(page: "FPDF", report: Report) -> None:
    first = 130.0
    wide = (page.epw - first) / len(DEFINITIONS)
    heads = [described(each, report.table)[0] for each in DEFINITIONS]
    page.set_font("Inter", size=_SMALL - 1)
    top = page.get_y()
    for at, head in enumerate([HEADS[report.table.by], *heads]):
        left = page.l_margin + (first + (at - 1) * wide if at else 0.0)
        page.set_xy(left, top)
        align = "R" if at else "L"
        page.multi_cell(wide if at else first, 9, head, align=align, max_line_height=9)
    page.set_xy(page.l_margin, top + 31)
    page.set_font("Inter", size=_SIZE)
    for name, figures in rows(report):
        _pdf_row(page, first, wide, [name, *(shown(each, figures) for each in DEFINITIONS)])


def _pdf_row(page: "FPDF", first: float, wide: float, cells: Sequence[str]) -> None:
    if page.get_y() + _ROW > page.h - page.b_margin:
        page.add_page()
    for at, cell in enumerate(cells):
        page.cell(wide if at else first, _ROW, cell[:40], align="R" if at else "L", border="T")
    page.ln(_ROW)


def _plain(figures: Figures) -> dict[str, float | None]:
    return {each.code: value(each, figures) for each in DEFINITIONS} | {
        "passed_on": figures.passed_on,
        "call_backs": figures.call_backs,
        "unanswered": figures.unanswered,
    }


def _source(report: Report) -> str:
    return "the records" if report.source == "records" else "the PBX’s queue_log"


def _no_formula(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULAS) else name
