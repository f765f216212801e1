"""Whatever fails, and wherever: what was told to be safe is in the records once, in its order."""

import itertools
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from console.desk.ledger import Ledger
from console.store.aside import Why
from console.store.errors import RecordsError, SpoolFailed, TimeTaken
from console.store.session import Records
from console.store.values import CallbackReason
from console.store.work import (
    AnsweredCall,
    AnyWork,
    ClosedCall,
    DoneCallback,
    FinishedCall,
    OpenedCall,
    OwedCallback,
    SavedDraft,
)
from softphone.wire import EndCause
from tests.store.builders import CAME, NUMBER, SLOT, finished_call, new_booking, new_message
from tests.store.conftest import Bare, Base
from tests.store.faults import COMMIT, FILE, KINDS, STATEMENT, Fault, Faults, Killed
from tests.store.faults import faults as faults  # noqa: PLC0414 - a fixture

_shifts = itertools.count()


class Shift(RuleBasedStateMachine):
    """A desk's work, on records and a machine that fail, against a list of what it was told."""

    base: Base
    faults: Faults
    folder: Path
    other: Bare

    @initialize()
    def begin(self) -> None:
        self.shift = f"s{next(_shifts)}"
        self.spool = self.folder / f"{self.shift}.jsonl"
        self.safe: dict[str, AnyWork] = {}  # told to be kept, by uid and kind
        self.unsure: set[str] = set()  # the desk was not told, or was killed
        self.order: list[str] = []
        self.slots: dict[str, int] = {}
        self.calls = 0
        self.ledger = self.open()

    def open(self) -> Ledger:
        ledger = Ledger(
            place=self.base.place, secrets=self.base.secrets, spool_path=self.spool, practices=()
        )
        ledger.catch_up()
        return ledger

    def attempt(self, work: AnyWork, fault: Fault | None) -> None:
        key = f"{type(work).__name__} {work.uid}"
        self.order.append(work.uid)
        try:
            with self.faults.with_fault(fault):
                if isinstance(work, FinishedCall):
                    self.ledger.finish(work)
                else:
                    self.ledger.write(work)
        except TimeTaken:
            return
        except SpoolFailed:
            self.unsure.add(work.uid)  # it is still on the screen; the lost answer may have come
        except Killed:
            self.unsure.add(work.uid)
            self.crash()
        else:
            self.safe[key] = work

    @rule(
        slot=st.integers(0, 2),
        what=st.sampled_from(["booking", "message", "both", "nothing"]),
        fault=st.none() | st.builds(Fault, st.sampled_from(KINDS), st.integers(0, 16)),
    )
    def finish(self, slot: int, what: str, fault: Fault | None) -> None:
        changes: dict[str, Any] = {}
        if what in ("booking", "both"):
            start = SLOT + slot * timedelta(hours=1)
            changes["booking"] = new_booking(start, provider=self.shift)
        if what in ("message", "both"):
            changes["message"] = new_message()
        uid = self.new_uid()
        self.slots[uid] = slot
        self.attempt(finished_call(uid, **changes), fault)

    @rule(
        which=st.integers(0, 99),
        what=st.sampled_from(["open", "answer", "close", "owe", "done", "draft"]),
        fault=st.none() | st.builds(Fault, st.sampled_from(KINDS), st.integers(0, 8)),
    )
    def fact(self, which: int, what: str, fault: Fault | None) -> None:
        uid = f"{self.shift}-{which % (self.calls + 1)}"
        at = CAME + timedelta(seconds=len(self.order))
        self.attempt(
            {
                "open": OpenedCall(uid=uid, offered_at=CAME, caller_number=NUMBER),
                "answer": AnsweredCall(uid=uid, at=at, agent="Dana"),
                "close": ClosedCall(uid=uid, at=at, cause=EndCause.CALLER),
                "owe": OwedCallback(uid=uid, since=CAME, why=CallbackReason.LOST),
                "done": DoneCallback(uid=uid, at=at),
                "draft": SavedDraft(uid=uid, call_uid=uid, updated_at=at, record={"n": which}),
            }[what],
            fault,
        )

    @rule(fault=st.none() | st.builds(Fault, st.sampled_from(KINDS), st.integers(0, 30)))
    def catch_up(self, fault: Fault | None) -> None:
        try:
            with self.faults.with_fault(fault):
                self.ledger.catch_up()
        except Killed:
            self.crash()

    @rule()
    def crash(self) -> None:
        """kill -9: what is in memory only is gone, with every connection."""
        for work in self.ledger._unkept:
            self.unsure.add(work.uid)
            self.safe.pop(f"{type(work).__name__} {work.uid}", None)
        if self.ledger._records is not None:
            self.ledger._records._engine.dispose()
        self.ledger = self.open()

    def teardown(self) -> None:
        if not hasattr(self, "ledger"):
            return
        for _ in range(3):
            standing = self.ledger.catch_up()
        assert (standing.trouble, standing.kept) == ("", 0)
        aside = self.ledger._open_spool().aside.items()
        assert {each.why for each in aside} <= {Why.TORN}  # of which the desk was never told
        assert not self.spool.exists()
        self.everything_once()
        self.bookings_in_order()
        self.ledger.close()

    def everything_once(self) -> None:
        rows = {uid: dict(zip(_COUNTED, numbers, strict=True)) for uid, *numbers in self.counted()}
        for work in self.safe.values():
            if isinstance(work, FinishedCall):
                found = rows[work.uid]
                assert found["finished"], work.uid
                assert (found["answers"], found["red_flags"], found["facts_read"]) == (2, 1, 1)
                clashed = work.booking is not None and not found["bookings"]
                wanted = (work.message is not None) + clashed
                assert found["messages"] == wanted, work.uid
            elif isinstance(work, OpenedCall | AnsweredCall | ClosedCall):
                assert work.uid in rows
        for uid in self.unsure:
            if uid in rows:
                assert rows[uid]["answers"] in (0, 2)
                assert rows[uid]["bookings"] <= 1
                assert rows[uid]["messages"] <= 2
        owed = Counter(uid for (uid,) in self.other.run("SELECT uid FROM callbacks"))
        for work in self.safe.values():
            if isinstance(work, OwedCallback):
                assert owed[work.uid] == 1

    def counted(self) -> list[Any]:
        parts = ", ".join(
            f"(SELECT count(*) FROM {table} WHERE call_id = calls.id)" for table in _TABLES
        )
        finished = "CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END"
        like = f"{self.shift}-%"
        return self.other.run(f"SELECT uid, {finished}, {parts} FROM calls WHERE uid LIKE '{like}'")

    def bookings_in_order(self) -> None:
        held = self.other.run(
            "SELECT starts_at, uid FROM bookings JOIN calls ON calls.id = call_id"
            f" WHERE status = 'booked' AND provider = '{self.shift}'"
        )
        assert len({start for start, _ in held}) == len(held)
        winner = {self.slots[uid]: uid for _, uid in held}
        for work in self.safe.values():
            if isinstance(work, FinishedCall) and work.booking is not None:
                first = winner[self.slots[work.uid]]
                assert self.order.index(first) <= self.order.index(work.uid)

    def new_uid(self) -> str:
        self.calls += 1
        return f"{self.shift}-f{self.calls}"


_TABLES = ("answers", "bookings", "messages", "red_flags", "facts_read")
_COUNTED = ("finished", *_TABLES)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Records.open

    def impatient(where: Any, *, secrets: Any) -> Records:
        return plain(where, secrets=secrets, busy_ms=200)

    monkeypatch.setattr(Records, "open", staticmethod(impatient))


@pytest.mark.timeout(240)
def test_nothing_is_lost_and_nothing_written_twice_whatever_fails(
    base: Base, other: Bare, faults: Faults, tmp_path: Path
) -> None:
    class Here(Shift):
        pass

    Here.base, Here.other, Here.faults, Here.folder = base, other, faults, tmp_path
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a step costs too much to shrink
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("fault", [Fault(kind, after) for kind in STATEMENT for after in (0, 5, 9)])
def test_a_fault_at_a_statement_of_a_finished_call(
    base: Base, other: Bare, faults: Faults, tmp_path: Path, fault: Fault
) -> None:
    one_call(base, other, faults, tmp_path, fault)


@pytest.mark.parametrize("kind", COMMIT + FILE)
def test_a_fault_as_a_finished_call_is_committed_or_kept(
    base: Base, other: Bare, faults: Faults, tmp_path: Path, kind: str
) -> None:
    if kind in FILE:
        other.hold()
    one_call(base, other, faults, tmp_path, Fault(kind, 0))


def one_call(base: Base, other: Bare, faults: Faults, tmp_path: Path, fault: Fault) -> None:
    ledger = Ledger(
        place=base.place, secrets=base.secrets, spool_path=tmp_path / "s.jsonl", practices=()
    )
    ledger.catch_up()
    work = finished_call("one", booking=new_booking(), message=new_message())
    try:
        with faults.with_fault(fault):
            ledger.finish(work)
    except (Killed, RecordsError):
        pass
    if fault.kind in FILE:
        other.let_go()
    again = Ledger(
        place=base.place, secrets=base.secrets, spool_path=tmp_path / "s.jsonl", practices=()
    )
    again.catch_up()
    again.finish(work)  # whoever was not told, asks again
    found = [other.run(f"SELECT count(*) FROM {table}")[0][0] for table in ("calls", *_TABLES)]
    assert found == [1, 2, 1, 1, 1, 1]
    ledger.close()
    again.close()
