"""SIGTERM at any moment of a desk's start."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from console.leaving import Leaving


@pytest.fixture
def leaving() -> Iterator[Leaving]:
    before = signal.getsignal(signal.SIGTERM)
    heard = Leaving()
    heard.heed()
    yield heard
    signal.signal(signal.SIGTERM, before)


def test_the_signal_throws_nothing_where_it_lands_and_is_heeded_at_the_next_rest(
    leaving: Leaving,
) -> None:
    leaving.rest()
    os.kill(os.getpid(), signal.SIGTERM)
    assert leaving.asked
    with pytest.raises(SystemExit) as left:
        leaving.rest()
    assert left.value.code == 0


def test_a_keyring_that_asks_a_person_for_ever_does_not_hold_it_up(leaving: Leaving) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(SystemExit):
        leaving.rest_until(Future())


def test_what_the_wait_was_for_comes_through(leaving: Leaving) -> None:
    good: Future[None] = Future()
    good.set_result(None)
    leaving.rest_until(good)
    bad: Future[None] = Future()
    bad.set_exception(RuntimeError("the keyring is plaintext"))
    with pytest.raises(RuntimeError, match="plaintext"):
        leaving.rest_until(bad)
