"""The guard between a raw caller and a fake pjsua2: what each of them sees."""

import contextlib
import queue
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.guard import Guard, Slots, sdp
from softphone.guard.news import CallerGone, CallerWaits
from softphone.guard.pace import Pace
from softphone.packet import Malformed, Packet, first_value, parse_via, uri_address
from softphone.wire import EndCause
from tests.sip_caller import NoAnswer, SipCaller

Reports = "queue.Queue[CallerWaits | CallerGone]"


class FakePhone:
    """A socket where pjsua2 would be."""

    def __init__(self, guard: Guard, sock: socket.socket) -> None:
        self.guard = guard
        self.socket = sock

    def receive(self) -> Packet:
        """The next message from the guard."""
        self.socket.settimeout(2)
        return Packet(self.socket.recv(65536))

    def hears_nothing(self, seconds: float = 0.2) -> bool:
        """Whether the guard stays silent."""
        self.socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            self.socket.recv(65536)
            return False
        return True

    def respond(self, request: Packet, status: str, *more: str) -> None:
        """Answer a request as pjsua2 does: Vias and Record-Routes as they came."""
        lines = [f"SIP/2.0 {status}"]
        for field in request.fields:
            if field.name in (b"via", b"record-route", b"from", b"call-id", b"cseq"):
                lines.append(field.line.decode())
        lines += [f"To: {request.need(b'to').decode()};tag=desk", *more, "Content-Length: 0"]
        self.socket.sendto("\r\n".join([*lines, "", ""]).encode(), self.guard.inner)

    def send(self, text: str) -> None:
        """Send a request, with line ends as written."""
        self.socket.sendto(text.replace("\n", "\r\n").encode(), self.guard.inner)


@pytest.fixture
def slots() -> Slots:
    return Slots(2)


@pytest.fixture
def reports() -> "queue.Queue[CallerWaits | CallerGone]":
    return queue.Queue()


@pytest.fixture
def phone(slots: Slots, reports: "queue.Queue[CallerWaits | CallerGone]") -> Iterator[FakePhone]:
    guard = Guard(bind="127.0.0.1", port=0, slots=slots, report=reports.put, longest_wait=30)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        guard.start(sock.getsockname()[1])
        yield FakePhone(guard, sock)
        guard.stop()


@pytest.fixture
def line(phone: FakePhone) -> Iterator[SipCaller]:
    with contextlib.closing(SipCaller(phone.guard.public)) as caller:
        yield caller


def test_an_invite_crosses_and_its_answer_comes_back_as_if_direct(
    phone: FakePhone, line: SipCaller
) -> None:
    attempt = line.invite(headers={"Record-Route": "<sip:192.0.2.7;lr>"})
    request = phone.receive()
    assert request.all(b"via")[0].startswith(b"SIP/2.0/UDP 127.0.0.1:%d;" % phone.guard.inner[1])
    assert request.all(b"record-route")[0] == b"<sip:127.0.0.1:%d;lr>" % phone.guard.inner[1]
    assert request.get(b"max-forwards") == b"69"
    assert request.body == attempt.data.partition(b"\r\n\r\n")[2]
    phone.respond(request, "180 Ringing", "Contact: <sip:desk@127.0.0.1:5060>")
    ringing = line.wait_code(attempt, 180)
    assert ringing.headers("Record-Route") == ["<sip:192.0.2.7;lr>"]
    (via,) = ringing.headers("Via")
    assert f"rport={line.here[1]}" in via


def test_cancel_and_the_acks_of_refusals_match_the_invite(
    phone: FakePhone, line: SipCaller
) -> None:
    attempt = line.invite()
    branch = phone.receive().via.param(b"branch")
    line.cancel(attempt)
    assert phone.receive().via.param(b"branch") == branch
    line.acknowledge(attempt, refusal=True)
    assert phone.receive().via.param(b"branch") == branch
    other = line.invite()
    assert phone.receive().via.param(b"branch") != branch
    assert other.branch != attempt.branch


def test_a_request_of_ours_goes_out_and_later_ones_come_by_the_guard(
    phone: FakePhone, line: SipCaller
) -> None:
    host, port = line.here
    phone.send(
        f"INVITE sip:far@{host}:{port} SIP/2.0\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\n"
        f"Route: <sip:127.0.0.1:{phone.guard.inner[1]};lr>\nMax-Forwards: 70\nFrom: <sip:a@b>;tag=1"
        f"\nTo: <sip:far@{host}>\nCall-ID: out\nCSeq: 1 INVITE\nContent-Length: 0\n\n"
    )
    line.socket.settimeout(2)
    data, source = line.socket.recvfrom(65536)
    request = Packet(data)
    assert source == phone.guard.public
    assert request.get(b"route") is None
    assert (request.via.host, request.via.port) == phone.guard.public
    line.send(
        b"SIP/2.0 200 OK\r\n"
        + b"".join(b"Via: " + via + b"\r\n" for via in request.all(b"via"))
        + b"Record-Route: <sip:192.0.2.7;lr>\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:far@x>;tag=2\r\n"
        b"Call-ID: out\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    )
    response = phone.receive()
    assert len(response.all(b"via")) == 1
    # the caller's route set is this list backwards, so the guard must stand last
    inner = b"<sip:127.0.0.1:%d;lr>" % phone.guard.inner[1]
    assert response.all(b"record-route") == [b"<sip:192.0.2.7;lr>", inner]


def test_a_response_to_nothing_of_ours_is_dropped(phone: FakePhone, line: SipCaller) -> None:
    line.send(
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKforged\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n"
        % phone.guard.public[1]
    )
    assert phone.hears_nothing()
    assert phone.guard.counts["malformed"] == 1


def test_a_description_that_would_kill_is_mended(phone: FakePhone, line: SipCaller) -> None:
    line.invite(
        sdp="v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
        "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\nm=video 0 RTP/AVP 31\r\n"
    )
    request = phone.receive()
    session = request.body.split(b"\r\nm=")[0]
    assert b"\r\nc=IN IP4 127.0.0.1" in session
    assert request.get(b"content-length") == str(len(request.body)).encode()


def test_a_description_with_no_address_is_not_acceptable(phone: FakePhone, line: SipCaller) -> None:
    attempt = line.invite(
        sdp="v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    )
    line.wait_code(attempt, 488)
    assert phone.hears_nothing()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Max-Forwards": "0"}, 483),
        ({"X-Padding": "x" * 4000}, 513),
    ],
)
def test_what_pjsua2_could_not_take_is_refused(
    phone: FakePhone, line: SipCaller, headers: dict[str, str], code: int
) -> None:
    line.wait_code(line.invite(headers=headers), code)
    assert phone.hears_nothing()


@pytest.mark.parametrize(
    "headers",
    [
        {"Contact": f"<sip:a@{'h' * 254}>"},
        {"From": f"<sip:a@{'h' * 254}.example>;tag=1"},
        {"Via": "nonsense"},
        {"X-Padding": "x" * 9000},
    ],
)
def test_what_cannot_be_answered_safely_is_dropped(
    phone: FakePhone, line: SipCaller, headers: dict[str, str]
) -> None:
    line.invite(headers=headers)
    assert phone.hears_nothing()
    assert phone.guard.counts["malformed"] == 1


def test_beyond_the_lines_a_caller_is_queued_and_comes_next(
    phone: FakePhone, line: SipCaller, slots: Slots, reports: "queue.Queue[CallerWaits]"
) -> None:
    for _ in range(2):
        line.invite()
        last = phone.receive()
    third = line.invite(number="+15155550199")
    line.wait_code(third, 182)
    waits = reports.get(timeout=2)
    assert waits.identity.caller.number == "+15155550199"
    slots.release(last.dialog_key)
    phone.guard.wake()
    assert phone.receive().dialog_key == waits.identity.key
    assert slots.claim(waits.identity.key, 0) == waits.call


@pytest.mark.parametrize("status", ["415 Unsupported Media Type", ""], ids=["refused", "ignored"])
def test_who_waited_and_is_never_let_ring_does_not_wait_on_the_screen_for_ever(
    phone: FakePhone,
    line: SipCaller,
    slots: Slots,
    reports: "queue.Queue[CallerWaits | CallerGone]",
    status: str,
) -> None:
    for _ in range(2):
        line.invite()
        last = phone.receive()
        slots.claim(last.dialog_key, 0)
    third = line.invite()
    line.wait_code(third, 182)
    waits = reports.get(timeout=2)
    slots.release(last.dialog_key)
    phone.guard.wake()
    passed_on = phone.receive()
    if status:
        phone.respond(passed_on, status)
    code = int(status[:3]) if status else 400
    assert reports.get(timeout=3) == CallerGone(waits.call, EndCause.LOST, code)
    assert slots.free_for_callers
    assert slots.claim(passed_on.dialog_key, 0) == waits.call  # late after all: one call, one id


def test_what_pjsua2_turns_away_itself_costs_no_line(
    phone: FakePhone, line: SipCaller, slots: Slots
) -> None:
    for _ in range(5):
        attempt = line.invite()
        phone.respond(phone.receive(), "420 Bad Extension")
        line.wait_code(attempt, 420)
    assert slots.free_for_callers


def test_a_queued_caller_who_leaves_is_reported(
    phone: FakePhone, line: SipCaller, reports: "queue.Queue[CallerWaits | CallerGone]"
) -> None:
    for _ in range(2):
        line.invite()
        phone.receive()
    third = line.invite()
    line.wait_code(third, 182)
    line.give_up(third)
    waits, gone = reports.get(timeout=2), reports.get(timeout=2)
    assert isinstance(gone, CallerGone)
    assert (gone.call, gone.cause) == (waits.call, EndCause.ABANDONED)
    with pytest.raises(NoAnswer):  # acknowledged, so not repeated
        line.wait_code(third, 487, timeout=0.8)
    assert phone.hears_nothing(0.05)


def test_calls_are_paced(slots: Slots) -> None:
    pace = Pace(per_second=20, burst=3)
    assert [pace.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert pace.wait(100.0) == pytest.approx(0.05)
    assert pace.take(100.051)


def test_a_lists_first_element_minds_quotes_and_brackets() -> None:
    assert first_value(b'"Kurz, Anna" <sip:a@b?x=1,2>;q=1, <sip:c@d>') == (
        b'"Kurz, Anna" <sip:a@b?x=1,2>;q=1',
        b"<sip:c@d>",
    )


def test_addresses_in_uris_and_vias() -> None:
    assert uri_address(b"<sip:a:b@[2001:db8::1]:5070;lr>") == ("2001:db8::1", 5070)
    assert uri_address(b"tel:+1515") is None
    assert parse_via(b"SIP/2.0/UDP h.example;rport=7;received=192.0.2.1").reply_to == (
        "192.0.2.1",
        7,
    )


@given(st.binary(max_size=400))
def test_mending_a_description_never_fails_but_in_its_own_words(body: bytes) -> None:
    with contextlib.suppress(sdp.Hopeless):
        sdp.mend(b"v=0\r\n" + body)


@given(st.binary(max_size=400))
def test_a_mended_description_needs_no_more_mending(body: bytes) -> None:
    with contextlib.suppress(sdp.Hopeless):
        once = sdp.mend(b"v=0\r\nm=audio 0 RTP/AVP 0\r\n" + body)
        assert sdp.mend(once) is once


@given(st.binary(max_size=200))
def test_an_unread_message_is_written_as_it_came(noise: bytes) -> None:
    data = (
        b"OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\nf: y\r\nTo: z\r\ni: 1\r\nCSeq: 1 OPTIONS\r\n"
        b"X-A: " + noise.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n\r\n" + noise
    )
    with contextlib.suppress(Malformed):
        assert bytes(Packet(data)) == data
