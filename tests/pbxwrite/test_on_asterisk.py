"""A written configuration booted: callers come through it to real desks, practice by practice."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator

import pytest

from console.floor.ami import Message, Reader, encode
from console.floor.picture import AgentState, Gone, Picture
from console.pbx.plan import Desk
from softphone import wire
from softphone.wire import Registration, Srtp, Transport
from tests.pbx.asterisk import TRUNK_HOST
from tests.pbxwrite.written import WrittenPbx
from tests.sip_caller import SipCaller
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.pbx


def desk(
    pbx: WrittenPbx, start: StartEngine, ca_file: str, user: str, *options: str
) -> EngineProcess:
    """A registered desk, over TLS with encrypted sound."""
    engine = start(user, *options)
    engine.send(
        wire.UseAccount(
            user=user,
            registrar=pbx.tls_host,
            password=pbx.passwords[user],
            transport=Transport.TLS,
            srtp=Srtp.REQUIRED,
            ca_file=ca_file,
        )
    )
    engine.wait_for(wire.RegistrationChanged, lambda e: e.registration is Registration.REGISTERED)
    return engine


def carrier(pbx: WrittenPbx) -> contextlib.closing[SipCaller]:
    return contextlib.closing(SipCaller(("127.0.0.1", pbx.ports.sip), host=TRUNK_HOST))


def test_callers_of_three_practices_reach_a_desk(
    pbx: WrittenPbx, start: StartEngine, ca_file: str
) -> None:
    dana = desk(pbx, start, ca_file, "dana")
    for practice in pbx.practices[:3]:
        number = practice.numbers[0]
        with carrier(pbx) as caller:
            attempt = caller.invite(user=number.removeprefix("+1"), number="+15155550142")
            caller.wait_code(attempt, 180)
            offered = dana.wait_for(wire.CallOffered)
            assert offered.dialled == wire.Dialled(number, "X-Frontdesk-Number")
            assert offered.caller.number == "+15155550142"
            assert offered.pbx_call_id
            dana.send(wire.Answer(offered.call))
            caller.answered_call(attempt)
            dana.wait_for(wire.CallAnswered)
            dana.send(wire.HangUp(offered.call))
            dana.wait_for(wire.CallEnded)


def test_nobody_there_is_no_busy_tone_and_the_next_queue_has_it(
    pbx: WrittenPbx, start: StartEngine, ca_file: str
) -> None:
    evan = desk(pbx, start, ca_file, "evan")
    with carrier(pbx) as caller:
        attempt = caller.invite(user=pbx.practices[0].numbers[0])
        caller.wait_code(attempt, 180)
        caller.answered_call(attempt, timeout=10)  # by the music
        evan.send(wire.Answer(evan.wait_for(wire.CallOffered).call))
        call = evan.wait_for(wire.CallAnswered).call
        evan.send(wire.HangUp(call))
        evan.wait_for(wire.CallEnded)


def test_a_number_of_no_practice_is_answered_too(
    pbx: WrittenPbx, start: StartEngine, ca_file: str
) -> None:
    dana = desk(pbx, start, ca_file, "dana")
    with carrier(pbx) as caller:
        attempt = caller.invite(user="+19995550199")
        assert dana.wait_for(wire.CallOffered).dialled.number == "+19995550199"
        caller.give_up(attempt)
        dana.wait_for(wire.CallEnded)


class Manager:
    """The floor's user of the manager interface, over TLS."""

    def __init__(self, pbx: WrittenPbx, ca_file: str) -> None:
        context = ssl.create_default_context(cafile=ca_file)
        plain = socket.create_connection(("127.0.0.1", pbx.ports.ami), timeout=10)
        self._socket = context.wrap_socket(plain, server_hostname="localhost")
        self._reader = Reader()
        self.messages = self._read()
        conf = (pbx.base / "etc/manager.conf").read_text()
        (secret,) = [line[7:] for line in conf.splitlines() if line.startswith("secret=")]
        assert self.ask("Login", Username="frontdesk", Secret=secret).get("Response") == "Success"

    def ask(self, action: str, **fields: str) -> Message:
        self._socket.sendall(encode(action, "1", **fields))
        return self.next(lambda message: bool(message.get("Response")))

    def next(self, wanted: Callable[[Message], bool]) -> Message:
        return next(message for message in self.messages if wanted(message))

    def draw(self, picture: Picture, until: str) -> None:
        """Draw until an event has been."""
        for message in self.messages:
            picture.take(message)
            if message.event == until:
                return

    def _read(self) -> Iterator[Message]:
        while received := self._socket.recv(65536):
            yield from self._reader.feed(received)

    def close(self) -> None:
        self._socket.close()


def test_the_floor_is_drawn_from_the_managers_events(
    pbx: WrittenPbx, start: StartEngine, ca_file: str
) -> None:
    practice = pbx.practices[0]
    with contextlib.closing(Manager(pbx, ca_file)) as manager:
        gone: list[Gone] = []
        picture = Picture(abandoned=gone.append)
        manager.ask("QueueStatus")
        manager.draw(picture, "QueueStatusComplete")
        assert picture.agents["PJSIP/dana"].name == "Dana Whitfield"
        assert picture.agents["PJSIP/dana"].state(picture.at) is AgentState.NOT_READY
        with carrier(pbx) as caller:
            attempt = caller.invite(user=practice.numbers[0], number="+15155550142")
            manager.draw(picture, "QueueCallerJoin")
            (waiting,) = picture.waiting.values()
            assert (waiting.practice, waiting.number) == (practice.id, "+15155550142")
            caller.give_up(attempt)
            manager.draw(picture, "Hangup")
        assert [each.practice for each in gone] == [practice.id]
        dana = desk(pbx, start, ca_file, "dana")
        manager.draw(picture, "QueueMemberStatus")
        assert picture.agents["PJSIP/dana"].state(picture.at) is AgentState.AVAILABLE
        with carrier(pbx) as caller:
            attempt = caller.invite(user=practice.numbers[0])
            manager.draw(picture, "AgentCalled")
            assert picture.agents["PJSIP/dana"].rings_for == practice.id
            dana.send(wire.Answer(dana.wait_for(wire.CallOffered).call))
            caller.answered_call(attempt)
            manager.draw(picture, "AgentConnect")
            talk = picture.agents["PJSIP/dana"].talk
            assert talk is not None
            assert talk.practice == practice.id
            call = dana.wait_for(wire.CallAnswered).call
            dana.send(wire.HangUp(call))
            dana.wait_for(wire.CallEnded)


def test_the_floors_manager_may_run_no_commands(pbx: WrittenPbx, ca_file: str) -> None:
    with contextlib.closing(Manager(pbx, ca_file)) as manager:
        for action in ("Command", "GetConfig", "UpdateConfig"):
            told = manager.ask(action, Command="core show version", Filename="pjsip.conf")
            assert told.get("Message") == "Permission denied"


def test_written_again_only_what_changed_is_loaded_again(pbx: WrittenPbx) -> None:
    assert pbx.write_again().changed == ()
    more = (*pbx.plan.desk, Desk(user="priya", name="Priya Raman", queues={"backup": 1}))
    told = pbx.write_again(desk=more)
    assert {path.name for path in told.changed} == {
        "pjsip.conf",
        "queues.conf",
        "extensions.conf",
    }
    assert set(told.passwords) == {"priya"}
    for command in told.reloads:
        pbx.cli(command)
    assert "Priya Raman" in pbx.cli("queue show backup")
    assert "priya" in pbx.cli("pjsip show endpoints")
    assert pbx.write_again(desk=pbx.plan.desk[:-1]).passwords == {}
