"""The feed against a peer that does everything a PBX should not."""

import itertools
import time
from pathlib import Path

import pytest
import trustme
from pytestqt.qtbot import QtBot

from console.floor.picture import AgentState
from console.floor.view import FeedState, as_record
from tests.queue_feed.conftest import MakeFeed, MakePeer, away, live, until
from tests.queue_feed.peer import BANNER, Caller, said

STAMP = 1_000_000.0
MEMBER = said(
    "QueueMember", Queue="answering", Name="Dana Whitfield", Location="PJSIP/dana", Status=1,
    Paused=0, Timestamp=STAMP,
)  # fmt: skip
ENTRY = said(
    "QueueEntry", Queue="answering", Position=1, Uniqueid="7.1", Wait=33, Timestamp=STAMP,
    ChanVariable="PRACTICE_ID=maple", CallerIDNum="+15155550142",
)  # fmt: skip


def joined(number: int, stamp: float = STAMP) -> bytes:
    return said(
        "QueueCallerJoin", Queue="answering", Position=number, Uniqueid=f"8.{number}",
        Timestamp=stamp, ChanVariable="PRACTICE_ID=maple",
    )  # fmt: skip


def good(caller: Caller) -> None:
    login = caller.let_in()
    assert (login.get("Username"), login.get("Secret")) == ("frontdesk", "right horse")
    caller.picture(MEMBER, ENTRY)
    caller.wait()


def test_the_picture_comes_first_and_then_events(
    qtbot: QtBot, peer: MakePeer, feed: MakeFeed
) -> None:
    def talk(caller: Caller) -> None:
        caller.let_in()
        caller.say(joined(9))  # while the picture is being asked for
        caller.picture(MEMBER, ENTRY)
        caller.say(joined(2, STAMP + 7))
        caller.wait()

    fed = feed(peer(talk).port, clock=lambda: STAMP + 7.2)
    fed.start()
    view = until(qtbot, fed, lambda view: live(view) and len(view.waiting) == 3)
    assert view.longest_since == STAMP - 33
    assert view.agents[0].name == "Dana Whitfield"
    assert view.agents[0].state(STAMP) is AgentState.AVAILABLE
    assert view.lag_s == pytest.approx(0.2)
    told = as_record(view, STAMP + 10)
    assert "5550142" not in str(told)


def test_answered_and_given_up_are_counted(qtbot: QtBot, peer: MakePeer, feed: MakeFeed) -> None:
    def talk(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER)
        for number, wait in ((1, 9), (2, 41), (3, 30)):
            caller.say(joined(number))
            what = "QueueCallerAbandon" if number == 3 else "AgentConnect"
            caller.say(
                said(what, Queue="answering", Interface="PJSIP/dana", Uniqueid=f"8.{number}",
                     ChanVariable="PRACTICE_ID=maple", Timestamp=STAMP + wait)
            )  # fmt: skip
            caller.say(said("Hangup", Uniqueid=f"8.{number}", Timestamp=STAMP + wait))
        caller.wait()

    fed = feed(peer(talk).port, clock=lambda: STAMP + 60)
    fed.start()
    view = until(qtbot, fed, lambda view: bool(view.day) and view.day["maple"].offered == 3)
    counted = view.day["maple"]
    assert (counted.answered, counted.within, counted.abandoned) == (2, 1, 1)
    assert counted.average_s == 25
    assert counted.share == pytest.approx(1 / 3)


def test_a_lost_connection_is_told_and_the_picture_drawn_anew(
    qtbot: QtBot, peer: MakePeer, feed: MakeFeed
) -> None:
    def drops(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER, ENTRY)

    def after(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER)  # the caller has gone meanwhile
        caller.wait()

    fed = feed(peer(drops, after).port)
    states: list[FeedState] = []
    fed.changed.connect(lambda view: states.append(view.state))
    fed.start()
    until(qtbot, fed, lambda view: live(view) and not view.waiting)
    assert states[:2] == [FeedState.LIVE, FeedState.AWAY]
    assert states[-1] is FeedState.LIVE


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (lambda caller: caller.say(b"SSH-2.0-OpenSSH_9\r\n"), "not Asterisk"),
        (lambda caller: caller.say(BANNER, b"x" * 40_000), "line without an end"),
        (lambda caller: (caller.let_in(), caller.say(b"\0\xff\r" * 20_000)), "without an end"),
        (
            lambda caller: (caller.say(BANNER), caller.hear("Login"),
                            caller.say(said(Response="Error", Message="Authentication failed"))),
            "does not let this desk in",
        ),
        (
            lambda caller: (caller.let_in(), caller.hear("QueueStatus"),
                            caller.say(said(Response="Error", ActionID="picture",
                                            Message="Permission denied"))),
            "will not show its queues",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_peer_is_a_sentence(
    qtbot: QtBot, peer: MakePeer, feed: MakeFeed, talk: object, sentence: str
) -> None:
    def whole(caller: Caller) -> None:
        talk(caller)  # type: ignore[operator]
        caller.wait()

    fed = feed(peer(whole, good).port)
    fed.start()
    assert sentence in until(qtbot, fed, away).trouble
    until(qtbot, fed, live)  # and it came back by itself


def test_one_that_hangs_is_given_up(qtbot: QtBot, peer: MakePeer, feed: MakeFeed) -> None:
    def silent(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER)
        caller.hear("Ping")
        caller.wait()

    fed = feed(peer(Caller.wait, silent, good).port, login_ms=200, silent_ms=200)
    fed.start()
    assert "does not answer" in until(qtbot, fed, away).trouble
    until(qtbot, fed, live)
    assert "fallen silent" in until(qtbot, fed, away).trouble
    until(qtbot, fed, live)


def test_one_that_tells_of_a_million_callers(qtbot: QtBot, peer: MakePeer, feed: MakeFeed) -> None:
    def liar(caller: Caller) -> None:
        caller.let_in()
        caller.hear("QueueStatus")
        for number in range(20_100):
            caller.say(joined(number))
        caller.wait()

    fed = feed(peer(liar).port)
    fed.start()
    view = until(qtbot, fed, away)
    assert "more callers" in view.trouble
    assert not view.waiting


def test_times_that_are_none_are_not_believed(qtbot: QtBot, peer: MakePeer, feed: MakeFeed) -> None:
    def talk(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER.replace(b"1000000.0", b"nan"), ENTRY.replace(b"33", b"-inf"))
        caller.wait()

    fed = feed(peer(talk).port, clock=lambda: STAMP)
    fed.start()
    view = until(qtbot, fed, live)
    assert view.longest_since == STAMP
    assert view.lag_s == 0


def test_a_certificate_of_somebody_else_is_not_spoken_to(
    qtbot: QtBot, peer: MakePeer, feed: MakeFeed, tmp_path: Path
) -> None:
    strangers = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(strangers))
    fed = feed(peer(good).port, ca_file=str(strangers))
    fed.start()
    assert "not to be trusted" in until(qtbot, fed, away).trouble
    missing = feed(peer(good).port, ca_file=str(tmp_path / "none.pem"))
    missing.start()
    assert "no certificate in" in until(qtbot, missing, away).trouble


def test_a_name_that_is_not_on_the_certificate(
    qtbot: QtBot, peer: MakePeer, feed: MakeFeed
) -> None:
    fed = feed(peer(good).port, host="127.0.0.1")
    fed.start()
    assert "not to be trusted" in until(qtbot, fed, away).trouble


def test_nobody_there_is_tried_later_and_later(qtbot: QtBot, feed: MakeFeed) -> None:
    fed = feed(1)
    tried: list[float] = []
    fed.changed.connect(lambda _: tried.append(time.monotonic()))
    fed.start()
    qtbot.waitUntil(lambda: len(tried) >= 5, timeout=10_000)
    waits = [after - before for before, after in itertools.pairwise(tried)]
    assert waits[3] > 2 * waits[0]
    assert "cannot be reached" in fed.view.trouble


def test_pausing_says_which_desk_and_why(qtbot: QtBot, peer: MakePeer, feed: MakeFeed) -> None:
    heard: list[dict[str, str]] = []

    def talk(caller: Caller) -> None:
        caller.let_in()
        caller.picture(MEMBER)
        heard.append(dict(caller.hear("QueuePause").fields))
        caller.say(said(Response="Error", Message="Interface not found", ActionID="pause-1"))
        caller.wait()

    fed = feed(peer(talk).port)
    assert not fed.pause("PJSIP/dana", paused=True)
    fed.start()
    until(qtbot, fed, live)
    with qtbot.waitSignal(fed.refused, timeout=5000) as refused:
        assert fed.pause("PJSIP/dana", paused=True, reason="Lunch")
    assert heard[0]["Interface"] == "PJSIP/dana"
    assert (heard[0]["Paused"], heard[0]["Reason"]) == ("true", "Lunch")
    assert refused.args == ["The PBX would not do it (Interface not found)."]
