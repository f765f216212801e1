"""Conditions in plain words: “shown when [question] [is more than] [value]”, all or any of them.

A condition in the file names a question, an operator and one of nine answer keys. Here it is three
fields; what they say together is written as one block, so that the key always fits the question.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from console.desk.practices.specs import HALF, QUARTER, Spec, clean, entries, write_value
from console.desk.practices.views import Put
from scripts.calltypes import CallType
from scripts.conditions import Compared
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question a condition may look at."""

    link_id: str
    label: str
    type: str
    options: tuple[tuple[str, str], ...] = ()


_YES_NO: Final = {
    "yes": ("is yes", "=", True),
    "no": ("is no", "=", False),
    "not_yes": ("is not yes", "!=", True),
    "not_no": ("is not no", "!=", False),
}
_THERE: Final = {
    "answered": ("is answered", "exists", True),
    "unanswered": ("is not answered", "exists", False),
}
_EQUALS: Final = {"=": "is", "!=": "is not"}
_MORE: Final = {">": "is more than", "<": "is less than", ">=": "is at least", "<=": "is at most"}
_LATER: Final = {">": "is after", "<": "is before", ">=": "is on or after", "<=": "is on or before"}
_KINDS: Final = {
    "boolean": Compared.BOOLEAN,
    "integer": Compared.INTEGER,
    "decimal": Compared.DECIMAL,
    "quantity": Compared.QUANTITY,
    "date": Compared.DATE,
    "dateTime": Compared.DATE_TIME,
    "time": Compared.TIME,
    "choice": Compared.CODING,
    "open-choice": Compared.CODING,
}
_ANSWERS: Final = tuple(kind.value for kind in Compared)
_DATES: Final = ("date", "dateTime", "time")
_FIGURES: Final = ("integer", "decimal", "quantity")


def asked_before(data: Any, call_type: CallType, until: KeyPath = ()) -> list[_Asked]:
    """Return the questions of a form that are asked before the one at a path, or all of them."""
    found: list[_Asked] = []
    base: KeyPath = ("forms", call_type.value, "steps")

    def walk(path: KeyPath) -> bool:
        for place, question in enumerate(entries(data, path)):
            here = (*path, place)
            if here == until:
                return True
            if isinstance(question, dict):
                _note(found, data, question)
                if walk((*here, "item")):
                    return True
        return False

    for place in range(len(entries(data, base))):
        if walk((*base, place, "questions")):
            break
    return found


def _note(found: list[_Asked], data: Any, question: dict[str, Any]) -> None:
    kind = str(question.get("type", ""))
    if kind in ("group", "display", ""):
        return
    options = question.get("answerOption")
    if options is None and question.get("answerValueSet"):
        options = find(data, ("value_sets", str(question["answerValueSet"])))
        options = options.get("options") if isinstance(options, dict) else options
    pairs = tuple(
        (str(option.get("code", "")), str(option.get("display", "")))
        for option in options or ()
        if isinstance(option, dict)
    )
    link_id = str(question.get("linkId", ""))
    found.append(_Asked(link_id, str(question.get("text") or link_id), kind, pairs))


def condition_specs(  # noqa: PLR0917 - what differs between a question's and a policy's
    data: Any, base: KeyPath, key: str, behaviour: str, call_type: CallType, words: str
) -> tuple[Spec, ...]:
    """Return the fields of a list of conditions, and one more to begin another with."""
    questions = asked_before(data, call_type, base)
    known = {question.link_id: question for question in questions}
    conditions = entries(data, (*base, key))
    specs: list[Spec] = []
    for place in range(len(conditions) + 1):
        fresh = place == len(conditions)
        if fresh and not questions:
            break
        label = words if not place else "and when" if _is_all(data, base, behaviour) else "or when"
        specs += _one(conditions, known, (key, place), f"{label} …", fresh=fresh)
    if len(conditions) > 1:
        both = (("all", "all of these are so"), ("any", "any of these is so"))
        specs.append(Spec((behaviour,), "Together", Put.PICK, both, default="all", share=HALF))
    return tuple(specs)


def _one(
    conditions: list[Any],
    known: dict[str, _Asked],
    at: KeyPath,
    label: str,
    *,
    fresh: bool,
) -> list[Spec]:
    place = at[-1]
    condition = conditions[place] if not fresh and isinstance(place, int) else {}
    condition = condition if isinstance(condition, dict) else {}
    link_id = str(condition.get("question", ""))
    pairs = [("", "–")] + [(q.link_id, q.label) for q in known.values()]
    if link_id and link_id not in known:
        pairs.append((link_id, f"{link_id} (not asked before this)"))
    specs = [
        Spec((*at, "question"), label, Put.PICK, tuple(pairs), share=HALF,
             write=_writer(known, "question")),
    ]  # fmt: skip
    if fresh or not link_id:
        return specs
    question = known.get(link_id, _Asked(link_id, link_id, "string"))
    operators, asks = _operators(question), _asks_value(condition)
    specs.append(
        Spec((*at, "operator"), "", Put.PICK, operators, share=QUARTER if asks else HALF,
             read=_read_operator, write=_writer(known, "operator"))
    )  # fmt: skip
    if asks:
        as_list = question.options and question.type == "choice"
        specs.append(
            Spec((*at, "value"), "", Put.PICK if as_list else Put.LINE,
                 question.options if as_list else (), share=QUARTER, read=_read_value,
                 write=_writer(known, "value"), about=(at,))
        )  # fmt: skip
    return specs


def _is_all(data: Any, base: KeyPath, behaviour: str) -> bool:
    return bool(find(data, (*base, behaviour), "all") != "any")


def _operators(question: _Asked) -> tuple[tuple[str, str], ...]:
    there = [(code, words) for code, (words, _, _) in _THERE.items()]
    if question.type == "boolean":
        return (*((code, words) for code, (words, _, _) in _YES_NO.items()), *there)
    if question.type in _FIGURES:
        return (*_EQUALS.items(), *_MORE.items(), *there)
    if question.type in _DATES:
        return (*_EQUALS.items(), *_LATER.items(), *there)
    return (*_EQUALS.items(), *there)


def _asks_value(condition: dict[str, Any]) -> bool:
    return str(condition.get("operator")) != "exists" and "answerBoolean" not in condition


def _read_operator(data: Any, path: KeyPath) -> str:
    condition = find(data, path[:-1]) or {}
    operator, answer = str(condition.get("operator", "")), condition.get("answerBoolean")
    for code, (_, same, wanted) in (*_YES_NO.items(), *_THERE.items()):
        if operator == same and answer is wanted:
            return code
    return operator


def _read_value(data: Any, path: KeyPath) -> str:
    condition = find(data, path[:-1]) or {}
    for key in _ANSWERS:
        if key in condition:
            found = condition[key]
            if isinstance(found, dict):
                return f"{found.get('value', '')} {found.get('unit', '')}".strip()
            return str(found)
    return ""


def _writer(known: dict[str, _Asked], part: str) -> Callable[[str, KeyPath, str], str]:
    """Return what writes one of a condition's three parts, and all of it with that."""

    def write(text: str, path: KeyPath, given: str) -> str:
        where, place = path[:-2], path[-2]
        at = path[:-1]
        data = edits.read(text)
        there = isinstance(place, int) and place < len(entries(data, where))
        if part == "question" and not given:
            return _taken_out(text, where, at) if there else text
        condition = dict(find(data, at) or {}) if there else {}
        fresh = _changed(condition, known, part, given, data, path)
        if there:
            return edits.put(text, at, fresh)
        return edits.insert(text, where, len(entries(data, where)), fresh)

    return write


def _taken_out(text: str, where: KeyPath, at: KeyPath) -> str:
    text = edits.take_out(text, at)
    if not entries(edits.read(text), where):
        text = write_value(text, where, None)
    return text


def _changed(  # noqa: PLR0917
    condition: dict[str, Any],
    known: dict[str, _Asked],
    part: str,
    given: str,
    data: Any,
    path: KeyPath,
) -> dict[str, Any]:
    link_id = given if part == "question" else str(condition.get("question", ""))
    question = known.get(link_id, _Asked(link_id, link_id, "string"))
    operator = _read_operator(data, path) if condition else ""
    value = _read_value(data, path) if condition else ""
    if part == "operator":
        operator = given
    elif part == "value":
        value = clean(given)
    codes = [code for code, _ in _operators(question)]
    operator = operator if operator in codes else codes[0]
    fixed = {**_YES_NO, **_THERE}.get(operator)
    if fixed is not None:
        return {"question": link_id, "operator": fixed[1], "answerBoolean": fixed[2]}
    options = [code for code, _ in question.options]
    if question.type == "choice" and options and value not in options:
        value = options[0]
    key, answer = _answer(question, value)
    return {"question": link_id, "operator": operator, key: answer}


def _answer(question: _Asked, value: str) -> tuple[str, Any]:
    """Return the answer key that fits a question, and the value as the file writes it."""
    kind = _KINDS.get(question.type, Compared.STRING)
    options = [code for code, _ in question.options]
    if question.type == "open-choice" and value not in options:
        return Compared.STRING.value, value
    if kind is Compared.QUANTITY:
        figures, _, unit = value.partition(" ")
        amount = {"value": _figure(figures)}
        return kind.value, {**amount, "unit": unit} if unit else amount
    if kind in (Compared.INTEGER, Compared.DECIMAL):
        return kind.value, _figure(value)
    return kind.value, value


def _figure(value: str) -> Any:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or len(value) > 12:
        return value
    return (
        int(number) if number == number.to_integral_value() and "." not in value else float(value)
    )
