"""Answers given in ntfy and in PagerDuty: each counts once, what nobody pressed counts for nothing,
and an incident stops ringing when somebody else has the item."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from console.delivery.replies import ntfy
from console.delivery.replies.heard import Heard
from console.delivery.replies.ntfy import ReplyTopic
from console.delivery.settings import (
    DeliverySettings,
    NtfySettings,
    PagerDutySettings,
    RepliesSettings,
)
from console.escalation.ladder import Stage
from console.store import outbox, pursuing
from console.store.board.record import record_of
from console.store.board.telling import said
from console.store.board_values import ItemKind
from console.store.outbox_tables import DispatchRow
from console.store.outbox_values import DispatchStatus
from console.store.reply_tables import ReplyOutcome, ReplyRow
from console.store.session import Records
from console.worker.asking import AskNtfy
from console.worker.channels import channels
from console.worker.deeds import Deeds
from console.worker.hearing import Hearing
from console.worker.letters import Letters
from console.worker.listener import Gateways, Listener
from console.worker.worker import Worker
from scripts.ladders import Reach, Way
from scripts.loader import Library
from tests.scripts.samples import library
from tests.worker.ntfy_server import NtfyServer, ntfy_server
from tests.worker.opening import RIVERSIDE, escalate
from tests.worker.pagerduty_service import PagerDutyService, pagerduty_service
from tests.worker.test_replies import Door, stage
from tests.worker.test_worker import Clock, clock, path, records, timeline

__all__ = ["clock", "path", "records"]  # fixtures

pytestmark = pytest.mark.outbox

TOPIC, REPLIES, SECRET = "okafor-pages", "answers-x81", "on every button"
PASSWORDS = {
    "ntfy": "tk_publish",
    "ntfy-replies": SECRET,
    "pagerduty.ortega": "R0UT1NGKEY",
    "pagerduty.okafor": "R0UT1NGK3Y",
    "pagerduty-replies": "webhook secret",
    "replies": "shared",
}


@dataclass
class Desk:
    """A practice whose first is paged by ntfy and PagerDuty, and a worker with both."""

    settings: DeliverySettings
    worker: Worker
    hearing: Hearing
    phone: NtfyServer
    service: PagerDutyService
    door: Door
    topic: AskNtfy

    def hear(self) -> None:
        """Ask ntfy once."""
        self.topic.ask(self.door.taken)  # type: ignore[attr-defined]

    @property
    def page(self) -> dict[str, object]:
        """The newest page on the phone that has buttons."""
        return [each for each in self.phone.of(TOPIC) if "actions" in each][-1]

    def incident(self, service: str = "R0UT1NGK3Y") -> str:
        """The key of the newest incident of a service."""
        of_it = [k for k, each in self.service.incidents.items() if each["service"] == service]
        return of_it[-1]


def reached_by(*ways: Reach) -> Library:
    """Return the sample practice with its first reached so, and the others by text."""
    practice = library().by_id(RIVERSIDE)
    assert practice is not None
    providers = tuple(
        each.model_copy(update={"reach": ways}) if each.id == "okafor" else each
        for each in practice.providers
    )
    theirs = practice.model_copy(update={"providers": providers})
    theirs.__dict__.pop("providers_by_id", None)  # what was worked out of the others
    return Library((theirs,))


@pytest.fixture
def desk(records: Records, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Desk]:
    topic = getattr(request, "param", REPLIES)
    ours = reached_by(Reach(by=Way.NTFY, address=TOPIC), Reach(by=Way.PAGERDUTY, address="okafor"))
    with ExitStack() as stack:
        phone = stack.enter_context(ntfy_server("tk_publish"))
        service = stack.enter_context(pagerduty_service())
        door = Door(0, clock, None)  # type: ignore[arg-type]

        def taken(heard: Heard) -> None:
            door.told.append(door.hearing.take(heard).outcome)

        gateways = Gateways(
            taken,
            lambda name: PASSWORDS.get(name, ""),
            clock=clock,
        )
        listener = Listener(RepliesSettings(listen="127.0.0.1:0"), gateways)
        listener.start()
        stack.callback(listener.close)
        settings = DeliverySettings(
            callback_line="+15155550100",
            ntfy=NtfySettings(server=phone.url, reply_topic=topic),
            pagerduty=PagerDutySettings(url=service.url),
            replies=RepliesSettings(
                listen="127.0.0.1:1", public_url=f"http://127.0.0.1:{listener.port}"
            ),
        )
        hearing = Hearing(records, lambda: ours, settings, clock)
        door.port, door.hearing = listener.port, hearing

        door.taken = taken  # type: ignore[attr-defined]
        service.bring = lambda body, headers: door.post("pagerduty", body, headers)[0]
        working = Worker(
            records,
            Deeds(ours, settings),
            Letters(ours, "Frontdesk", lambda _: ""),
            channels(settings, lambda name: PASSWORDS.get(name, "")),
            clock=clock,
        )
        asked = AskNtfy(ReplyTopic(phone.url, REPLIES, SECRET.encode(), "tk_publish"))
        yield Desk(settings, working, hearing, phone, service, door, asked)


def replies(records: Records) -> list[str]:
    with records.session() as session:
        return sorted(session.scalars(select(ReplyRow.uid)).all())


def test_a_page_has_three_buttons_and_the_first_pressed_takes_it_once(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    page = desk.page
    assert [each["label"] for each in page["actions"]] == [  # type: ignore[index,attr-defined]
        "I take it", "Pass it on", "Patient reached",
    ]  # fmt: skip
    assert "Press a button" in str(page["message"])
    assert "Reply 1a" not in str(page["message"])
    for _ in range(2):
        assert desk.phone.press(page, "I take it") == 200
    desk.hear()
    desk.hear()
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    assert len(replies(records)) == 1
    assert [line for line in timeline(records, escalation) if "acknowledge" in line] == [
        "0 acknowledge Dr. Ifeoma Okafor"
    ]
    desk.worker.once()
    last = desk.phone.of(TOPIC)[-1]
    assert "is yours. Call (515) 555-0100. Press “Patient reached”" in last["message"]
    assert "actions" not in last
    assert desk.phone.polls == ["12h", desk.phone.of(REPLIES)[-1]["id"]]
    desk.phone.press(page, "Patient reached")
    desk.hear()
    assert stage(records, escalation) is Stage.CLOSED


def test_whoever_begins_to_ask_later_hears_what_was_pressed_meanwhile_and_nothing_twice(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    desk.phone.press(desk.page, "Pass it on")
    desk.hear()
    desk.phone.press(desk.page, "I take it")
    another = AskNtfy(ReplyTopic(desk.phone.url, REPLIES, SECRET.encode(), "tk_publish"))
    another.ask(desk.door.taken)  # type: ignore[attr-defined]
    assert desk.door.told == [ReplyOutcome.DONE, ReplyOutcome.DONE, ReplyOutcome.DONE]
    assert len(replies(records)) == 2
    assert stage(records, escalation) is Stage.ACKNOWLEDGED


def test_what_was_on_no_button_says_nothing(records: Records, desk: Desk) -> None:
    escalation = escalate(records)
    desk.worker.once()
    key = str(desk.page["actions"][0]["body"]).split()[1]  # type: ignore[index]
    for forged in ("1a", f"a {key} ", f"a {key} {'0' * 32}", f"z {key} x", "é \ud83d", "{}"):
        desk.phone.publish(REPLIES, forged)
    other = ntfy.pressed(b"another secret", "a", key)
    desk.phone.publish(REPLIES, other)
    desk.hear()
    assert desk.door.post("ntfy", other.encode(), {})[0] == 403
    assert stage(records, escalation) is Stage.PAGING
    assert replies(records) == []


def test_a_button_of_an_item_that_is_over_takes_no_other(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalate(records)
    desk.worker.once()
    old = desk.page
    desk.phone.press(old, "Patient reached")
    desk.hear()
    clock.pass_minutes(14 * 60)  # its number is free again
    second = escalate(records, clock.now)
    desk.worker.once()
    desk.phone.press(old, "I take it")
    desk.hear()
    assert desk.door.told[-1] is ReplyOutcome.NOT_OPEN
    assert stage(records, second) is Stage.PAGING


@pytest.mark.parametrize("desk", [""], indirect=True)
def test_without_a_reply_topic_a_button_comes_to_the_listener(records: Records, desk: Desk) -> None:
    escalation = escalate(records)
    desk.worker.once()
    assert desk.phone.press(desk.page, "I take it") == 202
    assert stage(records, escalation) is Stage.ACKNOWLEDGED


def test_an_incident_is_acknowledged_escalated_and_resolved_by_a_person(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    key = desk.incident()
    assert "Acknowledge to take it" in desk.service.incidents[key]["title"]
    assert desk.service.does(key, "escalated") == 202
    assert "0 escalate Dr. Ifeoma Okafor" in timeline(records, escalation)
    assert desk.service.does(key, "acknowledged") == 202
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    desk.worker.once()
    assert desk.service.incidents[key]["status"] == "acknowledged"  # it is theirs
    assert list(desk.service.incidents) == [key]  # what is said back opens no incident
    body, headers, _ = desk.service.brought[-1]
    assert desk.door.post("pagerduty", body, headers)[0] == 202  # brought again
    assert desk.service.does(key, "resolved") == 202
    assert stage(records, escalation) is Stage.CLOSED
    assert desk.door.told == [ReplyOutcome.DONE] * 4
    assert len(replies(records)) == 3


def test_what_pagerduty_does_by_itself_is_nobody_s_answer(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    key = desk.incident()
    desk.service.does(key, "escalated", None)
    desk.service.does(key, "unacknowledged", None)
    desk.service.does(key, "resolved", None)
    desk.service.does(key, "annotated")
    ping = b'{"event": {"id": "x", "event_type": "pagey.ping", "agent": null, "data": {}}}'
    assert desk.service.send(ping) == 202
    assert stage(records, escalation) is Stage.PAGING
    assert replies(records) == []


def test_a_forged_event_is_refused_and_one_of_a_changed_secret_is_not(
    records: Records, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    key = desk.incident()
    desk.service.secrets = ("guessed",)
    assert desk.service.does(key, "acknowledged") == 403
    assert desk.door.post("pagerduty", b"{}", {})[0] == 403
    assert desk.service.send(b"[]", ("webhook secret",)) == 400
    assert desk.service.send(b"\xff", ("webhook secret",)) == 400
    assert stage(records, escalation) is Stage.PAGING
    desk.service.secrets = ("the new secret", "webhook secret")
    assert desk.service.does(key, "acknowledged") == 202
    assert stage(records, escalation) is Stage.ACKNOWLEDGED


def test_an_item_taken_elsewhere_stops_its_incident_and_its_own_event_closes_nothing(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalation = escalate(records)
    desk.worker.once()
    key = desk.incident()
    desk.phone.press(desk.page, "I take it")
    desk.hear()
    desk.worker.once()
    assert desk.service.incidents[key]["status"] == "resolved"
    assert stage(records, escalation) is Stage.ACKNOWLEDGED  # and not closed by that
    desk.worker.once()
    with records.session() as session:
        record = record_of(session, kind=ItemKind.ESCALATION, row=escalation)
    assert record is not None
    told = [said(line) for line in record.lines]
    assert told.count("Page to Dr. Ifeoma Okafor taken back in pagerduty") == 1
    clock.pass_minutes(16)  # they are asked whether the patient was reached
    desk.worker.once()
    desk.phone.press(desk.page, "Patient reached")
    desk.hear()
    desk.worker.once()
    assert {each["status"] for each in desk.service.incidents.values()} == {"resolved"}


def test_a_page_that_leaves_as_its_item_is_taken_is_taken_back(
    records: Records, clock: Clock, desk: Desk
) -> None:
    escalate(records)
    for opened in desk.worker._not_pursued():
        desk.worker._take_up(opened)
    records.write(lambda s: pursuing.climb(s, now=clock.now, perform=desk.worker.deeds.perform))
    in_hand = {claimed[0].channel: claimed for claimed in iter(desk.worker._claim, ())}
    on_phone, ringing = in_hand["ntfy"], in_hand["pagerduty"]
    desk.worker._settle(on_phone[0], desk.worker._try(on_phone))
    left = desk.worker._try(ringing)
    desk.phone.press(desk.page, "I take it")
    desk.hear()
    assert desk.worker._settle(ringing[0], left) is DispatchStatus.SENT
    assert desk.service.incidents[desk.incident()]["status"] == "triggered"
    desk.worker.once()
    assert desk.service.incidents[desk.incident()]["status"] == "resolved"


def test_ways_that_are_not_set_up_are_a_person_s_task(records: Records, clock: Clock) -> None:
    ours = reached_by(Reach(by=Way.PAGERDUTY, address="okafor"))
    settings = DeliverySettings(pagerduty=PagerDutySettings(url="http://127.0.0.1:1"))
    escalate(records)
    Worker(
        records,
        Deeds(ours, settings),
        Letters(ours, "Frontdesk", lambda _: ""),
        channels(settings, lambda _: ""),
        clock=clock,
    ).once()
    with records.session() as session:
        (row,) = session.scalars(
            select(DispatchRow).where(DispatchRow.channel == "pagerduty")
        ).all()
        assert "Call to take it" in row.text  # nobody would hear an acknowledgement
        told = [task.sentence for task in outbox.open_tasks(session)]
    assert any("pagerduty.okafor@delivery" in sentence for sentence in told)
