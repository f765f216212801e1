"""Answers to pages, over real HTTP and real IMAP: what is genuine counts once, what is not is
refused, and an acknowledgement stops every page of its item at once."""

import base64
import dataclasses
import http.client
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
import trustme
from sqlalchemy import select

from console.delivery.channels.webhook import signature
from console.delivery.dispatch import NotNow, Refused
from console.delivery.replies import twilio
from console.delivery.replies.heard import Heard
from console.delivery.replies.mailbox import Mailbox
from console.delivery.replies.wctp import WctpMailbox
from console.delivery.settings import DeliverySettings, RepliesSettings
from console.escalation.ladder import Stage
from console.store import outbox, pursuing
from console.store.outbox_tables import DispatchRow, Pursuit, Task
from console.store.outbox_values import DispatchStatus, TaskKind
from console.store.reply_tables import ReplyOutcome, ReplyRow
from console.store.session import Records
from console.worker.asking import Asking, AskWctp
from console.worker.hearing import Hearing
from console.worker.listener import LONGEST_BODY, Gateways, Listener
from console.worker.turns import Turns
from scripts.loader import SAMPLES
from tests.delivery.peers import gateway
from tests.records_file import SECRETS
from tests.scripts.samples import library
from tests.worker import dovecot
from tests.worker.opening import PAGES_ALWAYS, escalate
from tests.worker.test_worker import Clock, clock, path, records, timeline, worker

__all__ = ["clock", "path", "records"]  # fixtures

pytestmark = pytest.mark.outbox

OKAFOR = "+15155550110"
ACCOUNT, TOKEN = "AC00", "the account's token"
PASSWORDS = {"replies": "shared", "sms": TOKEN, "wctp-replies": "carrier's"}
PUBLIC = "https://desk.example"


@dataclass
class Door:
    """A listener on loopback, and what came of each answer."""

    port: int
    clock: Clock
    hearing: Hearing
    told: list[ReplyOutcome] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def post(self, where: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        made = (
            http.client.HTTPSConnection("localhost", self.port, timeout=10, context=self.tls)
            if self.tls is not None
            else http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        )
        try:
            made.request("POST", f"/replies/{where}", body, headers)
            answer = made.getresponse()
            return answer.status, answer.read()
        finally:
            made.close()

    def signed(
        self, text: str, *, uid: str = "1", sender: str = OKAFOR, age_s: float = 0, key: str = ""
    ) -> int:
        told = {"id": uid, "channel": "sms", "from": sender, "text": text}
        body = json.dumps(told).encode()
        at = f"{self.clock.now.timestamp() - age_s:.0f}"
        proof = signature((key or PASSWORDS["replies"]).encode(), at, body)
        return self.post("signed", body, {"Frontdesk-Signature": f"t={at},v1={proof}"})[0]

    def twilio(self, text: str, *, sid: str = "SM1", token: str = TOKEN, **more: str) -> int:
        fields = {"AccountSid": ACCOUNT, "MessageSid": sid, "From": OKAFOR, "Body": text} | more
        proof = twilio.sign(f"{PUBLIC}/replies/twilio", fields, token)
        return self.post("twilio", urlencode(fields).encode(), {twilio.HEADER: proof})[0]


def opened(hearing: Hearing, clock: Clock, settings: RepliesSettings | None = None) -> Door:
    door = Door(0, clock, hearing)

    def take(heard: Heard) -> None:
        door.told.append(hearing.take(heard).outcome)

    gateways = Gateways(take, lambda name: PASSWORDS.get(name, ""), ACCOUNT, PUBLIC, clock)
    listener = Listener(settings or RepliesSettings(listen="127.0.0.1:0"), gateways)
    listener.start()
    door.port, door.close = listener.port, listener.close  # type: ignore[attr-defined]
    return door


@pytest.fixture
def hearing(records: Records, clock: Clock) -> Hearing:
    return Hearing(records, library, DeliverySettings(callback_line="+15155550100"), clock)


@pytest.fixture
def door(hearing: Hearing, clock: Clock) -> Iterator[Door]:
    made = opened(hearing, clock)
    yield made
    made.close()  # type: ignore[attr-defined]


def stage(records: Records, escalation: int) -> Stage:
    with records.session() as session:
        return session.get_one(Pursuit, escalation).stage


def reference(records: Records, escalation: int) -> str:
    with records.session() as session:
        return session.get_one(Pursuit, escalation).reference


def paged(records: Records, clock: Clock) -> int:
    """Return an escalation whose first page has left."""
    escalation = escalate(records, clock.now)
    with gateway() as peer:
        worker(records, clock, peer).once()
    return escalation


def test_an_acknowledgement_stops_every_page_that_has_not_left(
    records: Records, clock: Clock, door: Door
) -> None:
    escalation = escalate(records)
    with gateway() as peer:
        working = worker(records, clock, peer)
        peer.code = 503
        working.once()  # the first page waits for the gateway
        assert door.signed("1a") == 202
        assert door.told == [ReplyOutcome.DONE]
        assert stage(records, escalation) is Stage.ACKNOWLEDGED
        peer.code, peer.asked[:] = 200, []
        clock.pass_minutes(14)
        assert working.once().idle  # what was said back is of no use any more
        assert peer.asked == []
        clock.pass_minutes(2)
        working.once()
        assert "did you reach the patient?" in json.loads(peer.asked[0].body)["text"]
    assert timeline(records, escalation)[:2] == [
        "0 page Dr. Ifeoma Okafor",
        "0 acknowledge Dr. Ifeoma Okafor",
    ]


def test_a_page_in_a_dead_workers_hand_is_not_sent_again_once_it_is_taken(
    records: Records, clock: Clock, door: Door
) -> None:
    escalate(records)
    dead = worker(records, clock, None)
    dead._take_up(dead._not_pursued()[0])
    records.write(lambda s: pursuing.climb(s, now=clock.now, perform=dead.deeds.perform))
    (claimed,) = records.write(lambda s: outbox.claim(s, worker="dead", now=clock.now))
    assert claimed.address == OKAFOR
    assert door.signed("1a") == 202
    with gateway() as peer:
        clock.pass_minutes(2)
        worker(records, clock, peer).once()
        texts = [json.loads(asked.body)["text"] for asked in peer.asked]
    assert ["is yours" in text for text in texts] == [True]


def test_what_leaves_as_it_is_taken_is_on_record_as_sent(
    records: Records, clock: Clock, door: Door
) -> None:
    escalate(records)
    with gateway() as peer:
        slow = worker(records, clock, peer)
        slow._take_up(slow._not_pursued()[0])
        records.write(lambda s: pursuing.climb(s, now=clock.now, perform=slow.deeds.perform))
        claimed = slow._claim()
        door.signed("1a")
        assert slow._settle(claimed[0], slow._try(claimed)) is DispatchStatus.SENT


def test_each_verb_and_what_is_said_back(records: Records, clock: Clock, door: Door) -> None:
    escalation = paged(records, clock)
    said = []
    with gateway() as peer:
        for uid, text in (("a", "1e"), ("b", "1a"), ("c", "1c")):
            door.signed(text, uid=uid)
            worker(records, clock, peer).once()
            said += [json.loads(asked.body)["text"] for asked in peer.asked]
            peer.asked.clear()
    assert stage(records, escalation) is Stage.CLOSED
    words = [text for text in said if "URGENT" not in text]
    assert "goes to the next person" in words[0]
    assert "is yours. Call (515) 555-0100. Reply 1c" in words[1]
    assert "is closed" in words[2]
    with records.session() as session:
        assert outbox.open_tasks(session) == []


def test_passing_on_what_somebody_else_has_taken_changes_nothing(
    records: Records, clock: Clock, door: Door, hearing: Hearing
) -> None:
    escalation = paged(records, clock)
    clock.pass_minutes(16)
    with gateway() as peer:
        worker(records, clock, peer).once()  # the practice's manager is paged as well
    with records.session() as session:
        manager = session.scalars(
            select(DispatchRow.address).where(DispatchRow.address != OKAFOR)
        ).first()
    assert manager is not None
    door.signed("1e", uid="late")
    assert stage(records, escalation) is Stage.PAGING
    door.signed("1a", uid="hers", sender=manager)
    door.signed("1e", uid="later")
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    overtaken = ReplyOutcome.OVERTAKEN
    assert door.told == [overtaken, ReplyOutcome.DONE, overtaken]


def test_a_forged_a_replayed_and_a_late_answer_are_refused(
    records: Records, clock: Clock, door: Door
) -> None:
    escalation = paged(records, clock)
    assert door.signed("1a", key="guessed") == 403
    assert door.signed("1a", age_s=301) == 403
    assert door.signed("1a", age_s=-301) == 403
    assert door.post("signed", b"{}", {})[0] == 403
    assert (
        door.post("signed", b"{}", {"Frontdesk-Signature": "t=²,v1=x".encode().decode("latin1")})[0]
        == 403
    )
    assert door.twilio("1a", token="guessed") == 403
    assert door.twilio("1a", AccountSid="AC99") == 403
    assert door.told == []
    assert stage(records, escalation) is Stage.PAGING
    assert door.signed("1a", uid="x", age_s=200) == 202
    assert door.signed("1e", uid="x") == 202  # played again under a name that was heard
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    with records.session() as session:
        assert len(session.scalars(select(ReplyRow)).all()) == 1


def test_an_answer_long_on_its_way_is_not_taken_for_one_to_another_item(
    records: Records, clock: Clock, door: Door
) -> None:
    first = paged(records, clock)
    door.signed("1c", uid="done")
    clock.pass_minutes(60)
    second = paged(records, clock)
    door.signed("1a", uid="late")
    assert door.told[-1] is ReplyOutcome.NOT_OPEN
    assert (stage(records, first), stage(records, second)) == (Stage.CLOSED, Stage.PAGING)
    assert door.signed("2a", uid="right") == 202
    assert stage(records, second) is Stage.ACKNOWLEDGED


def test_twilios_answers_count_once(records: Records, clock: Clock, door: Door) -> None:
    escalation = paged(records, clock)
    assert door.twilio("1a") == 200
    assert door.twilio("1a") == 200
    assert door.told == [ReplyOutcome.DONE, ReplyOutcome.DONE]
    lines = timeline(records, escalation)
    assert [line for line in lines if "acknowledge" in line] == ["0 acknowledge Dr. Ifeoma Okafor"]


def test_talk_is_left_to_a_person_once_and_not_kept(
    records: Records, clock: Clock, door: Door, path: Path
) -> None:
    escalation = paged(records, clock)
    for uid in ("1", "2"):
        door.signed("I am scrubbed in, Mrs. Example can wait", uid=uid)
    door.signed("hello", uid="3", sender="+15155559999")  # was never paged
    with records.session() as session:
        tasks = session.scalars(select(Task).where(Task.kind == TaskKind.CALL_PROVIDER)).all()
        assert ["could not be understood" in task.sentence for task in tasks] == [True]
        assert "Example" not in tasks[0].sentence
    assert stage(records, escalation) is Stage.PAGING
    assert door.told == [ReplyOutcome.NOT_UNDERSTOOD] * 2 + [ReplyOutcome.NOT_OPEN]


def test_what_is_too_big_too_slow_or_elsewhere_is_refused(door: Door) -> None:
    assert door.post("signed", b"x" * (LONGEST_BODY + 1), {})[0] == 413
    assert door.post("elsewhere", b"", {})[0] == 404
    with socket.create_connection(("127.0.0.1", door.port), 10) as line:
        line.sendall(b"GET /replies/signed HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 405 " in line.recv(200)
    with socket.create_connection(("127.0.0.1", door.port), 10) as line:
        line.sendall(
            b"POST /replies/signed HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n"
        )
        assert b" 413 " in line.recv(200)
    with socket.create_connection(("127.0.0.1", door.port), 10) as line:
        line.sendall(b"POST /replies/signed HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nno")
        line.settimeout(15)
        assert door.post("elsewhere", b"", {})[0] == 404  # others are served meanwhile
        assert b" 20" not in line.recv(200)  # it hangs up after five seconds


def test_over_tls_with_a_certificate(hearing: Hearing, clock: Clock, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(str(files[0]))
    certificate.private_key_pem.write_to_path(str(files[1]))
    settings = RepliesSettings(listen="127.0.0.1:0", certificate=str(files[0]), key=str(files[1]))
    made = opened(hearing, clock, settings)
    made.tls = ssl.create_default_context()
    authority.configure_trust(made.tls)
    try:
        assert made.signed("1a") == 202
        assert made.told == [ReplyOutcome.NOT_OPEN]
    finally:
        made.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "wrong",
    [
        {"listen": "8844"},
        {"listen": "127.0.0.1:"},
        {"listen": "127.0.0.1:99999"},
        {"listen": "0.0.0.0:8844"},
        {"listen": "127.0.0.1:8844", "certificate": "c.pem"},
    ],
)
def test_settings_that_could_be_read_on_the_way_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"listen|certificate"):
        RepliesSettings(**wrong)  # type: ignore[arg-type]


REPLY = """<?xml version="1.0"?>
<!DOCTYPE wctp-Operation SYSTEM "http://dtd.wctp.org/wctp-dtd-v1r1.dtd">
<wctp-Operation wctpVersion="wctp-dtd-v1r1">{opening}<wctp-MessageReply>
<wctp-ResponseHeader responseToMessageID="R7.0.page.0" responseTimestamp="2026-11-25T01:43:00">
<wctp-Originator senderID="{sender}"/><wctp-MessageControl messageID="{number}"/>
<wctp-Recipient recipientID="desk"/></wctp-ResponseHeader>
<wctp-Payload><wctp-Alphanumeric>{text}</wctp-Alphanumeric></wctp-Payload>
</wctp-MessageReply>{closing}</wctp-Operation>"""


def reply(text: str, *, polled: bool = False) -> bytes:
    opening = '<wctp-PollResponse minNextPollInterval="30"><wctp-Message sequenceNo="7">'
    closing = "</wctp-Message></wctp-PollResponse>"
    return REPLY.format(
        sender=OKAFOR,
        number="c1",
        text=text,
        opening=opening if polled else "",
        closing=closing if polled else "",
    ).encode()


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"c:{password}".encode()).decode()}


def test_a_carrier_posts_a_reply(records: Records, clock: Clock, door: Door) -> None:
    escalation = paged(records, clock)
    assert door.post("wctp", reply("1a"), basic("guessed"))[0] == 403
    assert door.post("wctp", reply("1a"), {"Authorization": "Basic ???"})[0] == 403
    assert door.told == []
    code, said = door.post("wctp", reply("1a"), basic("carrier's"))
    assert (code, b"wctp-Success" in said) == (200, True)
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    for wrong in (b"<no", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'):
        assert b"wctp-Failure" in door.post("wctp", wrong, basic("carrier's"))[1]


def test_a_carrier_is_asked_and_told_what_came(
    records: Records, clock: Clock, hearing: Hearing
) -> None:
    escalation = paged(records, clock)
    with gateway() as carrier:
        carrier.body = reply("1a", polled=True)
        asks = AskWctp(WctpMailbox(carrier.url, "desk", "code"))
        assert asks.ask(hearing.take) == 0.0
        assert stage(records, escalation) is Stage.ACKNOWLEDGED
        empty = '<wctp-Operation><wctp-PollResponse minNextPollInterval="30">'
        carrier.body = f"{empty}<wctp-NoMessages/></wctp-PollResponse></wctp-Operation>".encode()
        assert asks.ask(hearing.take) == 30.0
        assert b'sequenceNo="7"' not in carrier.asked[0].body
        assert b'<wctp-MessageReceived sequenceNo="7">' in carrier.asked[1].body
        assert b'pollerID="desk"' in carrier.asked[1].body


def test_a_place_that_is_away_is_asked_again(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    asked = threading.Semaphore(0)

    @dataclasses.dataclass
    class Away:
        name: str = "carrier"

        def ask(self, _take: object) -> float:
            asked.release()
            raise NotNow("The gateway cannot be reached.")

    asking = Asking(Away(), lambda _: None, Turns(records, "one"))
    asking.start()
    assert asked.acquire(timeout=10)
    asking.close()
    assert "asking" in caplog.text


@pytest.fixture(scope="module")
def box() -> Iterator[dovecot.Box]:
    if sys.platform != "linux":
        pytest.skip("Dovecot runs on Linux")
    with dovecot.mailbox(trustme.CA()) as served:
        yield served


def reading(box: dovecot.Box, password: str = dovecot.PASSWORD) -> Mailbox:
    return Mailbox("localhost", dovecot.USER, password, box.tls, port=box.port)


def test_answers_by_mail(
    records: Records, clock: Clock, hearing: Hearing, box: dovecot.Box
) -> None:
    escalation = paged(records, clock)
    named = f"Re: Frontdesk page {reference(records, escalation)}"
    sender = "okafor@riverside.example"
    records.write(lambda s: _also_paged_by_mail(s, escalation, sender, clock.now))
    told: list[ReplyOutcome] = []

    def hear() -> int:
        return reading(box).hear(lambda heard: told.append(hearing.take(heard).outcome))

    box.put("note", sender, named, "1a", Auto_Submitted="auto-replied")
    box.put("forged", sender, "Re: something", "1a")
    box.put("guessed", sender, "Re: Frontdesk page AAAAA", "1a")
    box.put("other", "else@example.com", named, "1a")
    assert hear() == 4
    assert told == [ReplyOutcome.NOT_OPEN] * 2
    assert stage(records, escalation) is Stage.PAGING
    box.put("right", "Ifeoma Okafor <OKAFOR@riverside.example>", named, "1a\n\n> Frontdesk: ref\n")
    assert hear() == 1
    assert stage(records, escalation) is Stage.ACKNOWLEDGED
    assert hear() == 0


def test_an_answer_that_could_not_be_kept_stays_unread(box: dovecot.Box) -> None:
    box.put("kept", "a@b.example", "Re: Frontdesk page ABCDE", "1a")

    def away(_: Heard) -> None:
        raise NotNow("away")

    with pytest.raises(NotNow):
        reading(box).hear(away)
    heard: list[Heard] = []
    assert reading(box).hear(heard.append) == 1
    assert heard[0].text == "1a"


def test_a_mailbox_that_is_not_ours_or_cannot_be_trusted(box: dovecot.Box) -> None:
    with pytest.raises(Refused, match="password"):
        reading(box, "wrong").hear(lambda _: None)
    with pytest.raises(NotNow, match="certificate"):
        dataclasses.replace(reading(box), tls=ssl.create_default_context()).hear(lambda _: None)


def _also_paged_by_mail(session: object, escalation: int, address: str, now: datetime) -> None:
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    new = outbox.NewDispatch(
        key="by-mail",
        channel="mail",
        address=address,
        subject="s",
        text="t",
        escalation_id=escalation,
        slot=1,
    )
    outbox.put(session, dispatches=[new], now=now)


def test_the_worker_hears_while_it_works_and_others_know_within_a_second(
    path: Path, tmp_path: Path
) -> None:
    seen = threading.Event()
    records = Records.open(path, secrets=SECRETS)
    escalation = escalate(records, datetime.now(UTC), practice=PAGES_ALWAYS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with gateway() as peer:
        settings = tmp_path / "settings.toml"
        settings.write_text(
            f'[delivery.sms]\nurl = "{peer.url}"\n[delivery.replies]\nlisten = "127.0.0.1:{port}"\n'
        )
        where = ["--records", str(path), "--settings", str(settings), "--practices", str(SAMPLES)]
        command = [sys.executable, "-m", "tests.worker.hears", "worker", *where]
        working = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            assert peer.came.wait(30)
            now = Clock(datetime.now(UTC))
            door = Door(port, now, Hearing(records, library, DeliverySettings()))
            watch = records.watch(seen.set)
            seen.clear()
            paged = json.loads(peer.asked[0].body)["to"]
            assert door.signed("1a", sender=paged) == 202
            assert seen.wait(1.0)
            assert stage(records, escalation) is Stage.ACKNOWLEDGED
            watch.close()
        finally:
            working.terminate()
            assert working.wait(20) == 0
            records.close()
