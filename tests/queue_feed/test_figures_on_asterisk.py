"""The same figures from the desk's records and from a real Asterisk's own log of its queues.

The PBX runs on what `frontdesk pbx write` wrote; the desk is the real one, with its engine.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import LineState
from console.floor.figures import By, Contact, Ending, Figures, table
from console.floor.queue_log import QueueLog
from console.store.contacts import contacts
from console.store.session import Records
from scripts.calltypes import Outcome
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room
from tests.pbxwrite.seated import available, seated, shows
from tests.pbxwrite.test_on_asterisk import carrier
from tests.pbxwrite.written import WrittenPbx
from tests.records_file import SECRETS
from tests.softphone import sound

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(90)]

SECOND = 1.0  # the log knows no less


@pytest.fixture
def room(
    qtbot: QtBot, pbx: WrittenPbx, make_room: MakeRoom, ca_file: str, tmp_path: Path
) -> Iterator[Room]:
    """Dana's desk, registered over TLS."""
    tone = sound.write_tone(tmp_path / "voice.wav", 440, 60)
    heard = ("--microphone", str(tone), "--earpiece", str(tmp_path / "ear.wav"))
    bare = ("--bind", "127.0.0.1", "--sip-port", "0", "--keep", "20", "--sound", "files")
    options = (*bare, *heard)
    with seated(qtbot, pbx, make_room, ca_file, tmp_path / "desk", options=options) as made:
        yield made


def take_a_call(qtbot: QtBot, pbx: WrittenPbx, room: Room, practice: int, rings_ms: int) -> None:
    """A caller is answered after so long, and hangs up a little later."""
    with carrier(pbx) as caller:
        attempt = caller.invite(user=pbx.practices[practice].numbers[0], number="+15155550142")
        shows(qtbot, room, LineState.RINGING)
        qtbot.wait(rings_ms)
        room.desk.answer()
        shows(qtbot, room, LineState.ACTIVE)
        caller.answered_call(attempt)
        qtbot.wait(2500)
        pbx.cli("channel request hangup all")
        shows(qtbot, room, LineState.WRAP_UP)
        room.desk.end_as(Outcome.WRONG_NUMBER)
        shows(qtbot, room)
    available(qtbot, room)


def give_up(qtbot: QtBot, pbx: WrittenPbx, room: Room, practice: int) -> None:
    """A caller rings, and leaves."""
    with carrier(pbx) as caller:
        attempt = caller.invite(user=pbx.practices[practice].numbers[0], number="+15155550143")
        shows(qtbot, room, LineState.RINGING)
        qtbot.wait(1500)
        caller.give_up(attempt)
        shows(qtbot, room)
    available(qtbot, room)


def both(pbx: WrittenPbx, room: Room) -> tuple[list[Contact], list[Contact]]:
    """Return the callers out of the records and out of the log."""
    now = datetime.now(UTC)
    records = Records.open(room.records, secrets=SECRETS)
    with records.session() as session:
        ours = contacts(session, since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    records.close()
    # The PBX's own callers: a test of the phone that the account was changed under is none of them
    ours = [each for each in ours if each.practice]
    return ours, QueueLog().read(pbx.queue_log()).contacts()


def test_records_and_queue_log_count_the_same(qtbot: QtBot, pbx: WrittenPbx, room: Room) -> None:
    take_a_call(qtbot, pbx, room, 0, rings_ms=1200)
    give_up(qtbot, pbx, room, 1)
    take_a_call(qtbot, pbx, room, 1, rings_ms=0)
    give_up(qtbot, pbx, room, 2)
    room.rest()
    ours, theirs = both(pbx, room)
    assert [each.call for each in ours] == [each.call for each in theirs]
    assert [each.ending for each in ours] == [
        Ending.ANSWERED, Ending.ABANDONED, Ending.ANSWERED, Ending.ABANDONED,
    ]  # fmt: skip
    tables = [table(found, By.PRACTICE, zone=UTC) for found in (ours, theirs)]
    assert set(tables[0].rows) == {each.id for each in pbx.practices[:3]} == set(tables[1].rows)
    for practice, figures in tables[0].rows.items():
        same(figures, tables[1].rows[practice])
    same(tables[0].whole, tables[1].whole)


def same(ours: Figures, theirs: Figures) -> None:
    """Counts and shares are equal; times to within the second the log knows, at either end."""
    for code in ("offered", "answered", "within", "abandoned", "short", "handled", "service_level",
                 "service_level_but_short", "abandon_rate", "abandon_rate_but_short"):  # fmt: skip
        assert getattr(ours, code) == getattr(theirs, code), code
    for code in ("speed_s", "handle_s"):
        mine, its = getattr(ours, code), getattr(theirs, code)
        assert its is None if mine is None else abs(mine - its) <= 2 * SECOND, code
