"""Whatever a file holds, it is loaded and can be used, or is refused with its faults."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import facts, hours, oncall, openings
from scripts.calltypes import CallType
from scripts.faults import Fault, PracticeFileError
from scripts.greeting import say_greeting
from scripts.loader import load_practice
from scripts.practice import Practice
from scripts.triage import Interview
from tests.scripts.samples import EVENING, fill, text_of

FILES = (
    "riverside_family_medicine.yaml",
    "maple_pediatrics.yaml",
    "lakeshore_cardiology.yaml",
    "desert_bloom_dermatology.yaml",
    "harborside_womens_health.yaml",
    "summit_orthopedics.yaml",
)
LINES = {name: text_of(name).splitlines() for name in FILES}
JUNK = ("null", "[]", "{}", "true", "-1", "''", "x", "{a: {b: c}}", "12:30", "closed", "~", "&a *a")


def spoil(lines: list[str], at: int, how: int, what: str) -> None:
    place = at % len(lines)
    line = lines[place]
    key = line.partition(":")[0]
    changes: tuple[Callable[[], str], ...] = (
        lambda: "",
        lambda: f"{key}: {what}",
        lambda: line[: at % (len(line) + 1)],
        lambda: f"{line}\n{line}",
        lambda: line.replace("=", "!=", 1),
        lambda: line[: at % (len(line) + 1)] + what,
    )
    lines[place] = changes[how]()


def use(practice: Practice) -> None:
    """Take a call of each type, day and night."""
    for call_type in CallType:
        for baa in (True, False):
            begun = Interview.start(practice, call_type, baa_in_force=baa, moment=EVENING)
            done = fill(begun)
            assert done.complete, (done.missing, done.problems, done.unread)
            assert done.ending() is not None
            assert Interview.restore(practice, done.to_record()) == done
    for later in (0, 9, 15, 40):
        moment = EVENING + timedelta(hours=later)
        assert hours.at(practice, moment).label
        assert say_greeting(practice, moment, "Dana")
        assert oncall.on_call_at(practice, moment)
        assert facts.summary(practice, moment)
    for kind in practice.appointment_types:
        openings.open_times(practice, appointment_type=kind.id, after=EVENING, days=3)


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spoilt=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 5), st.sampled_from(JUNK)),
        min_size=1,
        max_size=3,
    )
)
def test_a_spoilt_file_is_refused_in_words_or_works(
    name: str, spoilt: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    lines = list(LINES[name])
    for at, how, what in spoilt:
        spoil(lines, at, how, what)
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    practice, faults = loaded(path)
    if practice is not None:
        use(practice)
        return
    assert faults
    for fault in faults:
        assert 1 <= fault.line <= len(lines) + len(spoilt) + 1
        assert not any(rough in fault.wrong for rough in ("Input should", "Value error"))


def loaded(path: Path) -> tuple[Practice | None, tuple[Fault, ...]]:
    try:
        return load_practice(path), ()
    except PracticeFileError as error:
        return None, error.faults
