"""Streams cut into messages, messages made to fit, and the ways to a PBX chosen."""

import contextlib
import itertools
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.guard.framing import LARGEST, Frames, Unframed
from softphone.guard.pbx import Access, Pbx, PbxFound, PbxLost, split_address
from softphone.guard.stream import PbxAddress
from softphone.guard.trim import trim
from softphone.packet import Packet
from softphone.wire import Transport
from tests.softphone.registrar import FakeRegistrar, registrar


def message(body: bytes = b"", length: str | None = None, more: str = "") -> bytes:
    said = str(len(body)) if length is None else length
    return (
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
        f"To: <sip:b@c>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n{more}Content-Length: {said}\r\n\r\n"
    ).encode() + body


@given(
    st.lists(st.tuples(st.binary(max_size=60), st.sampled_from([b"", b"\r\n\r\n"])), max_size=6),
    st.lists(st.integers(0, 2000), max_size=12),
)
def test_messages_come_out_whole_however_they_arrive(
    parts: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(message(body) + ping for body, ping in parts)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    frames, found = Frames(), []
    for start, end in itertools.pairwise(places):
        found += frames.feed(stream[start:end])
    assert found == [message(body) for body, _ in parts]


@pytest.mark.parametrize(
    "stream",
    [
        message(length="-1"),
        message(length="five"),
        message(length=str(LARGEST)),
        message(length="99999999999999999999"),
        message(more="Content-Length: 5\r\n"),
        message().replace(b"Content-Length: 0\r\n", b""),
        b"x" * 40_000,
        b"GET / HTTP/1.1\r\nHost: pbx\r\n\r\n",
    ],
)
def test_a_stream_that_lies_is_not_believed(stream: bytes) -> None:
    with pytest.raises(Unframed):
        Frames().feed(stream)


@given(st.binary(max_size=300))
def test_noise_is_unframed_or_waited_for(noise: bytes) -> None:
    frames = Frames()
    with contextlib.suppress(Unframed):
        assert all(isinstance(found, bytes) for found in frames.feed(noise))


def test_pings_and_pongs_are_told_apart() -> None:
    frames = Frames()
    assert frames.feed(b"\r\n\r\n" + message() + b"\r\n") == [message()]
    assert (frames.pings, frames.pongs) == (1, 1)


def test_a_long_message_loses_what_nobody_here_reads() -> None:
    more = (
        f"Identity: {'x' * 3000}\r\nDiversion: <sip:1@a>\r\nDiversion: <sip:2@a>\r\n"
        f"History-Info: <sip:first@a>\r\nHistory-Info: <sip:{'y' * 900}@a>\r\n"
        "P-Asserted-Identity: <tel:+15155550142>\r\nX-Frontdesk-Number: +15155550100\r\n"
    )
    packet = Packet(message(more=more))
    assert trim(packet, 700)
    assert packet.get(b"identity") is None
    assert packet.all(b"history-info") == [b"<sip:first@a>"]
    assert packet.all(b"diversion") == [b"<sip:2@a>"]  # the number first dialled (RFC 5806)
    assert packet.get(b"x-frontdesk-number") == b"+15155550100"
    assert packet.get(b"p-asserted-identity") == b"<tel:+15155550142>"


def test_a_message_that_cannot_fit_is_said() -> None:
    assert not trim(Packet(message(b"x" * 5000)), 3900)
    whole = message(b"x" * 10)
    untouched = Packet(whole)
    assert trim(untouched, 3900)
    assert bytes(untouched) == whole


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("pbx.example", "pbx.example", 5061),
        ("pbx.example:5080", "pbx.example", 5080),
        ("192.0.2.7:1", "192.0.2.7", 1),
        ("[2001:db8::7]", "2001:db8::7", 5061),
        ("[2001:db8::7]:5080", "2001:db8::7", 5080),
    ],
)
def test_a_registrar_is_read(text: str, host: str, port: int) -> None:
    assert split_address(text, 5061) == PbxAddress(host, port)


@dataclass
class Ways:
    """A `Pbx` whose thread is the test, with this machine's address and clocks in its hands."""

    registrars: tuple[FakeRegistrar, ...]
    transport: Transport = Transport.TCP
    host: str = "127.0.0.1"
    ahead: float = 0.0
    news: list[PbxFound | PbxLost] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.outer.bind(("127.0.0.1", 0))
        named = tuple(PbxAddress("127.0.0.1", one.port) for one in self.registrars)
        self.pbx = Pbx(
            Access("dana", named, self.transport),
            outer=self.outer,
            bind="0.0.0.0",
            report=self.news.append,
            receive=lambda *_: None,
            selector=self.selector,
            wake=lambda: None,
            route=lambda _: self.host,
            drift=lambda: self.ahead,
        )

    def until(self, done: Callable[[], bool], timeout: float = 6.0) -> None:
        """Turn until something is so."""
        end = time.monotonic() + timeout
        while not done():
            assert time.monotonic() < end, self.news
            if self.selector.get_map():
                for key, _ in self.selector.select(0.01):
                    key.data()
            else:
                self.outer.settimeout(0.01)
                with contextlib.suppress(TimeoutError):
                    self.outer.recv(9)
            self.pbx.tick(time.monotonic())

    def close(self) -> None:
        self.pbx.close()
        self.outer.close()
        self.selector.close()


@pytest.fixture
def ways() -> Iterator[Callable[..., Ways]]:
    made: list[Ways] = []

    def make(*registrars: FakeRegistrar, **how: object) -> Ways:
        made.append(Ways(registrars, **how))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_after_a_sleep_everything_is_begun_again(ways: Callable[..., Ways]) -> None:
    with registrar() as fake:
        mine = ways(fake)
        mine.until(lambda: len(mine.news) == 1)
        before = mine.pbx.current.stream if mine.pbx.current else None
        mine.ahead = 3600.0  # the wall clock went on while ours stood still
        mine.until(lambda: len(mine.news) >= 3)
        assert [type(one) for one in mine.news] == [PbxFound, PbxLost, PbxFound]
        assert mine.pbx.current is not None
        assert mine.pbx.current.stream is not before


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.UDP])
def test_another_network_is_noticed_and_the_new_address_told(
    ways: Callable[..., Ways], transport: Transport
) -> None:
    with registrar() as fake:
        mine = ways(fake, transport=transport)
        mine.until(lambda: len(mine.news) == 1)
        mine.host = "127.0.0.9"
        mine.until(lambda: isinstance(mine.news[-1], PbxFound) and len(mine.news) > 1)
        if transport is Transport.UDP:
            assert mine.news[-1] == PbxFound(mine.pbx.links[0].registrar, "127.0.0.9")


def test_a_registrar_that_fails_is_passed_over(ways: Callable[..., Ways]) -> None:
    with registrar() as first, registrar() as second:
        mine = ways(first, second)
        mine.until(lambda: len(mine.news) == 1)
        assert mine.pbx.current is mine.pbx.links[0]
        mine.pbx.distrust()
        mine.until(lambda: len(mine.news) == 2)
        assert mine.pbx.current is mine.pbx.links[1]


def test_nobody_is_told_once(ways: Callable[..., Ways]) -> None:
    fakes = FakeRegistrar(), FakeRegistrar()
    for fake in fakes:
        fake.close()
    mine = ways(*fakes)
    mine.until(lambda: len(mine.news) == 1)
    tried = time.monotonic() + 1.5
    mine.until(lambda: time.monotonic() > tried)
    (lost,) = mine.news
    assert isinstance(lost, PbxLost)
    assert "takes no connections" in lost.reason
