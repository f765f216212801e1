import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sip_caller import SipCaller
from tests.softphone.far_phone import FarPhone
from tests.softphone.peer import EngineProcess, engine

MakeCaller = Callable[[EngineProcess], SipCaller]


class StartEngine:
    """Starts engines by name, without sound unless told otherwise."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.processes: list[EngineProcess] = []

    def __call__(self, name: str = "desk", *options: str) -> EngineProcess:
        process = self._stack.enter_context(engine(self._folder, name, *options))
        self.processes.append(process)
        return process


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartEngine]:
    """Every engine started must leave with exit code 0 at the end of the test."""
    with contextlib.ExitStack() as stack:
        starter = StartEngine(tmp_path, stack)
        yield starter
        for process in starter.processes:
            process.stop(expect=0)


@pytest.fixture
def caller() -> Iterator[MakeCaller]:
    """Make raw callers of an engine."""
    with contextlib.ExitStack() as stack:

        def make(desk: EngineProcess) -> SipCaller:
            return stack.enter_context(contextlib.closing(SipCaller(desk.sip)))

        yield make


@pytest.fixture
def far_phone() -> Iterator[FarPhone]:
    """A raw telephone to be called."""
    with contextlib.closing(FarPhone()) as phone:
        yield phone
