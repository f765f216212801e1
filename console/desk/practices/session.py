"""One practice being edited: its text, what may be taken back, where the page stands.

Every change is a text before and a text after on Qt's own undo stack; letters typed into one field
in a row are one change. The text is the only state: undo gives it back to the letter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from console.desk.practices.facts import PRACTICE
from console.desk.practices.sections import Outline, Place, placed
from console.desk.practices.specs import Add, Item, Section, Spec
from console.desk.practices.views import Act, Put
from scripts.editing import edits
from scripts.editing.data import find, value_at
from scripts.faults import Fault, KeyPath, PracticeFileError
from scripts.loader import load_text
from scripts.practice import Practice

ID: int = 1  # of the commands that may become one


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the loader says of a text: the practice, or the faults."""

    text: str
    practice: Practice | None
    faults: tuple[Fault, ...]


def inspect(text: str) -> Inspection:
    """Load a text; takes tens of milliseconds, so not on the window's thread."""
    try:
        return Inspection(text, load_text(text), ())
    except PracticeFileError as error:
        return Inspection(text, None, error.faults)


class Session(QObject):
    """A practice's text under edit. `changed` after each change of the text or of the place."""

    changed = Signal()

    def __init__(
        self,
        *,
        text: str,
        based_on: int | None,
        base_text: str | None = None,
        is_new: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.based_on = based_on
        self.base_text = text if base_text is None else base_text  # as it was last saved
        self.is_new = is_new
        self.inspection: Inspection | None = None
        self.saved_at: datetime | None = None  # the draft, last
        self.kept_text = text if not is_new else ""  # as the draft was last written down
        self.section: Section = PRACTICE
        self.opened: dict[str, KeyPath] = {}  # the open row of each section
        self.focus = ""
        self.pseudo = ""  # a page that is none of the file's sections
        self.stack = QUndoStack(self)
        self.stack.indexChanged.connect(self.changed)  # when it also knows what can be undone
        self._items: tuple[str, Outline] = ("", Outline({}))

    # --- what there is -----------------------------------------------------------------------

    @property
    def data(self) -> Any:
        """The text as plain data."""
        return edits.read(self.text)

    @property
    def practice_id(self) -> str:
        """The id as it is written now."""
        return str(find(self.data, ("id",)) or "")

    @property
    def name(self) -> str:
        """The name as it is written now."""
        return str(find(self.data, ("name",)) or self.practice_id)

    @property
    def dirty(self) -> bool:
        """Whether something was typed since the last version."""
        return self.text != self.base_text

    @property
    def items(self) -> Outline:
        """Every section's entries."""
        if self._items[0] != self.text:
            found = Outline(self.data)
            if self.is_new:
                found[PRACTICE.code][0] = _with_id(found[PRACTICE.code][0])
            self._items = (self.text, found)
        return self._items[1]

    @property
    def places(self) -> list[tuple[Fault, Place]]:
        """Every fault with the field it is about."""
        faults = self.inspection.faults if self.inspection else ()
        return placed(faults, self.items) if faults else []

    @property
    def open_item(self) -> Item | None:
        """The entry that is open in the section, the first where none was opened."""
        items = self.items[self.section.code]
        wanted = self.opened.get(self.section.code)
        found = next((item for item in items if item.key == wanted), None)
        return found or next((item for item in items if wanted is None), None)

    # --- where the page stands ---------------------------------------------------------------

    def go_to(self, section: Section, key: KeyPath | None = None, *, focus: str = "") -> None:
        """Show a section, and open an entry of it."""
        self.section, self.pseudo = section, ""
        if key is not None:
            self.opened[section.code] = key
        self.focus = focus
        self.changed.emit()

    @property
    def shown_items(self) -> list[Item]:
        """The entries of the section that the page has room for: of a tree, the branch in hand."""
        items = self.items[self.section.code]
        if not self.section.is_tree:
            return items
        item = self.open_item
        root = item.path[:2] if item is not None else ()
        return [each for each in items if each.depth == 0 or each.path[:2] == root]

    def toggle(self, key: KeyPath) -> None:
        """Open an entry, or close the one that is open; within a tree that opens its branch."""
        item = self.open_item
        if item is not None and item.key == key:
            key = item.path[:2] if self.section.is_tree and item.depth else ()
        self.opened[self.section.code] = key
        self.focus = ""
        self.changed.emit()

    # --- changes -----------------------------------------------------------------------------

    def set_value(self, key: str, given: str) -> None:
        """Take what was typed or chosen in a field of the open entry."""
        item = self.open_item
        spec = next((s for s in keyed(item) if s[0] == key), None) if item else None
        if item is None or spec is None:
            return
        if spec[1].put is Put.BUTTON:
            self._change(edits.take_out(self.text, (*item.path, *spec[1].at)), "Take out")
            return
        words = f"Change “{spec[1].label}”" if spec[1].label else "Change"
        merge = (self.section.code, item.key, key) if spec[1].put in _TYPED else None
        self._change(spec[1].write_to(self.text, item.path, given), words, merge=merge)

    def add(self, code: str) -> None:
        """Add an entry, and open it."""
        item = self.open_item
        adds = (*(item.adds if item else ()), *self.section.adds(self.data))
        chosen = next((add for add in adds if add.code == code), None)
        if chosen is None:
            return
        if chosen.name:
            self._add_key(chosen)
            return
        entries = find(self.data, chosen.list_at) or []
        place = len(entries) if chosen.behind is None else chosen.behind + 1
        value = _renamed(chosen.value, self.data, (*chosen.list_at, place))
        text = edits.insert(self.text, chosen.list_at, place, value)
        path = (*chosen.list_at, place)
        if any(each.key == path for each in Outline(edits.read(text))[self.section.code]):
            self.opened[self.section.code] = path
        self._change(text, f"Add {chosen.label[:1].lower()}{chosen.label[1:]}", first=True)

    def _add_key(self, chosen: Add) -> None:
        block = find(self.data, chosen.list_at)
        taken = {str(key) for key in block} if isinstance(block, dict) else set()
        path = (*chosen.list_at, _free(chosen.name, taken, "_"))
        text = edits.put(self.text, path, chosen.value)
        if any(each.key == path for each in Outline(edits.read(text))[self.section.code]):
            self.opened[self.section.code] = path
        self._change(text, f"Add {chosen.label[:1].lower()}{chosen.label[1:]}", first=True)

    def act(self, act: Act, key: KeyPath) -> None:
        """Copy, remove or move an entry."""
        item = next((i for i in self.items[self.section.code] if i.key == key), None)
        if item is None or act not in acts_of(item, self.data):
            return
        path, place = item.path, item.path[-1]
        assert isinstance(place, int)
        where, title = path[:-1], item.title
        if act is Act.COPY:
            text = edits.copy(self.text, path)
            fresh = (*where, place + 1)
            value = _renamed(value_at(edits.read(text), fresh), self.data, fresh)
            self._opened_at(fresh)
            self._change(edits.put(text, fresh, value), f"Copy “{title}”")
        elif act is Act.REMOVE:
            count = len(find(self.data, where))
            after = (*where, min(place, count - 2)) if count > 1 else ()
            self._opened_at(after if item.key == self.opened.get(self.section.code) else None)
            self._change(edits.take_out(self.text, path), f"Remove “{title}”")
        elif act in (Act.UP, Act.DOWN):
            to = place + (1 if act is Act.DOWN else -1)
            self._opened_at((*where, to))
            self._change(edits.move(self.text, path, to), f"Move “{title}”")
        else:
            self._nest(act, item)

    def replace_text(self, text: str, words: str) -> None:
        """Take another text whole, as one change that can be taken back."""
        self._change(text, words)

    def saved(self, number: int, text: str) -> None:
        """A text was saved as a version."""
        self.based_on, self.base_text, self.is_new = number, text, False
        self._items = ("", Outline({}))
        self.changed.emit()

    def _nest(self, act: Act, item: Item) -> None:
        path, place = item.path, item.path[-1]
        where = path[:-1]
        assert isinstance(place, int)
        value = value_at(self.data, path)
        if act is Act.IN:
            group: KeyPath = (*where, place - 1)
            count = len(find(self.data, (*group, "item")) or ())
            text = edits.take_out(self.text, path)
            text = edits.insert(text, (*group, "item"), count, value)
            fresh: KeyPath = (*group, "item", count)
        else:
            group = where[:-1]
            text = edits.take_out(self.text, path)
            behind = group[-1]
            assert isinstance(behind, int)
            text = edits.insert(text, group[:-1], behind + 1, value)
            fresh = (*group[:-1], behind + 1)
        self._opened_at(fresh)
        self._change(text, f"Move “{item.title}”")

    def _opened_at(self, key: KeyPath | None) -> None:
        if key is not None:
            self.opened[self.section.code] = key

    def _change(self, text: str, words: str, *, merge: object = None, first: bool = False) -> None:
        if text == self.text:
            self.changed.emit()
            return
        self.focus = FIRST if first else ""
        self.stack.push(_Change(self, text, words, merge))

    def _show(self, text: str) -> None:
        self.text = text


FIRST = "*"  # the first field of the entry that is open
_TYPED = (Put.LINE, Put.PARAGRAPH)


class _Change(QUndoCommand):
    """A text before and after. Letters typed in a row into one field are one change."""

    def __init__(self, session: Session, after: str, words: str, merge: object) -> None:
        super().__init__(words)
        self._session, self._merge = session, merge
        self._before, self._after = session.text, after
        self._place = (session.section, dict(session.opened))

    def id(self) -> int:
        """Return which changes may become one with this."""
        return ID if self._merge is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        """Take over a change that went on with this one."""
        if not isinstance(other, _Change) or other._merge != self._merge:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        """Put the text after in place."""
        self._session._show(self._after)

    def undo(self) -> None:
        """Put the text before back, and go to where it was changed."""
        section, opened = self._place
        self._session.section, self._session.pseudo = section, ""
        self._session.opened = dict(opened)
        self._session.focus = ""
        self._session._show(self._before)


def keyed(item: Item | None) -> list[tuple[str, Spec]]:
    """Return an entry's fields, each with a name of its own."""
    found: list[tuple[str, Spec]] = []
    seen: dict[str, int] = {}
    for spec in item.specs if item else ():
        key = "/".join(str(part) for part in spec.at)
        seen[key] = seen.get(key, 0) + 1
        found.append((key if seen[key] == 1 else f"{key}#{seen[key]}", spec))
    return found


def acts_of(item: Item, data: Any) -> frozenset[Act]:
    """Return what can be done with an entry."""
    if not item.movable:
        return frozenset()
    path, place = item.path, item.path[-1]
    assert isinstance(place, int)
    siblings = find(data, path[:-1]) or []
    acts = {Act.COPY, Act.REMOVE}
    if place:
        acts.add(Act.UP)
    if place < len(siblings) - 1:
        acts.add(Act.DOWN)
    if item.nests and place and _holds(siblings[place - 1]):
        acts.add(Act.IN)
    if item.nests and path[-2] == "item":
        acts.add(Act.OUT)
    return frozenset(acts)


def _holds(question: Any) -> bool:
    return isinstance(question, dict) and question.get("type") not in ("display", None)


def _with_id(item: Item) -> Item:
    spec = Spec(("id",), "Short name in the file", optional=False,
                help="Small letters, digits and _; it stays once it is saved")  # fmt: skip
    return Item(item.path, item.title, item.detail, item.depth, (spec, *item.specs), item.adds,
                item.movable, item.nests, item.name)  # fmt: skip


_NAMES = ("linkId", "id", "code", "label", "name")


def _renamed(value: Any, data: Any, path: KeyPath) -> Any:
    """Return an entry whose own name is not taken where names have to differ."""
    if not isinstance(value, dict):
        return value
    if "linkId" in value:
        taken = _link_ids(find(data, path[:2]))
        return _with_fresh_link_ids(value, taken)
    siblings = [each for each in find(data, path[:-1]) or () if isinstance(each, dict)]
    key = next((name for name in _NAMES if value.get(name)), None)
    if key is None:
        return value
    taken = {str(each.get(key)) for each in siblings}
    spaced = key in ("label", "name")
    return {**value, key: _free(str(value[key]), taken, " " if spaced else "_")}


def _with_fresh_link_ids(value: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    name = _free(str(value["linkId"]), taken, "_")
    taken.add(name)
    fresh = {**value, "linkId": name}
    if isinstance(value.get("item"), list):
        fresh["item"] = [
            _with_fresh_link_ids(each, taken) if isinstance(each, dict) and "linkId" in each
            else each
            for each in value["item"]
        ]  # fmt: skip
    return fresh


def _link_ids(node: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(node, dict):
        if "linkId" in node:
            found.add(str(node["linkId"]))
        for value in node.values():
            found |= _link_ids(value)
    elif isinstance(node, list):
        for value in node:
            found |= _link_ids(value)
    return found


def _free(name: str, taken: set[str], gap: str) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}{gap}{number}" in taken:
        number += 1
    return f"{name}{gap}{number}"
