"""New calls: passed on at a pace pjsua2 lives through, while it has room; queued beyond that."""

import time
from collections import deque
from typing import Final

from softphone.guard.crossing import Crossing
from softphone.guard.inspection import Inspection
from softphone.guard.news import CallerGone, CallerWaits, Report
from softphone.guard.pace import Pace
from softphone.guard.slots import Slots, new_call_id
from softphone.guard.waiting import Waiter, WaitingRoom
from softphone.identity import identify
from softphone.packet import Packet
from softphone.wire import EndCause

# Seconds after which an INVITE pjsua2 ignored gives its slot back. It answers within milliseconds
# or, what its parser cannot read, never: a line must not be lost to that for long.
UNANSWERED_BY_PJSIP: Final = 0.5
RETRY_AFTER: Final = ((b"Retry-After", b"10"),)
UNENCRYPTED: Final = (
    "A call without encryption was turned away, as this line requires; the PBX has to offer SRTP."
)


class Entrance:
    """Everything is for the guard's thread, but `dismiss`, `close` and `waiting`."""

    def __init__(
        self,
        crossing: Crossing,
        inspection: Inspection,
        slots: Slots,
        report: Report,
        room: WaitingRoom,
    ) -> None:
        self._crossing = crossing
        self._inspection = inspection
        self._slots = slots
        self._report = report
        self._room = room
        self._pace = Pace(per_second=20, burst=20)
        self._newcomers = Pace(per_second=50, burst=400)  # twice what may wait, and no real day's
        self._closed = False
        self._dismissed: deque[str] = deque()
        self._let_in: dict[str, Waiter] = {}  # told of as waiting, and not yet seen to ring

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return len(self._room)

    def dismiss(self, call: str) -> None:
        """Send a waiting caller away with 480 at the next `tick`."""
        self._dismissed.append(call)

    def close(self) -> None:
        """Answer new calls with 503 from now on."""
        self._closed = True

    def knock(self, packet: Packet) -> None:
        """Take an INVITE that begins a dialog."""
        key, now = packet.dialog_key, time.monotonic()
        if self._slots.has(key):
            self._inspection.pass_request(packet)  # a retransmission: pjsua2 knows it
            return
        if self._room.repeat(key):
            return
        if not self._newcomers.take(now):
            # A flood: answered and forgotten (RFC 3261 8.2.7), or its memory would be the harm
            self._crossing.refuse(packet, 503, RETRY_AFTER)
            return
        waiter = Waiter(key, new_call_id(), packet, now)
        if self._closed:
            self._room.refuse(waiter, 503, now)
            return
        if self._room.first is None and self._slots.free_for_callers and self._pace.take(now):
            self._admit(waiter, now)
            return
        if self._room.full:
            self._report(CallerWaits(waiter.call, identify(packet), time.time()))
            self._room.refuse(waiter, 503, now, RETRY_AFTER)
            self._gone(waiter, EndCause.LOST, 503)
            return
        self._room.add(waiter)
        self.pump(now)

    def acknowledged(self, packet: Packet) -> bool:
        """Take the ACK of a refusal. False when it belongs to pjsua2."""
        return self._room.acknowledge(packet.dialog_key)

    def cancelled(self, packet: Packet) -> bool:
        """Take the CANCEL of somebody who waits. False when it belongs to pjsua2."""
        left = self._room.cancel(packet, time.monotonic())
        if left is not None:
            self._gone(left, EndCause.ABANDONED, 487)
        return left is not None

    def turned_away(self, key: str, code: int) -> None:
        """Take note that pjsua2 refused an INVITE; its place may be the next one's."""
        if self._slots.release_unclaimed(key):
            self._never_rang(key, code)
            self.pump(time.monotonic())

    def pump(self, now: float) -> None:
        """Pass on whoever may go, first come first served, and tell the others they wait."""
        while (waiter := self._room.first) is not None and self._slots.free_for_callers:
            if not self._pace.take(now):
                return  # the pace alone holds them: a moment, not worth telling
            if not self._admit(waiter, now):
                break
            self._room.remove(waiter.key)
        for waiter in self._room.unannounced():
            self._report(CallerWaits(waiter.call, identify(waiter.invite), time.time()))
            self._room.announce(waiter, now)

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        while self._dismissed:
            if (waiter := self._room.by_call(self._dismissed.popleft())) is not None:
                self._room.refuse(waiter, 480, now)
                self._gone(waiter, EndCause.DECLINED, 480)
        for waiter in self._room.tick(now):
            self._gone(waiter, EndCause.UNANSWERED, 480)
        for key in self._slots.unclaimed_since(now - UNANSWERED_BY_PJSIP):
            if self._slots.release_unclaimed(key):
                self._crossing.counts["ignored by pjsua2"] += 1
                self._never_rang(key, 400)
        unseen = set(self._slots.unclaimed_since(now + 1))
        self._let_in = {key: who for key, who in self._let_in.items() if key in unseen}
        if self._room.first is not None:
            self.pump(now)

    def patience(self, now: float) -> float:
        """Seconds until `tick` has work again."""
        due = self._room.next_due
        patience = 5.0 if due is None else max(0.0, min(5.0, due - now))
        if self._let_in:
            patience = min(patience, UNANSWERED_BY_PJSIP / 2)
        if self._room.first is not None:
            free = self._slots.free_for_callers
            patience = min(patience, self._pace.wait(now) if free else UNANSWERED_BY_PJSIP / 2)
        return patience

    def send_everybody_away(self) -> None:
        """Refuse all who wait with 480: the engine leaves."""
        now = time.monotonic()
        for waiter in self._room.empty():
            self._room.refuse(waiter, 480, now)
            self._gone(waiter, EndCause.LOST, 480)

    def _admit(self, waiter: Waiter, now: float) -> bool:
        """Pass an INVITE on. False when there is no slot for it after all."""
        if not self._slots.take_incoming(waiter.key, waiter.call, now):
            return False
        plain = self._inspection.is_too_plain(waiter.invite)
        if not self._inspection.pass_request(waiter.invite):
            self._slots.release(waiter.key)
            if plain and not waiter.announced:  # told, so that the caller can be called back
                self._report(CallerWaits(waiter.call, identify(waiter.invite), time.time()))
            if plain or waiter.announced:
                self._gone(waiter, EndCause.LOST, 488, UNENCRYPTED if plain else "")
        elif waiter.announced:
            self._let_in[waiter.key] = waiter
        return True

    def _never_rang(self, key: str, code: int) -> None:
        """Whoever was told to wait is told to be gone: they must not wait on a screen for ever."""
        waiter = self._let_in.pop(key, None)
        if waiter is not None:
            cause = EndCause.ABANDONED if code == 487 else EndCause.LOST
            self._gone(waiter, cause, code)

    def _gone(self, waiter: Waiter, cause: EndCause, code: int, reason: str = "") -> None:
        self._report(CallerGone(waiter.call, cause, code, reason))
