"""The telephone of a worker, as its settings have it, and the thread that rings people beside the
one that sends everything else: a call lasts a minute, and no page waits for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from console.delivery.settings import DeliverySettings
from console.escalation.reaching import Limits
from console.store.session import Records
from console.worker.calling.channel import Calls
from console.worker.calling.phone import Phone
from console.worker.channels import Password
from console.worker.deeds import Deeds
from console.worker.hearing import Hearing
from console.worker.letters import Letters
from console.worker.rounds import Rounds
from console.worker.worker import CALL, Pass, Worker, new_name
from scripts.loader import Library

EVERY_S: Final = 1.5


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

    def go_round() -> float:
        deeds = Deeds(library(), settings)
        letters = Letters(library(), settings.console, password)
        only = frozenset({CALL})
        done = Pass()
        Worker(records, deeds, letters, {CALL: calls}, name=name, only=only).send_due(done, most=1)
        return EVERY_S if done.idle else 0.0

    return Rounds("calling", lambda: go_round, phone.end)
