"""Any day: whatever order things happen in, nobody is lost and the screen tells the truth.

A state machine plays the engine by the table of `softphone.calls` and a receptionist by the
desk's intents, in any order Hypothesis thinks of.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pytestqt.qtbot import QtBot

from console.desk.views import SHOWN_ONLY, LineState
from scripts.calltypes import CallType, Outcome
from scripts.loader import Library
from softphone import wire
from softphone.calls import CallState, Move, after, can
from tests.desk.room import LAKESHORE, MAPLE, RIVERSIDE, UNTOLD, Room

DIALLED = (RIVERSIDE, MAPLE, LAKESHORE, "+15155559999")
NUMBERS = ("+15155550142", "+15155550143", "+12315550171", "")
LEFT = (wire.EndCause.CALLER, wire.EndCause.DESK, wire.EndCause.LOST)
GAVE_UP = (
    wire.EndCause.ABANDONED,
    wire.EndCause.UNANSWERED,
    wire.EndCause.LOST,
    wire.EndCause.DECLINED,
)
SHOWN = {
    CallState.WAITING: LineState.WAITING,
    CallState.RINGING: LineState.RINGING,
    CallState.ACTIVE: LineState.ACTIVE,
    CallState.HELD: LineState.HELD,
    CallState.TRANSFERRING: LineState.TRANSFERRING,
}
PICK = st.integers(0, 10**6)


class AnyDay(RuleBasedStateMachine):
    """The engine's truth beside what the desk shows."""

    qtbot: QtBot
    library: Library

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.room = Room(self.qtbot, Path(self._folder.name), self.library)
        self.room.open()
        self.state: dict[str, CallState] = {}
        self.answered: set[str] = set()
        self.number: dict[str, str] = {}

    # --- the line --------------------------------------------------------------------------

    @rule(to=st.sampled_from(DIALLED), number=st.sampled_from(NUMBERS), waits=st.booleans())
    def call(self, to: str, number: str, waits: bool) -> None:
        call = f"c{len(self.state)}"
        if waits and to != "+15155559999":
            self.room.wait_for_line(call, to=to, number=number)
        else:
            waits = False
            self.room.ring(call, to=to, number=number)
        self.state[call] = CallState.WAITING if waits else CallState.RINGING
        self.number[call] = number

    @precondition(lambda self: self.up())
    @rule(pick=PICK, move=st.sampled_from(list(Move)), cause=st.integers(0, 3))
    def happen(self, pick: int, move: Move, cause: int) -> None:
        call = self.up()[pick % len(self.up())]
        if not can(self.state[call], move):
            return
        at = self.room.clock().timestamp()
        tell = self.room.engine.tell
        match move:
            case Move.OFFER:
                self.room.ring(call, number=self.number[call])
            case Move.ANSWER:
                self.room.up(call)
                self.answered.add(call)
            case Move.HOLD:
                tell(wire.CallHeld(call, at))
            case Move.RESUME:
                tell(wire.CallResumed(call, at))
            case Move.TRANSFER:
                tell(wire.TransferStarted(call))
            case Move.TRANSFER_FAIL:
                tell(wire.TransferFailed(call, 486, "Busy"))
            case Move.END:
                causes = LEFT if call in self.answered else GAVE_UP
                self.room.over(call, causes[cause % len(causes)])
            case _:
                return
        self.state[call] = after(self.state[call], move)

    @rule()
    def the_engine_dies(self) -> None:
        self.room.engine.die()
        for call in self.up():
            self.state[call] = CallState.ENDED
        self.room.engine.welcome()

    @rule(seconds=st.integers(1, 4000))
    def time_passes(self, seconds: int) -> None:
        self.room.clock.forward(seconds=seconds)

    @rule()
    def the_records_catch_up(self) -> None:
        self.room.rest()

    # --- the receptionist ------------------------------------------------------------------

    @precondition(lambda self: self.room.cards)
    @rule(pick=PICK)
    def select(self, pick: int) -> None:
        cards = self.room.cards
        self.room.desk.select_call(cards[pick % len(cards)].call)

    @rule(kind=st.sampled_from(list(CallType)))
    def choose(self, kind: CallType) -> None:
        self.room.desk.choose_type(kind)

    @precondition(lambda self: self.room.form is not None)
    @rule(pick=PICK, option=PICK, words=st.sampled_from(["", "chest pain", "Ann Poe", "12/34"]))
    def answer(self, pick: int, option: int, words: str) -> None:
        fields = [f for f in self.room.form.fields if f.kind not in SHOWN_ONLY]
        if not fields:
            return
        field = fields[pick % len(fields)]
        if field.options:
            text = field.options[option % len(field.options)].code
        else:
            text = words or UNTOLD.get(field.kind, "")
        self.room.desk.set_answer(field.link_id, text)

    @precondition(lambda self: self.room.form is not None)
    @rule(kind=st.sampled_from(["next", "back", "finish", "skip", "stated", "flag", "tick"]))
    def press(self, kind: str) -> None:
        desk, form = self.room.desk, self.room.form
        match kind:
            case "next":
                desk.next_step()
            case "back":
                desk.back_step()
            case "finish":
                desk.finish()
            case "flag":
                desk.dismiss_red_flag()
            case "tick":
                for item in form.read_back:
                    desk.tick_read_back(item.link_id)
            case _:
                asked = [f for f in form.fields if f.kind not in SHOWN_ONLY]
                if asked:
                    act = desk.skip_question if kind == "skip" else desk.mark_already_stated
                    act(asked[0].link_id)

    @precondition(lambda self: self.room.form is not None)
    @rule()
    def go_through_the_form(self) -> None:
        if self.room.form is not None:
            self.room.fill(self.room.form.call_type)
            self.room.desk.finish()

    @rule(outcome=st.sampled_from([Outcome.SALES, Outcome.SILENT, Outcome.HANG_UP]))
    def end_as(self, outcome: Outcome) -> None:
        self.room.desk.end_as(outcome)

    @rule(transfer=st.booleans())
    def escalate(self, transfer: bool) -> None:
        self.room.desk.escalate()
        if self.room.escalation is not None:
            self.room.desk.choose_escalation("transfer" if transfer else "keep")

    @rule()
    def read_911(self) -> None:
        self.room.desk.read_911()

    @precondition(lambda self: self.room.callbacks)
    @rule(pick=PICK)
    def call_back(self, pick: int) -> None:
        rows = self.room.callbacks
        self.room.desk.callback_done(rows[pick % len(rows)].row)

    # --- what must hold --------------------------------------------------------------------

    @invariant()
    def the_cards_are_the_calls_that_need_somebody(self) -> None:
        if not hasattr(self, "room"):
            return
        shown = {card.call: card.state for card in self.room.cards}
        for call, state in self.state.items():
            if state is CallState.ENDED:
                assert shown.get(call, LineState.WRAP_UP) is LineState.WRAP_UP
                if call not in self.answered:
                    assert call not in shown
            else:
                assert shown[call] is SHOWN[state]
        assert shown.keys() <= self.state.keys()
        selected = [card.call for card in self.room.cards if card.selected]
        assert len(selected) == (1 if shown else 0)
        assert (self.room.pop is None) == (not shown)
        if self.room.pop is not None:
            assert selected == [self.room.pop.call]
        if self.room.form is not None:
            assert [self.room.form.call] == selected

    def teardown(self) -> None:
        if not hasattr(self, "room"):
            return
        room = self.room
        for call in self.up():
            room.over(call, LEFT[0] if call in self.answered else GAVE_UP[0])
            self.state[call] = CallState.ENDED
        room.rest()
        for _ in range(len(self.state) + 1):
            if not room.cards:
                break
            room.desk.end_as(Outcome.HANG_UP)
            room.rest()
        try:
            assert room.cards == ()
            self._nobody_is_lost()
        finally:
            room.close()
            self._folder.cleanup()

    def _nobody_is_lost(self) -> None:
        self.qtbot.waitUntil(lambda: not self.room.desk._switchboard._new, timeout=5_000)
        self.room.rest()
        kept = dict(self.room.rows("select uid, outcome from calls"))
        owed = {uid for (uid,) in self.room.rows("select uid from callbacks")}
        assert kept.keys() == self.state.keys()
        for call, outcome in kept.items():
            if call in self.answered:
                assert outcome is not None
            elif self.number[call]:
                assert outcome == "abandoned" or call in owed
        assert self.room.rows("select count(*) from drafts") == [(0,)]

    def up(self) -> list[str]:
        return [call for call, state in self.state.items() if state is not CallState.ENDED]


@pytest.mark.timeout(200)
def test_any_day(qtbot: QtBot, library: Library) -> None:
    AnyDay.qtbot, AnyDay.library = qtbot, library
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        AnyDay,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
