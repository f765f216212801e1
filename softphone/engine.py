"""The engine: one loop that owns pjsua2, moves the calls, and tells every client.

Three threads meet here. The guard reports callers who wait, the server hands over commands; both
put them in one box and nudge the poll. This thread alone takes them out, together with what
pjsua2's callbacks noted, and decides. So a call has one story, told in one order.
"""

import gc
import os
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import Final, assert_never

from softphone import log, wire
from softphone.attendance import Attendance
from softphone.buttons.listener import ButtonListener, ButtonsChanged, Pressed
from softphone.calls import CallState
from softphone.codes import Codes
from softphone.commands import Commands
from softphone.conferences import Conferences
from softphone.consults import Consults
from softphone.dialler import Dialler
from softphone.guard import Guard, Slots
from softphone.guard.news import CallerGone, CallerWaits, News
from softphone.guard.pbx import PbxFound, PbxLost
from softphone.happenings import Happenings
from softphone.lines import Line
from softphone.looptest import LoopTest
from softphone.newcomers import Newcomers
from softphone.pjsip.account import Standing
from softphone.pjsip.endpoint import Phone
from softphone.presses import Presses
from softphone.prompts import Prompts
from softphone.recording.player import Player
from softphone.recording.recorder import Recorder
from softphone.registrar import Registrar
from softphone.rendezvous import publish, withdraw
from softphone.ringing import LoudRinging
from softphone.server import Client, Server
from softphone.settings import Settings
from softphone.soundcheck import SoundCheck
from softphone.station import Station
from softphone.trades import Trades
from softphone.transfers import Transfers
from softphone.watch import Watch
from softphone.wire import EndCause, SoundKind

LEVELS_EVERY: Final = 0.2  # seconds
CHORES_EVERY: Final = 0.1
SOUND_EVERY: Final = 0.03  # a headset that is pulled out must be missed at once
COLLECT_EVERY: Final = 5.0
FAREWELL: Final = 2.0  # seconds given to BYEs and their answers at the end
_UNANSWERED: Final = frozenset({CallState.RINGING, CallState.DIALLING, CallState.ALERTING})


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's command."""

    client: Client
    command: wire.AnyCommand


Item = Asked | News | Pressed | ButtonsChanged


class Engine:
    """Made, run and closed on one thread, the process's main one."""

    def __init__(self, settings: Settings) -> None:
        self._inbox: deque[Item] = deque()
        self._leaving = False
        self._levels_due = self._sound_due = self._chores_due = self._collect_due = 0.0
        phone = Phone()
        slots = Slots(phone.capabilities.calls, settings.outgoing_lines)
        guard = Guard(
            bind=settings.bind,
            port=settings.sip_port,
            slots=slots,
            report=self._post,
            heard=settings.hear,
            most_waiting=settings.max_waiting,
            longest_wait=settings.max_wait,
        )
        server = Server(lambda client, command: self._post(Asked(client, command)))
        self._station = Station(settings, guard, slots, phone, server)
        self._station.phone.accept_transfers = self._station.may_be_transferred
        registrar = Registrar(self._station)
        self._transfers = Transfers(self._station)
        dialler = Dialler(self._station)
        consults = Consults(self._station, dialler, self._transfers)
        conferences = Conferences(self._station, consults, self._transfers)
        self._newcomers = Newcomers(self._station)
        self._loop_test = LoopTest(self._station)
        self._sound_check = SoundCheck(self._station)
        self._loud_ringing = LoudRinging(self._station)
        self._watch = Watch(self._station)
        self._recorder = Recorder(self._station)
        self._player = Player(self._station)
        self._prompts = Prompts(self._station)
        self._codes = Codes(self._station)
        trades = Trades(
            registrar,
            dialler,
            self._transfers,
            consults,
            conferences,
            self._newcomers,
            self._loop_test,
            self._recorder,
            self._player,
            self._sound_check,
            self._prompts,
            self._codes,
        )
        self._happenings = Happenings(self._station, trades)
        self._commands = Commands(self._station, trades, leave=self.leave)
        self._buttons = ButtonListener(self._post)
        self._presses = Presses(self._station, self._buttons, self._commands.carry)
        self._registrar = registrar
        self._nudger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._nudger.connect(("127.0.0.1", self._station.phone.port))
        self._rendezvous = b""
        self._last_company = self._last_client = time.monotonic()
        self._attendance = Attendance(self._station, registrar, self._last_client)

    def run(self) -> None:
        """Work until told to leave or left alone."""
        self._open()
        try:
            while not self._leaving:
                self._turn()
        finally:
            self._close()

    def leave(self) -> None:
        """End after this turn. For signal handlers too."""
        self._leaving = True

    def _open(self) -> None:
        station = self._station
        settings, (host, port) = station.settings, station.guard.public
        inner_host, inner_port = station.guard.inner
        outbound = f"sip:{inner_host}:{inner_port};lr"
        station.phone.open(Standing(host, port, settings.bind, outbound))
        wanted = wire.UseSound(
            settings.sound, settings.microphone, settings.earpiece, settings.ringer
        )
        station.audio.use(wanted, ring_tone=settings.ring_tone, ringing=settings.ringing)
        station.guard.start(station.phone.port)
        station.server.start()
        if settings.sound in (SoundKind.HEADSET, SoundKind.NATIVE):
            self._buttons.start()
        publish_as = wire.Rendezvous(station.server.port, station.server.token, os.getpid())
        self._rendezvous = wire.encode_rendezvous(publish_as)
        publish(settings.rendezvous, publish_as)
        # pjsua2's objects may be collected on this thread only: collect by hand, here
        gc.collect()
        gc.freeze()
        gc.disable()
        log.note("ready", port=port)

    def _turn(self) -> None:
        self._station.phone.poll()
        self._take_news()
        self._happenings.take()
        while self._inbox:
            self._take(self._inbox.popleft())
        self._station.reopen()
        self._loud_ringing.look()
        now = time.monotonic()
        if now >= self._sound_due:
            self._sound_due = now + SOUND_EVERY
            for news in self._station.audio.watch(now):
                self._station.tell(news)
        if now >= self._levels_due:
            self._levels_due = now + LEVELS_EVERY
            self._tell_levels()
        if now >= self._chores_due:
            self._chores_due = now + CHORES_EVERY
            self._chores(now)

    def _close(self) -> None:
        station = self._station
        withdraw(station.settings.rendezvous, self._rendezvous)
        station.guard.refuse_newcomers()
        self._loop_test.close()
        self._codes.close()
        self._sound_check.close()
        for line in station.lines:
            line.cause = line.cause or EndCause.DESK
            station.end(line)
        until = time.monotonic() + FAREWELL
        unregistering = self._registrar.leave()
        while time.monotonic() < until and (
            len(station.lines)
            or self._loop_test.running
            or (unregistering and self._registrar.registered)
        ):
            station.phone.poll()
            self._happenings.take()
        station.guard.stop()
        while self._inbox:
            self._take(self._inbox.popleft())
        for line in station.lines:
            station.forget(line, EndCause.LOST, 408)
        self._recorder.close()
        self._player.close()
        self._prompts.close()
        self._buttons.stop()
        station.server.stop()
        station.audio.close()
        self._loop_test.free()
        self._recorder.free()
        self._player.free()
        self._prompts.free()
        self._sound_check.free()
        station.phone.close()
        self._nudger.close()
        log.note("left")

    def _post(self, item: Item) -> None:
        """Hand something to the loop, from any thread, and cut its poll short."""
        self._inbox.append(item)
        # pjsip reads a bare line end as a keep-alive and returns from its poll (RFC 5626 4.4.1)
        self._nudger.send(b"\r\n")

    def _take_news(self) -> None:
        """Hear the guard before pjsua2: that a caller waits is told before the INVITE is passed on,
        and must not be heard after it."""
        items = [self._inbox.popleft() for _ in range(len(self._inbox))]
        self._inbox.extendleft(reversed([item for item in items if not isinstance(item, News)]))
        for item in items:
            if isinstance(item, News):
                self._take(item)

    def _take(self, item: Item) -> None:
        match item:
            case Asked():
                self._commands.take(item.client, item.command)
            case Pressed() | ButtonsChanged():
                self._presses.take(item)
            case CallerWaits():
                self._caller_waits(item)
            case CallerGone():
                line = self._station.lines.get(item.call)
                if line is not None and line.phone is None:  # else pjsua2 was late: it rings
                    self._station.forget(line, line.cause or item.cause, item.code, item.reason)
            case PbxFound():
                self._registrar.found(item)
            case PbxLost():
                self._registrar.lost(item)
            case _:
                assert_never(item)

    def _caller_waits(self, waits: CallerWaits) -> None:
        who = waits.identity
        line = Line(waits.call, CallState.WAITING, False, waits.at, 0)
        line.caller, line.dialled, line.sip_call_id = who.caller, who.dialled, who.sip_call_id
        line.routing = who.routing
        self._station.lines.add(line)
        self._station.tell(
            wire.CallWaiting(
                waits.call, who.caller, who.dialled, who.sip_call_id, waits.at, who.routing
            )
        )
        log.note("waiting", call=waits.call)

    def _chores(self, now: float) -> None:
        station = self._station
        self._registrar.tick(now)
        self._attendance.tick(now)
        for line in station.lines:
            if now >= line.due and line.state in _UNANSWERED and line.phone is not None:
                line.cause = line.cause or EndCause.UNANSWERED
                station.end(line)
            if line.reoffer_at is not None and now >= line.reoffer_at:
                station.offer_hold(line)
        self._transfers.tick(now)
        self._newcomers.tick(now)
        self._loop_test.tick(now)
        self._codes.tick(now)
        self._sound_check.tick(now)
        self._presses.tick()
        self._watch.tick(now)
        self._recorder.tick()
        self._player.tick()
        self._prompts.tick()
        self._end_forsaken(now)
        if station.server.anybody or len(station.lines):
            self._last_company = now
        elif now - self._last_company > station.settings.keep:
            log.note("alone", seconds=station.settings.keep)
            self.leave()
        if now >= self._collect_due:
            self._collect_due = now + COLLECT_EVERY
            gc.collect()

    def _end_forsaken(self, now: float) -> None:
        """End calls that have nobody at either end: no window here, no sound from there. A far end
        that died without a BYE would otherwise hold its line, and this process, for ever."""
        if self._station.server.anybody:
            self._last_client = now
        elif now - self._last_client > self._station.settings.forsaken:
            for line in self._station.lines:
                if line.talking and self._watch.hears_nobody(line.id):
                    line.cause = line.cause or EndCause.LOST
                    self._station.end(line)

    def _tell_levels(self) -> None:
        wanted = self._station.audio.front is not None or self._station.levels_watched
        if wanted and self._station.server.anybody:
            self._station.tell(wire.SoundLevels(*self._station.audio.levels()))
