"""The vocabulary survives the wire, and nothing outside it gets in."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone import wire
from softphone.calls import TRANSITIONS, CallState, IllegalMove, Move, after, can

COMMANDS = get_args(wire.AnyCommand)
EVENTS = get_args(wire.AnyEvent)


def messages(kinds: tuple[type, ...]) -> st.SearchStrategy[wire.Command | wire.Event]:
    """Any message of the given kinds."""
    finite = st.floats(allow_nan=False, allow_infinity=False)
    st.register_type_strategy(float, finite)
    st.register_type_strategy(str, st.text(st.characters(codec="utf-8"), max_size=40))
    st.register_type_strategy(int, st.integers(-(2**53), 2**53))
    return st.one_of(*(st.builds(kind, **_fields(kind)) for kind in kinds))


def _fields(kind: type) -> dict[str, st.SearchStrategy[object]]:
    hints = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return {name: _strategy(hint) for name, hint in hints.items()}


def _strategy(hint: object) -> st.SearchStrategy[object]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return st.builds(hint, **_fields(hint))
    if getattr(hint, "__origin__", None) is tuple:
        return st.lists(_strategy(get_args(hint)[0]), max_size=2).map(tuple)
    return st.from_type(hint)  # type: ignore[arg-type]


@given(messages(COMMANDS))
def test_every_command_comes_back_as_it_was(command: wire.Command) -> None:
    line = wire.encode(command)
    assert line.count(b"\n") == 1
    assert wire.decode_command(line) == command


@given(messages(EVENTS))
def test_every_event_comes_back_as_it_was(event: wire.Event) -> None:
    line = wire.encode(event)
    assert line.count(b"\n") == 1
    assert wire.decode_event(line) == event


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_else_raised(noise: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_command(b"\x00" + noise)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (b'{"type":"answer"}', "call"),
        (b'{"type":"answer","call":7}', "str"),
        (b'{"type":"explode"}', "explode"),
        (b'{"type":"answer","call":"' + b"x" * wire.MAX_LINE + b'"}', "longer"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line: bytes, part: str) -> None:
    with pytest.raises(wire.WireError, match=part):
        wire.decode_command(line)


@given(st.lists(st.sampled_from(Move)))
def test_a_call_moves_by_the_table_only_and_never_comes_back(moves: list[Move]) -> None:
    state = CallState.RINGING
    for move in moves:
        if can(state, move):
            state = after(state, move)
        else:
            with pytest.raises(IllegalMove):
                after(state, move)
    if state is CallState.ENDED:
        assert not any(can(state, move) for move in Move)


def test_every_state_but_the_last_can_end() -> None:
    for state in CallState:
        assert can(state, Move.END) == (state is not CallState.ENDED)
    assert {state for state, _ in TRANSITIONS} == set(CallState) - {CallState.ENDED}
