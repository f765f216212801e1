"""A SIP caller in raw UDP: says exactly what a test wants said, and times what comes back.

Everything is synchronous and bounded by a timeout; nothing is retransmitted unless asked for.
"""

import contextlib
import re
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Address = tuple[str, int]

GOOD_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class NoAnswer(AssertionError):
    """Nothing that fits came back in time."""


@dataclass(frozen=True)
class Received:
    """One message from the other side and when it came (`time.perf_counter`)."""

    text: str
    at: float

    @property
    def code(self) -> int:
        """The status code; 0 for a request."""
        match = re.match(r"SIP/2\.0 (\d{3})", self.text)
        return int(match[1]) if match else 0

    @property
    def method(self) -> str:
        """The method of a request, or the one a response is to."""
        if self.code:
            return self.header("CSeq").split()[-1]
        return self.text.split(" ", 1)[0]

    def header(self, name: str) -> str:
        """A header's first value, "" for none."""
        match = re.search(rf"(?im)^{re.escape(name)}\s*:\s*(.*?)\r?$", self.text)
        return match[1] if match else ""

    def headers(self, name: str) -> list[str]:
        """Every value of a header."""
        return re.findall(rf"(?im)^{re.escape(name)}\s*:\s*(.*?)\r?$", self.text)


@dataclass
class Attempt:
    """One INVITE and what is needed to speak of it again."""

    call_id: str
    branch: str
    uri: str
    head: dict[str, str]
    sent_at: float = 0.0
    data: bytes = b""
    to: str = ""
    contact: str = ""
    received: list[Received] = field(default_factory=list)


class SipCaller:
    """One UDP socket that calls a phone."""

    def __init__(self, target: Address, host: str = "127.0.0.1") -> None:
        self.target = target
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.here: Address = self.socket.getsockname()
        self._pending: list[Received] = []

    def invite(
        self,
        *,
        user: str = "5155550100",
        number: str = "+15155550142",
        headers: Mapping[str, str] | None = None,
        sdp: str | None = None,
        from_value: str = "",
        send: bool = True,
    ) -> Attempt:
        """Send an INVITE. `headers` are added, or replace those of the same name."""
        unique = uuid.uuid4().hex[:12]
        host, port = self.here
        uri = f"sip:{user}@{self.target[0]}:{self.target[1]}"
        head = {
            "Via": f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{unique}",
            "Max-Forwards": "70",
            "From": from_value or f"<sip:{number}@{host}>;tag=f{unique}",
            "To": f"<{uri}>",
            "Call-ID": f"{unique}@{host}",
            "CSeq": "1 INVITE",
            "Contact": f"<sip:{number}@{host}:{port}>",
            "Content-Type": "application/sdp",
            **(headers or {}),
        }
        body = GOOD_SDP.format(port=40000) if sdp is None else sdp
        if not body:
            head.pop("Content-Type")
        attempt = Attempt(head["Call-ID"], f"z9hG4bK{unique}", uri, head, to=head["To"])
        attempt.data = _message(f"INVITE {uri} SIP/2.0", head, body)
        if send:
            self.send_again(attempt)
        return attempt

    def send_again(self, attempt: Attempt) -> None:
        """Send the INVITE, or send it once more."""
        attempt.sent_at = time.perf_counter()
        self.socket.sendto(attempt.data, self.target)

    def send(self, data: bytes) -> None:
        """Send anything at all."""
        self.socket.sendto(data, self.target)

    def wait(
        self, attempt: Attempt, fits: Callable[[Received], bool], timeout: float = 3.0
    ) -> Received:
        """Return the first message of this call that fits."""
        until = time.perf_counter() + timeout
        while True:
            for index, message in enumerate(self._pending):
                if message.header("Call-ID") == attempt.call_id and fits(message):
                    del self._pending[index]
                    attempt.received.append(message)
                    if message.code > 100 and "tag=" in message.header("To"):
                        attempt.to = message.header("To")
                    if contact := message.header("Contact"):
                        attempt.contact = contact
                    return message
            left = until - time.perf_counter()
            if left <= 0:
                had = [m.text.split("\r\n", 1)[0] for m in self._pending]
                raise NoAnswer(f"nothing that fits in {timeout} s; had {had}")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                continue
            self._pending.append(Received(data.decode("utf-8", "replace"), time.perf_counter()))

    def wait_code(self, attempt: Attempt, code: int, timeout: float = 3.0) -> Received:
        """Return the response to the INVITE with a status code."""
        return self.wait(attempt, lambda m: m.code == code and m.method == "INVITE", timeout)

    def milliseconds_to(self, attempt: Attempt, code: int, timeout: float = 3.0) -> float:
        """Wait for a status code and return the time since the INVITE was sent."""
        return (self.wait_code(attempt, code, timeout).at - attempt.sent_at) * 1000

    def cancel(self, attempt: Attempt) -> None:
        """Give up (RFC 3261 9.1)."""
        head = {k: attempt.head[k] for k in ("Via", "Max-Forwards", "From", "To", "Call-ID")}
        self.send(_message(f"CANCEL {attempt.uri} SIP/2.0", {**head, "CSeq": "1 CANCEL"}))

    def acknowledge(self, attempt: Attempt, *, refusal: bool) -> None:
        """Send the ACK: on the INVITE's own branch for a refusal, a new one for 200."""
        head = {k: attempt.head[k] for k in ("Via", "Max-Forwards", "From", "To", "Call-ID")}
        head["To"] = attempt.to
        uri = attempt.uri
        if not refusal:
            head["Via"] = self._new_via()
            uri = attempt.contact.strip("<>") or uri
        self.send(_message(f"ACK {uri} SIP/2.0", {**head, "CSeq": "1 ACK"}))

    def request(
        self, attempt: Attempt, method: str, number: int, body: str = "", **more: str
    ) -> None:
        """Send a request inside the dialog. `more` are headers, underscores for hyphens."""
        head = {k: attempt.head[k] for k in ("Max-Forwards", "From", "Call-ID", "Contact")}
        head |= {"Via": self._new_via(), "To": attempt.to, "CSeq": f"{number} {method}"}
        head |= {name.replace("_", "-"): value for name, value in more.items()}
        uri = attempt.contact.strip("<>") or attempt.uri
        self.send(_message(f"{method} {uri} SIP/2.0", head, body))

    def await_request(
        self, method: str, fits: Callable[[Received], bool] = lambda _: True, timeout: float = 3.0
    ) -> Received:
        """Return the next request of a method, whatever call it belongs to."""
        until = time.perf_counter() + timeout
        while (left := until - time.perf_counter()) > 0:
            for index, message in enumerate(self._pending):
                if not message.code and message.method == method and fits(message):
                    return self._pending.pop(index)
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                data = self.socket.recv(65536)
                self._pending.append(Received(data.decode("utf-8", "replace"), time.perf_counter()))
        raise NoAnswer(f"no {method} in {timeout} s")

    def respond(
        self, request: Received, code: int, reason: str = "OK", contact: str = "", **more: str
    ) -> None:
        """Answer a request of the phone's. `more` are headers, underscores for hyphens."""
        lines = [f"SIP/2.0 {code} {reason}"]
        lines += [f"Via: {value}" for value in request.headers("Via")]
        for name in ("From", "To", "Call-ID", "CSeq"):
            lines.append(f"{name}: {request.header(name)}")
        if code >= 200 and "tag=" not in request.header("To"):
            lines = [f"{ln};tag=raw" if ln.startswith("To:") else ln for ln in lines]
        lines.append(f"Contact: {contact or f'<sip:caller@{self.here[0]}:{self.here[1]}>'}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        lines.append("Content-Length: 0")
        self.send("\r\n".join([*lines, "", ""]).encode())

    def answered_call(self, attempt: Attempt, timeout: float = 3.0) -> None:
        """Wait for 200 and acknowledge it."""
        self.wait_code(attempt, 200, timeout)
        self.acknowledge(attempt, refusal=False)

    def give_up(self, attempt: Attempt) -> None:
        """CANCEL and see it through to the ACK of 487."""
        self.cancel(attempt)
        self.wait_code(attempt, 487)
        self.acknowledge(attempt, refusal=True)

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _new_via(self) -> str:
        host, port = self.here
        return f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{uuid.uuid4().hex[:12]}"


def _message(start: str, head: Mapping[str, str], body: str = "") -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in head.items())]
    lines += [f"Content-Length: {len(body.encode())}", "", body]
    return "\r\n".join(lines).encode()
