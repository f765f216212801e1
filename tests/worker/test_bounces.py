"""A mail server that takes a letter and gives it back: it is not delivered, and somebody has it."""

import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from sqlalchemy import select

from console.delivery.channels.mail import Mail
from console.delivery.replies.bounce import Bounced, bounced_in
from console.delivery.replies.mailbox import Mailbox
from console.delivery.settings import DeliverySettings
from console.store.models import Message as Row
from console.store.session import Records
from console.store.values import MessageStatus
from console.worker.hearing import Hearing
from tests.delivery.test_mail import Inbox, authority, inbox, relay
from tests.worker import dovecot
from tests.worker.test_letters import PDF, TEXT, Post, post
from tests.worker.test_worker import Clock, clock, path, records

__all__ = ["authority", "clock", "inbox", "path", "records", "relay"]  # fixtures

pytestmark = [pytest.mark.mail, pytest.mark.outbox]

TO = PDF["to"]


def report(
    letter: Message, *, address: str = TO, action: str = "failed", headers_only: bool = False
) -> Message:
    """Return what Postfix and Exchange send back of a letter (RFC 3464)."""
    fields = f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: 5.1.1\n"
    status = MIMEText("", _charset="us-ascii")
    status.set_type("message/delivery-status")
    for_all, for_one = Message(), Message()
    for_all["Reporting-MTA"] = "dns; mx.riverside.example"
    for line in fields.splitlines():
        name, _, value = line.partition(": ")
        for_one[name] = value
    status.set_payload([for_all, for_one])
    back: Message = MIMEMessage(letter)
    if headers_only:
        back = MIMEText("".join(f"{name}: {value}\n" for name, value in letter.items()))
        back.set_type("text/rfc822-headers")
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "delivery-status")
    whole["From"], whole["To"] = "MAILER-DAEMON@mx.riverside.example", dovecot.USER
    whole["Subject"], whole["Auto-Submitted"] = "Undelivered Mail", "auto-replied"
    for part in (MIMEText("Nobody here has that address."), status, back):
        whole.attach(part)
    return whole


def a_letter(message_id: str = "<one@desk.example>") -> EmailMessage:
    letter = EmailMessage()
    letter["Message-ID"], letter["To"] = message_id, TO
    letter.set_content("sealed")
    return letter


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_names_the_letter_and_the_address(headers_only: bool) -> None:
    (found,) = bounced_in(report(a_letter(), headers_only=headers_only))
    assert (found.message_id, found.address, found.status) == ("<one@desk.example>", TO, "5.1.1")


def test_a_delay_and_an_ordinary_mail_give_nothing_back() -> None:
    assert bounced_in(report(a_letter(), action="delayed")) == ()
    assert bounced_in(a_letter()) == ()


@pytest.fixture(scope="module")
def box() -> Iterator[dovecot.Box]:
    if sys.platform != "linux":
        pytest.skip("Dovecot runs on Linux")
    with dovecot.mailbox(trustme.CA()) as served:
        yield served


@pytest.fixture
def mail(relay: Controller, authority: trustme.CA) -> Mail:
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    return Mail("127.0.0.1", relay.port, "desk@frontdesk.example", tls)


def sent(ours: Post, mail: Mail) -> Hearing:
    """Have a message leave by the real server, and return who hears what comes back."""
    ours.worker = replace(ours.worker, channels={"mail": mail, "sms": ours.sms})
    ours.take()
    assert ours.worker.once().settled == {"sent": 1}
    assert ours.statuses() == [MessageStatus.DELIVERED]
    library = ours.worker.letters.library
    return Hearing(ours.records, lambda: library, DeliverySettings(), ours.clock)


def read(box: dovecot.Box, hearing: Hearing) -> int:
    mailbox = Mailbox("localhost", dovecot.USER, dovecot.PASSWORD, box.tls, port=box.port)
    return mailbox.hear(hearing.take, hearing.came_back)


def test_a_letter_that_comes_back_is_not_delivered_and_a_person_is_told(
    records: Records, clock: Clock, mail: Mail, inbox: Inbox, box: dovecot.Box
) -> None:
    ours = post(records, clock)
    hearing = sent(ours, mail)
    box.put_whole("back", report(inbox.letters[0]).as_bytes())
    assert read(box, hearing) == 1
    assert ours.statuses() == [MessageStatus.FAILED]
    assert ["came back (5.1.1)" in sentence for sentence in ours.tasks()] == [True]
    box.put_whole("again", report(inbox.letters[0]).as_bytes())
    assert read(box, hearing) == 1
    assert len(ours.tasks()) == 1


def test_the_next_letterbox_gets_what_came_back(
    records: Records, clock: Clock, mail: Mail, inbox: Inbox, box: dovecot.Box
) -> None:
    ours = post(records, clock, PDF, TEXT)
    hearing = sent(ours, mail)
    box.put_whole("back2", report(inbox.letters[0]).as_bytes())
    read(box, hearing)
    assert ours.statuses() == [MessageStatus.PENDING]
    clock.now += timedelta(seconds=1)
    ours.worker.once()
    assert len(ours.sms.got) == 1
    assert ours.statuses() == [MessageStatus.DELIVERED]
    assert ours.tasks() == []


def test_a_forged_or_foreign_report_changes_nothing(
    records: Records, clock: Clock, mail: Mail, inbox: Inbox
) -> None:
    ours = post(records, clock)
    hearing = sent(ours, mail)
    ours_id = str(inbox.letters[0]["Message-ID"])
    assert not hearing.came_back(Bounced("<other@desk.example>", TO, "5.1.1"))
    assert not hearing.came_back(Bounced(ours_id, "somebody@else.example", "5.1.1"))
    assert ours.statuses() == [MessageStatus.DELIVERED]


def test_what_was_confirmed_meanwhile_stays_confirmed(
    records: Records, clock: Clock, mail: Mail, inbox: Inbox
) -> None:
    ours = post(records, clock)
    hearing = sent(ours, mail)

    def confirm(session: Any) -> None:
        session.scalars(select(Row)).one().status = MessageStatus.CONFIRMED

    records.write(confirm)
    assert hearing.came_back(Bounced(str(inbox.letters[0]["Message-ID"]), TO, ""))
    assert ours.statuses() == [MessageStatus.CONFIRMED]
    assert ours.tasks() == []
