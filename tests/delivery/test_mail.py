"""Mail against a real SMTP server: encrypted, or not at all."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller

from console.delivery.channels.mail import Mail
from console.delivery.dispatch import NotNow, Refused, Untrusted
from tests.delivery.peers import PAGE

pytestmark = pytest.mark.mail


class Inbox:
    """What arrived, and what the server says to it."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.says = "250 OK"
        self.says_to_recipient = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.says_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.says_to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.says.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.says


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def relay(inbox: Inbox, authority: trustme.CA) -> Iterator[Controller]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    controller = Controller(
        inbox, hostname="127.0.0.1", port=_free(), tls_context=context, require_starttls=True
    )
    controller.start()
    yield controller
    controller.stop()


def channel(relay: Controller, trusted: trustme.CA | None) -> Mail:
    tls = ssl.create_default_context()
    if trusted is not None:
        trusted.configure_trust(tls)
    return Mail("127.0.0.1", relay.port, "desk@frontdesk.example", tls)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


TO = "okafor@practice.example"


def letter(to: str = TO, key: str = PAGE.key) -> Any:
    return replace(PAGE, to=to, key=key)


def test_a_letter_arrives_over_tls(relay: Controller, inbox: Inbox, authority: trustme.CA) -> None:
    receipt = channel(relay, authority).send(letter())
    arrived = inbox.letters[0]
    assert arrived["To"] == TO
    assert arrived["Subject"] == PAGE.subject
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == receipt.reference
    assert PAGE.text in arrived.get_content()


def test_two_attempts_are_one_letter_to_whoever_knows_message_ids(
    relay: Controller, inbox: Inbox, authority: trustme.CA
) -> None:
    for key in (PAGE.key, PAGE.key, "R8.0.page.0"):
        channel(relay, authority).send(letter(key=key))
    first, second, other = (arrived["Message-ID"] for arrived in inbox.letters)
    assert first == second != other


def test_an_untrusted_server_gets_nothing(relay: Controller, inbox: Inbox) -> None:
    with pytest.raises(Untrusted, match="certificate cannot be trusted"):
        channel(relay, None).send(letter())
    assert not inbox.letters


def test_a_server_whose_certificate_has_expired_gets_nothing(
    inbox: Inbox, authority: trustme.CA
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    expired(authority).configure_cert(context)
    old = Controller(
        inbox, hostname="127.0.0.1", port=_free(), tls_context=context, require_starttls=True
    )
    old.start()
    try:
        with pytest.raises(Untrusted, match=r"The mail server.s certificate has expired"):
            channel(old, authority).send(letter())
    finally:
        old.stop()
    assert not inbox.letters


def expired(authority: trustme.CA) -> trustme.LeafCert:
    now = datetime.now(UTC)
    begun, ended = now - timedelta(days=90), now - timedelta(days=1)
    return authority.issue_cert("127.0.0.1", not_before=begun, not_after=ended)


def test_a_server_without_encryption_gets_nothing(inbox: Inbox) -> None:
    plain = Controller(inbox, hostname="127.0.0.1", port=_free())
    plain.start()
    try:
        with pytest.raises(Refused, match="no encryption"):
            channel(plain, None).send(letter())
    finally:
        plain.stop()
    assert not inbox.letters


@pytest.mark.parametrize(
    ("says", "meaning"), [("451 later", NotNow), ("552 too big", Refused), ("554 spam", Refused)]
)
def test_what_the_server_says_to_the_letter(
    relay: Controller, inbox: Inbox, authority: trustme.CA, says: str, meaning: type[Exception]
) -> None:
    inbox.says = says
    with pytest.raises(meaning, match=says[:3]):
        channel(relay, authority).send(letter())


@pytest.mark.parametrize(
    ("says", "meaning"), [("450 grey-listed", NotNow), ("550 no such person", Refused)]
)
def test_what_the_server_says_to_the_recipient(
    relay: Controller, inbox: Inbox, authority: trustme.CA, says: str, meaning: type[Exception]
) -> None:
    inbox.says_to_recipient = says
    with pytest.raises(meaning, match=says[:3]):
        channel(relay, authority).send(letter())


def test_an_address_cannot_smuggle_a_header(relay: Controller, authority: trustme.CA) -> None:
    with pytest.raises(Refused, match="not one"):
        channel(relay, authority).send(letter(to="a@b.example\r\nBcc: c@d.example"))


def test_nobody_there() -> None:
    with pytest.raises(NotNow, match="cannot be reached"):
        Mail("127.0.0.1", 9, "desk@frontdesk.example", ssl.create_default_context()).send(letter())
