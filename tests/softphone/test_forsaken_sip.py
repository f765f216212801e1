"""A call with nobody at either end is ended: no window here, and a far end that died silently."""

from pathlib import Path

import pytest

from softphone import wire
from tests.sip_caller import SipCaller
from tests.softphone.peer import engine

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def test_a_call_nobody_is_on_is_ended_and_told_to_the_next_window(tmp_path: Path) -> None:
    with engine(tmp_path, "desk", "--forsaken", "1", "--keep", "60") as desk:
        caller = SipCaller(desk.sip)
        attempt = caller.invite(number="+15155550142")
        offered = desk.wait_for(wire.CallOffered)
        desk.send(wire.Answer(offered.call))
        caller.answered_call(attempt)
        desk.wait_for(wire.CallAnswered)
        desk.wire.close()
        caller.await_request("BYE", timeout=30)
        caller.close()
        welcome = desk.reconnect()
        assert welcome.calls == ()
        assert [missed.call for missed in welcome.missed] == [offered.call]
        assert welcome.missed[0].cause is wire.EndCause.LOST
