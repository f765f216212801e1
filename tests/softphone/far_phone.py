"""A telephone in raw UDP that is called, answers as it is told, and speaks RTP.

Real engines behave; this one sends what a test wants a far end to send, and no more.
"""

import contextlib
import math
import socket
import struct
import threading
import time
from collections.abc import Iterator

from tests.sip_caller import Address, Received, SipCaller

RTP_HEADER = struct.Struct("!BBHII")
PCMU = 0
TELEPHONE_EVENT = 101


class FarPhone(SipCaller):
    """One UDP socket for SIP, one for RTP."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 9), host)
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((host, 0))
        self.tag = "far"

    @property
    def uri(self) -> str:
        """Where it is called."""
        return f"sip:far@{self.here[0]}:{self.here[1]}"

    def sdp(self, *, keys: bool = True, direction: str = "sendrecv", version: int = 1) -> str:
        """A description of its sound."""
        port = self.rtp.getsockname()[1]
        formats = f"{PCMU} {TELEPHONE_EVENT}" if keys else f"{PCMU}"
        lines = ["v=0", f"o=- 1 {version} IN IP4 {self.here[0]}", "s=-"]
        lines += [f"c=IN IP4 {self.here[0]}", "t=0 0", f"m=audio {port} RTP/AVP {formats}"]
        lines += ["a=rtpmap:0 PCMU/8000", f"a={direction}"]
        if keys:
            lines.append("a=rtpmap:101 telephone-event/8000")
        return "\r\n".join([*lines, ""])

    def await_call(self, timeout: float = 3.0) -> Received:
        """Return the INVITE of a call to it."""
        invite = self.await_request("INVITE", timeout=timeout)
        self.target = _sent_by(invite)
        return invite

    def reply(
        self, request: Received, code: int, reason: str = "OK", body: str = "", **more: str
    ) -> None:
        """Answer a request, with a description if need be."""
        lines = [f"SIP/2.0 {code} {reason}"]
        lines += [f"Via: {value}" for value in request.headers("Via")]
        lines += [f"Record-Route: {value}" for value in request.headers("Record-Route")]
        to = request.header("To")
        to = to if "tag=" in to or code == 100 else f"{to};tag={self.tag}"
        lines += [f"From: {request.header('From')}", f"To: {to}"]
        lines += [f"{name}: {request.header(name)}" for name in ("Call-ID", "CSeq")]
        lines += [f"Contact: <{self.uri}>"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        if body:
            lines.append("Content-Type: application/sdp")
        lines += [f"Content-Length: {len(body)}", "", body]
        self.send("\r\n".join(lines).encode())

    def ask(self, invite: Received, method: str, number: int, body: str = "", **more: str) -> None:
        """Send a request inside the dialog that `invite`, of the desk's, began."""
        to = f"{invite.header('To')};tag={self.tag}"
        contact = invite.header("Contact").strip("<>")
        head = {
            "Via": self._new_via(),
            "Max-Forwards": "70",
            "From": to,
            "To": invite.header("From"),
            "Call-ID": invite.header("Call-ID"),
            "CSeq": f"{number} {method}",
            "Contact": f"<{self.uri}>",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if body and "Content-Type" not in head:
            head["Content-Type"] = "application/sdp"
        lines = [f"{method} {contact} SIP/2.0", *(f"{k}: {v}" for k, v in head.items())]
        lines += [f"Content-Length: {len(body)}", "", body]
        self.send("\r\n".join(lines).encode())

    def await_answer(self, code: int, method: str, timeout: float = 3.0) -> Received:
        """Return the answer to a request of its own."""
        until = time.perf_counter() + timeout
        while (left := until - time.perf_counter()) > 0:
            for index, message in enumerate(self._pending):
                if message.code == code and message.method == method:
                    return self._pending.pop(index)
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                data = self.socket.recv(65536)
                self._pending.append(Received(data.decode("utf-8", "replace"), time.perf_counter()))
        had = [m.text.split("\r\n", 1)[0] for m in self._pending]
        raise AssertionError(f"no {code} to {method} in {timeout} s; had {had}")

    @contextlib.contextmanager
    def speaking(self, to: Address, hertz: float = 1000, *, drop_every: int = 0) -> Iterator[None]:
        """Send a tone by RTP for a block, fifty packets a second, leaving one in so many out."""
        stop = threading.Event()
        thread = threading.Thread(
            target=self._speak, args=(to, hertz, stop, drop_every), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _speak(self, to: Address, hertz: float, stop: threading.Event, drop: int) -> None:
        started, number = time.monotonic(), 0
        while not stop.wait(max(0.0, started + number * 0.02 - time.monotonic())):
            first = number * 160
            payload = bytes(
                ulaw(round(8000 * math.sin(2 * math.pi * hertz * (first + n) / 8000)))
                for n in range(160)
            )
            head = RTP_HEADER.pack(0x80, PCMU, number & 0xFFFF, first, 7)
            if not drop or number % drop:
                self.rtp.sendto(head + payload, to)
            number += 1

    def await_rtp(self, payload_type: int, timeout: float = 3.0) -> bytes:
        """Return the payload of the next RTP packet of a type."""
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0:
            self.rtp.settimeout(left)
            with contextlib.suppress(TimeoutError):
                packet = self.rtp.recv(2048)
                if packet[1] & 0x7F == payload_type:
                    return packet[12:]
        raise AssertionError(f"no RTP of type {payload_type} in {timeout} s")

    def close(self) -> None:
        """Close both sockets."""
        self.rtp.close()
        super().close()


def media_address(message: Received) -> Address:
    """Return where a description wants its RTP."""
    host = port = ""
    for line in message.text.split("\r\n"):
        if line.startswith("c=IN IP4 "):
            host = line.split()[-1]
        elif line.startswith("m=audio "):
            port = line.split()[1]
    return host, int(port)


def ulaw(sample: int) -> int:
    """Return a 16-bit sample as G.711 mu-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> (exponent + 3) & 0x0F) & 0xFF


def _sent_by(request: Received) -> Address:
    host, _, port = request.header("Via").split()[1].partition(";")[0].partition(":")
    return host, int(port or 5060)
