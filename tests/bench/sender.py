"""A caller made of bare datagrams, so that the time measured is the callee's and not a SIP stack's.

It knows just enough of RFC 3261 to ring a phone and give up: INVITE, the provisional answers,
CANCEL, and the ACK that ends a refused INVITE. Times are `time.perf_counter()` seconds. Datagrams
are handled on the caller's own thread, inside `pump`, for nothing else may run between an answer's
arrival and its time.
"""

import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import uuid4

T1_S = 0.5  # RFC 3261 17.1.1.1: the first retransmission
BIGGEST_DATAGRAM = 65_535  # bytes

_STATUS_LINE = re.compile(rb"SIP/2\.0 (\d{3}) ")
_HEADER = re.compile(
    rb"^(?P<name>call-id|i|cseq|to|t)[ \t]*:[ \t]*(?P<value>[^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
_LONG_NAMES = {b"i": b"call-id", b"t": b"to"}


class NoAnswerError(Exception):
    """The phone called said nothing in the time it was given."""


@dataclass(slots=True)
class PlacedCall:
    """One INVITE and what came of it; times in `perf_counter` seconds."""

    call_id: str
    branch: str
    tag: str
    dialled: str
    caller: str
    sent_at: float = 0.0
    ringing_at: float | None = None
    to: str = ""  # with the callee's tag, once it has one
    statuses: list[int] = field(default_factory=list)
    ended: bool = False

    @property
    def invite_to_180(self) -> float | None:
        """Seconds from the INVITE's sending to the first 180, None while there is none."""
        return None if self.ringing_at is None else self.ringing_at - self.sent_at


class RawCaller:
    """Places calls from one UDP socket to one phone."""

    def __init__(self, host: str, port: int, *, bind: str = "") -> None:
        self._host = host
        self._port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((bind or host, 0))
        # A connected socket is told of a closed port (ICMP), which is how a start is watched.
        self._socket.connect((host, port))
        self._socket.setblocking(False)
        self._own_host, self._own_port = self._socket.getsockname()
        self._calls: dict[str, PlacedCall] = {}
        self.refused = 0  # how often the system said that nobody listens at the port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket; calls still up are left to the far end's timers."""
        self._socket.close()

    def place(self, dialled: str, *, caller: str = "+15155550142") -> PlacedCall:
        """Send an INVITE for `dialled` from `caller` (both E.164) and return without waiting."""
        call = PlacedCall(
            call_id=uuid4().hex,
            branch=f"z9hG4bK{uuid4().hex}",
            tag=uuid4().hex[:10],
            dialled=dialled,
            caller=caller,
        )
        call.to = f"<sip:{dialled}@{self._host}>"
        self._calls[call.call_id] = call
        datagram = self._request("INVITE", call, body=self._offer())
        call.sent_at = time.perf_counter()
        self._send(datagram)
        return call

    def repeat(self, call: PlacedCall) -> None:
        """Send a call's INVITE once more, the same transaction (RFC 3261 17.1.1.2)."""
        self._send(self._request("INVITE", call, body=self._offer()))

    def give_up(self, call: PlacedCall) -> None:
        """Cancel a ringing call (RFC 3261 9.1); it has ended once its 487 came."""
        self._send(self._request("CANCEL", call))

    def pump(self, timeout: float) -> bool:
        """Handle one datagram if one comes within `timeout` seconds; tell whether one did."""
        ready, _, _ = select.select([self._socket], [], [], timeout)
        if not ready:
            return False
        try:
            data = self._socket.recv(BIGGEST_DATAGRAM)
        except ConnectionRefusedError:
            self.refused += 1
            return False
        self._handle(data, time.perf_counter())
        return True

    def wait_until(self, done: Callable[[], bool], *, seconds: float) -> bool:
        """Handle datagrams until `done()`; False if it was not within `seconds`."""
        until = time.perf_counter() + seconds
        while not done():
            left = until - time.perf_counter()
            if left <= 0:
                return False
            self.pump(min(left, T1_S))
        return True

    def end(self, call: PlacedCall, *, seconds: float = 4.0) -> None:
        """Give a call up and see it to its end; `NoAnswerError` after `seconds`."""
        until = time.perf_counter() + seconds
        while not call.ended:
            if time.perf_counter() > until:
                raise NoAnswerError(f"a cancelled call had not ended after {seconds:g} s")
            self.give_up(call)
            self.wait_until(lambda: call.ended, seconds=T1_S)
        self._calls.pop(call.call_id, None)

    def _handle(self, data: bytes, at: float) -> None:
        status_line = _STATUS_LINE.match(data)
        if status_line is None:
            return  # a request (an OPTIONS, say): nothing a caller must answer here
        headers = {
            _LONG_NAMES.get(m["name"].lower(), m["name"].lower()): m["value"].strip().decode()
            for m in _HEADER.finditer(data.partition(b"\r\n\r\n")[0])
        }
        call = self._calls.get(headers.get(b"call-id", ""))
        if call is None or not headers.get(b"cseq", "").endswith("INVITE"):
            return
        status = int(status_line[1])
        call.statuses.append(status)
        if status == 180 and call.ringing_at is None:
            call.ringing_at = at
        if status >= 200:
            call.to = headers.get(b"to", call.to)
            self._send(self._request("ACK", call, own_branch=status < 300))
            if status < 300:
                self._send(self._request("BYE", call, own_branch=True, cseq=2))
            call.ended = True

    def _send(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except ConnectionRefusedError:
            # The report of an earlier datagram; this one has not been sent.
            self.refused += 1

    def _request(
        self,
        method: str,
        call: PlacedCall,
        *,
        body: bytes = b"",
        own_branch: bool = False,
        cseq: int = 1,
    ) -> bytes:
        branch = f"z9hG4bK{uuid4().hex}" if own_branch else call.branch
        own = f"{self._own_host}:{self._own_port}"
        lines = [
            f"{method} sip:{call.dialled}@{self._host}:{self._port} SIP/2.0",
            f"Via: SIP/2.0/UDP {own};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{call.caller}@{self._own_host}>;tag={call.tag}",
            f"To: {call.to}",
            f"Call-ID: {call.call_id}",
            f"CSeq: {cseq} {method}",
        ]
        if method == "INVITE":
            lines.append(f"Contact: <sip:{call.caller}@{own}>")
            lines.append("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS")
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _offer(self) -> bytes:
        host = self._own_host
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {host}",
            "s=-",
            f"c=IN IP4 {host}",
            "t=0 0",
            "m=audio 40000 RTP/AVP 0 8 101",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:101 telephone-event/8000",
            "a=sendrecv",
            "",
        ]
        return "\r\n".join(lines).encode()
