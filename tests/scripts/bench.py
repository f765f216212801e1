"""Figures for scripts: loading, answering, finding. `python -m tests.scripts.bench` prints them.

Nothing is asserted here: what a figure is depends on the machine. Each is the median of several
runs, so that what else the machine does weighs little.
"""

import gc
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from scripts.calltypes import CallType
from scripts.loader import SAMPLES, Library, load_library, load_practice
from scripts.triage import Interview
from tests.scripts.samples import EVENING, riverside, text_of

QUESTIONS = 1000
PRACTICES = 10_000


def timed(run: Callable[[], object], times: int = 9) -> float:
    """Milliseconds of the median run."""
    took = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        run()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def long_form(count: int) -> list[dict[str, Any]]:
    """Steps of ten questions; every second one depends on an earlier one."""
    questions: list[dict[str, Any]] = [
        {"linkId": "why", "type": "string", "text": "Why", "feeds": "reason", "required": True}
    ]
    for number in range(1, count):
        question: dict[str, Any] = {"linkId": f"q{number}", "text": f"Question {number}"}
        question["type"] = ("string", "boolean", "integer", "choice")[number % 4]
        if number % 4 == 3:
            question["answerOption"] = [
                {"code": "a", "display": "A"},
                {"code": "b", "display": "B"},
            ]
        if number % 2 and number > 8:
            earlier = number - number % 4 - 4  # a string
            condition = {"question": f"q{earlier}", "operator": "exists", "answerBoolean": True}
            question["enableWhen"] = [condition]
        question["required"] = number % 3 == 0
        questions.append(question)
    return [
        {"title": f"Step {begin // 10 + 1}", "questions": questions[begin : begin + 10]}
        for begin in range(0, count, 10)
    ]


def long_practice(folder: Path) -> Path:
    """Riverside's file, its question form made long."""
    data = yaml.safe_load(text_of("riverside_family_medicine.yaml"))
    data["forms"]["question"] = {"steps": long_form(QUESTIONS)}
    path = folder / "long.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), "utf-8")
    return path


def look(interview: Interview) -> object:
    """Ask for all that the window shows."""
    return (
        interview.steps,
        interview.missing,
        interview.problems,
        interview.read_back,
        interview.red_flags,
        interview.facts_locked,
        interview.complete,
        interview.ending(),
    )


def answering(practice_path: Path) -> list[float]:
    """Milliseconds of one answer on the long form, every question answered."""
    interview = Interview.start(
        load_practice(practice_path), CallType.QUESTION, baa_in_force=True, moment=EVENING
    )
    typed = {"string": "sore since Tuesday", "boolean": "no", "integer": "4", "choice": "a"}
    for question in interview.form.questions():
        interview = interview.answer(question.link_id, typed[question.type.value])
    look(interview)
    took = []
    for number in range(200):
        start = time.perf_counter()
        interview = interview.answer("q4", f"word {number}" if number % 2 else "")
        look(interview)
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took)


def crowd() -> Library:
    """As many practices as a large service answers for, each with a name and number of its own."""
    places = ("Riverside", "Maple", "Lakeshore", "Cedar", "Summit", "Harbor", "Prairie", "Union")
    kinds = ("Family Medicine", "Pediatrics", "Cardiology", "Dermatology", "Orthopedics")
    base = riverside()
    return Library(
        tuple(
            base.model_copy(
                update={
                    "id": f"practice_{n}",
                    "name": f"{places[n % 8]} {kinds[n % 5]} of Town {n}",
                    "numbers": (f"+1515{n + 2_000_000:07}",),
                }
            )
            for n in range(PRACTICES)
        )
    )


def main() -> None:
    """Print the figures."""
    print(f"sample practices, {len(load_library().practices)} files: {timed(load_library):.1f} ms")
    for path in sorted(SAMPLES.glob("*.yaml")):
        print(f"  {path.name}: {timed(lambda p=path: load_practice(p)):.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        path = long_practice(Path(folder))
        load_practice(path)
        loaded = timed(lambda: load_practice(path))
        print(f"a script of {QUESTIONS} questions, loaded: {loaded:.1f} ms")
        took = answering(path)
        print(f"one answer on it, all shown: median {took[100]:.2f} ms, p95 {took[190]:.2f} ms")
    tracemalloc.start()
    library = crowd()
    print(f"{PRACTICES} practices indexed: {tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB")
    tracemalloc.stop()
    found = timed(lambda: [library.by_number("+15152004321") for _ in range(1000)])
    print(f"one found by number: {found:.2f} µs")
    for text in ("m", "map", "riversid famly", "Town 4321 dermatolgy"):
        took = timed(lambda text=text: library.find_name(text))
        print(f"found by name, “{text}”: {took:.2f} ms, {library.find_name(text)[0].name}")


if __name__ == "__main__":
    main()
