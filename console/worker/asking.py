"""Asking for answers where nobody brings them: a mailbox, a carrier that keeps them until asked."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from console.delivery.dispatch import DeliveryError
from console.delivery.replies.bounce import Bounced
from console.delivery.replies.heard import Heard, NotReadable
from console.delivery.replies.mailbox import Mailbox
from console.delivery.replies.ntfy import SINCE_FIRST, ReplyTopic
from console.delivery.replies.wctp import WctpMailbox
from console.store.errors import RecordsError
from console.worker.turns import Turns

log = logging.getLogger(__name__)

MAIL_EVERY_S: Final = 10.0
WCTP_EVERY_S: Final = 10.0
NTFY_EVERY_S: Final = 5.0  # as often as ntfy.sh lets anybody ask for good
AWAY_S: Final = 20.0
OTHERS_S: Final = 5.0  # while another asks: looked at as often
RENEW_S: Final = 10.0  # a turn is taken up again as often: it would run out
_END_WITHIN_S: Final = 2.0


class Asks(Protocol):
    """Somewhere answers wait."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    def ask(self, take: Callable[[Heard], object]) -> float:
        """Hand what waits to `take`; return after how many seconds to ask again."""


@dataclass(slots=True)
class AskMail:
    """A mailbox."""

    box: Mailbox
    came_back: Callable[[Bounced], object] | None = None
    name: str = "mail"

    def ask(self, take: Callable[[Heard], object]) -> float:
        """Ask."""
        self.box.hear(take, self.came_back)
        return MAIL_EVERY_S


@dataclass(slots=True)
class AskWctp:
    """A carrier; what came is said to have come by the next question."""

    box: WctpMailbox
    name: str = "wctp"
    received: tuple[str, ...] = field(default=())

    def ask(self, take: Callable[[Heard], object]) -> float:
        """Ask."""
        polled = self.box.poll(self.received)
        for heard in polled.heard:
            take(heard)
        self.received = polled.numbers
        return 0.0 if polled.numbers else max(polled.wait_s, WCTP_EVERY_S)


@dataclass(slots=True)
class AskNtfy:
    """The topic ntfy's buttons post to. What was pressed while nobody asked is still there."""

    topic: ReplyTopic
    name: str = "ntfy"
    since: str = SINCE_FIRST

    def ask(self, take: Callable[[Heard], object]) -> float:
        """Ask."""
        polled = self.topic.poll(self.since)
        for heard in polled.heard:
            take(heard)
        self.since = polled.last
        return NTFY_EVERY_S


class Asking:
    """A thread that asks one place, from `start` to `close`, while it is its turn."""

    def __init__(self, asks: Asks, take: Callable[[Heard], object], turns: Turns) -> None:
        self._asks, self._take, self._turns = asks, take, turns
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ask-{asks.name}", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def close(self) -> None:
        """End; what is being asked is left to the next: nothing is lost by it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_END_WITHIN_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                mine = self._turns.mine(self._asks.name)
                wait = self._asks.ask(self._take) if mine else OTHERS_S
            except (DeliveryError, NotReadable, RecordsError) as error:
                extra = {"kind": type(error).__name__, "place": self._asks.name}
                log.warning("asking", extra=extra)
                wait = AWAY_S
            self._rest(wait)
        with suppress(RecordsError):  # it runs out by itself
            self._turns.let_go(self._asks.name)

    def _rest(self, wait: float) -> None:
        """Wait; whose turn it is keeps it meanwhile."""
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0 and not self._stop.wait(min(left, RENEW_S)):
            with suppress(RecordsError):  # the next question says so
                self._turns.mine(self._asks.name)
