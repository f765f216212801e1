"""What is never recorded: the questions marked `sensitive`, while they are asked and read back."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.calltypes import CallType
from scripts.faults import KeyPath
from scripts.practice import Practice
from scripts.questions import Question
from scripts.triage import Interview

_CARD_WORDS: Final = re.compile(
    r"\b(credit|debit|bank|payment)\s+card|\bcard\s+(number|no\b|details)|\bcvv\b|\bcvc\b|"
    r"security code|social security|\bssn\b|(account|routing) number|\bpin\b",
    re.IGNORECASE,
)
"""What a question is about that has no place in a recording (PCI DSS 3.3.1 for card data)."""


def being_asked(interview: Interview | None) -> str:
    """Return the label of a sensitive question that is being asked, or read back, now; "" for none.

    The whole step counts, not the field with the cursor: callers answer ahead.
    """
    if interview is None:
        return ""
    hidden = interview.form.sensitive
    if not hidden:
        return ""
    step = interview.step
    if step.is_read_back:
        unread = (item for item in interview.read_back if not item.ticked)
        return next((item.label for item in unread if item.link_id in hidden), "")
    return next((q.text for q in step.questions if q.link_id in hidden), "")


def check_recording(practice: Practice) -> Iterator[tuple[KeyPath, str]]:
    """Yield the questions that a recording would keep and should not, where calls are recorded."""
    if practice.recording is None:
        return
    for call_type, form in practice.forms.items():
        hidden = form.sensitive
        for place, step in enumerate(form.steps):
            for number, question in enumerate(step.questions):
                where = ("forms", call_type.value, "steps", place, "questions", number)
                yield from _unmarked(where, question, call_type, hidden)


def _unmarked(
    where: KeyPath, question: Question, call_type: CallType, hidden: frozenset[str]
) -> Iterator[tuple[KeyPath, str]]:
    found = _CARD_WORDS.search(f"{question.text} {question.say or ''}")
    if question.is_asked and found and question.link_id not in hidden:
        yield where, f"asks for a {found[0].lower()}; calls are recorded here: add sensitive: true"
    if question.sensitive and call_type is CallType.EMERGENCY:
        yield (*where, "sensitive"), "nothing of an emergency is left out; take sensitive out"
    for number, inner in enumerate(question.item):
        yield from _unmarked((*where, "item", number), inner, call_type, hidden)
