"""Questionnaires as strangers write them, for the tests that read them."""

from typing import Any

from hypothesis import strategies as st

from scripts.wordlist import words

TYPES = words(
    "group display boolean decimal integer date dateTime time string text url choice open-choice "
    "attachment reference quantity"
)
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
NAMES = st.sampled_from(["1", "1.1", "/54126-8", "q a", "q_a", "Ä", "no", "12:30", "x" * 90])
CODINGS = st.fixed_dictionaries(
    {"code": st.sampled_from(["a", "b", "LA-1", "two words", "a,b"])},
    optional={"system": st.just("http://loinc.org"), "display": WORDS},
)
QUANTITIES = st.fixed_dictionaries(
    {"value": st.integers(-5, 500) | st.sampled_from([0.5, 2.25])},
    optional={"unit": st.sampled_from(["kg", "mg"]), "comparator": st.just("<")},
)
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "Boolean": st.booleans(),
    "Decimal": st.sampled_from([0.5, 2, -1.25]),
    "Integer": st.integers(-10, 10),
    "Date": st.sampled_from(["2026-05-04", "2026-05"]),
    "DateTime": st.sampled_from(["2026-05-04T15:30:00", "2026-05-04T15:30:00Z"]),
    "Time": st.sampled_from(["15:30:00", "08:00:00"]),
    "String": st.sampled_from(["a", "b", "yes"]),
    "Coding": CODINGS,
    "Quantity": QUANTITIES,
}


def valued(prefix: str, *kinds: str) -> st.SearchStrategy[dict[str, Any]]:
    """One value[x], initial[x] or answer[x]."""
    chosen = kinds or tuple(ANSWERS)
    return st.one_of(*(ANSWERS[kind].map(lambda v, k=kind: {f"{prefix}{k}": v}) for kind in chosen))


def extensions() -> st.SearchStrategy[list[dict[str, Any]]]:
    sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
    core = "http://hl7.org/fhir/StructureDefinition/questionnaire-"
    expression = st.sampled_from(
        [
            "%resource.repeat(item).where(linkId = '1').answer.value.exists()",
            "today()",
            "((((",
            "1 + 1",
        ]
    )
    one = st.one_of(
        st.just({"url": f"{core}hidden", "valueBoolean": True}),
        st.just({"url": f"{core}unit", "valueCoding": {"code": "kg"}}),
        st.just({"url": "http://example.org/unknown", "valueString": "x"}),
        *(
            expression.map(
                lambda text, name=name: {
                    "url": f"{sdc}{name}",
                    "valueExpression": {"language": "text/fhirpath", "expression": text},
                }
            )
            for name in ("calculatedExpression", "enableWhenExpression")
        ),
    )
    return st.lists(one, max_size=2)


@st.composite
def items(draw: st.DrawFn, inner: st.SearchStrategy[list[dict[str, Any]]]) -> dict[str, Any]:
    """One item that R4 allows, near enough; its linkId is made unique afterwards."""
    kind = draw(st.sampled_from(TYPES))
    item: dict[str, Any] = {"linkId": draw(NAMES), "type": kind}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "text": WORDS.filter(str.strip),
        "prefix": st.just("1a"),
        "extension": extensions(),
        "enableBehavior": st.sampled_from(["all", "any"]),
        "enableWhen": st.lists(conditions(), min_size=1, max_size=3),
        "item": inner,
    }
    if kind not in ("group", "display"):
        optional |= {
            "required": st.booleans(),
            "repeats": st.booleans(),
            "readOnly": st.booleans(),
            "initial": st.lists(valued("value"), min_size=1, max_size=2),
        }
    if kind in ("string", "text"):
        optional["maxLength"] = st.integers(1, 9000)
    if kind in ("choice", "open-choice"):
        kinds = ("Coding", "String", "Integer", "Date", "Time")
        optional["answerOption"] = st.lists(valued("value", *kinds), min_size=1, max_size=4)
        optional["answerValueSet"] = st.sampled_from(["#fruit", "http://example.org/vs"])
    for key, strategy in optional.items():
        if draw(st.booleans()):
            item[key] = draw(strategy)
    return item


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda question, operator, answer: {"question": question, "operator": operator, **answer},
        NAMES,
        st.sampled_from(OPERATORS),
        valued("answer"),
    )


FRUIT = {
    "resourceType": "ValueSet",
    "id": "fruit",
    "status": "active",
    "compose": {
        "include": [
            {"system": "http://x", "concept": [{"code": "a", "display": "Apple"}, {"code": "b"}]}
        ]
    },
}


def unique(listed: list[dict[str, Any]], seen: dict[str, int]) -> list[dict[str, Any]]:
    """The items, each with a linkId of its own; the first of a name keeps it."""
    for item in listed:
        name = item["linkId"]
        seen[name] = seen.get(name, -1) + 1
        if seen[name]:
            item["linkId"] = f"{name}#{seen[name]}"
        unique(item.get("item", []), seen)
    return listed


def questionnaires() -> st.SearchStrategy[dict[str, Any]]:
    """Questionnaires of some items, some within others."""
    none: st.SearchStrategy[list[dict[str, Any]]] = st.just([])
    listed = st.recursive(
        none,
        lambda inner: st.lists(items(inner), max_size=4),
        max_leaves=12,
    )
    return st.lists(items(listed), min_size=1, max_size=6).map(
        lambda found: {
            "resourceType": "Questionnaire",
            "status": "active",
            "title": "Intake",
            "contained": [FRUIT],
            "item": unique(found, {}),
        }
    )


def all_items(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every item, depth first."""
    return [found for item in listed for found in (item, *all_items(item.get("item", [])))]
