"""`frontdesk practice shapes`: the shapes of calls that were had, to rehearse a script with."""

import sys
from pathlib import Path

from console.errors import WorldError
from console.practice.files import read_text, write_text
from console.records.opening import Opening
from console.store.had_calls import HadCall, had_calls
from scripts.faults import PracticeFileError
from scripts.loader import load_practice
from scripts.practice import Practice
from scripts.shapes import BadShapes, Shape, read_shapes, shape_answer, write_shapes

MOST_CALLS = 10_000


def shapes(practice_file: Path, records: Opening, output: Path | None, *, calls: int) -> int:
    """Write the shapes of the latest calls of a practice. They hold no words and no health
    details; what they hold is checked against the practice's own script."""
    try:
        practice = load_practice(practice_file)
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return 1
    with records.opened(there=True) as opened, opened.session() as session:
        had = tuple(had_calls(session, practice_id=practice.id, limit=calls))
    found = [_shape(practice, number, call) for number, call in enumerate(had, start=1)]
    write_text(write_shapes(found), output)
    count = len(found)
    print(f"{count} {'call' if count == 1 else 'calls'} written, without words", file=sys.stderr)
    return 0


def shapes_of(path: Path) -> tuple[Shape, ...]:
    """Return the shapes in a file, or raise `WorldError` with every line that is none."""
    try:
        return read_shapes(path, read_text(path))
    except BadShapes as error:
        raise WorldError(f"{path.name} cannot be used", str(error)) from error


def _shape(practice: Practice, number: int, call: HadCall) -> Shape:
    form = practice.forms[call.call_type]
    known = {question.link_id: question for question in form.questions()}
    local = call.at.astimezone(practice.zone).replace(tzinfo=None)
    return Shape(
        id=f"call {number}",
        call_type=call.call_type,
        at=local.replace(minute=0, second=0, microsecond=0),
        mode=call.mode,
        outcome=call.outcome,
        answers={
            link_id: shape_answer(practice, known.get(link_id), values)
            for link_id, values in call.answers
        },
    )
