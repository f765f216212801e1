"""The worker beside a window: a thread of its own, begun once the desk has settled. It pages, and
asks for answers where nobody else does.

It imports its libraries itself, late: none of them may stand between a start and the first call. It
opens the records for itself and waits for nobody; the window only begins and ends it.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from console.delivery.settings import DeliverySettings
from console.store.errors import RecordsError
from console.store.place import Place
from console.store.secrets import Secrets
from console.worker.calendars.beside import calendar_rounds
from scripts.loader import Library

if TYPE_CHECKING:
    from console.worker.passes import Passes

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
        passes: Passes | None = None
        while not self._stop.is_set():
            try:
                if passes is None:
                    passes = self._begun(ended)
                wait = EVERY_S if passes.once().idle else 0.0
            except RecordsError as error:  # the desk says so already: it writes to the same place
                log.warning("outgoing", extra={"kind": type(error).__name__})
                wait = AWAY_S
            self._stop.wait(wait)

    def _begun(self, ended: ExitStack) -> "Passes":
        """Open the records and begin what goes on beside the passes, until the block ends."""
        from console.store.session import Records  # noqa: PLC0415 - half a second of imports
        from console.worker.calling.making import calling  # noqa: PLC0415
        from console.worker.channels import channels  # noqa: PLC0415
        from console.worker.ears import Ears  # noqa: PLC0415
        from console.worker.hearing import Hearing  # noqa: PLC0415
        from console.worker.passes import Passes  # noqa: PLC0415
        from console.worker.turns import Turns  # noqa: PLC0415
        from console.worker.worker import new_name  # noqa: PLC0415

        settings, password = self._settings, self._password
        ways = channels(settings, password)
        records = Records.open(self._place, secrets=self._secrets())
        ended.callback(records.close)
        passes = Passes(
            records, self._library(), self._library, settings, ways=ways, password=password
        )

        def laid() -> Library:
            return passes.library

        hearing = Hearing(records, laid, settings)
        turns = Turns(records, new_name())
        ended.enter_context(Ears(hearing, settings, password, turns, listens=False))
        ended.enter_context(calendar_rounds(records, laid, self._calendar_password))
        ended.enter_context(calling(records, hearing, laid, settings, password))
        return passes

    def _password(self, name: str) -> str:
        return self._secrets().password(f"{name}@delivery") or ""

    def _calendar_password(self, name: str) -> str:
        return self._secrets().password(f"{name}@calendar") or ""
