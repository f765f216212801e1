"""Desks by the hundred in one process: they register over TLS, ring, answer, talk and hang up.

What a desk is to its PBX, and nothing else: digest authentication (RFC 2617), encrypted sound in
the SDP (RFC 4568). They hear the sound that comes and send none; every twentieth counts what comes.
Run as `python -m tests.bench.scale.agents FILE`, a JSON of `Orders`; counts go to its `out`.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import random
import signal
import socket
import ssl
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

COUNTED = 20  # one in so many counts the packets it hears
PACKETS_S = 50


@dataclass(frozen=True, slots=True)
class Orders:
    """What the desks do. `desks` are users and passwords; seconds."""

    host: str
    port: int
    ca_file: str
    out: str
    desks: dict[str, str]
    pick_up_s: tuple[float, float]
    talk_s: tuple[float, float]


@dataclass(slots=True)
class Counts:
    """What they did."""

    registered: int = 0
    rang: int = 0
    answered: int = 0
    hung_up: int = 0  # by the desk
    left: int = 0  # by the caller, after the answer
    cancelled: int = 0  # before it
    packets: int = 0
    expected: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Message:
    """One SIP message."""

    def __init__(self, text: str, body: str) -> None:
        first, *lines = text.split("\r\n")
        self.first, self.body = first, body
        self.lines = lines

    def get(self, name: str) -> str:
        """Return a header's first value, "" for none."""
        wanted = name.lower() + ":"
        found = (line for line in self.lines if line.lower().startswith(wanted))
        return next((line[len(wanted) :].strip() for line in found), "")

    def all(self, *names: str) -> list[str]:
        """Return whole header lines."""
        wanted = tuple(name.lower() + ":" for name in names)
        return [line for line in self.lines if line.lower().startswith(wanted)]


class Desk(asyncio.Protocol):
    """One desk on one connection."""

    def __init__(self, user: str, orders: Orders, counts: Counts, *, counts_sound: bool) -> None:
        self.user, self._password = user, orders.desks[user]
        self._orders, self._counts, self.counts_sound = orders, counts, counts_sound
        self._buffer = b""
        self._cseq = 0
        self._id = base64.b16encode(os.urandom(6)).decode()
        self._calls: dict[str, Call] = {}
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sink.bind(("127.0.0.1", 0))
        self.sink.setblocking(False)
        if self.counts_sound:
            asyncio.get_running_loop().add_reader(self.sink, self._heard)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host, port = transport.get_extra_info("sockname")[:2]
        self.contact = f"<sip:{self.user}@{host}:{port};transport=tls>"
        self._via = f"SIP/2.0/TLS {host}:{port}"
        self._register("")

    def data_received(self, data: bytes) -> None:
        """Take in whole messages."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            text = self._buffer[:end].decode(errors="replace")
            message = Message(text, "")
            length = int(message.get("Content-Length") or message.get("l") or 0)
            if len(self._buffer) < end + 4 + length:
                return
            message.body = self._buffer[end + 4 : end + 4 + length].decode(errors="replace")
            self._buffer = self._buffer[end + 4 + length :]
            self._take(message)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody rings here any more."""
        self._counts.wrong.append(f"{self.user}: the connection is gone ({error})")

    def send(self, *lines: str, body: str = "") -> None:
        """Send a message."""
        kind = ["Content-Type: application/sdp"] if body else []
        whole = "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body])
        self._transport.write(whole.encode())

    def request(self, method: str, uri: str, *lines: str) -> None:
        """Send a request of ours."""
        branch = base64.b16encode(os.urandom(8)).decode()
        self.send(f"{method} {uri} SIP/2.0", f"Via: {self._via};branch=z9hG4bK{branch};rport",
                  "Max-Forwards: 70", *lines)  # fmt: skip

    def answer(self, to: Message, status: str, *lines: str, tag: str = "", body: str = "") -> None:
        """Answer a request."""
        kept = [line if not line.lower().startswith("to:") or "tag=" in line or not tag
                else f"{line};tag={tag}" for line in to.all("Via", "From", "To", "Call-ID", "CSeq",
                                                            "Record-Route")]  # fmt: skip
        self.send(f"SIP/2.0 {status}", *kept, *lines, body=body)

    def _register(self, authorization: str) -> None:
        self._cseq += 1
        aor = f"<sip:{self.user}@{self._orders.host}>"
        given = [f"Authorization: {authorization}"] if authorization else []
        self.request("REGISTER", f"sip:{self._orders.host}", f"From: {aor};tag={self._id}",
                     f"To: {aor}", f"Call-ID: {self._id}", f"CSeq: {self._cseq} REGISTER",
                     f"Contact: {self.contact}", "Expires: 3600", *given)  # fmt: skip

    def _take(self, message: Message) -> None:
        if message.first.startswith("SIP/2.0"):
            self._on_answer(message)
            return
        method = message.first.split(" ", 1)[0]
        call = self._calls.get(message.get("Call-ID"))
        if method == "INVITE" and call is None:
            self._calls[message.get("Call-ID")] = Call(self, message, self._orders, self._counts)
        elif method == "INVITE" and call is not None:
            call.again(message)
        elif method == "CANCEL":
            self.answer(message, "200 OK", tag="c")
            if call is not None:
                call.cancelled()
        elif method == "BYE":
            self.answer(message, "200 OK")
            if call is not None:
                call.over()
        elif method != "ACK":
            self.answer(message, "200 OK", f"Contact: {self.contact}", tag="o")

    def _on_answer(self, message: Message) -> None:
        if not message.get("CSeq").endswith("REGISTER"):
            return
        code = message.first.split(" ")[1]
        if code == "401" and self._cseq == 1:
            self._register(self._digest(message.get("WWW-Authenticate")))
        elif code == "200":
            self._counts.registered += 1
            if not self.ready.done():
                self.ready.set_result(None)
        elif not self.ready.done():
            self.ready.set_exception(RuntimeError(f"{self.user}: {message.first}"))

    def _digest(self, challenge: str) -> str:
        parts = dict(
            part.strip().split("=", 1)
            for part in challenge.removeprefix("Digest ").split(",")
            if "=" in part
        )
        told = {name: value.strip('"') for name, value in parts.items()}

        def md5(*words: str) -> str:
            return hashlib.md5(":".join(words).encode(), usedforsecurity=False).hexdigest()

        uri, nonce, cnonce = f"sip:{self._orders.host}", told["nonce"], self._id
        one = md5(self.user, told["realm"], self._password)
        two = md5("REGISTER", uri)
        proof = md5(one, nonce, "00000001", cnonce, "auth", two)
        return (
            f'Digest username="{self.user}",realm="{told["realm"]}",nonce="{nonce}",uri="{uri}",'
            f'response="{proof}",algorithm=MD5,cnonce="{cnonce}",qop=auth,nc=00000001,'
            f'opaque="{told.get("opaque", "")}"'
        )

    def _heard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self.sink.recv(2048)
                self._counts.packets += 1

    def forget(self, call_id: str) -> None:
        """A call is over."""
        self._calls.pop(call_id, None)


class Call:
    """One call at one desk."""

    def __init__(self, desk: Desk, invite: Message, orders: Orders, counts: Counts) -> None:
        self._desk, self._invite, self._orders, self._counts = desk, invite, orders, counts
        self._tag = base64.b16encode(os.urandom(6)).decode()
        self._up_at = 0.0
        counts.rang += 1
        desk.answer(invite, "180 Ringing", f"Contact: {desk.contact}", tag=self._tag)
        loop = asyncio.get_running_loop()
        self._due = loop.call_later(random.uniform(*orders.pick_up_s), self._pick_up)

    def _sdp(self) -> str:
        key = base64.b64encode(os.urandom(30)).decode()
        port = self._desk.sink.getsockname()[1]
        return (
            "v=0\r\no=desk 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\na=recvonly\r\n"
            f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n"
        )

    def _pick_up(self) -> None:
        desk = self._desk
        desk.answer(
            self._invite, "200 OK", f"Contact: {desk.contact}", tag=self._tag, body=self._sdp()
        )
        self._counts.answered += 1
        self._up_at = time.monotonic()
        talk = random.uniform(*self._orders.talk_s)
        self._due = asyncio.get_running_loop().call_later(talk, self._hang_up)

    def again(self, invite: Message) -> None:
        """A re-INVITE: the same sound again."""
        self._desk.answer(invite, "200 OK", f"Contact: {self._desk.contact}", body=self._sdp())

    def cancelled(self) -> None:
        """The caller left, or another desk has it."""
        if not self._up_at:
            self._due.cancel()
            self._desk.answer(self._invite, "487 Request Terminated", tag=self._tag)
            self._counts.cancelled += 1
            self._desk.forget(self._invite.get("Call-ID"))

    def over(self) -> None:
        """The far end hung up."""
        self._due.cancel()
        self._counts.left += 1
        self._end()

    def _hang_up(self) -> None:
        invite = self._invite
        to = invite.get("To")
        ours = f"{to};tag={self._tag}" if "tag=" not in to else to
        target = invite.get("Contact").strip("<>").split(">", 1)[0]
        self._desk.request("BYE", target, f"From: {ours}", f"To: {invite.get('From')}",
                           f"Call-ID: {invite.get('Call-ID')}", "CSeq: 1 BYE")  # fmt: skip
        self._counts.hung_up += 1
        self._end()

    def _end(self) -> None:
        if self._desk.counts_sound:
            self._counts.expected += (time.monotonic() - self._up_at) * PACKETS_S
        self._desk.forget(self._invite.get("Call-ID"))


async def work(orders: Orders) -> None:
    """Register all desks, say so, and answer until told to stop."""
    loop, counts = asyncio.get_running_loop(), Counts()
    context = ssl.create_default_context(cafile=orders.ca_file)
    desks = []
    for number, user in enumerate(orders.desks):
        made = Desk(user, orders, counts, counts_sound=number % COUNTED == 0)
        await loop.create_connection(lambda made=made: made, orders.host, orders.port, ssl=context)
        await asyncio.wait_for(made.ready, 20)
        desks.append(made)
    print("ready", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    Path(orders.out).write_text(json.dumps(asdict(counts)))


if __name__ == "__main__":
    asyncio.run(work(Orders(**json.loads(Path(sys.argv[1]).read_text()))))
