"""The extensions of a strange form: our own, those of SDC that a form can follow, and the others,
each told once."""

from typing import Any

from scripts.expressions import BadExpression, compiled
from scripts.fhir.options_in import Reader
from scripts.fhir.words import (
    CALCULATED,
    ENABLE,
    FHIRPATH,
    HIDDEN,
    KEPT,
    MAX_WORDS,
    OURS,
    UNIT,
    UNIT_OPTION,
    listed,
    mapping,
    plain,
)
from scripts.questions import QuestionType


def read_extensions(reader: Reader, path: str, raw: dict[str, Any], made: dict[str, Any]) -> None:
    """Put what the extensions of an item say into `made`. An item without a word of ours is marked
    a health detail."""
    own = [url for url in urls(raw) if url.startswith(OURS)]
    for url in urls(raw):
        if url.startswith(OURS):
            key = url.removeprefix(OURS)
            if key in KEPT:
                made[key] = _own_value(extension(raw, url))
        elif url == CALCULATED:
            _expression(reader, path, extension(raw, url), "calculatedExpression", made)
        elif url == ENABLE:
            _expression(reader, path, extension(raw, url), "enableWhenExpression", made)
        elif url in (UNIT, UNIT_OPTION):
            _unit(raw, url, made)
        elif url == HIDDEN:
            if extension(raw, url).get("valueBoolean") is True:
                made["readOnly"] = True
                reader.notes.add(path, "is hidden where it comes from; it is read only here")
        else:
            sentence = f"the extension {plain(url)[:200]} is not known here"
            reader.notes.add(path, sentence, kind=("extension", url))
    if not own and made["type"] not in (QuestionType.GROUP, QuestionType.DISPLAY):
        made["phi"] = reader.marked = True
    fixed = made.get("readOnly") or made.get("calculatedExpression")
    if fixed and made.pop("required", False):
        reader.notes.add(path, "is not typed into, so it is not required", kind="fixed")


def _unit(raw: dict[str, Any], url: str, made: dict[str, Any]) -> None:
    if made["type"] is not QuestionType.QUANTITY:
        return
    for one in raw["extension"]:
        if mapping(one).get("url") == url:
            coding = mapping(one.get("valueCoding"))
            unit = plain(str(coding.get("display") or coding.get("code") or ""))
            if unit and unit not in made.setdefault("unit", []):
                made["unit"].append(unit[:MAX_WORDS])


def _expression(
    reader: Reader, path: str, given: dict[str, Any], key: str, made: dict[str, Any]
) -> None:
    found = mapping(given.get("valueExpression"))
    text = plain(str(found.get("expression", "")))
    wrong = _wrong_with(reader, text, str(found.get("language", FHIRPATH)))
    if not wrong and key == "calculatedExpression" and made.get("repeats"):
        wrong = "it would have several answers"
    if not wrong and key == "enableWhenExpression" and made.get("enableWhen"):
        wrong = "it has enableWhen as well"
    if wrong:
        asked = "asked" if key == "calculatedExpression" else "asked always"
        reader.notes.add(path, f"the {key} is not carried ({wrong}); the question is {asked}")
    elif made["type"] not in (QuestionType.GROUP, QuestionType.DISPLAY) or key[0] == "e":
        made[key] = text


def _wrong_with(reader: Reader, text: str, language: str) -> str:
    if language != FHIRPATH:
        return f"it is written in {plain(language)[:60]}"
    try:
        expression = compiled(text)
    except BadExpression as error:
        return str(error)
    unknown = next((name for name in expression.names if name not in reader.before), None)
    return f"“{unknown}” is not asked before it" if unknown is not None else ""


def _own_value(found: dict[str, Any]) -> Any:
    value = found.get("valueBoolean")
    return value if isinstance(value, bool) else found.get("valueString")


def urls(raw: Any) -> list[str]:
    """Return the names of an element's extensions, each once."""
    found = [mapping(extension).get("url") for extension in listed(mapping(raw).get("extension"))]
    return list(dict.fromkeys(url for url in found if isinstance(url, str)))


def extension(raw: Any, url: str) -> dict[str, Any]:
    """Return the extension of this name, or nothing."""
    for found in listed(mapping(raw).get("extension")):
        if mapping(found).get("url") == url:
            return mapping(found)
    return {}
