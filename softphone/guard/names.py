"""Host names of requests on their way out, looked up where a slow resolver holds no call up."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from softphone.guard.sockets import look_up

REMEMBER: Final = 60.0  # seconds


class Names:
    """Addresses by name. `find` is for one thread; what follows may come on another."""

    def __init__(self, family: int) -> None:
        self._family = family
        self._resolver = ThreadPoolExecutor(1, "guard-resolver")
        self._known: dict[str, tuple[str, float]] = {}

    def find(self, host: str, port: int, then: Callable[[str | None], None]) -> None:
        """Have `then` called with an address, or with None for a name not found."""
        known = self._known.get(host)
        if known is not None and known[1] > time.monotonic():
            then(known[0])
            return

        def done(found: "Future[str | None]") -> None:
            if found.cancelled():
                return
            if (address := found.result()) is not None:
                self._known[host] = (address, time.monotonic() + REMEMBER)
            then(address)

        self._resolver.submit(look_up, host, port, self._family).add_done_callback(done)

    def close(self) -> None:
        """Look nothing up any more."""
        self._resolver.shutdown(wait=False, cancel_futures=True)
