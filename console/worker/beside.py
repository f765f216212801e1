"""The worker beside a window: a thread of its own, begun once the desk has settled. It pages, and
asks for answers where nobody else does.

It imports its libraries itself, late: none of them may stand between a start and the first call. It
opens the records for itself and waits for nobody; the window only begins and ends it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Final

from console.delivery.settings import DeliverySettings
from console.store.errors import RecordsError
from console.store.place import Place
from console.store.secrets import Secrets
from console.worker.calendars.beside import CalendarThread
from scripts.loader import Library

if TYPE_CHECKING:
    from console.delivery.dispatch import Channel
    from console.store.session import Records
    from console.worker.ears import Ears
    from console.worker.rotas import Rotas

log = logging.getLogger(__name__)

BEGIN_AFTER_S: Final = 5.0
EVERY_S: Final = 1.5  # with a lease: another worker's work is taken over within 5 s
AWAY_S: Final = 5.0
END_WITHIN_S: Final = 2.0  # a page on its way is left to the next worker: its key is the same


class BesideWorker:
    """The thread. `library` is asked at each pass, since practices change in a shift."""

    def __init__(
        self,
        *,
        place: Place,
        secrets: Callable[[], Secrets],
        settings: DeliverySettings,
        library: Callable[[], Library],
    ) -> None:
        self._place = place
        self._secrets = secrets
        self._settings = settings
        self._library = library
        self._rotas: Rotas | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outgoing", daemon=True)

    def start(self) -> None:
        """Begin, some seconds from now."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done, or leave it to the next worker."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        self._stop.wait(BEGIN_AFTER_S)
        with ExitStack() as ended:
            self._work(ended)

    def _work(self, ended: ExitStack) -> None:
        records: Records | None = None
        ways: Mapping[str, Channel] = {}
        while not self._stop.is_set():
            try:
                if records is None:
                    records, ways = self._open()
                    ended.callback(records.close)
                    ended.enter_context(self._ears(records))
                    calendars = CalendarThread(records, self._library, self._calendar_password)
                    ended.enter_context(calendars)
                    ended.enter_context(self._calling(records))
                wait = 0.0 if self._passed(records, ways) else EVERY_S
            except RecordsError as error:  # the desk says so already: it writes to the same place
                log.warning("outgoing", extra={"kind": type(error).__name__})
                wait = AWAY_S
            self._stop.wait(wait)

    def _ears(self, records: "Records") -> "Ears":
        """Return what answers are asked by, where this desk is the one to ask."""
        from console.worker.ears import Ears  # noqa: PLC0415 - half a second of imports
        from console.worker.hearing import Hearing  # noqa: PLC0415
        from console.worker.turns import Turns  # noqa: PLC0415
        from console.worker.worker import new_name  # noqa: PLC0415

        hearing = Hearing(records, self._library, self._settings)
        turns = Turns(records, new_name())
        return Ears(hearing, self._settings, self._password, turns, listens=False)

    def _calling(self, records: "Records") -> AbstractContextManager[object]:
        """Return what rings people, where this machine has a telephone for it."""
        from console.worker.calling.making import calling  # noqa: PLC0415 - as above
        from console.worker.hearing import Hearing  # noqa: PLC0415

        hearing = Hearing(records, self._library, self._settings)
        return calling(records, hearing, self._library, self._settings, self._password)

    def _open(self) -> "tuple[Records, Mapping[str, Channel]]":
        from console.store.session import Records  # noqa: PLC0415 - half a second of imports
        from console.worker.channels import channels  # noqa: PLC0415

        ways = channels(self._settings, self._password)
        return Records.open(self._place, secrets=self._secrets()), ways

    def _passed(self, records: "Records", ways: "Mapping[str, Channel]") -> bool:
        """Do a pass; tell whether there was anything to do."""
        from console.worker.deeds import Deeds  # noqa: PLC0415 - as above
        from console.worker.letters import Letters  # noqa: PLC0415
        from console.worker.rotas import Rotas  # noqa: PLC0415
        from console.worker.worker import CALL, Worker, utc_now  # noqa: PLC0415

        if self._rotas is None:
            self._rotas = Rotas()
        library = self._rotas.over(records, self._library(), utc_now())
        deeds = Deeds(library, self._settings)
        letters = Letters(library, self._settings.console, self._password)
        besides = frozenset({CALL} if self._settings.call is not None else ())
        done = Worker(records, deeds, letters, ways, besides=besides).once()
        done.rotas = self._rotas.watch(records, library, utc_now())
        return not done.idle

    def _password(self, name: str) -> str:
        return self._secrets().password(f"{name}@delivery") or ""

    def _calendar_password(self, name: str) -> str:
        return self._secrets().password(f"{name}@calendar") or ""
