"""FHIRPath in scripts: what it works out, what it is refused, and what it may cost."""

import subprocess
import sys
import time
from typing import Any

import pytest

from scripts.calltypes import CallType
from scripts.expressions import BadExpression, compiled
from scripts.triage import Interview
from tests.scripts.samples import EVENING, with_form
from tests.scripts.test_questions import AB, REASON, begin, faults, q, there


def value(link_id: str) -> str:
    return f"%resource.repeat(item).where(linkId = '{link_id}').answer.value"


# --- calculated answers ----------------------------------------------------------------------


CALCULATED: list[tuple[str, str, dict[str, str], str]] = [
    ("decimal", f"{value('n')} / 2", {"n": "5"}, "2.5"),
    ("decimal", "0.1 + 0.2 + " + value("n"), {"n": "0"}, "0.3"),
    ("decimal", f"{value('n')} / 3", {"n": "1"}, "0.333333"),
    ("integer", f"{value('n')} div 2", {"n": "5"}, "2"),
    ("integer", f"{value('n')} mod 3", {"n": "5"}, "2"),
    ("string", f"'Dr. ' & {value('s')}", {"s": "Blake"}, "Dr. Blake"),
    ("string", f"iif({value('n')} > 17, 'adult', 'child')", {"n": "18"}, "adult"),
    ("string", f"{value('s')}.upper()", {"s": "abc"}, "ABC"),
    ("boolean", f"{value('n')} > 17 and {value('b')}", {"n": "18", "b": "yes"}, "yes"),
    ("boolean", f"{value('b')}.not()", {"b": "yes"}, "no"),
    ("boolean", f"{value('d')} > @2026-01-01", {"d": "5/4/2026"}, "yes"),
    ("boolean", f"{value('c')}.code = 'a'", {"c": "a"}, "yes"),
    ("date", f"{value('d')} + 3 days", {"d": "1/30/2026"}, "2026-02-02"),
    ("quantity", f"{value('w')}.value * 2", {"w": "4 kg"}, "8"),
    ("integer", f"{value('many')}.count()", {"many": "a; b; c"}, "3"),
    ("choice", f"iif({value('n')} > 1, 'b', 'a')", {"n": "2"}, "b"),
    ("integer", "%resource.item.where(linkId = 'n').answer.valueInteger + 1", {"n": "2"}, "3"),
]


@pytest.mark.parametrize(("kind", "text", "given", "expected"), CALCULATED)
def test_an_answer_is_calculated(
    kind: str, text: str, given: dict[str, str], expected: str
) -> None:
    options = {"answerOption": AB} if kind == "choice" else {}
    interview = begin(
        q("n", "integer"),
        q("s"),
        q("b", "boolean"),
        q("d", "date"),
        q("w", "quantity"),
        q("c", "choice", answerOption=AB),
        q("many", repeats=True),
        q("x", kind, calculatedExpression=text, **options),
    )
    assert faults(interview.practice) == []
    for link_id, typed in given.items():
        interview = interview.answer(link_id, typed)
    assert interview.answers["x"].values == (expected,)
    assert interview.answer("x", "typed over").answers["x"].values == (expected,)
    assert Interview.restore(interview.practice, interview.to_record()) == interview
    first = next(iter(given))
    cleared = interview.clear(first)
    assert cleared.answers.get("x") != interview.answers["x"]


def test_a_calculated_answer_decides_what_is_asked_and_is_read_back_again() -> None:
    adult = [{"question": "adult", "operator": "=", "answerBoolean": False}]
    interview = begin(
        q("age", "integer"),
        q("adult", "boolean", calculatedExpression=f"{value('age')} >= 18", critical=True),
        q("parent", enableWhen=adult, required=True),
    )
    child = interview.answer("age", "9")
    assert there(child) == {"age", "adult", "parent"}
    assert child.missing == ("why", "parent")
    ticked = child.tick("adult")
    assert ticked.unread == ()
    assert ticked.answer("age", "10").unread == ()
    assert ticked.answer("age", "40").unread == ("adult",)
    assert there(ticked.answer("age", "40")) == {"age", "adult"}


# --- conditions ----------------------------------------------------------------------------


def test_a_condition_in_fhirpath() -> None:
    text = f"{value('a')} + {value('b')} > 10"
    interview = begin(q("a", "integer"), q("b", "integer"), q("y", enableWhenExpression=text))
    assert there(interview) == {"a", "b"}
    assert there(interview.answer("a", "6").answer("b", "6")) == {"a", "b", "y"}
    assert there(interview.answer("a", "6").answer("b", "1")) == {"a", "b"}


def test_a_condition_that_fails_hides_nothing() -> None:
    interview = begin(q("a"), q("y", enableWhenExpression=f"{value('a')} > 10"))
    assert there(interview.answer("a", "words")) == {"a", "y"}


def test_an_expression_sees_only_what_it_names_and_what_exists() -> None:
    when = [{"question": "a", "operator": "=", "answerString": "show"}]
    interview = begin(
        q("a"),
        q("g", "group", enableWhen=when, item=[q("inner", "integer")]),
        q("y", enableWhenExpression=f"{value('inner')}.exists()"),
        q(
            "z",
            enableWhenExpression="%resource.item.where(linkId = 'g').item.answer.exists()",
        ),
    )
    shown = interview.answer("a", "show").answer("inner", "5")
    assert "y" in there(shown)
    assert "z" not in there(shown)  # names the group, not what is in it
    assert "y" not in there(shown.answer("a", "hide"))


def test_an_expression_is_worked_out_only_when_what_it_names_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scripts import expressions

    interview = begin(
        q("a", "integer"), q("x", "integer", calculatedExpression=value("a") + " + 1")
    )
    asked: list[Any] = []
    original = expressions.Expression.values
    monkeypatch.setattr(
        expressions.Expression,
        "values",
        lambda self, response: asked.append(response) or original(self, response),
    )
    moved = interview.answer("a", "4")
    assert moved.answers["x"].values == ("5",)
    worked = len(asked)
    for letters in ("h", "he", "hel"):
        moved = moved.answer("why", letters)
    assert len(asked) == worked == 1


# --- refusals ------------------------------------------------------------------------------

A = value("a")
REFUSED = [
    (f"{A}.power(0.5)", "multiply it out"),
    (f"{A}.power(2)", "multiply it out"),
    (f"{A}.sum()", "add them with +"),
    (f"{A}.min()", "iif"),
    (f"{A}.single()", "use first()"),
    (f"{A}.round()", "round(0)"),
    (f"{A} > now()", "another clock"),
    (f"today() > {A}", "another clock"),
    (f"{A}.ofType(integer)", "valueInteger"),
    (f"{A} is Integer", "valueInteger"),
    (f"{A}.matches('(a+)+$')", "contains()"),
    ("%resource.descendants().where(linkId = 'a')", "repeat(item)"),
    ("%resource.repeat($this).where(linkId = 'a')", "repeat(item)"),
    (f"{A}.aggregate($total & $total)", "$"),
    (f"{A}.trace('x')", "take it out"),
    (f"{A}.frobnicate()", "frobnicate() is not known"),
    (f"{A} > 5 'kg'", "quantity"),
    ("%patient.name", "%patient is not known"),
    ("1 + 1", "names no question"),
    ("%resource.item.where(linkId = %resource.id).exists()", "something else than a name"),
    (f"{A} +", "cannot be read"),
    (f"{A} junk", "cannot be read"),
    (f"({A}", "not closed"),
    (f"{A})", "not opened"),
    (f"{A} # note", "“#” has no meaning"),
    ("(" * 13 + A + ")" * 13, "brackets"),
    ("%resource.item.where(item.where(item.where(linkId = 'a').exists()))", "within one another"),
    (" + ".join([A] * 40), "characters"),
    (f"{A} in (" + "|".join("1" * 200) + ")", "parts"),
]


@pytest.mark.parametrize(("text", "mend"), REFUSED)
def test_what_is_wrong_or_endless_is_refused_at_load(text: str, mend: str) -> None:
    with pytest.raises(BadExpression) as caught:
        compiled(text)
    assert mend in str(caught.value)


def test_refusals_carry_their_place() -> None:
    practice = with_form(
        CallType.QUESTION,
        REASON,
        q("a", "integer"),
        q("x", "integer", calculatedExpression=f"{A}.power(2)"),
        q("y", enableWhenExpression=f"{value('aa')} = 1"),
        q("z", "integer", calculatedExpression=f"{value('later')}"),
        q("later", "integer"),
    )
    found = dict(faults(practice))
    where = "forms.question.steps[0].questions"
    assert "multiply it out" in found[f"{where}[2].calculatedExpression"]
    assert "did you mean “a”?" in found[f"{where}[3].enableWhenExpression"]
    assert "not asked before" in found[f"{where}[4].calculatedExpression"]


def test_the_costliest_expression_allowed_is_still_soon_done() -> None:
    loop = "%resource.repeat(item).where(linkId = 'a').answer.select(value & %resource.item.answer"
    text = f"{loop}.select(value & %resource.item.answer.value.count().toString()).first()).count()"
    interview = begin(q("a", repeats=True), q("x", "integer", calculatedExpression=text))
    start = time.perf_counter()
    worked = interview.answer("a", ";".join(f"w{n}" for n in range(40)))
    took = time.perf_counter() - start
    assert worked.answers["x"].values == ("40",)
    assert took < 10  # of any machine; it is milliseconds on a quiet one


def test_no_script_without_expressions_pays_for_the_library() -> None:
    code = (
        "import sys; from scripts.loader import load_library; load_library(); "
        "sys.exit('fhirpathpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_health_detail_is_not_seen_without_a_baa() -> None:
    practice = with_form(
        CallType.QUESTION,
        REASON,
        q("a", "integer", phi=True),
        q("x", "integer", calculatedExpression=f"{A} + 1"),
    )
    known = Interview.start(practice, CallType.QUESTION, baa_in_force=True, moment=EVENING)
    record = {**known.answer("a", "4").to_record(), "baa_in_force": False}
    assert "x" not in Interview.restore(practice, record).given
