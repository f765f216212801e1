"""Callers who left the queue before an answer: each is on record, and owed a call back, once.

Every desk with a feed hears of them, and any may be the only one left, so each writes after a
moment of its own unless another has by then. What is written twice stands once, also beside what a
desk wrote at which the call rang.
"""

import random
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from console.desk.live_call import moment
from console.desk.stage import Stage
from console.floor.picture import Gone
from console.queue_feed.feed import QueueFeed
from console.store.values import CallbackReason
from console.store.work import ClosedCall, OpenedCall, OwedCallback
from softphone.wire import EndCause

SPREAD_MS: Final = 4_000  # 200 desks: the first has written before most of the others begin


class QueueCallers(QObject):
    """Hears the feed."""

    def __init__(self, stage: Stage, feed: QueueFeed | None, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self.spread_ms = SPREAD_MS
        self._waiting: dict[str, tuple[CallbackReason, Gone]] = {}
        if feed is not None:
            feed.abandoned.connect(partial(self._later, CallbackReason.ABANDONED))
            feed.wished.connect(partial(self._later, CallbackReason.UNHELD))

    def _later(self, why: CallbackReason, gone: Gone) -> None:
        self._waiting[gone.call_id] = why, gone
        wait = random.randint(0, self.spread_ms)
        QTimer.singleShot(wait, self, partial(self._write, gone.call_id))

    def leave(self) -> None:
        """The desk closes: write what still waits, for this may be the last one."""
        for call in tuple(self._waiting):
            self._write(call)

    def _write(self, call: str) -> None:
        if call not in self._waiting:
            return  # written as the desk closed
        why, gone = self._waiting.pop(call)
        stage, uid = self._stage, f"queue-{gone.call_id}"
        if any(row.uid == uid for row in stage.callbacks):
            return
        practice = stage.library.by_id(gone.practice)
        practice_id = practice.id if practice is not None else None
        left, number = moment(gone.at), gone.number or None
        since = moment(gone.at - gone.waited_s)
        stage.book.write(
            OpenedCall(
                uid=uid,
                waiting_since=since,
                caller_number=number,
                practice_id=practice_id,
                pbx_call_id=gone.call_id,
            )
        )
        stage.book.write(ClosedCall(uid=uid, at=left, cause=EndCause.ABANDONED))
        if number is not None:
            stage.book.write(
                OwedCallback(
                    uid=uid,
                    since=since,
                    why=why,
                    number=number,
                    practice_id=practice_id,
                    call_uid=uid,
                    pbx_call_id=gone.call_id,
                )
            )
        stage.refresh_overview()
