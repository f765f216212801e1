"""A wrap-up between a real desk and a real Asterisk's queue: nothing rings while it lasts, and the
next caller rings as it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import DeskState, LineState
from console.floor.picture import Agent
from console.floor.view import FloorView
from console.floor.wrapping import WrapUpRules
from console.pbx.plan import Queue
from console.phone.engine import Engine
from console.queue_feed.feed import QueueFeed
from scripts.calltypes import Outcome
from softphone import wire
from softphone.wire import Srtp, Transport
from tests.desk.conftest import MakeRoom
from tests.desk.room import Clock, Room
from tests.pbxwrite.test_on_asterisk import carrier
from tests.pbxwrite.written import WrittenPbx
from tests.queue_feed.conftest import MakeFeed, live, until
from tests.queue_feed.test_figures_on_asterisk import available, shows
from tests.queue_feed.test_on_asterisk import secret_of
from tests.softphone import sound

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(90)]


class Running(Clock):
    """The queue's clock runs, and so must the desk's."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def fed(feed: MakeFeed, pbx: WrittenPbx) -> QueueFeed:
    return feed(pbx.ports.ami, secret=secret_of(pbx))


@pytest.fixture
def engine(pbx: WrittenPbx, ca_file: str, tmp_path: Path) -> Iterator[Engine]:
    """Dana's phone, registered over TLS."""
    folder = tmp_path / "desk"
    folder.mkdir()
    tone = sound.write_tone(tmp_path / "voice.wav", 440, 60)
    heard = ("--microphone", str(tone), "--earpiece", str(tmp_path / "ear.wav"))
    bare = ("--bind", "127.0.0.1", "--sip-port", "0", "--keep", "20", "--sound", "files")
    made = Engine(folder, options=(*bare, *heard))
    account = wire.UseAccount(
        user="dana", registrar=pbx.tls_host, password=pbx.passwords["dana"],
        transport=Transport.TLS, srtp=Srtp.REQUIRED, ca_file=ca_file,
    )  # fmt: skip
    made.joined.connect(lambda _: made.send(account))
    yield made
    made.stop()


@pytest.fixture
def room(qtbot: QtBot, make_room: MakeRoom, fed: QueueFeed, engine: Engine) -> Room:
    """Dana's desk, in the queues."""
    rules = WrapUpRules(lasts=timedelta(seconds=40), more=timedelta(seconds=4), times=1)
    made = make_room(
        engine=engine, feed=fed, interface="PJSIP/dana", wrap_up=rules, clock=Running()
    )
    made.desk.start()
    until(qtbot, fed, live)
    registered = wire.Registration.REGISTERED
    health = made.desk._stage.health
    qtbot.waitUntil(lambda: health.registration is registered, timeout=20_000)
    made.desk.set_ready(True)
    available(qtbot, made)
    return made


def dana(view: FloorView) -> Agent:
    (own,) = [each for each in view.agents if each.interface == "PJSIP/dana"]
    return own


def test_nothing_rings_until_it_is_over_in_both(
    qtbot: QtBot, pbx: WrittenPbx, room: Room, fed: QueueFeed
) -> None:
    patient = Queue(ring_first_s=3, wait_s=60, ring_s=5, wrap_up_s=0)
    pbx.write_again(queue={**pbx.plan.queue, "answering": patient})
    for reload in ("dialplan reload", "queue reload all"):
        pbx.cli(reload)
    number = pbx.practices[0].numbers[0]
    until(qtbot, fed, lambda view: not dana(view).paused)
    with carrier(pbx) as caller, carrier(pbx) as next_one:
        attempt = caller.invite(user=number, number="+15155550142")
        shows(qtbot, room, LineState.RINGING)
        room.desk.answer()
        shows(qtbot, room, LineState.ACTIVE)
        caller.answered_call(attempt)
        pbx.cli("channel request hangup all")
        shows(qtbot, room, LineState.WRAP_UP)
        until(qtbot, fed, lambda view: dana(view).pause_reason == "Wrapping up, 40 s")
        room.desk.more_time()
        until(qtbot, fed, lambda view: dana(view).pause_reason == "Wrapping up, 44 s")
        second = next_one.invite(user=number, number="+15155550143")
        until(qtbot, fed, lambda view: len(view.waiting) == 1)
        room.desk.end_as(Outcome.WRONG_NUMBER)
        qtbot.waitUntil(lambda: room.status is not None and room.status.away, timeout=10_000)
        assert dana(fed.view).paused  # time that was asked for outlasts the form
        assert not room.cards
        room.desk.set_ready(True)
        until(qtbot, fed, lambda view: not dana(view).paused)
        shows(qtbot, room, LineState.RINGING)
        assert room.status is not None
        assert room.status.state is DeskState.RINGING
        next_one.give_up(second)
        shows(qtbot, room)
