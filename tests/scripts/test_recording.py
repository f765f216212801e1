from pathlib import Path
from typing import Any

import pytest

from scripts.calltypes import CallType
from scripts.faults import PracticeFileError
from scripts.loader import load_practice
from scripts.recording import ConsentLaw, Recording
from scripts.triage import Interview
from scripts.unrecorded import being_asked
from tests.scripts.samples import EVENING, library, text_of, with_form

MAPLE = text_of("maple_pediatrics.yaml")
ASKS = "This call may be recorded so that we get it right. Is that all right with you?"


def loaded(folder: Path, part: str, forms: str = "") -> list[str]:
    path = folder / "practice.yaml"
    text = MAPLE.replace("new_patients:", f"{part}\nnew_patients:", 1)
    path.write_text(text.replace(*forms.split(">>>"), 1) if forms else text, "utf-8")
    try:
        load_practice(path)
    except PracticeFileError as error:
        return [f"{fault.key}: {fault.wrong}" for fault in error.faults]
    return []


def test_no_practice_records_unless_its_file_says_so() -> None:
    recorded = [practice for practice in library().practices if practice.recording is not None]
    assert [practice.id for practice in recorded] == ["summit_orthopedics"]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (f"recording: {{law: all_party, announcement: '{ASKS}'}}", ""),
        ("recording: {law: one_party, announcement: This call is recorded.}", ""),
        ("recording: {law: some, announcement: This call is recorded.}", "all_party"),
        ("recording: {law: one_party}", "announcement: is missing"),
        ("recording: {announcement: This call is recorded.}", "law: is missing"),
        ("recording: {law: all_party, announcement: This call is recorded.}", "has to ask"),
        ("recording: {law: one_party, announcement: Thank you for your call.}", "“record”"),
        ("recording: {law: one_party, announcement: 'Recorded at {{ practice }}.'}", "braces"),
        ("recording: {law: one_party, announcement: This call is recorded., on: yes}", "known key"),
    ],
)
def test_the_part_is_checked_with_the_mend(tmp_path: Path, part: str, wrong: str) -> None:
    found = loaded(tmp_path, part)
    assert [wrong in sentence for sentence in found] == ([True] if wrong else [])


def test_words_that_change_are_another_version() -> None:
    def words(law: ConsentLaw, text: str) -> Recording:
        return Recording(law=law, announcement=text)

    first = words(ConsentLaw.ONE_PARTY, ASKS)
    assert first.version == words(ConsentLaw.ONE_PARTY, f" {ASKS} ").version
    assert first.version != words(ConsentLaw.ALL_PARTY, ASKS).version
    assert first.version != words(ConsentLaw.ONE_PARTY, ASKS.replace("may be", "is")).version


def question(link_id: str, **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": "string", "text": link_id.capitalize(), **more}


def started(*questions: dict[str, Any]) -> Interview:
    practice = with_form(CallType.QUESTION, *questions)
    return Interview.start(practice, CallType.QUESTION, baa_in_force=True, moment=EVENING)


def test_a_sensitive_question_is_being_asked_while_its_step_is_up_and_until_it_is_read_back() -> (
    None
):
    card = question("card", sensitive=True, critical=True, required=True)
    interview = started(question("name", critical=True), card)
    assert being_asked(interview) == "Card"
    interview = interview.answer("name", "Jo").answer("card", "4111").next()
    assert interview.step.is_read_back
    assert being_asked(interview) == "Card"
    assert being_asked(interview.tick("card")) == ""
    assert being_asked(None) == ""


def test_a_sensitive_group_hides_what_it_holds() -> None:
    group = question("payment", type="group", sensitive=True, item=[question("holder")])
    assert being_asked(started(group)) == "Holder"


def test_a_question_that_does_not_exist_is_not_being_asked() -> None:
    when = [{"question": "pays", "operator": "=", "answerBoolean": True}]
    asked = question("card", sensitive=True, enableWhen=when)
    interview = started(question("pays", type="boolean"), asked)
    assert being_asked(interview) == ""
    assert being_asked(interview.answer("pays", "yes")) == "Card"


def test_a_form_without_a_mark_is_recorded_whole() -> None:
    assert being_asked(started(question("name"))) == ""


@pytest.mark.parametrize("recorded", [True, False])
def test_where_calls_are_recorded_a_card_number_has_to_be_marked(
    tmp_path: Path, recorded: bool
) -> None:
    part = "recording: {law: one_party, announcement: This call is recorded.}" * recorded
    title = "    steps:\n      - title: Question\n"
    assert title in MAPLE
    step = "      - title: Pay\n        questions:\n          - {linkId: pay, type: string,"
    added = title.replace("      - ", f"{step} text: Card number}}\n      - ")
    found = loaded(tmp_path, part, f"{title}>>>{added}")
    assert [("card number" in s, "add sensitive: true" in s) for s in found] == (
        [(True, True)] if recorded else []
    )
