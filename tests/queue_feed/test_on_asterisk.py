"""The feed on a real Asterisk, booted on what `frontdesk pbx write` wrote."""

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.__main__ import main
from console.desk.views import LineState
from console.floor.picture import AgentState
from console.floor.view import FloorView
from console.queue_feed.feed import QueueFeed
from console.safe import HandedSafe
from console.store.secrets import Handed
from scripts.calltypes import Outcome
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.pbxwrite.seated import available, seated, shows
from tests.pbxwrite.test_on_asterisk import carrier, desk
from tests.pbxwrite.written import WrittenPbx
from tests.queue_feed.conftest import MakeFeed, away, live, until
from tests.softphone.conftest import StartEngine

pytestmark = pytest.mark.pbx


def secret_of(pbx: WrittenPbx) -> str:
    conf = (pbx.base / "etc/manager.conf").read_text()
    (secret,) = [line[7:] for line in conf.splitlines() if line.startswith("secret=")]
    return secret


def dana(view: FloorView) -> AgentState:
    (agent,) = [each for each in view.agents if each.interface == "PJSIP/dana"]
    return agent.state(view.at)


def test_a_call_seen_from_the_queue_to_its_end_and_after_a_restart(
    qtbot: QtBot, feed: MakeFeed, pbx: WrittenPbx, start: StartEngine, ca_file: str
) -> None:
    fed: QueueFeed = feed(pbx.ports.ami, secret=secret_of(pbx))
    fed.start()
    until(qtbot, fed, live)
    practice = pbx.practices[0]
    with carrier(pbx) as caller:
        attempt = caller.invite(user=practice.numbers[0], number="+15155550142")
        view = until(qtbot, fed, lambda view: bool(view.waiting))
        assert view.waiting[0].practice == practice.id
        caller.give_up(attempt)
        view = until(qtbot, fed, lambda view: bool(view.day))
        assert view.day[practice.id].abandoned == 1
    engine = desk(pbx, start, ca_file, "dana")
    until(qtbot, fed, lambda view: dana(view) is AgentState.AVAILABLE)
    with carrier(pbx) as caller:
        attempt = caller.invite(user=practice.numbers[0])
        until(qtbot, fed, lambda view: dana(view) is AgentState.RINGING)
        engine.send(wire.Answer(engine.wait_for(wire.CallOffered).call))
        caller.answered_call(attempt)
        view = until(qtbot, fed, lambda view: dana(view) is AgentState.ON_CALL and bool(view.day))
        assert not view.waiting
        until(qtbot, fed, lambda view: view.day[practice.id].answered == 1)
        assert view.lag_s < 5  # one clock: it is this machine's own
        engine.send(wire.HangUp(engine.wait_for(wire.CallAnswered).call))
        until(qtbot, fed, lambda view: dana(view) is AgentState.AVAILABLE)
    assert fed.pause("PJSIP/dana", paused=True, reason="Lunch")
    view = until(qtbot, fed, lambda view: dana(view) is AgentState.PAUSED)
    assert {a.pause_reason for a in view.agents if a.interface == "PJSIP/dana"} == {"Lunch"}
    pbx.kill()
    until(qtbot, fed, away)
    pbx.start()
    assert dana(until(qtbot, fed, live)) is not AgentState.PAUSED  # the queues forget, and so do we


def test_the_floor_on_the_command_line(
    pbx: WrittenPbx, ca_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'[floor]\nhost = "localhost"\nport = {pbx.ports.ami}\nca_file = "{ca_file}"\n'
    )
    account = {"frontdesk@localhost": secret_of(pbx)}
    ask = ["floor", "--json", "--once", "--settings", str(settings)]
    assert main(ask, safe=HandedSafe(Handed(b"floor", passwords=account))) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["feed"] == "live"
    assert {agent["name"] for agent in told["agents"]} == {"Dana Whitfield", "Evan Lee"}
    assert main(ask, safe=HandedSafe(Handed(b"floor"))) == 2
    assert "keyring set frontdesk-records frontdesk@localhost" in capsys.readouterr().err
    qtbot.wait(1)


@pytest.fixture
def dana_rings(pbx: WrittenPbx, start: StartEngine, ca_file: str) -> None:
    """Dana's phone, which nobody answers."""
    desk(pbx, start, ca_file, "dana")


@pytest.mark.usefixtures("dana_rings")
def test_a_missed_ring_a_break_and_back_between_desk_and_queue(
    qtbot: QtBot, feed: MakeFeed, pbx: WrittenPbx, make_room: MakeRoom
) -> None:
    fed = feed(pbx.ports.ami, secret=secret_of(pbx))
    room = make_room(feed=fed, interface="PJSIP/dana").open()
    until(qtbot, fed, lambda view: live(view) and dana(view) is AgentState.AVAILABLE)
    with carrier(pbx) as caller:
        caller.invite(user=pbx.practices[0].numbers[0])
        qtbot.waitUntil(
            lambda: any(each.title == "You missed a ring" for each in room.notices), timeout=20_000
        )
        pbx.cli("channel request hangup all")
        until(qtbot, fed, lambda view: not view.waiting)
    assert room.status is not None
    assert room.status.state_label == "Not ready: missed a ring"

    def reason(view: FloorView) -> str:
        (own,) = [each for each in view.agents if each.interface == "PJSIP/dana"]
        return own.pause_reason if own.paused else ""

    until(qtbot, fed, lambda view: reason(view) == "missed a ring")
    room.desk.set_ready(True)
    until(qtbot, fed, lambda view: not reason(view))
    room.desk.take_break("Lunch")
    until(qtbot, fed, lambda view: reason(view) == "Lunch")
    pbx.cli("queue unpause member PJSIP/dana")
    qtbot.waitUntil(lambda: room.desk._stage.health.ready, timeout=10_000)
    room.desk.lock()
    until(qtbot, fed, lambda view: reason(view) == "Locked")


def test_a_pause_asked_for_in_a_call_begins_after_it(
    qtbot: QtBot,
    feed: MakeFeed,
    pbx: WrittenPbx,
    make_room: MakeRoom,
    *,
    ca_file: str,
    tmp_path: Path,
) -> None:
    fed = feed(pbx.ports.ami, secret=secret_of(pbx))
    number = pbx.practices[0].numbers[0]
    more = {"feed": fed, "interface": "PJSIP/dana"}
    with (
        seated(qtbot, pbx, make_room, ca_file, tmp_path / "desk", **more) as room,
        carrier(pbx) as first,
        carrier(pbx) as second,
    ):
        until(qtbot, fed, lambda view: live(view) and dana(view) is AgentState.AVAILABLE)
        attempt = first.invite(user=number)
        shows(qtbot, room, LineState.RINGING)
        room.desk.answer()
        first.answered_call(attempt)
        shows(qtbot, room, LineState.ACTIVE)
        room.desk.take_break("Lunch")
        until(qtbot, fed, lambda view: any(a.pause_reason == "Lunch" for a in view.agents))
        assert room.notices[-1].title == "Your break begins after this call"
        assert dana(fed.view) is AgentState.ON_CALL
        shows(qtbot, room, LineState.ACTIVE)
        room.desk.hang_up()
        shows(qtbot, room, LineState.WRAP_UP)
        room.desk.end_as(Outcome.WRONG_NUMBER)
        shows(qtbot, room)
        until(qtbot, fed, lambda view: dana(view) is AgentState.PAUSED)
        assert room.status is not None
        assert room.status.state_label == "Not ready: Lunch"
        waits = second.invite(user=number)
        second.wait_code(waits, 180)
        until(qtbot, fed, lambda view: bool(view.waiting))
        assert not room.cards
        room.desk.set_ready(True)  # back from lunch: whoever waits rings
        shows(qtbot, room, LineState.RINGING)
        second.give_up(waits)
        shows(qtbot, room)
        available(qtbot, room)
