"""The engine's standing with its PBX: what was asked for, what came of it, and leaving."""

from softphone import dialling, log, wire
from softphone.pjsip.facts import Registered
from softphone.station import Station
from softphone.wire import Registration


class Registrar:
    """The one account. On the engine's thread."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def use(self, command: wire.UseAccount) -> None:
        """Register as asked, or raise `Refused`."""
        dialling.check_account(command.user, command.registrar, command.transport)
        self._station.registrar = command.registrar
        self._station.phone.register(command.user, command.registrar, command.password)
        self._station.registration = Registration.TRYING
        self._station.tell(wire.RegistrationChanged(Registration.TRYING))

    def answered(self, fact: Registered) -> None:
        """The PBX answered, or did not."""
        good = fact.active and fact.code // 100 == 2
        state = Registration.REGISTERED if good else Registration.FAILED
        self._station.registration = state
        self._station.tell(wire.RegistrationChanged(state, fact.code, fact.reason))
        log.note("registration", state=state, code=fact.code)

    @property
    def registered(self) -> bool:
        """Whether the PBX knows us."""
        return self._station.registration is Registration.REGISTERED

    def leave(self) -> bool:
        """Tell the PBX we are leaving; False when it does not know us anyway."""
        return self.registered and self._station.phone.unregister()
