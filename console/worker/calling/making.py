"""The telephone of a worker, as its settings have it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from console.delivery.settings import DeliverySettings
from console.store.session import Records
from console.worker.calling.caller import Caller
from console.worker.calling.channel import Calls
from console.worker.calling.phone import Phone
from console.worker.calling.ringing import Limits
from console.worker.channels import Password
from console.worker.deeds import Deeds
from console.worker.hearing import Hearing
from console.worker.letters import Letters
from console.worker.worker import CALL, Worker, new_name
from scripts.loader import Library


def calling(
    records: Records,
    hearing: Hearing,
    library: Callable[[], Library],
    settings: DeliverySettings,
    password: Password,
) -> AbstractContextManager[object]:
    """Return what rings people while its block lasts; nothing where no telephone is set up."""
    if settings.call is None:
        return nullcontext()
    phone = Phone(settings.call, password(CALL))
    limits = Limits(ring_s=settings.call.rings_s)
    calls = Calls(records, hearing, library, settings, phone, limits)
    name = new_name()

    def worker() -> Worker:
        deeds = Deeds(library(), settings)
        letters = Letters(library(), settings.console, password)
        return Worker(records, deeds, letters, {CALL: calls}, name=name, only=frozenset({CALL}))

    return Caller(phone, worker)
