"""Lists of answers that several questions of a practice share (`value_sets` in its file)."""

from typing import Any, Final

from console.desk.practices.specs import HALF, QUARTER, Add, Item, Spec, entries
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath

AT: Final[KeyPath] = ("value_sets",)
NEW_ANSWER: Final = {"code": "new", "display": "New"}


def names_of(data: Any) -> list[str]:
    """Return the lists' names, in the order of the file."""
    found = find(data, AT)
    return [str(name) for name in found] if isinstance(found, dict) else []


def new_list() -> tuple[Add, ...]:
    """Return what begins another list."""
    add = Add("shared", "A list of answers to share", AT, [NEW_ANSWER], name="answers")
    return (add,)


def shared_lists(data: Any) -> list[Item]:
    """Return the lists, each an entry with its answers."""
    return [_list(data, name) for name in names_of(data)]


def list_spec(data: Any, question: dict[str, Any]) -> list[Spec]:
    """Return the field that names a question's list, where there is one to name."""
    names = names_of(data)
    named = question.get("answerValueSet")
    if not names and named is None:
        return []
    if named is not None and str(named) not in names:
        names.append(str(named))  # a fault, and shown as it is written
    options = (("", "Its own answers"), *((name, _title(name)) for name in names))
    at = ("answerValueSet",)
    return [Spec(at, "Its answers", Put.PICK, options, share=HALF, write=_choose)]


def option_specs(data: Any, base: KeyPath, at: KeyPath) -> list[Spec]:
    """Return the fields of a list of answers at a place within an entry."""
    specs = []
    for place in range(len(entries(data, (*base, *at)))):
        here: KeyPath = (*at, place)
        specs += [
            Spec((*here, "display"), f"Answer {place + 1}", optional=False, share=HALF),
            Spec((*here, "code"), "kept as", optional=False, share=QUARTER),
            Spec(here, "Take out", Put.BUTTON, share=QUARTER, read=lambda *_: "remove"),
        ]
    return specs


def _choose(text: str, path: KeyPath, given: str) -> str:
    """Write a question's list in place of its own answers, or an answer of its own in place of
    the list: it cannot have both."""
    if not given:
        text = edits.take_out(text, path)
        return edits.put(text, (*path[:-1], "answerOption"), [NEW_ANSWER])
    own: KeyPath = (*path[:-1], "answerOption")
    if find(edits.read(text), own) is not None:
        text = edits.take_out(text, own)
    return edits.put(text, path, given)


def _list(data: Any, name: str) -> Item:
    path: KeyPath = (*AT, name)
    at: KeyPath = ("options",) if isinstance(find(data, path), dict) else ()
    answers = option_specs(data, path, at)
    whole = Spec((), "Take the whole list out", Put.BUTTON, read=lambda *_: "remove")
    count = len(answers) // 3
    detail = "1 answer" if count == 1 else f"{count} answers"
    adds = (Add("option", "An answer", (*path, *at), NEW_ANSWER),)
    return Item(path, f"Shared answers: {_title(name)}", detail, 0, (*answers, whole), adds)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
