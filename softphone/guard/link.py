"""The way to one registrar: whether it is there, and since when.

A phone that looks ready and is not is the worst of phones. So the way is tried all the time: a
stream's end is seen at once, and OPTIONS (RFC 3261 11), or a keep-alive where the PBX answers those
(RFC 5626 3.5.1), shows that somebody is still behind it.
"""

import secrets
import ssl
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto, unique
from typing import Final

from softphone.guard.forward import Address
from softphone.guard.stream import Broken, PbxAddress, Stream, Unreachable, connect, look_up
from softphone.wire import Transport

PROBE_EVERY: Final = 1.0  # seconds, while all is well
PROBE_WHEN_DOWN: Final = 0.5
SILENT_AFTER: Final = 2.5  # seconds without a sign of life, with probes unanswered
FIRST_RETRY: Final = 0.1
LONGEST_RETRY: Final = 2.0
RETRY_LASTING: Final = 10.0  # somebody has to mend it first
LOOK_UP_AGAIN: Final = 30.0


@unique
class LinkState(Enum):
    """What is known of the way."""

    UNKNOWN = auto()  # nothing yet
    UP = auto()
    DOWN = auto()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the account is to be reached."""

    user: str
    transport: Transport
    context: ssl.SSLContext | None  # for TLS
    bind: str
    family: int


class Link:
    """One registrar. On the guard's thread, but for the look-up and the connecting."""

    def __init__(
        self,
        registrar: PbxAddress,
        plan: Plan,
        send_probe: Callable[["Link", bytes], None],
        wake: Callable[[], None],
    ) -> None:
        self.registrar = registrar
        self.plan = plan
        self.state = LinkState.UNKNOWN
        self.reason = ""
        self.since = 0.0  # when the state was entered
        self.addresses: list[Address] = []
        self.stream: Stream | None = None
        self.answers_probes = False
        self.missed = False  # a probe went unanswered since this was last cleared
        self.uprooted = False  # this machine has moved or slept since then
        self._send_probe = send_probe
        self._wake = wake
        self._dialler = ThreadPoolExecutor(1, "guard-dialler")
        self._dialling: Future[tuple[list[Address], Stream | None]] | None = None
        self._retry = FIRST_RETRY
        self._due = self._look_up_due = 0.0
        self._heard_at = 0.0
        self._probed_at = 0.0
        self._probe_id = secrets.token_hex(8)
        self._probes = 0

    def is_at(self, address: Address) -> bool:
        """Whether an address is this registrar's, port and all."""
        return address in self.addresses or address == (self.registrar.host, self.registrar.port)

    def is_on(self, host: str) -> bool:
        """Whether a host is this registrar's, whatever the port."""
        return host == self.registrar.host or any(host == known for known, _ in self.addresses)

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        if self._dialling is not None:
            if self._dialling.done():
                self._dialled(now, self._dialling)
            return
        if self.plan.transport is Transport.UDP:
            self._tick_datagrams(now)
        elif self.stream is None:
            if now >= self._due:
                self._dial(self._reach)
        else:
            self._probe_stream(now, self.stream)

    @property
    def due(self) -> float:
        """The moment `tick` has work again."""
        if self._dialling is not None:
            return float("inf")  # its end wakes the thread
        return self._due

    def heard(self, now: float, probe_id: bytes = b"") -> bool:
        """Take a sign of life; True when it is the answer to a probe of ours."""
        self._heard_at = now
        is_answer = probe_id.startswith(self._probe_id.encode())
        if is_answer:
            self.answers_probes = True
        if self.state is not LinkState.UP:
            self._become(LinkState.UP, now)
            self._due = now + PROBE_EVERY
        return is_answer

    def lost(self, now: float, reason: str) -> None:
        """The connection is gone: close it and begin again at once."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        self.reason = reason
        self._retry = FIRST_RETRY
        self._due = now + FIRST_RETRY
        self._become(LinkState.DOWN, now)

    def begin_again(self, now: float) -> None:
        """The network has changed or the machine has slept: whatever was open is open no more."""
        if self.stream is not None:
            self.lost(now, "The network has changed.")
        self.uprooted = True
        self._look_up_due = self._due = now

    def close(self) -> None:
        """Give the way up."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        if self._dialling is not None:
            self._dialling.add_done_callback(_close_late)
        self._dialler.shutdown(wait=False, cancel_futures=True)

    def probe(self, way: str, here: str) -> bytes:
        """Return the next OPTIONS, as one message."""
        self._probes += 1
        transport = self.plan.transport.value.upper()
        uri = f"sip:{self.registrar}"
        own = f"{self.plan.user}@{self.registrar.host}"
        if ":" in self.registrar.host:
            own = f"{self.plan.user}@[{self.registrar.host}]"
        return (
            f"OPTIONS {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/{transport} {here};branch=z9hG4bK-fp-{secrets.token_hex(8)};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{own}>;tag={self._probe_id}\r\nTo: <{uri}>\r\n"
            f"Call-ID: {self._probe_id}-{self._probes}\r\nCSeq: {self._probes} OPTIONS\r\n"
            f"Contact: <sip:{self.plan.user}@{here}{way}>\r\nAccept: application/sdp\r\n"
            "User-Agent: Frontdesk\r\nContent-Length: 0\r\n\r\n"
        ).encode()

    # Datagrams

    def _tick_datagrams(self, now: float) -> None:
        if now >= self._look_up_due:
            self._look_up_due = now + LOOK_UP_AGAIN
            self._dial(self._find)
            return
        if now < self._due:
            return
        waiting = self._probed_at > self._heard_at
        if waiting and self.answers_probes:
            self.missed = True
            if self.state is LinkState.UP and now - self._heard_at > SILENT_AFTER:
                self.reason = f"The PBX {self.registrar} does not answer."
                self._become(LinkState.DOWN, now)
        self._probed_at = now
        self._due = now + (PROBE_EVERY if self.state is LinkState.UP else PROBE_WHEN_DOWN)
        if self.addresses:
            self._send_probe(self, b"")

    def _find(self) -> tuple[list[Address], Stream | None]:
        return look_up(self.registrar, self.plan.family), None

    # Streams

    def _probe_stream(self, now: float, stream: Stream) -> None:
        if now < self._due:
            return
        if now - max(self._heard_at, self.since) > SILENT_AFTER and self.answers_probes:
            self.lost(now, f"The PBX {self.registrar} does not answer.")
            return
        self._due = now + PROBE_EVERY
        try:
            if stream.answers_pings:
                stream.ping()
            else:
                if not self._probes:
                    stream.ping()
                self._send_probe(self, b";transport=" + self.plan.transport.value.encode())
        except Broken:
            self.lost(now, f"The connection to the PBX {self.registrar} was lost.")

    def _reach(self) -> tuple[list[Address], Stream | None]:
        plan = self.plan
        found = look_up(self.registrar, plan.family)
        return found, connect(self.registrar, found, plan.context, plan.bind)

    def _dial(self, work: Callable[[], tuple[list[Address], Stream | None]]) -> None:
        self._dialling = self._dialler.submit(work)
        self._dialling.add_done_callback(lambda _: self._wake())

    def _dialled(self, now: float, done: "Future[tuple[list[Address], Stream | None]]") -> None:
        self._dialling = None
        try:
            self.addresses, self.stream = done.result()
        except Unreachable as error:
            self._unreachable(now, error)
            return
        self._retry = FIRST_RETRY
        self._due = now
        if self.stream is not None:
            self._probes = 0
            self._heard_at = now
            self.answers_probes = False
            self._become(LinkState.UP, now)

    def _unreachable(self, now: float, error: Unreachable) -> None:
        self.reason = str(error)
        self._due = now + (RETRY_LASTING if error.lasting else self._retry)
        self._retry = min(2 * self._retry, LONGEST_RETRY)
        if self.plan.transport is Transport.UDP:
            self._look_up_due = self._due
            if self.addresses:  # the resolver is away, the PBX may not be
                return
        self._become(LinkState.DOWN, now)

    def _become(self, state: LinkState, now: float) -> None:
        if state is not self.state:
            self.state, self.since = state, now


def _close_late(done: "Future[tuple[list[Address], Stream | None]]") -> None:
    """Close a connection that came to be after it was given up."""
    if not done.cancelled() and done.exception() is None and (stream := done.result()[1]):
        stream.close()
