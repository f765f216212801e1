"""The benches of single rooms, each a program of its own, run one after another in `make bench`.

Each prints its figures beside its own peer or floor; here they are only run, told apart by a
heading, and kept for the report.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from tests.bench.phones import ROOT

PATIENCE: Final = 900  # seconds for one of them


@dataclass(frozen=True)
class Other:
    """A bench, and what it was run with here: shorter than it can be, so that the whole ends."""

    title: str
    module: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """What a bench printed, or why it printed nothing."""

    title: str
    module: str
    text: str
    good: bool


OTHERS: Final = (
    Other(
        "A finished call, beside the same statements in the bare driver", "tests.store.bench_finish"
    ),
    Other("A number's history as the calls grow", "tests.store.bench_history", ("100000",)),
    Other("200 desks on one PostgreSQL, 20 calls a second", "tests.store.bench_desks"),
    Other("A changed page of the floor", "tests.ui.bench_floor"),
    Other("A screen of the board among 100,000 rows, beside 200", "tests.ui.bench_board"),
)


def run_all() -> list[Printed]:
    """Run them; one that fails says so and stops no other."""
    return [_run(each) for each in OTHERS]


def _run(other: Other) -> Printed:
    print(f"{other.title} ...", file=sys.stderr, flush=True)
    env = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", other.module, *other.arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Printed(other.title, other.module, f"did not end in {PATIENCE} s", good=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return Printed(other.title, other.module, last[0], good=False)
    return Printed(other.title, other.module, done.stdout.rstrip(), good=True)


def table(printed: list[Printed]) -> str:
    """Return what they printed, under headings."""
    return "\n\n".join(
        f"{each.title} (python -m {each.module})\n"
        + (each.text if each.good else f"NOT MEASURED: {each.text}")
        for each in printed
    )
