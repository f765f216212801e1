"""The engine's standing with its PBX: what was asked for, what came of it, and leaving.

The guard knows whether the PBX is there; pjsua2 asks it to let us in. A desk may be called ready
only when both say so, and must say why when they do not.
"""

import time
from typing import Final

from softphone import dialling, log, wire
from softphone.errors import SipFailure
from softphone.guard.pbx import Access, PbxFound, PbxLost, addresses
from softphone.guard.stream import DEFAULT_PORTS
from softphone.pjsip.account import Credentials
from softphone.pjsip.facts import Registered
from softphone.station import Station
from softphone.wire import Registration, Srtp

FIRST_RETRY: Final = 0.5  # seconds
LONGEST_RETRY: Final = 2.0
RETRY_REFUSED: Final = 60.0  # a password that is wrong stays wrong, and PBXs lock out who insists
REFUSALS_DOUBTED: Final = 5  # a PBX that has just come up may not have read its accounts yet
BUSY_RETRY: Final = 0.1  # pjsua2 has another REGISTER under way
LEAVE_AGAIN: Final = 1.0


class Registrar:
    """The one account. On the engine's thread."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._account: wire.UseAccount | None = None
        self._pbx: PbxFound | None = None
        self._asked = False  # a REGISTER for this PBX is with pjsua2
        self._due: float | None = None  # when to register again, monotonic
        self._host = ""  # our address when the PBX last let us in
        self._renew_calls = False  # the way has changed under calls that go on
        self._failures = 0
        self._was_accepted = False  # name and password have been good
        self._told: tuple[Registration, int, str] | None = None
        self._stood_down = False  # nobody is at the desk
        self._leave_due = 0.0  # monotonic

    def use(self, command: wire.UseAccount) -> None:
        """Register as asked, or raise `Refused`.

        A window that comes back asks for what is there already: calls under way must not lose
        their connection for it.
        """
        stood_down, self._stood_down = self._stood_down, False
        if command == self._account and self._told is not None:
            if stood_down and self._pbx is not None:
                self._tell(Registration.TRYING)
            self._station.tell(wire.RegistrationChanged(*self._told))
            if self._due is not None or stood_down:
                self._register(time.monotonic())
            return
        dialling.check_account(command)
        port = DEFAULT_PORTS[command.transport]
        named = addresses((command.registrar, *command.registrars), port)
        self._account, self._pbx, self._asked, self._due = command, None, False, None
        self._was_accepted, self._failures, self._told = False, 0, None
        self._station.registrar = command.registrar
        self._tell(Registration.TRYING)
        self._station.guard.use_pbx(
            Access(command.user, named, command.transport, command.ca_file),
            encrypted_only=command.srtp is Srtp.REQUIRED,
        )

    def found(self, news: PbxFound) -> None:
        """A registrar is there, or there again: register with it."""
        moved = self._pbx is None or self._pbx.registrar != news.registrar
        self._renew_calls = True
        self._pbx, self._asked, self._failures = news, False, 0
        if moved or not self.registered:
            self._tell(Registration.TRYING)
        self._register(time.monotonic())

    def lost(self, news: PbxLost) -> None:
        """No registrar is there."""
        self._pbx, self._asked, self._due = None, False, None
        self._tell(Registration.FAILED, 0, news.reason)
        log.note("pbx lost")

    def answered(self, fact: Registered) -> None:
        """The PBX answered, or did not."""
        if fact.active and fact.code // 100 == 2:
            self._failures, self._was_accepted, self._due = 0, True, None
            self._tell(Registration.REGISTERED, fact.code, fact.reason)
            if self._renew_calls and self._pbx is not None:
                moved = self._host not in ("", self._pbx.host)
                self._renew_calls, self._host = False, self._pbx.host
                self._station.renew_calls(moved=moved)
        elif fact.code // 100 == 2:  # we have left
            self._tell(Registration.FAILED, fact.code, "The line has been given up.")
        elif self._asked or self.registered:
            self._refused(fact.code)

    def tick(self, now: float) -> None:
        """Register again where it is due."""
        if self._due is not None and now >= self._due:
            self._register(now)

    @property
    def registered(self) -> bool:
        """Whether the PBX knows us."""
        return self._station.registration is Registration.REGISTERED

    @property
    def has_account(self) -> bool:
        """Whether there is a PBX to be known to."""
        return self._account is not None

    def stand_down(self, now: float) -> None:
        """Be unknown to the PBX until a client asks for the line again."""
        self._stood_down, self._due = True, None
        if self.registered and now >= self._leave_due:
            self._leave_due = now + LEAVE_AGAIN
            try:
                self._station.phone.unregister()
            except SipFailure as error:  # another REGISTER is under way
                log.failure("leaving failed", error)

    def leave(self) -> bool:
        """Tell the PBX we are leaving; False when it does not know us anyway."""
        self._due = None
        return self.registered and self._station.phone.unregister()

    def _register(self, now: float) -> None:
        account, pbx = self._account, self._pbx
        self._due = None
        if account is None or pbx is None or self._stood_down:
            return
        default = DEFAULT_PORTS[account.transport]
        host = f"[{pbx.registrar.host}]" if ":" in pbx.registrar.host else pbx.registrar.host
        name = host if pbx.registrar.port == default else f"{host}:{pbx.registrar.port}"
        self._station.registrar = name
        who = Credentials(account.user, name, account.password, account.srtp)
        try:
            self._station.phone.register(who, pbx.host)
        except SipFailure:
            self._due = now + BUSY_RETRY
        else:
            self._asked = True

    def _refused(self, code: int) -> None:
        self._asked = False
        self._failures += 1
        lasting = code in _REFUSALS and not (
            self._was_accepted and self._failures < REFUSALS_DOUBTED
        )
        wait = min(FIRST_RETRY * 2 ** (self._failures - 1), LONGEST_RETRY)
        self._due = time.monotonic() + (RETRY_REFUSED if lasting else wait)
        if code not in _REFUSALS:
            self._station.guard.distrust_registrar()
        self._tell(Registration.FAILED, code, _REFUSALS.get(code) or _failure(code))

    def _tell(self, state: Registration, code: int = 0, reason: str = "") -> None:
        self._station.registration = state
        told = (state, code, reason)
        if told == self._told:
            return
        self._told = told
        self._station.tell(wire.RegistrationChanged(state, code, reason))
        log.note("registration", state=state, code=code)


_WRONG: Final = "The PBX refused this line's name or password; put the right one into the keyring."
_REFUSALS: Final = {
    401: _WRONG,
    403: _WRONG,
    407: _WRONG,
    404: "The PBX does not know this line; check its user name.",
}


def _failure(code: int) -> str:
    if code == 408:
        return "The PBX does not answer; trying again."
    return f"The PBX cannot register this line (SIP {code}); trying again."
