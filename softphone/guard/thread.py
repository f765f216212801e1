"""The guard's thread: two sockets, one towards the world, one towards pjsua2.

It owns nothing of pjsua2 and never touches it but by datagram, so a hostile packet meets this
module's Python and not an assertion in C.
"""

import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from softphone.errors import AddressUnusable, PortTaken
from softphone.guard import sdp
from softphone.guard.forward import (
    Address,
    Addresses,
    Forwarder,
    TooManyHops,
    reply,
    reply_address,
)
from softphone.guard.pace import Pace
from softphone.guard.slots import Slots, new_call_id
from softphone.guard.waiting import Waiter, WaitingRoom
from softphone.identity import Identity, identify
from softphone.packet import Malformed, Packet
from softphone.wire import EndCause

LARGEST: Final = 8192  # bytes of a datagram from the world; anything longer is not a call
LARGEST_FOR_PJSIP: Final = 3900  # PJSIP_MAX_PKT_LEN is 4000: longer messages reach it cut off
# Seconds after which an INVITE pjsua2 ignored gives its slot back. It answers within milliseconds
# or, what its parser cannot read, never: a line must not be lost to that for long.
UNANSWERED_BY_PJSIP: Final = 0.5
RETRY_AFTER: Final = ((b"Retry-After", b"10"),)


@dataclass(frozen=True, slots=True)
class CallerWaits:
    """A caller has been queued."""

    call: str
    identity: Identity
    at: float


@dataclass(frozen=True, slots=True)
class CallerGone:
    """A queued caller will not be offered."""

    call: str
    cause: EndCause
    code: int


Report = Callable[[CallerWaits | CallerGone], None]


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
        self.counts: Counter[str] = Counter()
        self._networks = [ip_network(network, strict=False) for network in heard]
        self._known: dict[str, bool] = {}  # sources seen, and whether they are heard
        self._slots = slots
        self._report = report
        self._outer = _bind(bind, port)
        self._inner = _bind("127.0.0.1", 0)
        host = bind if not ip_address(bind).is_unspecified else route_address()
        self.public: Address = (host, self._outer.getsockname()[1])
        self.inner: Address = self._inner.getsockname()
        self._forward = Forwarder(Addresses(self.public, self.inner))
        self._room = WaitingRoom(self._to_world, most=most_waiting, longest=longest_wait)
        self._pace = Pace(per_second=20, burst=20)
        self._pjsip: Address = ("127.0.0.1", 0)
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._stopping = threading.Event()
        self._closed_to_newcomers = False
        self._dismissed: deque[str] = deque()
        self._resolver = ThreadPoolExecutor(1, "guard-resolver")
        self._names: dict[str, tuple[str, float]] = {}
        self._thread = threading.Thread(target=self._run, name="guard", daemon=True)

    def start(self, pjsip_port: int) -> None:
        """Begin to forward to pjsua2 on this loopback port."""
        self._pjsip = ("127.0.0.1", pjsip_port)
        self._thread.start()

    def stop(self) -> None:
        """Send the waiting away with 480 and end the thread."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(2)
        self._resolver.shutdown(wait=False, cancel_futures=True)
        for sock in (self._outer, self._inner, self._waker, self._woken):
            sock.close()

    def wake(self) -> None:
        """Look again at who waits: a slot may have come free. For any thread."""
        self._waker.send(b"\0")

    def dismiss(self, call: str) -> None:
        """Send a waiting caller away with 480. For any thread."""
        self._dismissed.append(call)
        self.wake()

    def refuse_newcomers(self) -> None:
        """Answer new calls with 503 from now on: the engine is leaving. For any thread."""
        self._closed_to_newcomers = True

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return len(self._room)

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._outer, selectors.EVENT_READ, self._drain_outer)
            selector.register(self._inner, selectors.EVENT_READ, self._drain_inner)
            selector.register(self._woken, selectors.EVENT_READ, self._drain_wakes)
            while not self._stopping.is_set():
                for key, _ in selector.select(self._patience()):
                    key.data()
                self._tick()
        now = time.monotonic()
        for waiter in self._room.empty():
            self._room.refuse(waiter, 480, now)
            self._gone(waiter, EndCause.LOST, 480)

    def _patience(self) -> float:
        now = time.monotonic()
        due = self._room.next_due
        patience = 5.0 if due is None else max(0.0, min(5.0, due - now))
        if self._room.first is not None:
            free = self._slots.free_for_callers
            patience = min(patience, self._pace.wait(now) if free else UNANSWERED_BY_PJSIP / 2)
        return patience

    def _drain_outer(self) -> None:
        for _ in range(32):  # a flood must not keep pjsua2's answers waiting
            try:
                data, source = self._outer.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error of something sent before; the socket is sound
                self.counts["socket errors"] += 1
                return
            if not self._networks or self._is_heard(source[0]):
                self._guarded(self._from_world, data, source)
            else:
                self.counts["strangers"] += 1

    def _drain_inner(self) -> None:
        for _ in range(32):
            try:
                data, source = self._inner.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:
                self.counts["socket errors"] += 1
                return
            if source == self._pjsip:
                self._guarded(self._from_pjsip, data, source)

    def _drain_wakes(self) -> None:
        self._woken.recv(4096)

    def _guarded(self, handle: Callable[[bytes, Address], None], data: bytes, at: Address) -> None:
        try:
            handle(data, at)
        except (Malformed, UnicodeError, ValueError):
            self.counts["malformed"] += 1

    def _is_heard(self, host: str) -> bool:
        """Whether a source is the PBX's. Remembered, for as many as a PBX could have."""
        known = self._known.get(host)
        if known is None:
            if len(self._known) > 1000:
                self._known.clear()
            address = ip_address(host)
            known = self._known[host] = any(address in network for network in self._networks)
        return known

    # From the world

    def _from_world(self, data: bytes, source: Address) -> None:
        if len(data) > LARGEST:
            raise Malformed("a datagram is too long")
        if not data.strip(b"\r\n\0"):
            return  # a keep-alive (RFC 5626 4.4.1)
        packet = Packet(data)
        sdp.check_hosts(packet)
        if packet.is_response:
            self._forward.response_in(packet)
            self._mended_or_dropped(packet)
            return
        self._forward.stamp(packet, source)
        if packet.method == b"INVITE" and not packet.to_tag:
            self._new_invite(packet)
        elif packet.method == b"ACK" and self._room.acknowledge(packet.dialog_key):
            return
        elif packet.method == b"CANCEL" and (left := self._room.cancel(packet, time.monotonic())):
            self._gone(left, EndCause.ABANDONED, 487)
        else:
            self._mended_or_refused(packet)

    def _mended_or_dropped(self, packet: Packet) -> None:
        try:
            sdp.mend_body(packet)
        except sdp.Hopeless:
            self.counts["hopeless answers"] += 1
            packet.body = b""  # an answer without a description: pjsua2 ends the call itself
            packet.fields = [f for f in packet.fields if not f.name.startswith(b"content-")]
            packet.append(b"Content-Length", b"0")
        self._send(self._inner, bytes(packet), self._pjsip)

    def _mended_or_refused(self, packet: Packet) -> bool:
        try:
            sdp.mend_body(packet)
            self._forward.request_in(packet)
        except sdp.Hopeless:
            return self._refuse(packet, 488)
        except TooManyHops:
            return self._refuse(packet, 483)
        data = bytes(packet)
        if len(data) > LARGEST_FOR_PJSIP:
            packet.pop(b"via")
            return self._refuse(packet, 513)
        self._send(self._inner, data, self._pjsip)
        return True

    def _refuse(self, packet: Packet, code: int) -> bool:
        self.counts[f"refused {code}"] += 1
        if packet.method != b"ACK":
            self._to_world(reply(packet, code, to_tag=b"fd"), reply_address(packet))
        return False

    def _new_invite(self, packet: Packet) -> None:
        key, now = packet.dialog_key, time.monotonic()
        if self._slots.has(key):
            self._mended_or_refused(packet)  # a retransmission: pjsua2 knows it
            return
        if self._room.repeat(key):
            return
        call = new_call_id()
        waiter = Waiter(key, call, packet, now)
        if self._closed_to_newcomers:
            self._room.refuse(waiter, 503, now)
            return
        if self._room.first is None and self._slots.free_for_callers and self._pace.take(now):
            self._admit(waiter, now)
            return
        if self._room.full:
            self._report(CallerWaits(call, identify(packet), time.time()))
            self._room.refuse(waiter, 503, now, RETRY_AFTER)
            self._gone(waiter, EndCause.LOST, 503)
            return
        self._room.add(waiter)
        self._pump(now)

    def _admit(self, waiter: Waiter, now: float) -> bool:
        """Pass an INVITE on. False when there is no slot for it after all."""
        if not self._slots.take_incoming(waiter.key, waiter.call, now):
            return False
        if not self._mended_or_refused(waiter.invite):
            self._slots.release(waiter.key)
            if waiter.announced:
                self._gone(waiter, EndCause.LOST, 488)
        return True

    def _pump(self, now: float) -> None:
        """Pass on whoever may go, first come first served, and tell the others they wait."""
        while (waiter := self._room.first) is not None and self._slots.free_for_callers:
            if not self._pace.take(now):
                return  # the pace alone holds them: a moment, not worth telling
            if not self._admit(waiter, now):
                break
            self._room.remove(waiter.key)
        for waiter in self._room.unannounced():
            self._report(CallerWaits(waiter.call, identify(waiter.invite), time.time()))
            self._room.announce(waiter, now)

    def _gone(self, waiter: Waiter, cause: EndCause, code: int) -> None:
        self._report(CallerGone(waiter.call, cause, code))

    def _tick(self) -> None:
        now = time.monotonic()
        while self._dismissed:
            if (waiter := self._room.by_call(self._dismissed.popleft())) is not None:
                self._room.refuse(waiter, 480, now)
                self._gone(waiter, EndCause.DECLINED, 480)
        for waiter in self._room.tick(now):
            self._gone(waiter, EndCause.UNANSWERED, 480)
        for key in self._slots.unclaimed_since(now - UNANSWERED_BY_PJSIP):
            if self._slots.release_unclaimed(key):
                self.counts["ignored by pjsua2"] += 1
        if self._room.first is not None:
            self._pump(now)

    # From pjsua2

    def _from_pjsip(self, data: bytes, _source: Address) -> None:
        if not data.strip(b"\r\n\0"):
            return
        if data.startswith(b"SIP/2.0 100 "):
            return  # ends at the next hop (RFC 3261 16.7); 180 is a millisecond behind it
        packet = Packet(data)
        if packet.is_response:
            key, final = packet.dialog_key, packet.cseq[1] == b"INVITE" and packet.code >= 300
            to = self._forward.response_out(packet)
            self._to_world(bytes(packet), to)
            if final and self._slots.release_unclaimed(key):
                self._pump(time.monotonic())
            return
        original = Packet(data)  # to answer from, should there be no way on
        try:
            host, port = self._forward.request_out(packet)
        except TooManyHops:
            self._answer_pjsip(original, 483)
            return
        if _is_literal(host):
            self._to_world(bytes(packet), (host, port))
        else:
            self._resolve(host, port, bytes(packet), original)

    def _answer_pjsip(self, request: Packet, code: int) -> None:
        if request.method != b"ACK":
            self._inner.sendto(reply(request, code, to_tag=b"fd"), self._pjsip)

    def _resolve(self, host: str, port: int, data: bytes, original: Packet) -> None:
        """Look a name up on a thread of its own: a slow resolver must not hold calls up."""
        known = self._names.get(host)
        if known is not None and known[1] > time.monotonic():
            self._to_world(data, (known[0], port))
            return
        family = self._outer.family
        future = self._resolver.submit(_look_up, host, port, family)

        def done(found: Future[str | None]) -> None:
            if found.cancelled():
                return
            if (address := found.result()) is None:
                self.counts["names not found"] += 1
                self._answer_pjsip(original, 503)
                return
            self._names[host] = (address, time.monotonic() + 60)
            self._to_world(data, (address, port))

        future.add_done_callback(done)

    def _to_world(self, data: bytes, to: Address) -> None:
        self._send(self._outer, data, to)

    def _send(self, sock: socket.socket, data: bytes, to: Address) -> None:
        try:
            sock.sendto(data, to)
        except OSError:  # no route, a full buffer, an unreachable net: SIP repeats what matters
            self.counts["send errors"] += 1


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let a second program share it
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        sock.bind((host, port))
    except PermissionError as error:
        sock.close()
        raise AddressUnusable(
            f"SIP port {port} may not be used by this account; choose one above 1023."
        ) from error
    except OSError as error:
        sock.close()
        if error.errno in _TAKEN:
            raise PortTaken(port) from error
        raise AddressUnusable(
            f"{host} is not an address of this machine; choose another with --bind."
        ) from error
    sock.setblocking(False)
    return sock


_TAKEN: Final = {98, 48, 10048, 10013}  # EADDRINUSE on Linux, macOS, Windows; WSAEACCES


def _look_up(host: str, port: int, family: int) -> str | None:
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return None
    return str(found[0][4][0]) if found else None


def route_address() -> str:
    """Return this machine's address towards the network, loopback when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: never sent, only routed
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
