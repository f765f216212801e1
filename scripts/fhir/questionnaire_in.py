"""An R4 Questionnaire that nobody here wrote, read into a form.

Nothing is dropped in silence: what a telephone form cannot carry is told, and where a condition
cannot be kept its question is asked always, never less. A form from elsewhere does not say what is
a health detail, so every question of it is marked `phi` until somebody takes the mark away.
Source: HL7 FHIR R4 (4.0.1) Questionnaire, SDC 3.0 for expressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from scripts import parse
from scripts.calltypes import Outcome
from scripts.fhir import safejson
from scripts.fhir.conditions_in import read_conditions
from scripts.fhir.extensions_in import extension, read_extensions, urls
from scripts.fhir.initial_in import read_initial
from scripts.fhir.notes import BadQuestionnaire, Note, Notes
from scripts.fhir.options_in import contained, read_options
from scripts.fhir.words import (
    ENDS,
    MAX_WORDS,
    OURS,
    STEP,
    listed,
    mapping,
    plain,
)
from scripts.questions import (
    CHOICES,
    MANY_WORDS,
    MAX_TEXT,
    Form,
    Question,
    QuestionType,
    Step,
    ValueSet,
)
from scripts.wordlist import words

MAX_ITEMS: Final = 10_000
MAX_LEVELS: Final = 15  # items within items

_ROOT: Final = frozenset(
    words(
        "resourceType id meta language text contained title name url version status item "
        "subjectType date extension"
    )
)
_ITEM: Final = frozenset(
    words(
        "id linkId text type enableWhen enableBehavior required repeats readOnly maxLength "
        "answerValueSet answerOption initial item extension"
    )
)
_BECOMES: Final = {
    "url": (QuestionType.STRING, "an address (url) is asked for in words"),
    "reference": (QuestionType.STRING, "a reference to a record is asked for in words"),
    "attachment": (
        QuestionType.DISPLAY,
        "a file cannot be given over the telephone; it is a line to read",
    ),
}
_ANY_DAY: Final = date(2026, 1, 1)
_LINK_LENGTH: Final = 255


@dataclass(frozen=True)
class Imported:
    """A form as read, the lists of answers it brought, and what could not be carried."""

    title: str
    form: Form
    value_sets: Mapping[str, ValueSet]
    notes: tuple[Note, ...]


def read_questionnaire(text: str) -> Imported:
    """Return the form of a Questionnaire's JSON, or raise `BadQuestionnaire` with every fault."""
    try:
        data = safejson.parse(text)
    except safejson.BadJson as error:
        raise BadQuestionnaire((Note("", f"The file {error}"),)) from error
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: Any) -> None:
        self.data = mapping(data)
        self.notes = Notes()
        self.names: dict[str, str] = {}  # the file's linkId to ours
        self.renamed: list[tuple[str, str]] = []
        self.before: dict[str, Question] = {}  # what a condition may look at
        self.value_sets: dict[str, ValueSet] = {}
        self.count = 0
        self.ours = any(extension(raw, STEP) for raw in listed(self.data.get("item")))
        self.marked = False

    def read(self) -> Imported:
        kind = self.data.get("resourceType")
        if kind != "Questionnaire":
            self.notes.fault("", f"The file is not a Questionnaire but {_quoted(kind)}")
        for key in ("modifierExtension", "implicitRules"):
            if key in self.data:
                self.notes.fault(
                    key, "changes what the form means in a way not known here; take it out"
                )
        items = self.data.get("item")
        if not isinstance(items, list) or not items:
            self.notes.fault("item", "is missing; a form has at least one item")
        self.notes.refuse()
        assert isinstance(items, list)  # or it would have been refused
        self._survey(items)
        self.notes.refuse()
        self._rename()
        self._particulars()
        self.value_sets = contained(self.data, self.notes)
        title = plain(str(self.data.get("title") or self.data.get("name") or "")) or "Questions"
        steps = self._steps(items, title[:MAX_WORDS])
        self.notes.refuse()
        form = Form(steps=tuple(steps), ends=self._ends())
        if self.marked:
            self.notes.add(
                "", "Its questions are marked phi, as health details, until you say which are not"
            )
        used = {q.answer_value_set for q in form.questions() if q.answer_value_set}
        sets = {name: found for name, found in self.value_sets.items() if name in used}
        return Imported(title, form, sets, self.notes.all())

    # --- before anything is made ---------------------------------------------------------------

    def _survey(self, items: list[Any]) -> None:
        """Count and name every item, however deep, before any is read."""
        waiting = [("", items, 1)]
        while waiting:
            path, found, level = waiting.pop()
            if level > MAX_LEVELS:
                self.notes.fault(path, f"is nested more than {MAX_LEVELS} deep; flatten it")
                return
            for place, raw in enumerate(found):
                here = f"{path}.item[{place}]" if path else f"item[{place}]"
                self.count += 1
                if self.count > MAX_ITEMS:
                    self.notes.fault(here, f"is one too many; a form has at most {MAX_ITEMS} items")
                    return
                if not isinstance(raw, dict):
                    self.notes.fault(here, "is not an item; it has to be an object")
                    continue
                self._name(here, raw)
                inner = raw.get("item", [])
                if isinstance(inner, list):
                    if not inner:
                        continue
                    waiting.append((here, inner, level + 1))
                else:
                    self.notes.fault(f"{here}.item", "has to be a list of items")

    def _name(self, path: str, raw: dict[str, Any]) -> None:
        link_id = raw.get("linkId")
        if not isinstance(link_id, str) or not plain(link_id):
            self.notes.fault(path, "has no linkId; every item needs one")
            return
        if link_id in self.names:
            sentence = f"has the linkId {_quoted(link_id)} of another item; give each its own"
            self.notes.fault(path, sentence)
            return
        ours = plain(link_id).replace(" ", "_")
        if len(ours) > _LINK_LENGTH:
            sentence = f"has a linkId of {len(ours)} characters; {_LINK_LENGTH} is the most"
            self.notes.fault(path, sentence)
            return
        self.names[link_id] = ours
        if ours != link_id:
            self.renamed.append((path, link_id))

    def _rename(self) -> None:
        """Give names without spaces, none that another item has."""
        taken = {name for name, ours in self.names.items() if name == ours}
        for path, link_id in self.renamed:
            ours = self.names[link_id]
            number = 1
            while ours in taken:
                number += 1
                ours = f"{self.names[link_id][:240]}_{number}"
            taken.add(ours)
            self.names[link_id] = ours
            sentence = f"the linkId {_quoted(link_id)} is “{ours}” here, without spaces"
            self.notes.add(path, sentence, kind="renamed")

    def _particulars(self) -> None:
        left = sorted(set(self.data) - _ROOT)
        if left:
            self.notes.add("", f"The form's own particulars are not kept: {', '.join(left)[:400]}")
        for url in urls(self.data):
            if url != ENDS:
                self.notes.add("", f"The form's extension {url} is not known here")

    def _ends(self) -> Outcome | None:
        given = extension(self.data, ENDS).get("valueString")
        return Outcome(given) if given in tuple(Outcome) else None

    # --- steps and items -----------------------------------------------------------------------

    def _steps(self, items: list[Any], title: str) -> list[Step]:
        """Each group at the top is a step of its own; what stands between is gathered."""
        steps: list[Step] = []
        loose: list[Question] = []

        def gather() -> None:
            if loose:
                steps.append(Step(title=title, questions=tuple(loose)))
                loose.clear()

        for place, raw in enumerate(items):
            path = f"item[{place}]"
            if extension(raw, STEP):
                gather()
                self._own_step(steps, path, raw)
                continue
            for question in self._item(path, raw):
                if question.type is QuestionType.GROUP:
                    gather()
                    steps.append(Step(title=question.text, questions=(question,)))
                else:
                    loose.append(question)
        gather()
        return steps

    def _own_step(self, steps: list[Step], path: str, raw: dict[str, Any]) -> None:
        inner = self._inner(path, raw)
        if not inner:
            if not raw.get("item"):
                self.notes.fault(path, "is a step without questions")
            return
        title = self._text(path, raw)
        say = plain(str(extension(raw, f"{OURS}say").get("valueString", "")))
        steps.append(Step(title=title, say=say[:MAX_WORDS] or None, questions=tuple(inner)))

    def _inner(self, path: str, raw: dict[str, Any]) -> list[Question]:
        return [
            question
            for place, inner in enumerate(raw.get("item", []))
            for question in self._item(f"{path}.item[{place}]", inner)
        ]

    def _item(self, path: str, raw: dict[str, Any]) -> list[Question]:
        if "modifierExtension" in raw:
            self.notes.fault(path, "has a modifierExtension, which changes it in a way not known")
            return []
        kind = self._type(path, raw)
        if kind is None:
            return []
        made: dict[str, Any] = {
            "linkId": self.names[raw["linkId"]],
            "text": self._text(path, raw),
            "type": kind,
        }
        self._left_over(path, raw)
        self._flags(path, raw, kind, made)
        read_options(self, path, raw, made)
        read_conditions(self, path, raw, made)
        read_extensions(self, path, raw, made)
        read_initial(self, path, raw, made)
        shell = self._question(path, made)
        if shell is not None and shell.initial and shell.type not in CHOICES:
            shell = self._with_initial(path, shell)
        if shell is None:
            return []
        self.before[shell.link_id] = shell  # its own items may look at it
        inner = self._inner(path, raw)
        if kind is QuestionType.GROUP and not inner:
            return []  # everything in it was refused, and that is told
        return [shell.model_copy(update={"item": tuple(inner)}) if inner else shell]

    def _question(self, path: str, made: dict[str, Any]) -> Question | None:
        group = made["type"] is QuestionType.GROUP
        try:
            # A group is checked as a line to read: what it holds is read after it.
            found = Question.model_validate(
                made | {"type": QuestionType.DISPLAY} if group else made
            )
        except ValidationError as error:
            for item in error.errors(include_url=False):
                self.notes.fault(path, str(item["msg"]))
            return None
        return found.model_copy(update={"type": QuestionType.GROUP}) if group else found

    def _with_initial(self, path: str, question: Question) -> Question:
        reading = parse.read_plain(question, question.initial, _ANY_DAY)
        if reading.problem:
            sentence = f"an initial answer cannot be kept: {reading.problem}"
            self.notes.add(f"{path}.initial", sentence, kind="initial")
        return question.model_copy(update={"initial": reading.values})

    def _type(self, path: str, raw: dict[str, Any]) -> QuestionType | None:
        given = raw.get("type")
        if given == "coding":
            either = raw.get("answerConstraint") in ("optionsOrString", "optionsOrType")
            kind = QuestionType.OPEN_CHOICE if either else QuestionType.CHOICE
            self.notes.add(path, "is a coding, R5's word for a choice", kind="coding")
        elif isinstance(given, str) and given in _BECOMES:
            kind, sentence = _BECOMES[given]
            self.notes.add(path, sentence, kind=("type", given))
        elif given in tuple(QuestionType):
            kind = QuestionType(given)
        else:
            self.notes.fault(f"{path}.type", f"{_quoted(given)} is not a type of FHIR R4")
            return None
        holds = bool(raw.get("item"))
        if kind is QuestionType.GROUP and not holds:
            self.notes.add(path, "is a group of nothing; it is a line to read", kind="empty group")
            return QuestionType.DISPLAY
        if kind is QuestionType.DISPLAY and holds:
            self.notes.add(path, "is a line that holds items; it is a group", kind="full display")
            return QuestionType.GROUP
        return kind

    def _text(self, path: str, raw: dict[str, Any]) -> str:
        given = raw.get("text")
        text = plain(given) if isinstance(given, str) else ""
        if not text:
            text = plain(str(raw.get("prefix") or "")) or self.names[raw["linkId"]]
            self.notes.add(path, "has no text; its linkId stands for it", kind="no text")
        if len(text) > MAX_WORDS:
            self.notes.add(f"{path}.text", f"is cut after {MAX_WORDS} characters", kind="long text")
        return text[:MAX_WORDS]

    def _left_over(self, path: str, raw: dict[str, Any]) -> None:
        for key in sorted(set(raw) - _ITEM):
            self.notes.add(f"{path}.{key}"[:300], "is not kept", kind=("key", key))

    def _flags(
        self, path: str, raw: dict[str, Any], kind: QuestionType, made: dict[str, Any]
    ) -> None:
        asked = kind not in (QuestionType.GROUP, QuestionType.DISPLAY)
        for key in ("required", "repeats", "readOnly"):
            if raw.get(key) is True and (asked or key == "readOnly"):
                made[key] = True
            elif raw.get(key) is True:
                sentence = f"{key} is not kept on a {kind.value}; it is put once"
                self.notes.add(f"{path}.{key}", sentence, kind=(key, kind))
        if made.get("repeats") and kind is QuestionType.BOOLEAN:
            del made["repeats"]
            self.notes.add(f"{path}.repeats", "a yes or no is asked once", kind="yes once")
        length = raw.get("maxLength")
        if isinstance(length, int) and length > 0 and not isinstance(length, bool):
            made["maxLength"] = min(length, MAX_TEXT)
            if length > MAX_TEXT:
                sentence = f"is {MAX_TEXT} here, the longest an answer may be"
                self.notes.add(f"{path}.maxLength", sentence, kind="long answer")
        if made.get("repeats") and kind not in MANY_WORDS | CHOICES:
            del made["repeats"]


def _quoted(value: Any) -> str:
    return f"“{plain(str(value))[:80]}”" if value is not None else "nothing"
