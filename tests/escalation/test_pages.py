"""A page says four things; an answer is a number and a word."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.escalation import pages
from console.escalation.pages import Reply, Verb, page_words, read_reply


def words(number: int = 1) -> pages.Page:
    return page_words(
        console="Frontdesk", reference="R7K4A", urgent=True, line="+15155550100", number=number
    )


def test_a_page_in_full() -> None:
    assert words().text == (
        "Frontdesk: URGENT call, ref R7K4A. Call (515) 555-0100. "
        "Reply 1a to take it, 1e to pass it on, 1c when the patient is reached."
    )
    assert len(words().text) <= 160  # one text message


def test_nothing_about_the_caller_can_be_put_into_a_page() -> None:
    allowed = {"console", "reference", "urgent", "line", "number", "answers"}
    for make in (pages.page_words, pages.ask_words, pages.stop_words):
        parameters = inspect.signature(make).parameters
        assert set(parameters) <= allowed
        assert "answers" not in parameters or parameters["answers"].annotation is pages.Answers


@pytest.mark.parametrize("answers", pages.Answers)
def test_how_it_is_answered_is_told_for_each_way(answers: pages.Answers) -> None:
    about = {"console": "Frontdesk", "reference": "R7K4A", "line": "+15155550100", "number": 12}
    page = page_words(urgent=True, answers=answers, **about)  # type: ignore[arg-type]
    asked = pages.ask_words(answers=answers, **about)  # type: ignore[arg-type]
    said = pages.answer_words(said=pages.Said.YOURS, answers=answers, **about)  # type: ignore[arg-type]
    for each in (page, asked, said):
        assert len(each.text) <= 160
        assert ("12" in each.text) is (answers is pages.Answers.BY_TEXT)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("1a", Reply(1, Verb.ACKNOWLEDGE)),
        (" 1A. ", Reply(1, Verb.ACKNOWLEDGE)),
        ("1ok", Reply(1, Verb.ACKNOWLEDGE)),
        ("12 ack", Reply(12, Verb.ACKNOWLEDGE)),
        ("2 e", Reply(2, Verb.ESCALATE)),
        ("3-c", Reply(3, Verb.CLOSE)),
        ("3 done!", Reply(3, Verb.CLOSE)),
        ("a", None),
        ("1", None),
        ("1x", None),
        ("I will call 1 a bit later", None),
        ("1a please", None),
        ("", None),
    ],
)
def test_answers(text: str, reply: Reply | None) -> None:
    assert read_reply(text) == reply


@given(st.text(max_size=40))
def test_any_answer_is_read_or_left_to_a_person(text: str) -> None:
    found = read_reply(text)
    assert found is None or 0 <= found.number <= 99


def test_every_answer_a_page_asks_for_is_understood() -> None:
    for number in (1, 9, 42):
        for letter, verb in zip("aec", Verb, strict=True):
            assert f"{number}{letter}" in words(number).text
            assert read_reply(f"{number}{letter}") == Reply(number, verb)


def test_references_are_short_and_never_misread() -> None:
    found = {pages.new_reference() for _ in range(500)}
    assert len(found) > 490
    assert all(len(each) == 5 and not set(each) & set("01OIQSZB258G") for each in found)
