"""The PBX as the account sees it: several ways to it, one in use, the first that works.

The primary registrar is used whenever it is there; the next when it is not; the primary again when
it has been back for a moment. Every change is told to the engine, which registers anew.
"""

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from softphone.guard.forward import Address
from softphone.guard.link import Link, LinkState, Plan
from softphone.guard.sockets import route_address
from softphone.guard.stream import Broken, PbxAddress, tls_context
from softphone.wire import Transport

SETTLE: Final = 1.0  # seconds the primary is given before a standby is taken
STEADY: Final = 1.0  # seconds the primary has to be back before it is used again
LOOK_AROUND: Final = 1.0  # how often this machine's own address and clocks are looked at
LONGEST_PAUSE: Final = 5.0  # seconds between two looks; more is a sleep where no clock stands still
SLEPT: Final = 2.0  # a jump between the clocks that only sleep, or a set clock, makes
DISTRUST: Final = 15.0  # seconds a registrar that answers with failures only is passed over


@dataclass(frozen=True, slots=True)
class PbxFound:
    """A registrar is there, or is there again: register with it."""

    registrar: PbxAddress
    host: str  # this machine's address towards it


@dataclass(frozen=True, slots=True)
class PbxLost:
    """No registrar is there; the sentence says why and the mend."""

    reason: str


PbxReport = Callable[[PbxFound | PbxLost], None]


@dataclass(frozen=True, slots=True)
class Access:
    """What the account says of reaching the PBX."""

    user: str
    registrars: tuple[PbxAddress, ...]
    transport: Transport
    ca_file: str = ""


def _drift() -> float:
    """How far the wall clock is ahead of the one that may stand still in sleep, seconds."""
    return time.time() - time.monotonic()


class Pbx:
    """On the guard's thread."""

    def __init__(
        self,
        access: Access,
        *,
        outer: socket.socket,
        bind: str,
        report: PbxReport,
        receive: Callable[[bytes, Link], None],
        selector: selectors.BaseSelector,
        wake: Callable[[], None],
        route: Callable[[Address], str] = route_address,
        drift: Callable[[], float] = _drift,
    ) -> None:
        """Raises `Unreachable` for a CA file that is none."""
        context = tls_context(access.ca_file) if access.transport is Transport.TLS else None
        plan = Plan(access.user, access.transport, context, bind, outer.family)
        self.is_stream = access.transport is not Transport.UDP
        self.transport = access.transport.value.upper().encode()
        self.links = [Link(r, plan, self._send_probe, wake) for r in access.registrars]
        self.current: Link | None = None
        self._bind, self._outer, self._report = bind, outer, report
        self._receive, self._selector = receive, selector
        self._watched: dict[Link, tuple[socket.socket, int]] = {}
        self._told_reason = ""
        self._began = time.monotonic()
        self._distrusted: dict[Link, float] = {}
        self._look_due = 0.0
        self._route, self._clock_drift = route, drift
        self._drift = drift()
        self._looked_at = self._began
        self._host = ""

    # What the guard asks

    def link_for(self, address: Address) -> Link | None:
        """Return the way to an address: its own registrar's, or the one in use for any other.

        None where that way is closed: what was meant for one registrar goes to no other.
        """
        exact = [link for link in self.links if link.is_at(address)]
        meant = exact or [link for link in self.links if link.is_on(address[0])]
        if not meant and self.current is not None:
            meant = [self.current]
        return next((link for link in meant if link.stream is not None), None)

    def speaks_from(self, host: str) -> bool:
        """Whether a source is the PBX's."""
        return any(link.is_on(host) for link in self.links)

    def address_of(self, host: str) -> str | None:
        """Return the address of a registrar named by the account, None for another name."""
        for link in self.links:
            if link.registrar.host == host and link.addresses:
                return link.addresses[0][0]
        return None

    def heard(self, source: Address, call_id: bytes, now: float) -> bool:
        """Take a datagram's arrival as a sign of life; True for the answer to a probe."""
        answers = [link.heard(now, call_id) for link in self.links if link.is_at(source)]
        return any(answers)

    def send(self, link: Link, data: bytes) -> None:
        """Send over a link's stream; a broken one is begun again."""
        if link.stream is None:
            return
        try:
            link.stream.send(data)
        except Broken:
            self._broken(link)
        self._watch(link)

    def distrust(self) -> None:
        """The registrar in use is there and does not work: pass it over for a while."""
        if self.current is not None and len(self.links) > 1:
            self._distrusted[self.current] = time.monotonic() + DISTRUST

    # Time

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        if now >= self._look_due:
            self._look_due = now + LOOK_AROUND
            self._look_around(now)
        for link in self.links:
            link.tick(now)
            self._watch(link)
        self._choose(now)

    def patience(self, now: float) -> float:
        """Seconds until `tick` has work again."""
        due = min([self._look_due, *(link.due for link in self.links)])
        return max(0.0, due - now)

    def close(self) -> None:
        """Give every way up."""
        for link in self.links:
            link.close()
            self._watch(link)

    def _look_around(self, now: float) -> None:
        drift = self._clock_drift()
        slept = abs(drift - self._drift) > SLEPT or now - self._looked_at > LONGEST_PAUSE
        self._drift, self._looked_at = drift, now
        host = self._own_host()
        moved, self._host = bool(self._host) and host != self._host, host
        if slept or moved:
            for link in self.links:
                link.begin_again(now)

    def _own_host(self) -> str:
        """This machine's address towards the PBX, as the routes have it now."""
        if not ip_address(self._bind).is_unspecified:
            return self._bind
        towards = next((a for link in self._by_use() for a in link.addresses), ("192.0.2.1", 9))
        return self._route(towards)

    def _by_use(self) -> list[Link]:
        return sorted(self.links, key=lambda link: link is not self.current)

    # Which one

    def _choose(self, now: float) -> None:
        best = self._best(now)
        current = self.current
        if best is None:
            self._none(current)
            return
        if best is current:
            if best.uprooted or (best.missed and best.state is LinkState.UP):
                self._use(best)  # it was away: it may have forgotten us
            return
        works = current is not None and current.state is LinkState.UP
        if current is not None and works and self._trusted(current, now):
            if now - best.since >= STEADY:
                self._use(best)
            return
        self._use(best)

    def _best(self, now: float) -> Link | None:
        settled = now - self._began >= SETTLE or len(self.links) == 1
        for link in self.links:
            if not self._trusted(link, now):
                continue
            if link.state is LinkState.UP:
                return link
            if link.state is LinkState.UNKNOWN and not settled:
                return None
        if self.is_stream:
            return None
        waiting = (link for link in self.links if link.state is LinkState.UNKNOWN)
        # A PBX may answer no OPTIONS at all: let it answer a REGISTER
        return next((k for k in waiting if k.addresses and self._trusted(k, now)), None)

    def _trusted(self, link: Link, now: float) -> bool:
        return self._distrusted.get(link, 0.0) <= now

    def _use(self, link: Link) -> None:
        link.missed = link.uprooted = False
        self.current = link
        self._told_reason = ""
        self._host = self._host or self._own_host()
        host = link.stream.here[0] if link.stream is not None else self._own_host()
        self._report(PbxFound(link.registrar, host))

    def _none(self, current: Link | None) -> None:
        if current is not None and current.state is not LinkState.DOWN:
            return  # distrusted, and nobody better
        if current is None and any(link.state is LinkState.UNKNOWN for link in self.links):
            return
        reason = (current or self.links[0]).reason
        was, self.current = self.current, None
        if was is not None or reason != self._told_reason:
            self._told_reason = reason
            self._report(PbxLost(reason))

    # Streams

    def _watch(self, link: Link) -> None:
        """Have the selector watch a link's stream for what it can do now."""
        stream = link.stream
        known = self._watched.get(link)
        if known is not None and (stream is None or known[0] is not stream.sock):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(known[0])
            del self._watched[link]
            known = None
        if stream is None:
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.has_unsent else 0)
        if known is None:
            self._selector.register(stream.sock, events, lambda: self._drain(link))
        elif known[1] != events:
            self._selector.modify(stream.sock, events, lambda: self._drain(link))
        self._watched[link] = (stream.sock, events)

    def _drain(self, link: Link) -> None:
        stream = link.stream
        if stream is None:
            return
        try:
            stream.flush()
            messages = stream.receive()
        except Broken:
            self._broken(link)
            return
        link.heard(time.monotonic())
        for message in messages:
            self._receive(message, link)
        self._watch(link)

    def _broken(self, link: Link) -> None:
        lost = f"The connection to the PBX {link.registrar} was lost."
        link.lost(time.monotonic(), lost)
        self._watch(link)

    def _send_probe(self, link: Link, way: bytes) -> None:
        if link.stream is not None:
            link.stream.send(link.probe(way.decode(), "{}:{}".format(*link.stream.here)))
        else:
            own = f"{self._own_host()}:{self._outer.getsockname()[1]}"
            with contextlib.suppress(OSError):  # no route: that is what the probe finds out
                self._outer.sendto(link.probe("", own), link.addresses[0])


def split_address(text: str, default_port: int) -> PbxAddress:
    """Read host or host:port, with an IPv6 address in brackets."""
    host, _, port = text.rpartition(":")
    if host and port.isdigit() and (":" not in host or host.endswith("]")):
        return PbxAddress(host.strip("[]"), int(port))
    return PbxAddress(text.strip("[]"), default_port)


def addresses(texts: Sequence[str], default_port: int) -> tuple[PbxAddress, ...]:
    """Read the registrars of an account, each once, in their order."""
    return tuple(dict.fromkeys(split_address(text, default_port) for text in texts))
