"""The whole threading of the desk: work goes to one thread, results come back to the window's.

One thread, so that two writes never race and their order is the order they were asked in. Anything
that may wait (a disk, a database) goes here; nothing that a caller waits for does.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Worker(QObject):
    """One worker thread whose results arrive by signal on the thread that made it."""

    _settled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")
        self._closed = False
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Exception], None] | None = None,
        expected: type[Exception] | tuple[type[Exception], ...] = (),
        always: Callable[[], None] | None = None,
    ) -> None:
        """Run `work` after what was asked before it; `then` gets its result.

        An exception of an `expected` type goes to `otherwise`; any other is a bug and is raised
        on the window's thread, where the crash report sees it. `always` is called before all of
        these.
        """
        future = self._pool.submit(work)
        future.add_done_callback(
            lambda done: self._settled.emit(_Settled(done, then, otherwise, expected, always))
        )

    def close(self) -> None:
        """Finish what was asked, then end the thread. Results still on their way are not delivered:
        whoever would have them has gone."""
        self._closed = True  # disconnecting would not take back what waits in the event queue
        self._pool.shutdown(wait=True)

    def _deliver(self, settled: "_Settled") -> None:
        if self._closed:
            return
        if settled.always is not None:
            settled.always()
        error = settled.future.exception()
        if error is None:
            if settled.then is not None:
                settled.then(settled.future.result())
        elif settled.otherwise is not None and isinstance(error, settled.expected):
            settled.otherwise(error)
        else:
            raise error


@dataclass(frozen=True, slots=True)
class _Settled:
    """Work that is done, on its way back to the window's thread."""

    future: Future[Any]
    then: Callable[[Any], None] | None
    otherwise: Callable[[Exception], None] | None
    expected: type[Exception] | tuple[type[Exception], ...]
    always: Callable[[], None] | None
