"""Any order of right and wrong tries, reboots and outages: nobody comes in on less than a password
and a code that was never used, and whoever has both comes in once the wait is over."""

import tempfile
from pathlib import Path

from argon2 import PasswordHasher
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.people import credentials
from console.people.delays import LONGEST_S, delay_s
from console.people.signing_in import Step
from tests.people.conftest import PASSWORD, Office

OFF = st.integers(-2, 2)


class AnySignIn(RuleBasedStateMachine):
    """One account, two desks on one machine, and a model of what may come in."""

    def __init__(self) -> None:
        super().__init__()
        self._hasher = credentials._hasher
        credentials._hasher = PasswordHasher(1, 8, 1)
        self._folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self._folder.name))
        self.failed = 0
        self.waits_until = 0.0  # seconds since the start

    @initialize()
    def enrol(self) -> None:
        self.phone, last = self.office.first()
        self.codes = list(last.codes)
        self.used = [self._step(0)]
        self.started = self.office.clock.now

    def _at(self) -> float:
        return (self.office.clock.now - self.started).total_seconds()

    def _step(self, off: int) -> int:
        return int(self.office.clock.now.timestamp()) // 30 + off

    def _wrong(self) -> None:
        self.failed += 1
        self.waits_until = self._at() + delay_s(self.failed)

    def _try(self, code: str, *, password: str = PASSWORD, right: bool) -> None:
        done = self.office.sign_in(code, password=password).step is Step.DONE
        if self._at() < self.waits_until:
            assert not done
            return
        assert done is right, (code, self.failed)
        if right:
            self.failed, self.waits_until = 0, 0.0
        else:
            self._wrong()

    @rule(seconds=st.integers(1, 95))
    def time_passes(self, seconds: int) -> None:
        self.office.clock.forward(seconds=seconds)

    @rule()
    def a_long_time_passes(self) -> None:
        self.office.clock.forward(seconds=LONGEST_S)

    @rule(off=OFF)
    def the_phone_s_code(self, off: int) -> None:
        step = self._step(off)
        right = abs(off) <= 1 and step > max(self.used)
        waited = self._at() >= self.waits_until
        self._try(self.phone.code(off), right=right)
        if right and waited:
            self.used.append(step)

    @rule()
    def a_wrong_password(self) -> None:
        self._try(self.phone.code(), password="quite other words", right=False)

    @rule()
    def a_made_up_code(self) -> None:
        taken = {self.phone.code(off) for off in (-1, 0, 1)}
        code = next(f"{number:06}" for number in range(10) if f"{number:06}" not in taken)
        self._try(code, right=False)

    @rule(number=st.integers(0, 9))
    def a_recovery_code(self, number: int) -> None:
        code = self.codes[number]
        right = bool(code)
        waited = self._at() >= self.waits_until
        self._try(code or "AAAA-BBBB-CCCC-DDDD", right=right)
        if right and waited:
            self.codes[number] = ""

    @rule()
    def another_desk_is_opened(self) -> None:
        self.office.people = self.office.another_desk()

    @invariant()
    def nothing_is_counted_wrongly(self) -> None:
        if not hasattr(self, "phone"):
            return
        from console.store import people

        with self.office.records.session() as session:
            account = people.find_account(session, login="amira")
        assert account is not None
        assert account.failed == self.failed

    def teardown(self) -> None:
        self.office.records.close()
        self._folder.cleanup()
        credentials._hasher = self._hasher


TestAnySignIn = AnySignIn.TestCase
TestAnySignIn.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
