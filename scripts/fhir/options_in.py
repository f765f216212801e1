"""The lists of answers of a strange form: its options and the value sets it brings with it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from scripts.fhir.notes import Notes
from scripts.fhir.words import MAX_WORDS, OURS, listed, mapping, plain
from scripts.fields import is_slug
from scripts.questions import CHOICES, Option, Question, QuestionType, ValueSet, ValueType

MAX_OPTIONS: Final = 500  # of one question
_CODE_LENGTH: Final = 255
_DEEPEST: Final = 20  # of a value set's expansion
_OPTION_VALUES: Final = {
    "valueCoding": ValueType.CODING,
    "valueString": ValueType.STRING,
    "valueInteger": ValueType.INTEGER,
    "valueDate": ValueType.DATE,
    "valueTime": ValueType.TIME,
}


class Reader(Protocol):
    """What of the reader of items is needed by those who read a part of one."""

    notes: Notes
    names: dict[str, str]
    before: dict[str, Question]
    value_sets: dict[str, ValueSet]
    ours: bool  # it was written by this program
    marked: bool  # a question was marked phi, as its file does not say


def contained(data: Mapping[str, Any], notes: Notes) -> dict[str, ValueSet]:
    """Return the value sets a form brings with it, by their id."""
    found: dict[str, ValueSet] = {}
    for place, raw in enumerate(listed(data.get("contained"))):
        resource = mapping(raw)
        kind, name = resource.get("resourceType"), resource.get("id")
        path = f"contained[{place}]"
        if kind != "ValueSet" or not isinstance(name, str):
            notes.add(path, f"is a {plain(str(kind))[:60]}, which is not kept")
            continue
        options = _unique(_concepts(resource), path, notes)
        if options:
            found.setdefault(set_name(name), ValueSet(options=tuple(options)))
    return found


def set_name(resource_id: str) -> str:
    """Return a value set's name here: an id of FHIR has hyphens where ours has underscores."""
    return resource_id.replace("-", "_")


def _concepts(value_set: Mapping[str, Any]) -> Iterator[Option]:
    expansion = mapping(value_set.get("expansion")).get("contains")
    if isinstance(expansion, list):
        waiting = [(raw, 1) for raw in reversed(expansion)]
        while waiting:
            raw, depth = waiting.pop()
            concept = mapping(raw)
            option = _coding(concept, concept.get("system"))
            if option and concept.get("abstract") is not True:
                yield option
            inner = concept.get("contains")
            if isinstance(inner, list) and depth < _DEEPEST:
                waiting.extend((deeper, depth + 1) for deeper in reversed(inner))
        return
    included = mapping(value_set.get("compose")).get("include")
    for raw in listed(included):
        include = mapping(raw)
        concepts = include.get("concept")
        for concept in listed(concepts):
            option = _coding(mapping(concept), include.get("system"))
            if option:
                yield option


def read_options(reader: Reader, path: str, raw: dict[str, Any], made: dict[str, Any]) -> None:
    """Put the answers of a choice into `made`; a choice whose answers are elsewhere is asked in
    words."""
    if made["type"] not in CHOICES:
        for key in ("answerOption", "answerValueSet"):
            if key in raw:
                sentence = f"is not kept on a {made['type'].value}"
                reader.notes.add(f"{path}.{key}", sentence, kind=("options", key))
        return
    named = raw.get("answerValueSet")
    if isinstance(named, str):
        _value_set(reader, path, named, made)
    options = list(_unique(_options(reader, path, raw), path, reader.notes))
    if options and not made.get("answerValueSet"):
        made["answerOption"] = options
    elif options:
        reader.notes.add(f"{path}.answerOption", "is not kept beside answerValueSet")
    if not options and not made.get("answerValueSet") and not _has_control(raw):
        made["type"] = QuestionType.STRING
        if not named:
            reader.notes.add(path, "is a choice without answers; it is asked in words")
    if made.get("repeats") and any("," in option.code for option in options):
        del made["repeats"]
        reader.notes.add(f"{path}.repeats", "a code has a comma, so one answer is taken")


def _has_control(raw: dict[str, Any]) -> bool:
    urls = [mapping(extension).get("url") for extension in listed(raw.get("extension"))]
    return f"{OURS}control" in urls


def _value_set(reader: Reader, path: str, named: str, made: dict[str, Any]) -> None:
    name = set_name(named.removeprefix("#"))
    known = reader.value_sets.get(name) if named.startswith("#") else None
    if known is None:
        sentence = f"the answers are in {plain(named)[:200]}, not in the file; it is asked in words"
        reader.notes.add(f"{path}.answerValueSet", sentence, kind=("value set", named))
    elif is_slug(name) and not (
        made.get("repeats") and any("," in option.code for option in known.options)
    ):
        made["answerValueSet"] = name
    else:
        made["answerOption"] = list(known.options)


def _options(reader: Reader, path: str, raw: dict[str, Any]) -> Iterator[Option]:
    for place, one in enumerate(listed(raw.get("answerOption"))):
        given = mapping(one)
        option = option_of(given)
        where = f"{path}.answerOption[{place}]"
        if option is None:
            reader.notes.add(where, "has no value that can be kept", kind="no option")
            continue
        for key in sorted(set(given) - {"initialSelected", "id", *_OPTION_VALUES}):
            reader.notes.add(f"{where}.{key}"[:300], "is not kept", kind=("option key", key))
        yield option


def option_of(given: dict[str, Any]) -> Option | None:
    """Return the answer an object with value[x] holds; None for a kind not carried."""
    for key, kind in _OPTION_VALUES.items():
        if key not in given:
            continue
        if kind is ValueType.CODING:
            coding = mapping(given[key])
            return _coding(coding, coding.get("system"))
        if isinstance(given[key], bool) or not isinstance(given[key], str | int):
            return None
        code = plain(str(given[key]))[:_CODE_LENGTH].strip()
        return Option(code=code, display=code, value_type=kind) if code else None
    return None


def _coding(coding: dict[str, Any], system: Any) -> Option | None:
    given = coding.get("code"), coding.get("display")
    code, display = (plain(text) if isinstance(text, str) else "" for text in given)
    code, display = (code or display)[:_CODE_LENGTH].strip(), (display or code)[:MAX_WORDS]
    if not code:
        return None
    known = plain(system)[:MAX_WORDS] if isinstance(system, str) else ""
    return Option(code=code, display=display, system=known or None)


def _unique(options: Iterator[Option], path: str, notes: Notes) -> list[Option]:
    found: dict[str, Option] = {}
    for option in options:
        if option.code in found:
            sentence = f"the code “{option.code[:60]}” comes twice; the first is kept"
            notes.add(path, sentence, kind=("twice", path))
        elif len(found) >= MAX_OPTIONS:
            sentence = f"has more than {MAX_OPTIONS} answers; the others are not kept"
            notes.add(path, sentence, kind=("many", path))
        else:
            found[option.code] = option
    return list(found.values())
