"""Invitations by a real mail server: one event for ever, changed and taken back, and no more said
than is permitted."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import trustme
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from console.delivery.channels.mail import Mail
from console.delivery.settings import DeliverySettings, MailSettings
from console.store import outbox
from console.store.finishing import finish_call
from console.store.session import Records
from console.store.work import Cancellation, Reschedule
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.worker import Worker
from scripts.invitations import Invitations
from scripts.loader import Library
from scripts.practice import Baa
from tests.delivery.test_mail import Inbox, _free
from tests.delivery.test_sealing import certificate, key
from tests.scripts.samples import library
from tests.store.builders import SLOT, finished_call, new_booking
from tests.worker.test_worker import RIVERSIDE, Clock, clock, path, records

__all__ = ["clock", "key", "path", "records"]  # fixtures

pytestmark = [pytest.mark.outbox, pytest.mark.mail]

DESK = "desk@frontdesk.example"
FRONT = "schedule@riverside.example"
ORTEGA = "ortega@riverside.example"
PRIVATE = ("Ann Example", "555-0142", "physical", "1980")
LATER = SLOT + timedelta(hours=1)


@dataclass(frozen=True)
class Invited:
    """One letter, read as a calendar reads it."""

    to: str
    method: str
    event: icalendar.Event
    whole: str

    @classmethod
    def of(cls, letter: EmailMessage) -> "Invited":
        (part,) = [p for p in letter.walk() if p.get_content_type() == "text/calendar"]
        content = part.get_content()
        calendar = icalendar.Calendar.from_ical(content)
        (event,) = calendar.walk("VEVENT")
        assert part.get_param("method") == calendar["METHOD"], "RFC 6047 2.4"
        assert event["ORGANIZER"] == f"mailto:{letter['From']}"
        assert event["ATTENDEE"] == f"mailto:{letter['To']}"
        return cls(letter["To"], str(calendar["METHOD"]), event, f"{letter}{content}")

    def told(self) -> tuple[str, str, int]:
        return self.to, self.method, int(self.event["SEQUENCE"])


class Office:
    """A practice's bookings, and what its mailboxes get of them."""

    def __init__(self, records: Records, clock: Clock, mail: Mail, inbox: Inbox) -> None:
        self.records, self.clock, self.mail, self.inbox = records, clock, mail, inbox
        self.asks({"to": FRONT})

    def asks(self, invitations: dict[str, Any] | None, *, baa: bool = True) -> None:
        practice = library().by_id(RIVERSIDE)
        assert practice is not None
        update: dict[str, Any] = {
            "invitations": None if invitations is None else Invitations.model_validate(invitations)
        }
        if not baa:
            signed, ended = date(2025, 1, 1), date(2025, 12, 31)
            update["baa"] = Baa(signed_on=signed, ends_on=ended, document_sha256="0" * 64)
        ours = Library((practice.model_copy(update=update),))
        sends = MailSettings(host=self.mail.host, port=self.mail.port, sender=DESK)
        deeds = Deeds(ours, DeliverySettings(mail=sends))
        letters = Letters(ours, "Frontdesk", lambda _: "")
        self.worker = Worker(self.records, deeds, letters, {"mail": self.mail}, clock=self.clock)

    def finish(self, booking: Any) -> int:
        call = finished_call(practice_id=RIVERSIDE, booking=booking, answers=())
        made = self.records.write(lambda s: finish_call(s, finished=call)).booking_id
        assert made is not None
        return made

    def book(self, **changes: Any) -> int:
        return self.finish(new_booking(**changes))

    def move(self, booking: int, **changes: Any) -> int:
        about = {"starts_at": LATER, "ends_at": LATER + timedelta(minutes=20), **changes}
        return self.finish(Reschedule(booking_id=booking, **about))

    def cancel(self, booking: int) -> int:
        return self.finish(Cancellation(booking_id=booking))

    def post(self) -> list[Invited]:
        """Let the worker work; return what came."""
        self.inbox.letters.clear()
        for _ in range(4):
            self.clock.pass_minutes(1)
            self.worker.once()
        return [Invited.of(letter) for letter in self.inbox.letters]

    def tasks(self) -> list[str]:
        with self.records.session() as session:
            return [task.sentence for task in outbox.open_tasks(session)]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def office(records: Records, clock: Clock, inbox: Inbox) -> Iterator[Office]:
    authority, serving = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    server = Controller(
        inbox, hostname="127.0.0.1", port=_free(), tls_context=serving, require_starttls=True
    )
    server.start()
    yield Office(records, clock, Mail("127.0.0.1", server.port, DESK, trusting), inbox)
    server.stop()


def test_a_booking_is_one_event_for_ever(office: Office) -> None:
    booking = office.book()
    (asked,) = office.post()
    assert asked.told() == (FRONT, "REQUEST", 0)
    assert asked.event.start == SLOT
    assert office.post() == [], "once"
    moved = office.move(booking)
    (again,) = office.post()
    assert again.told() == (FRONT, "REQUEST", 1)
    assert again.event["UID"] == asked.event["UID"]
    assert again.event.start == LATER
    office.cancel(moved)
    (off,) = office.post()
    assert off.told() == (FRONT, "CANCEL", 2)
    assert off.event["UID"] == asked.event["UID"]
    assert off.event["STATUS"] == "CANCELLED"
    assert office.post() == []


def test_mail_in_the_clear_says_when_with_whom_and_a_reference(office: Office) -> None:
    number = office.book()
    (asked,) = office.post()
    assert asked.event["SUMMARY"] == f"Booked by the front desk, ref B{number}"
    assert "Dr. Ifeoma Okafor" in asked.whole
    assert not [word for word in PRIVATE if word in asked.whole]


def test_moved_to_somebody_elses_calendar_it_leaves_the_first(office: Office) -> None:
    office.asks({"to": FRONT, "providers": {"ortega": ORTEGA}})
    booking = office.book()
    office.post()
    moved = office.move(booking, provider="ortega")
    assert sorted(each.told() for each in office.post()) == [
        (ORTEGA, "REQUEST", 1),
        (FRONT, "CANCEL", 1),
    ]
    office.cancel(moved)
    assert [each.told() for each in office.post()] == [(ORTEGA, "CANCEL", 2)]


def test_a_provider_nobody_is_invited_for_costs_nothing_and_leaves_nobody_invited(
    office: Office,
) -> None:
    office.asks({"providers": {"ortega": ORTEGA}})
    office.book()
    booking = office.book(provider="ortega")
    assert [each.told() for each in office.post()] == [(ORTEGA, "REQUEST", 0)]
    office.move(booking, provider="okafor")
    assert [each.told() for each in office.post()] == [(ORTEGA, "CANCEL", 1)]
    assert office.worker.once().idle


@pytest.mark.parametrize("moves", [1, 2])
def test_what_was_changed_before_it_left_leaves_as_it_stands(office: Office, moves: int) -> None:
    office.inbox.says = "451 later"
    booking = office.book()
    office.post()
    for hour in range(moves):
        at = LATER + timedelta(hours=hour)
        booking = office.move(booking, starts_at=at, ends_at=at + timedelta(minutes=20))
    office.inbox.says = "250 OK"
    (asked,) = office.post()
    assert asked.told() == (FRONT, "REQUEST", moves)


def test_twice_changed_while_no_worker_ran_it_is_still_taken_back(office: Office) -> None:
    booking = office.book()
    (asked,) = office.post()
    moved = office.move(booking)
    office.cancel(moved)
    (off,) = office.post()
    assert off.told() == (FRONT, "CANCEL", 2)
    assert off.event["UID"] == asked.event["UID"]


def test_given_up_before_anybody_was_asked_nobody_hears_of_it(office: Office) -> None:
    office.cancel(office.book())
    assert office.post() == []
    assert office.worker.once().idle
    assert office.tasks() == []


def test_nobody_is_invited_unasked_or_to_what_is_past(office: Office) -> None:
    office.asks(None)
    office.book()
    assert office.post() == []
    office.clock.now = SLOT + timedelta(days=1)
    office.asks({"to": FRONT})
    assert office.post() == []


def test_a_mailbox_that_is_not_there_is_told_to_a_person(office: Office) -> None:
    office.inbox.says_to_recipient = "550 no such user"
    office.book()
    assert office.post() == []
    (task,) = office.tasks()
    assert task.startswith("Not delivered by mail after 1 tries.")


@pytest.mark.parametrize("agreed", [True, False])
def test_sealed_to_their_certificate_it_says_what_the_agreement_permits(
    office: Office, agreed: bool, key: rsa.RSAPrivateKey
) -> None:
    pem = certificate(key).public_bytes(Encoding.PEM).decode()
    office.asks(
        {"to": FRONT, "seal": "certificate", "certificate": pem, "tells": ["patient", "type"]},
        baa=agreed,
    )
    office.book()
    office.worker.once()
    (letter,) = office.inbox.letters
    assert not [word for word in PRIVATE if word in str(letter)]
    assert letter.get_content_type() == "application/pkcs7-mime"
    opened = pkcs7.pkcs7_decrypt_der(letter.get_content(), certificate(key), key, [])
    inner = message_from_bytes(opened, policy=policy.default)
    (part,) = [p for p in inner.walk() if p.get_content_type() == "text/calendar"]
    (event,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    summary = "Ann Example, Annual physical" if agreed else "Booked by the front desk, ref B1"
    assert event["SUMMARY"] == summary
    assert "555-0142" not in str(inner)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "invites nobody"),
        ({"to": "not a mailbox"}, "is not a mailbox"),
        ({"to": FRONT, "seal": "pdf"}, "reaches no calendar"),
        ({"to": FRONT, "tells": ["patient"]}, "tells nothing of a patient"),
        ({"to": FRONT, "seal": "certificate"}, "belong together"),
    ],
)
def test_a_setting_that_would_say_too_much_or_reach_nobody_is_refused(
    given: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Invitations.model_validate(given)
