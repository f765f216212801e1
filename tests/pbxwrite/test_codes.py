"""A desk without the manager's secret keeps its place in the queues by feature codes, dialled by
its own phone: through a real Asterisk on what `frontdesk pbx write` wrote."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import LineState
from console.floor.pausing import wrap_up_of
from scripts.calltypes import Outcome
from tests.desk.conftest import MakeRoom
from tests.desk.conftest import library as library  # noqa: PLC0414 - fixtures
from tests.desk.conftest import make_room as make_room  # noqa: PLC0414
from tests.desk.room import Room
from tests.pbxwrite.commanded import RIVERSIDE, CommandedPbx
from tests.pbxwrite.seated import available, seated, shows
from tests.pbxwrite.test_on_asterisk import carrier

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]


@pytest.fixture
def room(
    qtbot: QtBot, floor: CommandedPbx, make_room: MakeRoom, ca_file: str, tmp_path: Path
) -> Iterator[Room]:
    """Dana's desk."""
    folder = tmp_path / "desk"
    with seated(qtbot, floor, make_room, ca_file, folder, queue_codes=True) as made:
        yield made


def paused(floor: CommandedPbx) -> str | None:
    """Why the queue does not ring Dana; None where it does."""
    shown = floor.cli("queue show answering")
    (line,) = [line for line in shown.splitlines() if "PJSIP/dana" in line]
    found = re.search(r"\(paused:?(.*?) was ", line)
    return found[1] if found else None


def test_a_break_a_lock_and_a_missed_ring(qtbot: QtBot, floor: CommandedPbx, room: Room) -> None:
    def comes_to(why: str | None) -> None:
        qtbot.waitUntil(lambda: paused(floor) == why, timeout=10_000)

    comes_to(None)
    room.desk.take_break("Lunch")
    comes_to("Lunch")
    room.desk.set_ready(True)
    comes_to(None)
    with carrier(floor) as caller:  # who leaves is no missed ring
        attempt = caller.invite(user=floor.number(RIVERSIDE))
        shows(qtbot, room, LineState.RINGING)
        caller.give_up(attempt)
        shows(qtbot, room)
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(RIVERSIDE))
        shows(qtbot, room, LineState.RINGING)
        assert not room.notices
        qtbot.waitUntil(
            lambda: any(each.title == "You missed a ring" for each in room.notices), timeout=20_000
        )
        caller.answered_call(attempt)
    assert room.status is not None
    assert room.status.state_label == "Not ready: missed a ring"
    comes_to("missed a ring")  # in every queue, not in the one alone
    room.desk.set_ready(True)
    comes_to(None)
    room.desk.lock()
    comes_to("Locked")


def test_a_pause_asked_for_in_a_call_and_a_form_still_open(
    qtbot: QtBot, floor: CommandedPbx, room: Room
) -> None:
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(RIVERSIDE))
        shows(qtbot, room, LineState.RINGING)
        room.desk.answer()
        caller.answered_call(attempt)
        shows(qtbot, room, LineState.ACTIVE)
        room.desk.take_break("Lunch")
        qtbot.waitUntil(lambda: paused(floor) == "Lunch", timeout=10_000)
        shows(qtbot, room, LineState.ACTIVE)
        room.desk.set_ready(True)
        room.desk.hang_up()
        shows(qtbot, room, LineState.WRAP_UP)
    qtbot.waitUntil(lambda: wrap_up_of(paused(floor) or "") is not None, timeout=10_000)
    room.desk.end_as(Outcome.WRONG_NUMBER)
    shows(qtbot, room)
    qtbot.waitUntil(lambda: paused(floor) is None, timeout=10_000)
    available(qtbot, room)
