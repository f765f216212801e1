"""The guard's thread: a socket and the PBX's connections outside, a socket towards pjsua2.

It owns nothing of pjsua2 and never touches it but by datagram, so a hostile packet meets this
module's Python and not an assertion in C.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Final

from softphone.guard import sdp
from softphone.guard.forward import (
    Address,
    Addresses,
    Forwarder,
    Target,
    TooManyHops,
    Way,
    reply,
    reply_address,
)
from softphone.guard.hearing import Hearing
from softphone.guard.link import Link
from softphone.guard.names import Names
from softphone.guard.news import CallerGone, CallerWaits, Report
from softphone.guard.pace import Pace
from softphone.guard.pbx import Access, Pbx, PbxFound, PbxLost
from softphone.guard.slots import Slots, new_call_id
from softphone.guard.sockets import bind_datagrams, is_literal, route_address
from softphone.guard.stream import Unreachable
from softphone.guard.trim import trim
from softphone.guard.waiting import Waiter, WaitingRoom
from softphone.identity import identify
from softphone.packet import Malformed, Packet
from softphone.wire import EndCause

LARGEST: Final = 8192  # bytes of a datagram from the world; anything longer is not a call
LARGEST_FOR_PJSIP: Final = 3900  # PJSIP_MAX_PKT_LEN is 4000: longer messages reach it cut off
# Seconds after which an INVITE pjsua2 ignored gives its slot back. It answers within milliseconds
# or, what its parser cannot read, never: a line must not be lost to that for long.
UNANSWERED_BY_PJSIP: Final = 0.5
OWN_TAG: Final = b"fd"  # of answers the guard gives and forgets
RETRY_AFTER: Final = ((b"Retry-After", b"10"),)
# RFC 3261 20.43: 399 is a warning for people
ENCRYPTED_ONLY: Final = ((b"Warning", b'399 frontdesk "Encrypted calls only (SRTP)"'),)
UNENCRYPTED: Final = (
    "A call without encryption was turned away, as this line requires; the PBX has to offer SRTP."
)


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
        self._hearing = Hearing(heard)
        self._slots = slots
        self._report = report
        self._bind = bind
        self._outer = bind_datagrams(bind, port)
        self._inner = bind_datagrams("127.0.0.1", 0)
        host = bind if not ip_address(bind).is_unspecified else route_address()
        self.public: Address = (host, self._outer.getsockname()[1])
        self.inner: Address = self._inner.getsockname()
        self._forward = Forwarder(Addresses(self.public, self.inner))
        self._room = WaitingRoom(self._to_world, most=most_waiting, longest=longest_wait)
        self._pace = Pace(per_second=20, burst=20)
        self._newcomers = Pace(per_second=50, burst=400)  # twice what may wait, and no real day's
        self._pjsip: Address = ("127.0.0.1", 0)
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._stopping = threading.Event()
        self._closed_to_newcomers = False
        self._dismissed: deque[str] = deque()
        self._orders: deque[Callable[[], None]] = deque()
        self._selector = selectors.DefaultSelector()
        self._pbx: Pbx | None = None
        self._encrypted_only = False
        self._registering: Packet | None = None  # a REGISTER of pjsua2's, not answered yet
        self._names = Names(self._outer.family)
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
        self._names.close()
        for sock in (self._outer, self._inner, self._waker, self._woken):
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
        self._orders.append(lambda: self._pbx.distrust() if self._pbx is not None else None)
        self.wake()

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
        with self._selector as selector:
            selector.register(self._outer, selectors.EVENT_READ, self._drain_outer)
            selector.register(self._inner, selectors.EVENT_READ, self._drain_inner)
            selector.register(self._woken, selectors.EVENT_READ, self._drain_wakes)
            while not self._stopping.is_set():
                for key, _ in selector.select(self._patience()):
                    key.data()
                self._tick()
            if self._pbx is not None:
                self._pbx.close()
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
        if self._pbx is not None:
            patience = min(patience, self._pbx.patience(now))
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
            source = (str(source[0]), int(source[1]))
            if self._hearing.hears(source[0], self._pbx):
                self._guarded(self._from_datagram, data, source)
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

    # From the world

    def _from_datagram(self, data: bytes, source: Address) -> None:
        if len(data) > LARGEST:
            raise Malformed("a datagram is too long")
        if not data.strip(b"\r\n\0"):
            return  # a keep-alive (RFC 5626 4.4.1)
        packet = Packet(data)
        if self._pbx is not None:
            call_id = packet.need(b"call-id") if packet.is_response else b""
            if self._pbx.heard(source, call_id, time.monotonic()):
                return  # the answer to a question of our own
        self._from_world(packet, source, Way(self.public), None)

    def _from_stream(self, data: bytes, link: Link) -> None:
        self._guarded(lambda data, _: self._message_of(data, link), data, ("", 0))

    def _message_of(self, data: bytes, link: Link) -> None:
        packet = Packet(data)
        if packet.is_response and link.heard(time.monotonic(), packet.need(b"call-id")):
            return
        if link.stream is not None and (pbx := self._pbx) is not None:
            way = Way(link.stream.here, pbx.transport)
            self._from_world(packet, link.stream.peer, way, link.stream.here)

    def _from_world(self, packet: Packet, source: Address, way: Way, here: Address | None) -> None:
        sdp.check_hosts(packet)
        if packet.is_response:
            self._forward.response_in(packet, way)
            if packet.cseq[1] == b"REGISTER" and packet.code >= 200:
                self._registering = None
            self._mended_or_dropped(packet)
            return
        self._forward.stamp(packet, source, stream=here is not None)
        if here is not None and packet.get(b"route") is not None:
            self._forward.take_own_route(packet, here)
        if packet.method == b"INVITE" and not packet.to_tag:
            self._new_invite(packet)
        elif packet.method == b"ACK" and (
            self._room.acknowledge(packet.dialog_key) or packet.to_tag == OWN_TAG
        ):
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
        trim(packet, LARGEST_FOR_PJSIP)
        self._send(self._inner, bytes(packet), self._pjsip)

    def _mended_or_refused(self, packet: Packet) -> bool:
        if self._encrypted_only and not sdp.is_encrypted(packet.body):
            return self._refuse(packet, 488, ENCRYPTED_ONLY)
        try:
            sdp.mend_body(packet)
            self._forward.request_in(packet)
        except sdp.Hopeless:
            return self._refuse(packet, 488)
        except TooManyHops:
            return self._refuse(packet, 483)
        if not trim(packet, LARGEST_FOR_PJSIP):
            packet.pop(b"via")
            return self._refuse(packet, 513)
        self._send(self._inner, bytes(packet), self._pjsip)
        return True

    def _refuse(
        self, packet: Packet, code: int, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> bool:
        self.counts[f"refused {code}"] += 1
        if packet.method != b"ACK":
            refusal = reply(packet, code, to_tag=OWN_TAG, extra=extra)
            self._to_world(refusal, reply_address(packet))
        return False

    def _new_invite(self, packet: Packet) -> None:
        key, now = packet.dialog_key, time.monotonic()
        if self._slots.has(key):
            self._mended_or_refused(packet)  # a retransmission: pjsua2 knows it
            return
        if self._room.repeat(key):
            return
        if not self._newcomers.take(now):
            # A flood: answered and forgotten (RFC 3261 8.2.7), or its memory would be the harm
            self._refuse(packet, 503, RETRY_AFTER)
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
        plain = self._encrypted_only and not sdp.is_encrypted(waiter.invite.body)
        if not self._mended_or_refused(waiter.invite):
            self._slots.release(waiter.key)
            if plain and not waiter.announced:  # told, so that the caller can be called back
                self._report(CallerWaits(waiter.call, identify(waiter.invite), time.time()))
            if plain or waiter.announced:
                self._gone(waiter, EndCause.LOST, 488, UNENCRYPTED if plain else "")
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

    def _gone(self, waiter: Waiter, cause: EndCause, code: int, reason: str = "") -> None:
        self._report(CallerGone(waiter.call, cause, code, reason))

    # The PBX

    def _use_pbx(self, access: Access, encrypted_only: bool) -> None:
        if self._pbx is not None:
            self._pbx.close()
            self._pbx = None
        self._encrypted_only, self._hearing.has_account = encrypted_only, True
        try:
            self._pbx = Pbx(
                access,
                outer=self._outer,
                bind=self._bind,
                report=self._pbx_moved,
                receive=self._from_stream,
                selector=self._selector,
                wake=self.wake,
            )
        except Unreachable as error:
            self._report(PbxLost(str(error)))

    def _pbx_moved(self, news: PbxFound | PbxLost) -> None:
        """Tell the engine, and pjsua2 that its REGISTER under way went nowhere."""
        pending, self._registering = self._registering, None
        if pending is not None:
            self._answer_pjsip(pending, 503)
        if isinstance(news, PbxFound):
            self.public = (news.host, self.public[1])
            self._forward.move(self.public)
        self._report(news)

    def _tick(self) -> None:
        now = time.monotonic()
        while self._orders:
            self._orders.popleft()()
        if self._pbx is not None:
            self._pbx.tick(now)
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
            self._respond(packet)
            if final and self._slots.release_unclaimed(key):
                self._pump(time.monotonic())
            return
        original = Packet(data)  # to answer from, should there be no way on
        try:
            host, port = self._forward.request_out(packet)
        except TooManyHops:
            self._answer_pjsip(original, 483)
            return
        if (host, port) == self.public:
            self._forward.sign(packet, Way(self.public))
            self._to_ourselves(packet)
            return
        if packet.method == b"REGISTER":
            self._registering = original
        if self._pbx is not None and self._pbx.is_stream:
            self._over_stream(self._pbx, packet, (host, port), original)
            return
        self._forward.sign(packet, Way(self.public))
        known = self._pbx.address_of(host) if self._pbx is not None else None
        if known or is_literal(host):
            self._to_world(bytes(packet), Target(known or host, port))
        else:
            self._resolve(host, port, bytes(packet), original)

    def _to_ourselves(self, packet: Packet) -> None:
        """Take in what we have sent to our own address, as the loop test does.

        Over no socket: whoever may be heard, nobody else can have a datagram taken for it.
        """
        self._from_world(Packet(bytes(packet)), self.public, Way(self.public), None)

    def _respond(self, packet: Packet) -> None:
        to = self._forward.response_out(packet)
        if not to.stream and to[:2] == self.public:
            self._to_ourselves(packet)
            return
        if to.stream and (pbx := self._pbx) is not None:
            link = pbx.link_for((to.host, to.port))
            if link is not None and link.stream is not None:
                self._forward.show(packet, Way(link.stream.here, pbx.transport))
        self._to_world(bytes(packet), to)

    def _over_stream(self, pbx: Pbx, packet: Packet, to: Address, original: Packet) -> None:
        """Send a request to the PBX, whoever it is for: nothing of a call goes around TLS."""
        link = pbx.link_for(to)
        if link is None or link.stream is None:
            self._registering = None
            self._answer_pjsip(original, 503)
            return
        self._forward.sign(packet, Way(link.stream.here, pbx.transport))
        pbx.send(link, bytes(packet))

    def _answer_pjsip(self, request: Packet, code: int) -> None:
        if request.method != b"ACK":
            self._inner.sendto(reply(request, code, to_tag=OWN_TAG), self._pjsip)

    def _resolve(self, host: str, port: int, data: bytes, original: Packet) -> None:
        def found(address: str | None) -> None:
            if address is None:
                self.counts["names not found"] += 1
                self._answer_pjsip(original, 503)
            else:
                self._to_world(data, Target(address, port))

        self._names.find(host, port, found)

    def _to_world(self, data: bytes, to: Target) -> None:
        if not to.stream:
            self._send(self._outer, data, to[:2])
        elif (pbx := self._pbx) is not None and (link := pbx.link_for(to[:2])) is not None:
            pbx.send(link, data)
        else:
            self.counts["connections gone"] += 1

    def _send(self, sock: socket.socket, data: bytes, to: Address) -> None:
        try:
            sock.sendto(data, to)
        except OSError:  # no route, a full buffer, an unreachable net: SIP repeats what matters
            self.counts["send errors"] += 1
