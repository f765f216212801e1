"""The guard's thread: it waits for packets on every socket, and for the moments that are due.

It owns nothing of pjsua2 and never touches it but by datagram, so a hostile packet meets this
room's Python and not an assertion in C.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from softphone.guard.crossing import Crossing
from softphone.guard.entrance import Entrance
from softphone.guard.forward import Address
from softphone.guard.hearing import Hearing
from softphone.guard.inbound import Inbound
from softphone.guard.inspection import Inspection
from softphone.guard.link import Link
from softphone.guard.news import Report
from softphone.guard.outbound import Outbound
from softphone.guard.pbx import Access, Pbx, PbxFound, PbxLost
from softphone.guard.slots import Slots
from softphone.guard.stream import Unreachable
from softphone.guard.waiting import WaitingRoom
from softphone.packet import Malformed

AT_A_TIME: Final = 32  # datagrams: a flood must not keep pjsua2's answers waiting


class Guard:
    """The proxy. Made on any thread; its own thread runs from `start` to `stop`."""

    def __init__(
        self,
        *,
        bind: str,
        port: int,
        slots: Slots,
        report: Report,
        heard: Sequence[str] = (),
        most_waiting: int = 200,
        longest_wait: float = 180.0,
    ) -> None:
        self._report = report
        self._hearing = Hearing(heard)
        self._crossing = Crossing(bind, port)
        room = WaitingRoom(self._crossing.to_world, most=most_waiting, longest=longest_wait)
        inspection = Inspection(self._crossing)
        self._entrance = Entrance(self._crossing, inspection, slots, report, room)
        self._inbound = Inbound(self._crossing, inspection, self._entrance)
        self._outbound = Outbound(self._crossing, self._inbound, self._entrance)
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._stopping = threading.Event()
        self._orders: deque[Callable[[], None]] = deque()
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._run, name="guard", daemon=True)

    @property
    def public(self) -> Address:
        """The address the world sees."""
        return self._crossing.public

    @property
    def inner(self) -> Address:
        """The address pjsua2 sees."""
        return self._crossing.inside

    @property
    def counts(self) -> Counter[str]:
        """What was dropped or refused, by why."""
        return self._crossing.counts

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return self._entrance.waiting

    def start(self, pjsip_port: int) -> None:
        """Begin to forward to pjsua2 on this loopback port."""
        self._crossing.pjsip = ("127.0.0.1", pjsip_port)
        self._thread.start()

    def stop(self) -> None:
        """Send the waiting away with 480 and end the thread."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(2)
        self._outbound.close()
        self._crossing.close()
        for sock in (self._waker, self._woken):
            sock.close()

    def wake(self) -> None:
        """Look again at who waits: a slot may have come free. For any thread."""
        with contextlib.suppress(OSError):  # closed: the engine leaves while a name is looked up
            self._waker.send(b"\0")

    def use_pbx(self, access: Access, *, encrypted_only: bool = False) -> None:
        """Find the PBX and hear nobody else but those named at the start. For any thread.

        `PbxFound` and `PbxLost` follow, as often as it comes and goes.
        """
        self._orders.append(lambda: self._use_pbx(access, encrypted_only))
        self.wake()

    def distrust_registrar(self) -> None:
        """Pass the registrar in use over for a while: it fails. For any thread."""
        self._orders.append(self._distrust)
        self.wake()

    def dismiss(self, call: str) -> None:
        """Send a waiting caller away with 480. For any thread."""
        self._entrance.dismiss(call)
        self.wake()

    def refuse_newcomers(self) -> None:
        """Answer new calls with 503 from now on: the engine is leaving. For any thread."""
        self._entrance.close()

    def _run(self) -> None:
        with self._selector as selector:
            selector.register(self._crossing.outer, selectors.EVENT_READ, self._drain_outer)
            selector.register(self._crossing.inner, selectors.EVENT_READ, self._drain_inner)
            selector.register(self._woken, selectors.EVENT_READ, self._drain_wakes)
            while not self._stopping.is_set():
                for key, _ in selector.select(self._patience()):
                    key.data()
                self._tick()
            if self._crossing.pbx is not None:
                self._crossing.pbx.close()
        self._entrance.send_everybody_away()

    def _patience(self) -> float:
        now = time.monotonic()
        patience = self._entrance.patience(now)
        if self._crossing.pbx is not None:
            patience = min(patience, self._crossing.pbx.patience(now))
        return patience

    def _tick(self) -> None:
        now = time.monotonic()
        while self._orders:
            self._orders.popleft()()
        if self._crossing.pbx is not None:
            self._crossing.pbx.tick(now)
        self._entrance.tick(now)

    def _drain_outer(self) -> None:
        for data, (host, port) in self._drained(self._crossing.outer):
            if self._hearing.hears(host, self._crossing.pbx):
                with self._bounded():
                    self._inbound.datagram(data, (host, port))
            else:
                self.counts["strangers"] += 1

    def _drain_inner(self) -> None:
        for data, source in self._drained(self._crossing.inner):
            if source == self._crossing.pjsip:
                with self._bounded():
                    self._outbound.datagram(data)

    def _drain_stream(self, data: bytes, link: Link) -> None:
        with self._bounded():
            self._inbound.message(data, link)

    def _drain_wakes(self) -> None:
        self._woken.recv(4096)

    def _drained(self, sock: socket.socket) -> Iterator[tuple[bytes, Address]]:
        for _ in range(AT_A_TIME):
            try:
                data, source = sock.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error of something sent before; the socket is sound
                self.counts["socket errors"] += 1
                return
            yield data, (str(source[0]), int(source[1]))

    @contextlib.contextmanager
    def _bounded(self) -> Iterator[None]:
        """A message that is none is counted, and hurts nobody."""
        try:
            yield
        except (Malformed, UnicodeError, ValueError):
            self.counts["malformed"] += 1

    # The PBX

    def _use_pbx(self, access: Access, encrypted_only: bool) -> None:
        crossing = self._crossing
        if crossing.pbx is not None:
            crossing.pbx.close()
            crossing.pbx = None
        crossing.encrypted_only, self._hearing.has_account = encrypted_only, True
        try:
            crossing.pbx = Pbx(
                access,
                outer=crossing.outer,
                bind=crossing.bind,
                report=self._pbx_moved,
                receive=self._drain_stream,
                selector=self._selector,
                wake=self.wake,
            )
        except Unreachable as error:
            self._report(PbxLost(str(error)))

    def _distrust(self) -> None:
        if self._crossing.pbx is not None:
            self._crossing.pbx.distrust()

    def _pbx_moved(self, news: PbxFound | PbxLost) -> None:
        self._crossing.give_up_registering()
        if isinstance(news, PbxFound):
            self._crossing.move(news.host)
        self._report(news)
