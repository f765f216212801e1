"""What the practices page shows, as frozen records, by the rules of `console.desk.views`."""

from dataclasses import dataclass
from enum import StrEnum, unique

from scripts.faults import KeyPath


@unique
class Put(StrEnum):
    """How a value is put on the page."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    PICK = "pick"  # one of a list that drops down
    MANY = "many"  # buttons, any of them
    TICK = "tick"  # yes or no
    NOTE = "note"  # words to read
    SOURCE = "source"  # the file, to read
    BUTTON = "button"  # something to do; the value is its key


@dataclass(frozen=True, slots=True)
class EditField:
    """One value of the open entry. `share` is how much of its row it takes, in sixtieths."""

    key: str
    label: str
    put: Put
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    help: str = ""
    optional: bool = True
    share: int = 60
    said: str = ""  # the accessible name, where the label alone does not tell it from others


@unique
class Act(StrEnum):
    """What can be done with an entry of a list."""

    COPY = "copy"
    REMOVE = "remove"
    UP = "up"
    DOWN = "down"
    IN = "in"  # into the group above
    OUT = "out"  # out of its group


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One entry of a section. `path` is where it stands, and its name to the page."""

    path: KeyPath
    title: str
    detail: str = ""
    depth: int = 0
    problems: int = 0
    is_open: bool = False
    acts: frozenset[Act] = frozenset()


@dataclass(frozen=True, slots=True)
class SectionTab:
    """One section of a practice."""

    code: str
    title: str
    problems: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class AddChoice:
    """Something that can be added where the page stands."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class EditorView:
    """A practice being edited, at one of its sections."""

    practice_id: str
    name: str
    state: str  # "Draft from version 4 · saved 19:42:07"
    sections: tuple[SectionTab, ...]
    rows: tuple[OutlineRow, ...]
    fields: tuple[EditField, ...]
    adds: tuple[AddChoice, ...] = ()
    problems: int = 0
    first_problem: str = ""
    undo: str = ""  # what would be taken back, "" for nothing
    redo: str = ""
    can_save: bool = False
    dirty: bool = False  # something was typed since the last version
    focus: str = ""  # the field to put the cursor in
    preview_note: str = ""


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """A practice in the list."""

    practice_id: str
    name: str
    detail: str  # "Ames · Pediatrics"
    state: str = ""  # "Draft", "Version 3"


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A section's name, or one difference under it."""

    text: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of them."""

    number: int
    title: str  # "Version 4 · in force"
    detail: str  # "Ruth Calder, Mon 23 Nov 16:02"


@dataclass(frozen=True, slots=True)
class SignView:
    """What is asked before a version is saved or signed."""

    title: str
    words: str
    changes: tuple[ChangeLine, ...]
    signer: str
    conflict: bool = False  # somebody saved meanwhile
    can_sign: bool = True
    problem: str = ""
    number: int = 0  # an earlier version to be signed again; 0 for what is being edited
