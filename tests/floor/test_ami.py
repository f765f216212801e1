"""The manager interface's lines, whole and in pieces, and a picture drawn from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.floor import ami
from console.floor.ami import Message, NotAmi, Reader, encode
from console.floor.picture import AgentState, Gone, Picture

HELLO = b"Asterisk Call Manager/11.0.0\r\n"
JOINED = (
    b"Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nTimestamp: 1000.25\r\n"
    b"ChanVariable: PRACTICE_ID=maple\r\nQueue: answering\r\nPosition: 1\r\n"
    b"CallerIDNum: +15155550142\r\nUniqueid: 7.1\r\n\r\n"
)


def event(name: str, **fields: object) -> Message:
    pairs = {"Event": name, "Timestamp": "1000", **{k: str(v) for k, v in fields.items()}}
    practice = (("ChanVariable", "PRACTICE_ID=maple"),)
    return Message((*pairs.items(), *practice))


@given(st.lists(st.integers(1, 40), max_size=30))
def test_messages_come_whole_however_the_bytes_are_cut(cuts: list[int]) -> None:
    stream, reader, found = HELLO + JOINED * 3, Reader(), []
    for cut in cuts:
        found += reader.feed(stream[:cut])
        stream = stream[cut:]
    found += reader.feed(stream)
    assert [message.event for message in found] == ["QueueCallerJoin"] * 3
    assert found[0].variables() == {"PRACTICE_ID": "maple"}
    assert found[0].number("timestamp") == 1000.25


def test_what_is_no_manager_interface() -> None:
    with pytest.raises(NotAmi, match="not Asterisk"):
        list(Reader().feed(b"SSH-2.0-OpenSSH_9\r\n"))
    with pytest.raises(NotAmi, match="line without an end"):
        list(Reader().feed(HELLO + b"x" * (ami.LONGEST_LINE + 1)))
    with pytest.raises(NotAmi, match="message without an end"):
        list(Reader().feed(HELLO + b"A: " + (b"b" * 1000 + b"\r\nA: ") * 600))


@given(st.binary(max_size=400))
def test_any_bytes_are_messages_or_refused(received: bytes) -> None:
    try:
        found = list(Reader().feed(HELLO + received))
    except NotAmi:
        return
    picture = Picture()
    for message in found:
        picture.take(message)


def test_a_value_cannot_become_an_action_of_its_own() -> None:
    assert encode("QueuePause", "7", Interface="PJSIP/dana", Paused="true") == (
        b"Action: QueuePause\r\nActionID: 7\r\nInterface: PJSIP/dana\r\nPaused: true\r\n\r\n"
    )
    with pytest.raises(ValueError, match="line's end"):
        encode("QueuePause", Interface="PJSIP/dana\r\nAction: Command")


def seated(**fields: object) -> Picture:
    picture = Picture()
    told = {"Queue": "answering", "Interface": "PJSIP/dana", "MemberName": "dana", "Status": 1}
    picture.take(event("QueueMemberAdded", **{**told, "Paused": 0, **fields}))
    return picture


def dana(picture: Picture, now: float = 1000) -> AgentState:
    return picture.agents["PJSIP/dana"].state(now)


def test_a_call_from_the_queue_to_wrap_up() -> None:
    picture = seated()
    picture.take(event("QueueCallerJoin", Queue="answering", Position=1, Uniqueid="7.1"))
    assert [caller.practice for caller in picture.waiting.values()] == ["maple"]
    picture.take(event("AgentCalled", Interface="PJSIP/dana", Uniqueid="7.1"))
    assert dana(picture) is AgentState.RINGING
    assert picture.agents["PJSIP/dana"].rings_for == "maple"
    picture.take(event("QueueCallerLeave", Queue="answering", Uniqueid="7.1"))
    picture.take(event("AgentConnect", Interface="PJSIP/dana", Uniqueid="7.1"))
    assert not picture.waiting
    assert dana(picture) is AgentState.ON_CALL
    talk = picture.agents["PJSIP/dana"].talk
    assert talk is not None
    assert (talk.call_id, talk.practice) == ("7.1", "maple")
    picture.take(event("AgentComplete", Interface="PJSIP/dana", Uniqueid="7.1"))
    told = {"Queue": "answering", "Interface": "PJSIP/dana", "Status": 1, "Paused": 0}
    picture.take(event("QueueMemberStatus", **told, LastCall=1000, Wrapuptime=30))
    assert dana(picture, 1029) is AgentState.WRAP_UP
    assert dana(picture, 1030) is AgentState.AVAILABLE


def test_a_caller_who_gives_up_is_told_with_the_wait() -> None:
    gone: list[Gone] = []
    picture = Picture(abandoned=gone.append)
    picture.take(event("QueueCallerJoin", Queue="q", Position=1, Uniqueid="1", CallerIDNum="+1515"))
    picture.take(event("QueueCallerJoin", Queue="q", Position=2, Uniqueid="2"))
    picture.take(event("QueueCallerAbandon", Queue="q", Uniqueid="1", Timestamp=1041))
    assert not gone  # the next queue may have the caller
    picture.take(event("Hangup", Uniqueid="1", Timestamp=1041))
    assert gone == [Gone("1", "maple", "+1515", 41.0, 1041.0)]
    assert picture.waiting["2"].position == 1
    picture.take(event("QueueCallerLeave", Queue="q", Uniqueid="1"))
    assert set(picture.waiting) == {"2"}


def test_a_caller_who_asks_to_be_called_back_is_told_and_has_not_given_up() -> None:
    gone: list[Gone] = []
    wished: list[Gone] = []
    picture = Picture(abandoned=gone.append, wished=wished.append)
    joined = event("QueueCallerJoin", Queue="q", Position=1, Uniqueid="1", CallerIDNum="+1515")
    picture.take(joined)
    picture.take(event("QueueCallerLeave", Queue="q", Uniqueid="1", Timestamp=1300))
    asks = {"UserEvent": "FrontdeskCallback", "Practice": "maple", "Number": "+15155550142"}
    picture.take(event("UserEvent", CallId="1", Timestamp=1310, **asks))
    picture.take(event("Hangup", Uniqueid="1", Timestamp=1311))
    assert gone == []
    assert wished == [Gone("1", "maple", "+15155550142", 310.0, 1310.0)]


def test_a_caller_who_goes_on_elsewhere_has_not_given_up() -> None:
    gone: list[Gone] = []
    picture = Picture(abandoned=gone.append)
    for number, after in enumerate(
        (
            event("QueueCallerJoin", Queue="backup", Position=1, Uniqueid="0"),
            event("DialEnd", Uniqueid="1", DialStatus="ANSWER"),
            event("UserEvent", UserEvent="FrontdeskCallback", CallId="2"),
        )
    ):
        call = str(number)
        picture.take(event("QueueCallerJoin", Queue="q", Position=1, Uniqueid=call))
        picture.take(event("QueueCallerAbandon", Queue="q", Uniqueid=call))
        picture.take(event("QueueCallerLeave", Queue="q", Uniqueid=call))
        picture.take(after)
        picture.take(event("Hangup", Uniqueid=call))
    assert not gone


def test_a_phone_that_is_busy_while_it_is_rung_rings() -> None:
    picture = seated()
    told = {"Queue": "answering", "Interface": "PJSIP/dana", "Paused": 0}
    picture.take(event("AgentCalled", Interface="PJSIP/dana", Uniqueid="7.1"))
    picture.take(event("QueueMemberStatus", **told, Status=3))
    assert dana(picture) is AgentState.RINGING
    picture.take(event("AgentConnect", Interface="PJSIP/dana", Uniqueid="7.1", HoldTime=4))
    picture.take(event("QueueMemberStatus", **told, Status=3))
    assert dana(picture) is AgentState.ON_CALL


def test_a_caller_who_waited_before_we_looked_has_waited_as_long() -> None:
    picture = Picture()
    picture.take(event("QueueEntry", Queue="q", Position=1, Uniqueid="1", Wait=33))
    assert picture.waiting["1"].since == 967


def test_a_caller_moved_to_the_next_queue_has_waited_all_along() -> None:
    picture = Picture()
    joined = {"Position": 1, "Uniqueid": "1"}
    picture.take(event("QueueCallerJoin", Queue="q", **joined, Timestamp=1000))
    picture.take(event("QueueCallerLeave", Queue="q", Uniqueid="1", Timestamp=1020))
    picture.take(event("QueueCallerJoin", Queue="backup", **joined, Timestamp=1020.2))
    assert picture.waiting["1"].since == 1000
    picture.take(event("QueueCallerLeave", Queue="backup", Uniqueid="1", Timestamp=1030))
    picture.take(event("QueueCallerJoin", Queue="q", **joined, Timestamp=1300))
    assert picture.waiting["1"].since == 1300


def test_paused_missed_and_gone() -> None:
    picture = seated()
    picture.take(event("QueueMemberPause", Interface="PJSIP/dana", Paused=1, PausedReason="Lunch"))
    assert dana(picture) is AgentState.PAUSED
    assert picture.agents["PJSIP/dana"].pause_reason == "Lunch"
    picture.take(event("AgentRingNoAnswer", Interface="PJSIP/dana"))
    assert picture.agents["PJSIP/dana"].missed == 1
    picture.take(event("QueueMemberStatus", Queue="answering", Interface="PJSIP/dana", Status=5))
    assert dana(picture) is AgentState.NOT_READY
    picture.take(event("QueueMemberRemoved", Queue="answering", Interface="PJSIP/dana"))
    assert not picture.agents
