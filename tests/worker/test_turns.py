"""Of all desks and workers that could ask for answers one does, and when it is gone the next."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select

from console.delivery.settings import DeliverySettings, MailboxSettings, RepliesSettings
from console.escalation.ladder import Stage
from console.store.outbox import NewDispatch, put
from console.store.outbox_tables import Pursuit
from console.store.place import FilePlace
from console.store.reply_tables import ReplyRow
from console.store.secrets import Handed, Secrets
from console.store.session import Records
from console.worker import asking, beside
from console.worker.asking import Asking
from console.worker.beside import BesideWorker
from console.worker.turns import LASTS, Turns
from tests.records_file import SECRETS
from tests.scripts.samples import library
from tests.worker import dovecot
from tests.worker.opening import RIVERSIDE, escalate
from tests.worker.test_worker import Clock, clock, path, records

__all__ = ["clock", "path", "records"]  # fixtures

pytestmark = pytest.mark.outbox

OKAFOR = "okafor@riverside.example"


def test_the_first_asks_and_the_next_when_it_goes_or_goes_silent(
    records: Records, clock: Clock
) -> None:
    one, other = Turns(records, "one", clock), Turns(records, "other", clock)
    assert one.mine("mail")
    clock.now += timedelta(seconds=1)
    assert not other.mine("mail")
    assert other.mine("wctp")  # each place has its own
    assert one.mine("mail")
    one.let_go("mail")
    clock.now += timedelta(seconds=1)
    assert other.mine("mail")
    assert not one.mine("mail")
    clock.now += LASTS + timedelta(seconds=1)
    assert one.mine("mail")


@dataclass
class Counted:
    """A place that counts who asks it."""

    name: str = "mail"
    asked: list[str] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def of(self, who: str) -> "Counted.By":
        return Counted.By(self, who, self.name)

    @dataclass
    class By:
        place: "Counted"
        who: str
        name: str

        def ask(self, _take: object) -> float:
            self.place.asked.append(self.who)
            self.place.came.set()
            return 0.01


def test_only_one_of_two_asks_and_the_other_goes_on_where_it_ends(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OTHERS_S", 0.02)
    place = Counted()
    first = Asking(place.of("first"), lambda _: None, Turns(records, "one"))
    second = Asking(place.of("second"), lambda _: None, Turns(records, "other"))
    first.start()
    assert place.came.wait(10)
    second.start()
    for _ in range(20):
        place.came.clear()
        assert place.came.wait(10)
    assert set(place.asked) == {"first"}
    first.close()
    place.asked.clear()
    place.came.clear()
    assert place.came.wait(10)
    assert set(place.asked) == {"second"}
    second.close()


@contextmanager
def desk(path: Path, box: dovecot.Box, authority: Path) -> Iterator[BesideWorker]:
    """A desk's own outgoing thread, with a mailbox to ask and no worker anywhere."""
    mailbox = MailboxSettings(
        host="localhost", user=dovecot.USER, port=box.port, ca_file=str(authority)
    )

    def secrets() -> Secrets:
        return Handed(b"tests", {"mailbox@delivery": dovecot.PASSWORD})

    running = BesideWorker(
        place=FilePlace(path),
        secrets=secrets,
        settings=DeliverySettings(replies=RepliesSettings(mailbox=mailbox)),
        library=library,
    )
    running.start()
    yield running
    running.stop()


def test_desks_without_a_worker_hear_an_answer_and_hear_it_once(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(beside, "EVERY_S", 0.1)
    monkeypatch.setattr(asking, "MAIL_EVERY_S", 0.1)
    records = Records.open(path, secrets=SECRETS)
    escalation = escalate(records, datetime.now(UTC))
    heard = threading.Event()
    watch = records.watch(heard.set)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def stands() -> Pursuit | None:
        with records.session() as session:
            return session.scalar(select(Pursuit))

    with (
        dovecot.mailbox(authority) as box,
        desk(path, box, tmp_path / "ca.pem"),
        desk(path, box, tmp_path / "ca.pem"),
    ):
        for _ in range(200):
            if (pursuit := stands()) is not None:
                break
            heard.wait(0.1)
            heard.clear()
        assert pursuit is not None
        page = NewDispatch(
            key="by-mail", channel="mail", address=OKAFOR, subject="s", text="t",
            practice_id=RIVERSIDE, escalation_id=escalation, slot=1,
        )  # fmt: skip
        records.write(lambda s: put(s, dispatches=[page], now=datetime.now(UTC)))
        box.put("answer", OKAFOR, f"Re: Frontdesk page {pursuit.reference}", "1a")
        for _ in range(200):
            pursuit = stands()
            if pursuit is not None and pursuit.stage is Stage.ACKNOWLEDGED:
                break
            heard.wait(0.1)
            heard.clear()
        assert pursuit is not None
        assert pursuit.stage is Stage.ACKNOWLEDGED
        with records.session() as session:
            assert len(session.scalars(select(ReplyRow)).all()) == 1
    watch.close()
    records.close()
