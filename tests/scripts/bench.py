"""Figures for scripts: loading, answering, finding, each beside the least that could do it.

`python -m tests.scripts.bench` prints them, and `make bench` with all others. Nothing is asserted
here: what a figure is depends on the machine.
"""

import gc
import json
import re
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process

from scripts import redflags
from scripts.calltypes import CallType
from scripts.loader import SAMPLES, Library, load_library, load_practice, warm
from scripts.triage import Interview
from tests.scripts.samples import EVENING, riverside, text_of

FRAME_MS = 1000 / 60
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
    """Milliseconds of each of 200 answers on the long form, every question answered, sorted."""
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


@dataclass(frozen=True)
class Figure:
    """One figure, its aim, and what the least that could do the same takes in the same run."""

    what: str
    ms: float
    aim_ms: float
    floor: str
    floor_ms: float

    def row(self) -> list[str]:
        """The figure as a line of a table."""
        reached = "reached" if self.ms <= self.aim_ms else "not reached"
        ratio = f"{self.ms / self.floor_ms:.2f} x {self.floor}"
        return [self.what, _shown(self.ms), f"{_shown(self.aim_ms)} {reached}", ratio]


def _shown(ms: float) -> str:
    return f"{ms * 1000:.2f} µs" if ms < 0.05 else f"{ms:.2f} ms"


def figures() -> Iterator[Figure]:
    """Measure everything, the floors beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = long_practice(Path(folder))
        yield _loading(path)
        yield _answering(path)
    yield from _finding()
    yield _hearing()


def _hearing() -> Figure:
    """A caller's words looked through for red flags, as one more letter is typed."""
    said = "he has had a fever of 103 since this morning, no chest pain, and a stiff neck " * 4
    flags = redflags.for_rules(riverside().protocol.red_flags)
    found, bare = alternating(lambda: flags.find(said), lambda: re.findall(r"\w+", said))
    return Figure("red flags in 320 characters", found, FRAME_MS, "splitting the words", bare)


def _loading(path: Path) -> Figure:
    text = path.read_text("utf-8")
    load_practice(path)  # what is made once is made: what the file says has to be read again
    loaded, bare = alternating(
        lambda: load_practice(path), lambda: yaml.load(text, Loader=yaml.CSafeLoader)
    )
    what = f"script of {QUESTIONS:,} questions read and checked"
    return Figure(what, loaded, 50, "PyYAML in C, reading only", bare)


def _answering(path: Path) -> Figure:
    took = answering(path)
    everything = {f"q{number}": "sore since Tuesday" for number in range(QUESTIONS)}
    bare = timed(lambda: json.loads(json.dumps(everything)))
    what = f"an answer among {QUESTIONS:,}, all shown again"
    return Figure(what, took[len(took) // 2], 1, "the answers through JSON", bare)


def _finding() -> Iterator[Figure]:
    library = crowd()
    count = 10_000
    numbers = dict.fromkeys((practice.numbers[0] for practice in library.practices), 1)
    found, bare = alternating(
        lambda: [library.by_number("+15152004321") for _ in range(count)],
        lambda: [numbers.get("+15152004321") for _ in range(count)],
    )
    what = f"one of {PRACTICES:,} practices found by number"
    yield Figure(what, found / count, 0.01, "a dict", bare / count)
    names = [practice.name for practice in library.practices]
    for text in ("m", "map", "riversid famly", "Town 4321 pediatrcs"):
        found, bare = alternating(
            partial(library.find_name, text), partial(process.extract, text, names, limit=8)
        )
        yield Figure(f"found by name, “{text}”", found, FRAME_MS, "RapidFuzz over names", bare)


def memory() -> str:
    """What as many practices as that hold, going by the samples loaded twenty times over."""
    paths = sorted(SAMPLES.glob("*.yaml"))
    load_library()
    gc.collect()
    tracemalloc.start()
    kept = [load_practice(path) for _ in range(20) for path in paths]
    for practice in kept:
        warm(practice)
    gc.collect()
    each = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    return (
        f"{PRACTICES:,} practices hold {each * PRACTICES / 1e6:,.0f} MB ({each / 1e3:.0f} kB each)"
    )


def alternating(
    one: Callable[[], object], other: Callable[[], object], times: int = 9
) -> tuple[float, float]:
    """Milliseconds of the median run of two things run in turn, so that a busy machine is busy for
    both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for run, its in zip((one, other), took, strict=True):
            its.append(timed(run, 1))
    return statistics.median(took[0]), statistics.median(took[1])


def table(measured: Iterable[Figure]) -> str:
    """The figures as text."""
    rows = [["Scripts", "median", "aim", "against"], *(figure.row() for figure in measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def main() -> None:
    """Print the figures."""
    print(table(figures()))
    print(memory())


if __name__ == "__main__":
    main()
