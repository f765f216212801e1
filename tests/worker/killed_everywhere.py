"""Workers killed at each of their steps in turn: `python -m tests.worker.killed_everywhere PLACE
GATEWAY CLOCK FIRST EVERY`, the records' password in FRONTDESK_TEST_PASSWORD.

For each step there is one escalation. One worker is killed just before that step (a statement that
begins or ends a transaction, a page that leaves, a page that has left), another goes on after the
lease. Prints the steps at which one was killed, once a worker has come to its end unharmed. Workers
are forks of this process, which has no thread and no connection of its own.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, event

from console.delivery.channels.sms import HttpSms
from console.delivery.dispatch import Dispatch, Receipt
from console.delivery.settings import DeliverySettings
from console.store import outbox
from console.store.place import place_of
from console.store.secrets import Handed
from console.store.session import Records
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.worker import Worker
from tests.scripts.samples import library
from tests.worker.opening import escalate

MOST = 400


class Steps:
    """Counts steps, and is killed at one."""

    def __init__(self, last: int) -> None:
        self.done, self.last, self.counted = 0, last, False
        event.listen(Engine, "begin", self.step)  # an engine has to be told before it is made
        event.listen(Engine, "commit", self.step)

    def step(self, *_: object) -> None:
        self.done += self.counted
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


class Gateway:
    """The real gateway; sending is a step, and so is having sent."""

    knows_keys = True

    def __init__(self, url: str, step: Callable[[], None]) -> None:
        self._sms, self._step = HttpSms(url, "token"), step

    def send(self, dispatch: Dispatch) -> Receipt:
        self._step()
        receipt = self._sms.send(dispatch)
        self._step()
        return receipt


def work(place: str, url: str, now: datetime, last: int) -> None:
    """Do everything that is due."""
    steps = Steps(last)
    records = opened(place)
    steps.counted = True
    worker = Worker(
        records,
        Deeds(library(), DeliverySettings(callback_line="+15155550100")),
        Letters(library(), "Frontdesk", lambda _: ""),
        {"sms": Gateway(url, steps.step)},
        clock=lambda: now,
    )
    while not worker.once().idle:
        pass


def opened(place: str) -> Records:
    where = place_of(place)
    password = os.environ["FRONTDESK_TEST_PASSWORD"]
    return Records.open(where, secrets=Handed(b"tests", {getattr(where, "account", ""): password}))


def forked(work: Callable[[], None]) -> bool:
    """Run something in a fork; tell whether it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
            sys.stdout.flush()
            os._exit(0)
        finally:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        return True
    assert os.WTERMSIG(status) == signal.SIGKILL
    return False


def finish(place: str, url: str, now: datetime, following: str) -> None:
    """Go on with what a killed worker left, and open what the next is killed at."""
    work(place, url, now, MOST)
    records = opened(place)
    escalate(records, uid=following)  # named, as forks of one process draw the same lots
    records.close()


def main() -> None:
    place, url, at, first, every = sys.argv[1:]
    now = datetime.fromisoformat(at)
    library()
    killed = []
    records = opened(place)
    escalate(records)
    records.close()
    for last in range(int(first), MOST, int(every)):
        if forked(lambda last=last: work(place, url, now, last)):  # type: ignore[misc]
            print(*killed)
            return
        killed.append(last)
        forked(lambda last=last: finish(place, url, now + outbox.LEASE, f"after-{last}"))  # type: ignore[misc]
    raise AssertionError("the steps have no end")


if __name__ == "__main__":
    main()
