"""The line over TCP and TLS, as the desk and its PBX see it."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from softphone import wire
from softphone.wire import EndCause, Registration, Srtp, Transport
from tests.sip_caller import GOOD_SDP, Received
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess, NothingCame
from tests.softphone.registrar import (
    Arrived,
    FakeRegistrar,
    authority,
    ca_file,
    registrar,
    server_context,
)

__all__ = ["authority", "ca_file"]  # fixtures

pytestmark = pytest.mark.sip


def account(*registrars: FakeRegistrar, name: str = "127.0.0.1", **more: object) -> wire.UseAccount:
    first, *others = (f"{name}:{one.port}" for one in registrars)
    return wire.UseAccount("dana", first, "secret", registrars=tuple(others), **more)  # type: ignore[arg-type]


def comes_to(desk: EngineProcess, state: Registration, timeout: float = 8) -> str:
    """Wait for a standing and return the sentence that came with it."""
    return desk.wait_for(
        wire.RegistrationChanged, lambda e: e.registration is state, timeout
    ).reason


def stays_as_it_is(desk: EngineProcess, during: float = 1.5) -> None:
    """Check that no news of the registration comes for some seconds."""
    before = {id(event) for event in desk.wire.events}
    with pytest.raises(NothingCame):
        desk.wait_for(wire.RegistrationChanged, lambda e: id(e) not in before, during)


@pytest.fixture
def good(authority: trustme.CA) -> ssl.SSLContext:
    return server_context(authority.issue_cert("localhost", "127.0.0.1"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_line_registers_over_tls(
    start: StartEngine, good: ssl.SSLContext, ca_file: str, version: ssl.TLSVersion, name: str
) -> None:
    good.minimum_version = good.maximum_version = version
    with registrar(good) as pbx:
        desk = start()
        desk.send(account(pbx, name=name, transport=Transport.TLS, ca_file=ca_file))
        comes_to(desk, Registration.REGISTERED)
        first = pbx.await_request("REGISTER")
        here = first.connection.getpeername()
        assert f"@127.0.0.1:{here[1]};transport=tls>" in first.message.header("Contact")
        assert first.message.header("Via").startswith(f"SIP/2.0/TLS 127.0.0.1:{here[1]};")
        told = [e for e in desk.wire.events if isinstance(e, wire.RegistrationChanged)]
        assert [e.registration for e in told] == ["trying", "registered"]
        desk.send(wire.ShutDown())
        assert desk.process.wait(5) == 0


def certificates(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    old = datetime.now(UTC) - timedelta(days=1)
    refused = {
        "is for another": authority.issue_cert("pbx.example"),
        "is signed by a CA this system does not trust": trustme.CA().issue_cert("localhost"),
        "has expired": authority.issue_cert("localhost", not_after=old),
    }
    return {part: server_context(certificate) for part, certificate in refused.items()}


@pytest.mark.parametrize("part", ["is for another", "is signed by a CA", "has expired"])
def test_a_certificate_that_proves_nothing_is_refused(
    start: StartEngine, authority: trustme.CA, ca_file: str, part: str
) -> None:
    (context,) = (c for why, c in certificates(authority).items() if why.startswith(part))
    with registrar(context) as pbx:
        desk = start()
        desk.send(account(pbx, name="localhost", transport=Transport.TLS, ca_file=ca_file))
        assert part in comes_to(desk, Registration.FAILED)
        assert pbx.arrived.empty()  # not a word of SIP, and no password


def test_without_a_ca_file_the_system_decides(start: StartEngine, good: ssl.SSLContext) -> None:
    with registrar(good) as pbx:
        desk = start()
        desk.send(account(pbx, transport=Transport.TLS))
        assert "does not trust" in comes_to(desk, Registration.FAILED)


def test_what_is_no_tls_is_said(start: StartEngine, ca_file: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        desk = start()
        port = server.getsockname()[1]
        use = wire.UseAccount("dana", f"127.0.0.1:{port}", "secret", Transport.TLS, ca_file=ca_file)
        desk.send(use)
        connection, _ = server.accept()
        connection.sendall(b"SIP/2.0 400 Bad Request\r\n\r\n")
        assert "does not speak TLS" in comes_to(desk, Registration.FAILED)
        connection.close()


def test_a_ca_file_that_is_none_is_said(start: StartEngine) -> None:
    desk = start()
    desk.send(wire.UseAccount("dana", "localhost", "s", Transport.TLS, ca_file="/nowhere.pem"))
    assert "/nowhere.pem cannot be read" in comes_to(desk, Registration.FAILED)


def test_nobody_there_is_said_and_found_when_he_comes(start: StartEngine) -> None:
    pbx = FakeRegistrar()
    pbx.close()
    desk = start()
    desk.send(account(pbx, transport=Transport.TCP))
    assert "takes no connections" in comes_to(desk, Registration.FAILED)
    pbx.open()
    opened = time.monotonic()
    comes_to(desk, Registration.REGISTERED)
    assert time.monotonic() - opened < 5
    pbx.close()


def test_a_pbx_that_restarts_is_registered_with_again(
    start: StartEngine, good: ssl.SSLContext, ca_file: str
) -> None:
    with registrar(good) as pbx:
        desk = start()
        desk.send(account(pbx, transport=Transport.TLS, ca_file=ca_file))
        comes_to(desk, Registration.REGISTERED)
        pbx.close()
        assert "was lost" in comes_to(desk, Registration.FAILED)
        pbx.open()
        opened = time.monotonic()
        comes_to(desk, Registration.REGISTERED)
        print(f"registered {time.monotonic() - opened:.2f} s after the PBX was back")
        assert time.monotonic() - opened < 5


@pytest.mark.parametrize("pongs", [True, False])
def test_a_pbx_that_falls_silent_is_noticed(start: StartEngine, pongs: bool) -> None:
    """A dead machine closes no connection."""
    with registrar(pongs=pongs) as pbx:
        desk = start()
        desk.send(account(pbx, transport=Transport.TCP))
        comes_to(desk, Registration.REGISTERED)
        # two rounds of answers, so that the silence is one
        for _ in range(1 if pongs else 2):
            pbx.await_request("OPTIONS")
        stays_as_it_is(desk)
        pbx.silent = True
        assert "does not answer" in comes_to(desk, Registration.FAILED)
        pbx.silent = False
        comes_to(desk, Registration.REGISTERED)


def test_the_next_registrar_is_used_and_the_first_again(start: StartEngine) -> None:
    with registrar() as first, registrar() as second:
        desk = start()
        desk.send(account(first, second, transport=Transport.TCP))
        comes_to(desk, Registration.REGISTERED)
        assert first.await_request("REGISTER")
        first.close()
        closed = time.monotonic()
        comes_to(desk, Registration.REGISTERED)
        took = time.monotonic() - closed
        print(f"registered with the standby {took:.2f} s after the primary had gone")
        assert took < 5
        assert f"sip:127.0.0.1:{second.port}" in second.await_request("REGISTER").message.text
        desk.send(wire.PlaceCall("r", "5155550142"))
        assert second.await_request("INVITE").message.method == "INVITE"
        first.open()
        comes_to(desk, Registration.REGISTERED)
        assert first.await_request("REGISTER")


def test_a_wrong_password_is_a_sentence_and_not_insisted_on(start: StartEngine) -> None:
    with registrar() as pbx:
        pbx.verdict = (403, "Forbidden")
        desk = start()
        desk.send(account(pbx, transport=Transport.TCP))
        assert "refused this line's name or password" in comes_to(desk, Registration.FAILED)
        for _ in range(2):
            pbx.await_request("REGISTER")
        stays_as_it_is(desk)


def invite(desk: EngineProcess, pbx: FakeRegistrar, body: str, padding: str = "") -> None:
    connection = pbx.connections[-1]
    host, port = connection.getpeername()
    here = f"127.0.0.1:{pbx.port}"
    text = (
        f"INVITE sip:dana@{host}:{port};transport=tls SIP/2.0\r\n"
        f"Via: SIP/2.0/TLS {here};branch=z9hG4bKpbx\r\nMax-Forwards: 70\r\n"
        "From: <sip:+15155550142@pbx>;tag=p\r\nTo: <sip:dana@pbx>\r\nCall-ID: c1\r\n"
        f"CSeq: 1 INVITE\r\nContact: <sip:pbx@{here};transport=tls>\r\n{padding}"
        f"X-Frontdesk-Number: +15155550100\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    connection.sendall(text.encode())


def code(pbx: FakeRegistrar, wanted: int) -> Received:
    """Wait for the desk's answer to the INVITE."""
    until = time.monotonic() + 10
    while (left := until - time.monotonic()) > 0:
        message = pbx.arrived.get(timeout=left).message
        if message.code == wanted and "INVITE" in message.header("CSeq"):
            return message
    raise AssertionError(f"no {wanted} to the INVITE in 10 s")


def answered(desk: EngineProcess, pbx: FakeRegistrar) -> str:
    """Bring a call from the PBX up and return its id."""
    invite(desk, pbx, GOOD_SDP.format(port=40000))
    offered = desk.wait_for(wire.CallOffered)
    desk.send(wire.Answer(offered.call))
    acknowledge(pbx, code(pbx, 200))
    desk.wait_for(wire.CallAnswered)
    return offered.call


def acknowledge(pbx: FakeRegistrar, answer: Received) -> None:
    """Send the ACK of a 200."""
    ack = (
        f"ACK {answer.header('Contact').strip('<>')} SIP/2.0\r\n"
        f"Via: SIP/2.0/TLS 127.0.0.1:{pbx.port};branch=z9hG4bKack\r\nMax-Forwards: 70\r\n"
        f"From: {answer.header('From')}\r\nTo: {answer.header('To')}\r\nCall-ID: c1\r\n"
        "CSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
    )
    pbx.connections[-1].sendall(ack.encode())


def test_a_call_over_tls_is_answered_and_hung_up(
    start: StartEngine, good: ssl.SSLContext, ca_file: str
) -> None:
    with registrar(good) as pbx:
        desk = start()
        desk.send(account(pbx, transport=Transport.TLS, ca_file=ca_file))
        comes_to(desk, Registration.REGISTERED)
        padding = f"Identity: {'x' * 6000}\r\nUser-Agent: {'y' * 500}\r\n"
        invite(desk, pbx, GOOD_SDP.format(port=40000), padding)
        offered = desk.wait_for(wire.CallOffered)
        assert offered.dialled.number == "+15155550100"
        code(pbx, 180)
        desk.send(wire.Answer(offered.call))
        answer = code(pbx, 200)
        here = pbx.connections[-1].getpeername()
        contact = answer.header("Contact")
        assert f"@127.0.0.1:{here[1]};transport=tls>" in contact
        acknowledge(pbx, answer)
        desk.wait_for(wire.CallAnswered)
        desk.send(wire.HangUp(offered.call))
        bye = pbx.await_request("BYE")
        assert bye.message.text.startswith(f"BYE sip:pbx@127.0.0.1:{pbx.port};transport=tls ")
        pbx.respond(Arrived(bye.message, bye.connection), 200, "OK")
        assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK


def test_a_plain_call_to_an_encrypted_line_is_turned_away_and_kept(
    start: StartEngine, good: ssl.SSLContext, ca_file: str
) -> None:
    with registrar(good) as pbx:
        desk = start()
        required = account(pbx, transport=Transport.TLS, ca_file=ca_file, srtp=Srtp.REQUIRED)
        desk.send(required)
        comes_to(desk, Registration.REGISTERED)
        invite(desk, pbx, GOOD_SDP.format(port=40000))
        assert "Encrypted calls only" in code(pbx, 488).header("Warning")
        waited = desk.wait_for(wire.CallWaiting)
        assert waited.caller.number == "+15155550142"  # to be called back
        ended = desk.wait_for(wire.CallEnded)
        assert (ended.call, ended.code) == (waited.call, 488)
        assert "without encryption" in ended.reason


def test_a_call_outlives_its_connection(
    start: StartEngine, good: ssl.SSLContext, ca_file: str
) -> None:
    """The PBX is told where the desk is now, so that its BYE finds the way."""
    with registrar(good) as pbx:
        desk = start()
        use = account(pbx, transport=Transport.TLS, ca_file=ca_file)
        desk.send(use)
        comes_to(desk, Registration.REGISTERED)
        call = answered(desk, pbx)
        desk.reconnect()
        desk.send(use)  # as a window does that comes back: no reason to connect anew
        comes_to(desk, Registration.REGISTERED)
        assert len(pbx.connections) == 1
        pbx.close()
        comes_to(desk, Registration.FAILED)
        pbx.open()
        comes_to(desk, Registration.REGISTERED)
        renewed = pbx.await_request("INVITE")
        assert "tag=" in renewed.message.header("To")
        here = renewed.connection.getpeername()
        assert f"@127.0.0.1:{here[1]};transport=tls>" in renewed.message.header("Contact")
        sdp = GOOD_SDP.format(port=40000)
        pbx.respond(renewed, 200, "OK", "Content-Type: application/sdp", body=sdp)
        desk.send(wire.HangUp(call))
        bye = pbx.await_request("BYE")
        assert bye.connection is renewed.connection
        pbx.respond(bye, 200, "OK")
        assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK


def test_only_the_registrar_is_heard_once_there_is_one(start: StartEngine) -> None:
    with registrar() as pbx, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        desk = start()
        desk.send(account(pbx, transport=Transport.TCP))
        comes_to(desk, Registration.REGISTERED)
        host, port = desk.sip
        stranger.sendto(
            f"OPTIONS sip:dana@{host}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;"
            "branch=z9hG4bKx\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n"
            "Call-ID: s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode(),
            (host, port),
        )
        stranger.settimeout(0.4)
        with pytest.raises(TimeoutError):
            stranger.recv(9)


def test_a_stream_that_is_not_sip_is_begun_again(start: StartEngine) -> None:
    with registrar() as pbx:
        desk = start()
        desk.send(account(pbx, transport=Transport.TCP))
        comes_to(desk, Registration.REGISTERED)
        pbx.connections[-1].sendall(b"x" * 40_000)
        comes_to(desk, Registration.FAILED)
        comes_to(desk, Registration.REGISTERED)


@pytest.mark.parametrize("account_first", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_the_phone_proves_itself_before_an_encrypted_line_has_registered(
    start: StartEngine, good: ssl.SSLContext, ca_file: str, account_first: bool, there: bool
) -> None:
    with registrar(good) as pbx:
        pbx.silent = True
        if not there:
            pbx.close()
        desk = start()
        use = account(pbx, transport=Transport.TLS, ca_file=ca_file, srtp=Srtp.REQUIRED)
        for command in (use, wire.LoopTest("early"))[:: 1 if account_first else -1]:
            desk.send(command)
        verdict = desk.wait_for(wire.SelfTestResult, timeout=8)
        assert verdict.good, verdict.detail
        assert not [event for event in desk.wire.events if isinstance(event, wire.CallWaiting)]
        pbx.silent = False
        if not there:
            pbx.open()
        comes_to(desk, Registration.REGISTERED, timeout=15)
        desk.send(wire.LoopTest("later"))
        assert desk.wait_for(wire.SelfTestResult, lambda e: e.request == "later", 8).good
