"""The practices page as views, made from a session: what the window paints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from console.desk.practices.sections import SECTIONS, Place
from console.desk.practices.session import FIRST, Session, acts_of, keyed
from console.desk.practices.specs import Item
from console.desk.practices.views import (
    AddChoice,
    ChangeLine,
    EditField,
    EditorView,
    OutlineRow,
    Put,
    SectionTab,
    VersionLine,
)
from scripts import greeting
from scripts.diff import Change, by_section
from scripts.faults import Fault
from scripts.hours import Coverage
from scripts.practice import Practice

VERSIONS: Final = "versions"
SOURCE: Final = "source"
_PSEUDO: Final = ((VERSIONS, "Versions"), (SOURCE, "Source"))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a greeting is filled in with: the practice that is previewed, when, and by whom."""

    practice: Practice
    coverage: Coverage
    agent: str


def editor_view(
    session: Session,
    *,
    versions: Sequence[VersionLine],
    opened_version: int,
    version_changes: Sequence[ChangeLine],
    can_edit: bool,
    previewed: bool,
    heard: Heard | None = None,
) -> EditorView:
    """Return a session as the page shows it."""
    places = session.places
    rows, fields, adds = _page(session, places, versions, opened_version, version_changes, heard)
    stack = session.stack
    faults = [fault for fault, _ in places]
    focus = session.focus
    if focus == FIRST:
        focus = next((f.key for f in fields if f.put not in (Put.NOTE, Put.BUTTON)), "")
    return EditorView(
        practice_id=session.practice_id,
        name=session.name,
        state=_state(session),
        sections=_tabs(session, places),
        rows=rows,
        fields=fields,
        adds=adds if can_edit else (),
        problems=len(faults),
        first_problem=_sentence(*places[0]) if places else "",
        undo=stack.undoText() if stack.canUndo() else "",
        redo=stack.redoText() if stack.canRedo() else "",
        can_save=can_edit and session.dirty and not faults,
        dirty=session.dirty,
        focus=focus,
        preview_note="" if previewed else "The last edition without mistakes is shown",
    )


def change_lines(changes: Sequence[Change]) -> tuple[ChangeLine, ...]:
    """Return differences as lines under their sections' names."""
    lines: list[ChangeLine] = []
    for section, its in by_section(changes).items():
        lines.append(ChangeLine(section.value, head=True))
        lines += [ChangeLine(change.sentence) for change in its]
    return tuple(lines) or (ChangeLine("No difference"),)


def _page(  # noqa: PLR0917 - the parts of one view
    session: Session,
    places: Sequence[tuple[Fault, Place]],
    versions: Sequence[VersionLine],
    opened_version: int,
    version_changes: Sequence[ChangeLine],
    heard: Heard | None,
) -> tuple[tuple[OutlineRow, ...], tuple[EditField, ...], tuple[AddChoice, ...]]:
    if session.pseudo == SOURCE:
        row = OutlineRow((SOURCE,), "The file as it stands", is_open=True)
        return (row,), (EditField("source", "Source", Put.SOURCE, session.text),), ()
    if session.pseudo == VERSIONS:
        return (*_version_page(versions, opened_version, version_changes), ())
    item = session.open_item
    rows = tuple(_row(session, each, item, places) for each in session.shown_items)
    fields = _fields(session, item, places, heard) if item else ()
    adds = [*(item.adds if item else ()), *session.section.adds(session.data)]
    return rows, fields, tuple(AddChoice(add.code, add.label) for add in adds)


def _version_page(
    versions: Sequence[VersionLine], opened: int, changes: Sequence[ChangeLine]
) -> tuple[tuple[OutlineRow, ...], tuple[EditField, ...]]:
    rows = tuple(
        OutlineRow((VERSIONS, line.number), line.title, line.detail, is_open=line.number == opened)
        for line in versions
    )
    if not rows:
        none = EditField("none", "", Put.NOTE, "No version has been saved yet: calls are answered "
                         "from the practice's file.")  # fmt: skip
        return (OutlineRow((VERSIONS,), "No versions", is_open=True),), (none,)
    fields = [
        EditField(f"line{number}", "", Put.NOTE, line.text) for number, line in enumerate(changes)
    ]
    if opened:
        fields.append(EditField("sign", f"Sign version {opened} again", Put.BUTTON, "sign"))
        fields.append(EditField("take", f"Go on from version {opened}", Put.BUTTON, "take"))
    return rows, tuple(fields)


def _row(
    session: Session, item: Item, opened: Item | None, places: Sequence[tuple[Fault, Place]]
) -> OutlineRow:
    return OutlineRow(
        path=item.key,
        title=item.title,
        detail=item.detail,
        depth=item.depth,
        problems=sum(1 for _, place in places if place.item.key == item.key),
        is_open=opened is not None and opened.key == item.key,
        acts=acts_of(item, session.data),
    )


def _fields(
    session: Session, item: Item, places: Sequence[tuple[Fault, Place]], heard: Heard | None
) -> tuple[EditField, ...]:
    mine = [(fault, place) for fault, place in places if place.item.key == item.key]
    whole = [fault.wrong for fault, place in mine if place.spec is None]
    fields = [
        EditField(f"problem{number}", "", Put.NOTE, problem=_said(wrong))
        for number, wrong in enumerate(whole)
    ]
    data = session.data
    said = _greetings_said(session, item, heard)
    for key, spec in keyed(item):
        wrong = [_said(f.wrong) for f, place in mine if place.spec is spec]
        fields.append(
            EditField(
                key=key,
                label=spec.label,
                put=spec.put,
                value=spec.value(data, item.path),
                options=spec.options,
                problem=" ".join(wrong),
                help=said.get(key, "") or spec.help,
                optional=spec.optional,
                share=spec.share,
                said=spec.said,
            )
        )
    return tuple(fields)


def _greetings_said(session: Session, item: Item, heard: Heard | None) -> dict[str, str]:
    """Return each greeting of an entry as the receptionist would say it now."""
    said: dict[str, str] = {}
    if heard is None or "greetings" not in (*item.path, *(s.at[0] for s in item.specs if s.at)):
        return said
    for key, spec in keyed(item):
        words = spec.value(session.data, item.path)
        if not words or spec.put is not Put.PARAGRAPH or "{" not in words:
            continue
        if not greeting.phrase_wrong(words):
            spoken = greeting.phrase(words, heard.practice, heard.coverage, heard.agent)
            said[key] = f"Said: {spoken}"
    return said


def _said(wrong: str) -> str:
    """Return a fault as it stands under its field: “Is missing; write it”."""
    return wrong[:1].upper() + wrong[1:]


def _sentence(fault: Fault, place: Place) -> str:
    spec = place.spec
    label = (spec.said or spec.label) if spec is not None else ""
    label = label or place.item.title
    return f"{place.section.title}, {label}: {fault.wrong}"


def _tabs(session: Session, places: Sequence[tuple[Fault, Place]]) -> tuple[SectionTab, ...]:
    tabs = [
        SectionTab(
            section.code,
            section.title,
            sum(1 for _, place in places if place.section is section),
            not session.pseudo and section is session.section,
        )
        for section in SECTIONS
    ]
    tabs += [SectionTab(code, title, 0, session.pseudo == code) for code, title in _PSEUDO]
    return tuple(tabs)


def _state(session: Session) -> str:
    base = f"version {session.based_on}" if session.based_on else "the file"
    if session.is_new:
        base = "nothing"
    if not session.dirty:
        return f"As in {base}" if not session.is_new else "New"
    saved = f" · saved {_clock(session.saved_at)}" if session.saved_at else ""
    return f"Draft, begun from {base}{saved}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%H:%M:%S}"
