"""What a gateway's answer, or its silence, means: sent, not now, never, or unsure."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from console.delivery import http
from console.delivery.dispatch import NotNow, Refused, Unsure, Untrusted
from tests.delivery.peers import gateway


def post(url: str, tls: ssl.SSLContext | None = None) -> http.Answer:
    return http.post(url, content=b"{}", headers={}, tls=tls)


@pytest.mark.parametrize("code", [200, 201, 202])
def test_taken(code: int) -> None:
    with gateway() as peer:
        peer.code, peer.body = code, b'{"id": "A1"}'
        assert post(peer.url).fields() == {"id": "A1"}


@pytest.mark.parametrize("code", [408, 425, 429, 500, 503])
def test_later(code: int) -> None:
    with gateway() as peer:
        peer.code, peer.headers = code, {"Retry-After": "17"}
        with pytest.raises(NotNow, match=str(code)) as told:
            post(peer.url)
        assert told.value.retry_after_s == 17


@pytest.mark.parametrize("code", [301, 307, 400, 401, 403, 404, 422])
def test_never(code: int) -> None:
    with gateway() as peer:
        peer.code, peer.headers = code, {"Location": "http://127.0.0.1:1/elsewhere"}
        with pytest.raises(Refused, match=str(code)):
            post(peer.url)
        assert len(peer.asked) == 1  # a redirect is not followed


def test_silence_after_sending_may_mean_it_arrived() -> None:
    with gateway() as peer:
        peer.hang_up = True
        with pytest.raises(Unsure):
            post(peer.url)


def test_an_answer_without_an_end_is_not_read_to_its_end() -> None:
    with gateway() as peer:
        peer.body = b"x" * (http.LONGEST_ANSWER + 1)
        with pytest.raises(Unsure, match="too long"):
            post(peer.url)


def test_nobody_there() -> None:
    with pytest.raises(NotNow, match="cannot be reached"):
        post("http://127.0.0.1:9/send")


@pytest.mark.parametrize(
    "url", ["http://gateway.example/send", "ftp://127.0.0.1/", "gateway.example", "https://", ""]
)
def test_nothing_is_sent_in_the_clear(url: str) -> None:
    with pytest.raises(Refused, match="https"):
        post(url)


def served(name: str, authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_is_checked_against_whom_is_trusted() -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    with gateway(served("127.0.0.1", authority)) as peer:
        assert post(peer.url, trusting).code == 200
        with pytest.raises(Untrusted, match="its signer is unknown"):
            post(peer.url)
        assert len(peer.asked) == 1
    with (
        gateway(served("another.example", authority)) as peer,
        pytest.raises(Untrusted, match="is another name's"),
    ):
        post(peer.url, trusting)


@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [(-90, -1, "has expired. Whoever runs it has to renew it"), (1, 90, "is not valid yet")],
)
def test_a_certificate_out_of_its_time_is_said_with_its_mend(
    begins: int, ends: int, says: str
) -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    now, day = datetime.now(UTC), timedelta(days=1)
    made = authority.issue_cert(
        "127.0.0.1", not_before=now + begins * day, not_after=now + ends * day
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.configure_cert(context)
    with gateway(context) as peer, pytest.raises(Untrusted, match=says) as told:
        post(peer.url, trusting)
    assert "tried again by itself" in told.value.message
    assert peer.asked == []
