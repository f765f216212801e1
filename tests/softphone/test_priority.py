"""The engine's priority: taken where the system gives it, done without where it does not."""

import os
import subprocess
import sys

import pytest

ASK = (
    "from softphone.priority import raise_priority; import os; {first}; given = raise_priority(); "
)
ASK += "print(given, os.getpriority(os.PRIO_PROCESS, 0))"


def asked(first: str = "pass") -> tuple[bool, int]:
    """Ask in a process of its own; return what was said, and the nice value it then has."""
    command = [sys.executable, "-c", ASK.format(first=first)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return said[0] == "True", int(said[1])


@pytest.mark.skipif(sys.platform == "win32", reason="nice values are POSIX's")
def test_it_is_taken_where_it_is_given_and_told() -> None:
    given, nice = asked()
    assert given == (nice == -11)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="needs an account to step down from"
)
def test_without_the_right_to_it_the_engine_goes_on_as_usual() -> None:
    assert asked("os.setuid(65534)") == (False, os.getpriority(os.PRIO_PROCESS, 0))
