"""What a worker makes of gateways and mail servers that misbehave: a silence after everything was
sent, a certificate that has expired."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import trustme
from aiosmtpd.controller import Controller
from sqlalchemy import select

from console.delivery import http
from console.delivery.channels.mail import Mail
from console.delivery.channels.sms import HttpSms
from console.delivery.channels.webhook import SignedWebhook
from console.delivery.dispatch import Channel
from console.delivery.settings import DeliverySettings
from console.store import outbox
from console.store.outbox import NewDispatch
from console.store.outbox_tables import Attempt, DispatchRow
from console.store.outbox_values import AttemptOutcome, DispatchStatus
from console.store.session import Records
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.worker import Worker
from scripts.loader import Library
from tests.delivery.peers import Gateway, gateway
from tests.delivery.test_mail import Inbox, _free
from tests.worker.test_worker import RIVERSIDE, Clock, clock, path, records

__all__ = ["clock", "path", "records"]  # fixtures

pytestmark = pytest.mark.outbox

AWHILE = timedelta(minutes=2)


class Sending:
    """A worker with one way out, and what stands in the outbox."""

    def __init__(self, records: Records, clock: Clock, way: str, channel: Channel) -> None:
        self.records, self.clock, self.way = records, clock, way
        letters = Letters(Library(()), "Frontdesk", lambda _: "")
        deeds = Deeds(Library(()), DeliverySettings())
        self.worker = Worker(records, deeds, letters, {way: channel}, clock=clock)

    def put(self, *keys: str) -> None:
        new = [
            NewDispatch(
                key=key, channel=self.way, address="nurses@riverside.example", subject="Frontdesk",
                text="A message waits.", practice_id=RIVERSIDE,
            )
            for key in keys
        ]  # fmt: skip
        self.records.write(lambda s: outbox.put(s, dispatches=new, now=self.clock()))

    def later(self) -> dict[str, int]:
        self.clock.now += AWHILE
        return self.worker.once().settled

    def outcomes(self) -> list[AttemptOutcome | None]:
        with self.records.session() as session:
            return list(session.scalars(select(Attempt.outcome).order_by(Attempt.id)))

    def statuses(self) -> list[DispatchStatus]:
        with self.records.session() as session:
            return list(session.scalars(select(DispatchRow.status).order_by(DispatchRow.id)))

    def tasks(self) -> list[str]:
        with self.records.session() as session:
            return [task.sentence for task in outbox.open_tasks(session)]


class Deduplicating:
    """What a gateway that honours keys hands on: each key once (draft-ietf-httpapi-
    idempotency-key-header)."""

    def __init__(self, peer: Gateway) -> None:
        self._peer = peer

    def handed_on(self) -> list[str]:
        keys = [each.headers["Idempotency-Key"] for each in self._peer.asked]
        bodies = [json.loads(each.body)["key"] for each in self._peer.asked]
        assert keys == bodies
        return list(dict.fromkeys(keys))


def test_a_gateway_silent_after_it_took_the_message_hands_it_on_once(
    records: Records, clock: Clock
) -> None:
    with gateway() as peer:
        sending = Sending(records, clock, "sms", HttpSms(peer.url, "token"))
        sending.put("page.1")
        peer.hang_up = True
        assert sending.worker.once().settled == {"pending": 1}
        assert sending.outcomes() == [AttemptOutcome.UNSURE]
        peer.hang_up = False
        assert sending.later() == {"sent": 1}
        assert len(peer.asked) == 2
        assert Deduplicating(peer).handed_on() == ["page.1"]
    assert sending.outcomes() == [AttemptOutcome.UNSURE, AttemptOutcome.SENT]
    assert sending.tasks() == []


def test_a_gateway_that_says_nothing_at_all_is_left_after_its_time(
    records: Records, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.3))
    with gateway() as peer:
        sending = Sending(records, clock, "sms", HttpSms(peer.url, "token"))
        sending.put("page.1")
        peer.answering.clear()  # it has the message, and keeps the line open
        assert sending.worker.once().settled == {"pending": 1}
        peer.answering.set()
        assert sending.later() == {"sent": 1}
        assert Deduplicating(peer).handed_on() == ["page.1"]
    assert sending.outcomes() == [AttemptOutcome.UNSURE, AttemptOutcome.SENT]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def served(authority: trustme.CA, *, expired: bool) -> ssl.SSLContext:
    now = datetime.now(UTC)
    ended = now - timedelta(days=1) if expired else now + timedelta(days=1)
    made = authority.issue_cert("127.0.0.1", not_before=now - timedelta(days=90), not_after=ended)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.configure_cert(context)
    return context


@contextmanager
def mail_server(inbox: Inbox, context: ssl.SSLContext, port: int) -> Iterator[None]:
    server = Controller(
        inbox, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True
    )
    server.start()
    try:
        yield
    finally:
        server.stop()


def waits_and_is_told(sending: Sending, whose: str) -> None:
    sending.put("message.1", "message.2")
    assert sending.worker.once().settled == {"pending": 2}
    sending.later()
    assert sending.statuses() == [DispatchStatus.PENDING] * 2
    assert set(sending.outcomes()) == {AttemptOutcome.NOT_NOW}
    (task,) = sending.tasks()  # one for the trouble, however many wait and are tried again
    assert f"What goes out by {sending.way} waits. {whose}'s certificate has expired." in task
    assert "Whoever runs it has to renew it. Nothing was sent" in task


@pytest.mark.parametrize("way", ["sms", "webhook"])
def test_a_gateway_whose_certificate_has_expired_gets_nothing_and_a_person_is_told(
    records: Records, clock: Clock, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(http, "_system_trust", lambda _age: trusting)

    def channel(url: str) -> Channel:
        return HttpSms(url, "token") if way == "sms" else SignedWebhook(url, b"secret")

    with gateway(served(authority, expired=True)) as peer:
        sending = Sending(records, clock, way, channel(peer.url))
        waits_and_is_told(sending, "The gateway")
        assert peer.asked == []
    with gateway(served(authority, expired=False)) as renewed:
        again = Sending(records, clock, way, channel(renewed.url))
        clock.now += timedelta(minutes=30)
        assert again.worker.once().settled == {"sent": 2}
        assert len(renewed.asked) == 2


@pytest.mark.mail
def test_a_mail_server_whose_certificate_has_expired_gets_nothing_and_a_person_is_told(
    records: Records, clock: Clock, authority: trustme.CA
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    inbox, port = Inbox(), _free()
    mail = Mail("127.0.0.1", port, "desk@frontdesk.example", trusting)
    sending = Sending(records, clock, "mail", mail)
    with mail_server(inbox, served(authority, expired=True), port):
        waits_and_is_told(sending, "The mail server")
        assert inbox.letters == []
    with mail_server(inbox, served(authority, expired=False), port):
        clock.now += timedelta(minutes=30)
        assert sending.worker.once().settled == {"sent": 2}
    assert len(inbox.letters) == 2
