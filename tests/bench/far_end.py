"""The other end of the measured call: it dials, speaks, listens, and keeps the time of all it does.

PCMU over RTP, a packet each 20 ms, from one socket and on two threads; what came is decoded after
the call.
"""

import contextlib
import socket
import struct
import threading
import time
from typing import Final

import numpy as np

from tests.bench.speech import marks, speech
from tests.sip_caller import Address, NoAnswer, SipCaller
from tests.softphone.far_phone import RTP_HEADER, media_address, ulaw

RATE: Final = 8000
PER_PACKET: Final = 160
PACKET_S: Final = 0.02
_TRIES: Final = 10
_SDP: Final = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n"
)


def _linear(byte: int) -> int:
    """Return the sample a byte of G.711 mu-law stands for."""
    code = ~byte & 0xFF
    magnitude = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return -magnitude if code & 0x80 else magnitude


DECODED: Final = np.array([_linear(byte) for byte in range(256)], dtype="<i2")


class FarEnd(SipCaller):
    """One call to a phone that answers by itself. Times are `time.monotonic()`."""

    def __init__(self, target: Address, host: str) -> None:
        super().__init__(target, host)
        self._rtp = self._bound(host)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.sent_at: list[float] = []  # of each packet
        self._heard: list[tuple[float, bytes]] = []

    @staticmethod
    def _bound(host: str) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((host, 0))
        return made

    def call(self, user: str, seconds: float) -> None:
        """Call, again where a phone that has just started does not answer yet, and speak once it
        has. Raises `NoAnswer`."""
        host, port = self._rtp.getsockname()
        for tries_left in reversed(range(_TRIES)):
            attempt = self.invite(user=user, sdp=_SDP.format(host=host, port=port))
            try:
                answer = self.wait_code(attempt, 200, timeout=4)
                break
            except NoAnswer:
                self.cancel(attempt)
                if not tries_left:
                    raise
                with contextlib.suppress(NoAnswer):  # nothing was there yet to ring
                    self.wait_code(attempt, 487, timeout=1)
                    self.acknowledge(attempt, refusal=True)
        self.acknowledge(attempt, refusal=False)
        self._attempt = attempt
        to = media_address(answer)
        packets = [
            bytes(ulaw(int(each)) for each in part)
            for part in speech(seconds, RATE).reshape(-1, PER_PACKET)
        ]
        for work, words in ((self._speak, (to, packets)), (self._listen, ())):
            thread = threading.Thread(target=work, args=words, daemon=True)
            thread.start()
            self._threads.append(thread)

    def finish(self) -> None:
        """Hang up."""
        self._stop.set()
        for thread in self._threads:
            thread.join(3)
        self.request(self._attempt, "BYE", 2)

    def close(self) -> None:
        """Close both sockets."""
        self._rtp.close()
        self.socket.close()

    def marks_sent(self) -> np.ndarray:
        """When the first packet of each mark left."""
        per_second = round(1 / PACKET_S)
        return np.array(self.sent_at[per_second::per_second])

    def marks_heard(self) -> np.ndarray:
        """When it could have said each mark aloud."""
        samples, came, _ = self.heard()
        return _when_said(marks(samples, RATE), came)

    def heard(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Return what came as samples in their order, the time each packet came, and how many
        never did."""
        packets = [(at, data) for at, data in self._heard if len(data) > RTP_HEADER.size]
        numbers = [struct.unpack_from("!H", data, 2)[0] for _, data in packets]
        if not numbers:
            return np.array([], "<i2"), np.array([]), 0
        expected = (numbers[-1] - numbers[0]) % 65536 + 1
        pcm = [DECODED[np.frombuffer(data[RTP_HEADER.size :], np.uint8)] for _, data in packets]
        return np.concatenate(pcm), np.array([at for at, _ in packets]), expected - len(packets)

    def _speak(self, to: Address, packets: list[bytes]) -> None:
        began = time.monotonic()
        for number, payload in enumerate(packets):
            if self._stop.wait(max(0.0, began + number * PACKET_S - time.monotonic())):
                return
            head = RTP_HEADER.pack(0x80, 0, number & 0xFFFF, number * PER_PACKET, 7)
            self.sent_at.append(time.monotonic())
            self._rtp.sendto(head + payload, to)

    def _listen(self) -> None:
        self._rtp.settimeout(0.2)
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                data = self._rtp.recv(2048)
                self._heard.append((time.monotonic(), data))


def _when_said(places: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Return the time of samples at these places, in seconds: their packet's arrival, and their
    place in the packet."""
    if not len(places):
        return places
    at = np.minimum((places * RATE).astype(int), len(came) * PER_PACKET - 1)
    return came[at // PER_PACKET] + (at % PER_PACKET) / RATE
