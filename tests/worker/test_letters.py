"""Messages on their way to the practice: sealed, in turn, together, or told to a person."""

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from console.delivery.channels.printer import Printer
from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused
from console.delivery.settings import DeliverySettings
from console.store import outbox
from console.store.amending import Amended, amendable, before
from console.store.amending import amend as write_amendment
from console.store.board_values import DeedOutcome
from console.store.finishing import finish_call
from console.store.models import Message
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import FlagAction, MessageKind, MessageStatus, Priority
from console.store.work import AmendedMessage, RedFlagShown, decode, encode
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.worker import Worker
from scripts.calltypes import CallType, Outcome
from scripts.delivery import Delivery
from scripts.loader import Library
from scripts.practice import Baa
from tests.delivery.print_service import PrintService
from tests.scripts.samples import library
from tests.store.builders import finished_call, new_message, new_uid
from tests.worker.test_worker import RIVERSIDE, Clock, clock, path, records

__all__ = ["clock", "path", "records"]  # fixtures

pytestmark = pytest.mark.outbox

PASSWORD = "harbour lantern seventeen"
PDF = {"by": "mail", "to": "nurses@riverside.example", "seal": "pdf"}
TEXT = {"by": "sms", "to": "+15155550115"}


@dataclass
class Box:
    """A channel that keeps what it is given, or fails as told."""

    fails: list[Exception] = field(default_factory=list)
    got: list[Dispatch] = field(default_factory=list)
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        if self.fails:
            raise self.fails.pop(0)
        self.got.append(dispatch)
        return Receipt()


@dataclass
class Post:
    """A worker with two ways, for a practice that wrote this delivery."""

    records: Records
    clock: Clock
    mail: Box
    sms: Box
    worker: Worker

    def take(self, **changes: Any) -> None:
        message = new_message(reason="Lisinopril 10 mg", **changes)
        call = finished_call(
            practice_id=RIVERSIDE,
            call_type=CallType.REFILL,
            outcome=Outcome.MESSAGE,
            finished_at=self.clock.now,
            message=message,
        )
        self.records.write(lambda s: finish_call(s, finished=call))

    def statuses(self) -> list[MessageStatus]:
        with self.records.session() as session:
            return list(session.scalars(select(Message.status).order_by(Message.id)))

    def tasks(self) -> list[str]:
        with self.records.session() as session:
            return [t.sentence for t in outbox.open_tasks(session)]


def post(
    records: Records, clock: Clock, *boxes: dict[str, str], baa: Any = True, **more: Any
) -> Post:
    delivery = Delivery.model_validate({"letterboxes": boxes or (PDF,), **more})
    practice = library().by_id(RIVERSIDE)
    assert practice is not None
    update: dict[str, Any] = {"delivery": delivery}
    if not baa:
        signed, ended = date(2025, 1, 1), date(2026, 11, 24)
        update["baa"] = Baa(signed_on=signed, ends_on=ended, document_sha256="0" * 64)
    ours = Library((practice.model_copy(update=update),))
    mail, sms = Box(), Box()
    letters = Letters(
        ours, "Frontdesk", lambda name: PASSWORD if name == f"pdf.{RIVERSIDE}" else ""
    )
    deeds = Deeds(ours, DeliverySettings())
    worker = Worker(records, deeds, letters, {"mail": mail, "sms": sms}, clock=clock)
    return Post(records, clock, mail, sms, worker)


def read(dispatch: Dispatch) -> str:
    assert dispatch.sealed is not None
    reader = pypdf.PdfReader(io.BytesIO(dispatch.sealed.content), password=PASSWORD)
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_message_leaves_sealed_and_is_delivered(records: Records, clock: Clock) -> None:
    ours = post(records, clock)
    ours.take()
    assert ours.worker.once().settled == {"sent": 1}
    (letter,) = ours.mail.got
    for word in ("Lisinopril", "Ann Example", "555-0142"):
        assert word in read(letter)
        assert word not in letter.text + letter.subject
    assert ours.statuses() == [MessageStatus.DELIVERED]
    assert ours.worker.once().idle


def test_a_practice_is_told_of_an_emergency_with_how_it_went(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock)
    call = finished_call(
        practice_id=RIVERSIDE,
        call_type=CallType.EMERGENCY,
        outcome=Outcome.EMERGENCY,
        offered_at=clock.now - timedelta(seconds=90),
        answered_at=clock.now - timedelta(seconds=86),
        finished_at=clock.now,
        red_flags=(
            RedFlagShown(
                rule="stroke", action=FlagAction.READ, at=clock.now - timedelta(seconds=60)
            ),
        ),
        message=new_message(kind=MessageKind.EMERGENCY, reason="Face drooping", phi=True),
    )
    records.write(lambda s: finish_call(s, finished=call))
    ours.worker.once()
    (letter,) = ours.mail.got
    told = read(letter).partition("How it went:")[2].split("\n")
    words = [line[9:] for line in told if line]
    assert words == ["Call came", "Answered", "Red flag seen, 911 words read", "Put on record"]


def test_what_cannot_be_sealed_is_only_announced(records: Records, clock: Clock) -> None:
    ours = post(records, clock, TEXT)
    ours.take()
    ours.worker.once()
    (letter,) = ours.sms.got
    assert letter.text.startswith("1 message waits for you at Frontdesk. Call (515)")
    assert letter.sealed is None


def test_the_next_way_is_tried_where_one_fails_for_good(records: Records, clock: Clock) -> None:
    ours = post(records, clock, PDF, TEXT)
    ours.mail.fails = [NotNow("Later."), Refused("No such mailbox.")]
    ours.take()
    ours.worker.once()
    clock.pass_minutes(1)
    ours.worker.once()
    ours.worker.once()
    assert len(ours.sms.got) == 1
    assert ours.statuses() == [MessageStatus.DELIVERED]
    assert ours.tasks() == []


def test_with_no_way_left_a_person_is_told(records: Records, clock: Clock) -> None:
    ours = post(records, clock)
    ours.mail.fails = [Refused("No such mailbox.")]
    ours.take()
    ours.worker.once()
    assert ours.statuses() == [MessageStatus.FAILED]
    assert ours.tasks() == ["Not delivered by mail after 1 tries. No such mailbox."]


def test_the_morning_digest_is_one_letter(records: Records, clock: Clock) -> None:
    ours = post(records, clock, digest="07:30")
    for _ in range(3):
        ours.take()
    ours.take(priority=Priority.URGENT)
    ours.worker.once()
    (urgent,) = ours.mail.got
    assert urgent.subject == "Frontdesk: 1 message for you"
    clock.now = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
    ours.worker.once()
    digest = ours.mail.got[1]
    assert digest.subject == "Frontdesk: 3 messages for you"
    assert read(digest).count("Lisinopril") == 3
    assert set(ours.statuses()) == {MessageStatus.DELIVERED}


def test_no_health_details_leave_once_the_agreement_has_lapsed(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock, baa=False)
    ours.take()
    clock.now += timedelta(days=2)
    ours.worker.once()
    assert ours.mail.got == []
    assert "No agreement is in force" in ours.tasks()[0]


def test_a_practice_that_wrote_no_delivery_keeps_its_messages_on_the_board(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock)
    ours.take()
    practice = ours.worker.letters.library.practices[0].model_copy(update={"delivery": None})
    bare = Letters(Library((practice,)), "Frontdesk", lambda _: "")
    plain = Worker(records, ours.worker.deeds, bare, {}, clock=clock)
    assert plain.once().idle
    assert ours.statuses() == [MessageStatus.PENDING]


def amend(ours: Post, seen: int = 0, *, person: str = "Dana", **changes: Any) -> Amended:
    with ours.records.session() as session:
        (number,) = session.scalars(select(Message.id)).all()
        found = amendable(session, message_id=number)
        assert found is not None
        words = {name: getattr(found.wording, name) for name in found.wording.__slots__}
    work = AmendedMessage(
        uid=new_uid(),
        message_id=number,
        seen=seen,
        at=ours.clock.now,
        person=person,
        **(words | changes),
    )
    return ours.records.write(lambda s: write_amendment(s, amended=work))


def test_an_amended_message_goes_out_again_as_a_correction(records: Records, clock: Clock) -> None:
    ours = post(records, clock)
    ours.take()
    ours.worker.once()
    assert amend(ours, callback_number="+15155550177").goes_out
    assert ours.statuses() == [MessageStatus.PENDING]
    assert ours.worker.once().settled == {"sent": 1}
    first, second = ours.mail.got
    assert (second.to, second.subject) == (first.to, "Frontdesk: 1 correction for you")
    assert first.key != second.key
    words = read(second)
    assert "CORRECTION of message M1" in words
    assert "Call back was: (515) 555-0142" in words
    assert "Call back is: (515) 555-0177" in words
    assert "555" not in second.text.split("Call ")[0]
    assert ours.statuses() == [MessageStatus.DELIVERED]
    assert ours.worker.once().idle


def test_a_correction_goes_to_the_letterbox_the_message_went_to(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock, PDF, TEXT)
    ours.take()
    ours.mail.fails = [Refused("no such box")]
    ours.worker.once()
    ours.worker.once()
    assert len(ours.sms.got) == 1
    amend(ours, reason="Lisinopril 20 mg")
    ours.worker.once()
    assert not ours.mail.got
    assert ours.sms.got[1].text.startswith("1 correction waits")
    assert "Lisinopril" not in ours.sms.got[1].text


def test_a_message_amended_before_it_leaves_goes_out_once_as_amended(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock)
    ours.take()
    assert not amend(ours, reason="Lisinopril 20 mg").goes_out
    ours.worker.once()
    (letter,) = ours.mail.got
    assert "Lisinopril 20 mg" in read(letter)
    assert "CORRECTION" not in read(letter)


def test_the_second_of_two_amendments_is_told_and_kept_beside_the_message(
    records: Records, clock: Clock
) -> None:
    ours = post(records, clock)
    ours.take()
    assert amend(ours, reason="Ten milligrams", person="Dana").outcome is DeedOutcome.DONE
    told = amend(ours, reason="Twenty milligrams", person="Sam")
    assert (told.outcome, told.by) == (DeedOutcome.OVERTAKEN, "Dana")
    with records.session() as session:
        found = amendable(session, message_id=1)
        assert found is not None
        assert (found.seen, found.wording.reason) == (1, "Ten milligrams")
        assert [(each.person, each.wording.reason) for each in found.unwritten] == [
            ("Sam", "Twenty milligrams")
        ]
        known = before(session, message_id=1, number=1)
        assert known is not None
        assert known[1].reason == "Lisinopril 10 mg"
    assert any("amended by Dana and by Sam" in sentence for sentence in ours.tasks())
    assert amend(ours, seen=1, reason="Twenty milligrams").outcome is DeedOutcome.DONE


def test_an_amendment_that_waited_on_a_desk_is_written_once(records: Records, clock: Clock) -> None:
    ours = post(records, clock)
    ours.take()
    work = AmendedMessage(
        uid="a1", message_id=1, seen=0, at=clock.now, person="Dana", reason="Amended"
    )
    for _ in range(2):
        records.write(lambda s: write_work(s, work=decode(encode(work))))
    with records.session() as session:
        found = amendable(session, message_id=1)
    assert found is not None
    assert (found.seen, found.wording.reason) == (1, "Amended")


PRINTED = {"by": "printer", "to": "front"}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintService:
    made = PrintService.install(tmp_path / "bin", front="good")
    monkeypatch.setenv("PATH", str(made.folder))
    return made


def printing(ours: Post) -> Post:
    """The same worker, at a machine that prints."""
    channels = {**ours.worker.channels, "printer": Printer(printed_in_s=0.1)}
    return replace(ours, worker=replace(ours.worker, channels=channels))


def test_a_page_that_was_not_printed_is_tried_again_and_then_a_persons(
    records: Records, clock: Clock, service: PrintService
) -> None:
    service.change(queues={"front": "stopped"})
    ours = printing(post(records, clock, PRINTED))
    ours.take()
    assert ours.worker.once().settled == {"pending": 1}
    assert ours.tasks() == []
    service.change(queues={"front": "good"})
    clock.pass_minutes(1)
    assert ours.worker.once().settled == {"sent": 1}
    (page,) = service.pages()
    assert "Lisinopril" in pypdf.PdfReader(page).pages[0].extract_text()
    assert ours.statuses() == [MessageStatus.DELIVERED]
    service.change(queues={"front": "stopped"})
    ours.take()
    ours.worker.once()
    clock.pass_minutes(25 * 60)
    assert ours.worker.once().settled == {"failed": 1}
    (task,) = ours.tasks()
    assert "The printer is stopped" in task
    assert len(service.pages()) == 1


def test_what_is_printed_waits_for_the_machine_that_prints(
    records: Records, clock: Clock, service: PrintService
) -> None:
    desk = post(records, clock, PRINTED)
    desk.take()
    assert desk.worker.once().settled == {}
    clock.pass_minutes(5)
    assert desk.worker.once().settled == {}
    assert printing(desk).worker.once().settled == {"sent": 1}
    desk.take()
    desk.worker.once()
    clock.pass_minutes(11)  # no machine prints any more: somebody has to know
    assert desk.worker.once().settled == {"failed": 1}
    (task,) = desk.tasks()
    assert "no way out by printer" in task


def test_health_details_are_printed_under_an_agreement_only(
    records: Records, clock: Clock, service: PrintService
) -> None:
    ours = printing(post(records, clock, PRINTED, baa=False))
    ours.take()
    clock.pass_minutes(6 * 60)  # past midnight there: yesterday was its last day
    assert ours.worker.once().settled == {"failed": 1}
    assert service.pages() == []
    (task,) = ours.tasks()
    assert "No agreement is in force" in task
