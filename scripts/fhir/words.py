"""The names both ways share: extension URLs, and text made fit to be shown."""

from typing import Any, Final

OURS: Final = "urn:frontdesk:questionnaire:"
"""What FHIR has no word for stands in extensions under this name."""

STEP: Final = f"{OURS}step"
ENDS: Final = f"{OURS}ends"
KEPT: Final = (
    "say",
    "help",
    "phi",
    "critical",
    "may_skip",
    "sensitive",
    "half",
    "control",
    "feeds",
)
"""Our own keys of a question, each an extension of its name."""

SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
CALCULATED: Final = f"{SDC}calculatedExpression"
ENABLE: Final = f"{SDC}enableWhenExpression"
CORE: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-"
UNIT: Final = f"{CORE}unit"
UNIT_OPTION: Final = f"{CORE}unitOption"
HIDDEN: Final = f"{CORE}hidden"
FHIRPATH: Final = "text/fhirpath"

MAX_WORDS: Final = 2000  # of a label or a line to say


def plain(text: str) -> str:
    """Return a text in one line, without what cannot be shown or written."""
    seen = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(seen.split())


def mapping(value: Any) -> dict[str, Any]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """Return a JSON list, or an empty one where something else stands."""
    return value if isinstance(value, list) else []
