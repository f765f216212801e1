"""The demo's stories: a step that never comes is told to the story, which may go on."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from console.demo.steps import NeverCame, Story, Teller, Until


def told(qtbot: QtBot, story: Story) -> object:
    teller = Teller(story)
    with qtbot.waitSignal(teller.done, timeout=3000) as done:
        teller.start()
    return done.args[0]


def after_looks(count: int) -> Callable[[], bool]:
    looks = iter(range(count))
    return lambda: next(looks, None) is None


def test_a_story_goes_from_step_to_step(qtbot: QtBot) -> None:
    came: list[str] = []

    def story() -> Story:
        yield Until("a few looks", after_looks(3))
        came.append("first")
        yield Until("nothing", lambda: True)
        came.append("second")

    assert told(qtbot, story()) is None
    assert came == ["first", "second"]


def test_a_step_that_never_comes_is_told_and_the_story_goes_on(qtbot: QtBot) -> None:
    came: list[str] = []

    def story() -> Story:
        with pytest.raises(NeverCame, match="the moon"):
            yield Until("the moon", lambda: False, within=0.02)
        yield Until("a few looks", after_looks(3))
        came.append("went on")

    assert told(qtbot, story()) is None
    assert came == ["went on"]


def test_a_story_that_does_not_catch_it_ends_with_it(qtbot: QtBot) -> None:
    def story() -> Story:
        yield Until("the moon", lambda: False, within=0.02)

    with qtbot.captureExceptions() as raised:
        assert isinstance(told(qtbot, story()), NeverCame)
    assert [kind for kind, _, _ in raised] == [NeverCame]
