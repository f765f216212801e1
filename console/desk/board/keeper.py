"""The board at the desk: asked for on the worker, shown again whenever any desk writes something.

What is read is a page, and the pages down to where somebody has read already; while the records are
away what was last known stays, and what is done is kept on this machine.
"""

from dataclasses import replace
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from console.desk.board import looking, words
from console.desk.board.amending import Amending
from console.desk.board.exporting import Exporting
from console.desk.board.offering import Offering
from console.desk.board.port import Asked, BoardSignals, BoardView, Pick
from console.desk.board.questions import Questions
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event
from console.store.board_values import BoardAct, ItemKind
from console.store.work import DidOnBoard

if TYPE_CHECKING:  # the database's library is the worker's to import
    from console.desk.board.looking import Found
    from console.store.board.acts import Told
    from console.store.board.rows import BoardItem, Counts

PAGE: Final = 100
MOST: Final = 2_000  # rows that are kept up to date; who has read on further asks by a filter
EVERY_MS: Final = 15_000  # what is put off comes back, and what was due is overdue, by itself
MINE: Final = "mine"
AWAY: Final = (
    "The records are away: this is what was last known. What you do is kept on this machine and "
    "written when they are back."
)

_NEEDS: Final = {BoardAct.CONFIRM: Permission.DELIVER_MESSAGES}


class BoardKeeper(BoardSignals):
    """Reads the board, counts it for the top bar, and does what people do to its rows."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._asked = Asked()
        self._open = False
        self._wanted = PAGE
        self._items: dict[str, BoardItem] = {}
        self._counts: Counts | None = None
        self._seen_task: int | None = None  # the newest urgent task this desk knows of
        self._looking = self._again = self._closed = False
        self._view: BoardView | None = None
        self._confirmed = ""  # what somebody else has had confirmed while it was shown here
        self._questions = Questions(self, stage, self._do)
        self._offering = Offering(stage, self._questions, self._do)
        self._record = Exporting(self, stage)
        self._amending = Amending(self, stage, self._back_to_the_board)
        self._every = QTimer(self, interval=EVERY_MS)
        self._every.timeout.connect(self.refresh)
        stage.out.callbacks_changed.connect(lambda _: self.refresh())  # with every overview
        stage.book.standing_changed.connect(lambda _: self.refresh())
        stage.book.closing.connect(self._close)

    def start(self) -> None:
        """Begin to count."""
        self._every.start()

    def _close(self) -> None:
        self._every.stop()
        self._looking = self._closed = True  # nothing more may be asked

    # --- reading ---------------------------------------------------------------------------

    def ask(self, asked: Asked) -> None:
        """Show what fits."""
        if not self._stage.allowed(Permission.TAKE_CALLS):
            return
        self._asked, self._open, self._wanted = asked, True, PAGE
        self._items, self._confirmed = {}, ""
        self.refresh()

    def read_more(self) -> None:
        """Read another page."""
        if self._open and self._wanted < MOST and self._view is not None and self._view.more:
            self._wanted += PAGE
            self.refresh()

    def leave(self) -> None:
        """Close the board."""
        self._open, self._view, self._items = False, None, {}
        self._questions.leave()
        self._record.leave()
        self.shown.emit(None)

    def refresh(self) -> None:
        """Look again; what is asked for meanwhile is looked for once, afterwards."""
        if not self._stage.rights.may(Permission.TAKE_CALLS, now=self._stage.clock()):
            self._nobody()  # a liaison's own rights in the database do not reach this far either
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        look = partial(
            looking.look,
            now=self._stage.clock(),
            me=self._stage.agent,
            asked=self._asked,
            most=self._wanted if self._open else 0,
            shown=frozenset(
                item.place.row
                for item in self._items.values()
                if item.place.kind is ItemKind.MESSAGE
            ),
        )
        self._stage.book.ask(look, then=self._on_found, always=self._looked)

    def _looked(self) -> None:
        if self._closed:
            return
        self._looking = False
        if self._again:
            self._again = False
            QTimer.singleShot(0, self, self.refresh)

    def _nobody(self) -> None:
        self._counts, self._seen_task = None, None
        health = self._stage.health
        if health.to_do or health.to_do_unowned:
            health.to_do = health.to_do_urgent = health.to_do_unowned = 0
            self._stage.show_status()
        if self._open:
            self.leave()

    def _on_found(self, found: "Found | None") -> None:
        if found is None:
            if self._open and self._view is not None:
                self._show_away()
            elif self._open:
                self._open = False
                self._stage.say(
                    "The board cannot be read", "The records are away. It opens again when they "
                    "are back.", Light.WARN,
                )  # fmt: skip
            return
        if not self._stage.rights.may(Permission.TAKE_CALLS, now=self._stage.clock()):
            return  # who asked has gone meanwhile
        self._count(found.counts)
        if self._open and found.items is not None:
            self._tell_confirmed(found)
            self._items = {words.key_of(item): item for item in found.items}
            self._show(found)

    def _count(self, counts: "Counts") -> None:
        changed = self._counts is None or (counts.to_do, counts.urgent) != (
            self._counts.to_do,
            self._counts.urgent,
        )
        self._counts = counts
        self._stage.health.to_do_unowned = counts.unowned
        if changed:
            health = self._stage.health
            health.to_do, health.to_do_urgent = counts.to_do, counts.urgent
            self._stage.show_status()
        before, self._seen_task = self._seen_task, max(self._seen_task or 0, counts.newest_task)
        if before is not None and counts.newest_task > before:
            self._stage.say("Urgent work has come", "Ctrl+J shows it on the board.", Light.BAD)
            self.urgent_came.emit()

    def _tell_confirmed(self, found: "Found") -> None:
        lines = {line.key: line for line in self._view.lines} if self._view is not None else {}
        for key, item in self._items.items():
            by, at_practice = found.confirmed.get(item.place.row, ("", False))
            line = lines.get(key) if item.place.kind is ItemKind.MESSAGE else None
            if line is not None and by and by != self._stage.agent:
                how = "read and confirmed" if at_practice else "confirmed"
                self._confirmed = f"{line.what}, {line.practice}: {how} by {by}."

    def _show(self, found: "Found") -> None:
        known = words.Known(self._stage.library.by_id, self._stage.agent, self._stage.clock())
        items = found.items or ()
        self._emit(
            BoardView(
                asked=self._asked,
                lines=tuple(
                    words.line_of(
                        item,
                        found.climbed.get(item.place.row)
                        if item.place.kind is ItemKind.ESCALATION
                        else None,
                        known,
                    )
                    for item in items
                ),
                more=len(items) >= self._wanted,
                to_do=found.counts.to_do,
                urgent=found.counts.urgent,
                whose=(Pick("", "Everybody’s"), Pick(MINE, "Mine")),
                practices=(
                    Pick("", "All practices"),
                    *(Pick(each.id, each.name) for each in self._stage.library.practices),
                ),
                kinds=(Pick("", "Everything"), *(Pick(k, w) for k, w in words.KINDS.items())),
                note=AWAY if self._stage.health.records_trouble else self._confirmed,
            )
        )

    def _show_away(self) -> None:
        if self._view is not None:
            self._emit(replace(self._view, note=AWAY))

    def _emit(self, view: BoardView) -> None:
        if view != self._view:
            self._view = view
            self.shown.emit(view)

    # --- acting ----------------------------------------------------------------------------

    def act(self, key: str, act: BoardAct) -> None:
        """Do something to a row, after a question where one has to be asked."""
        item = self._items.get(key)
        if item is None or not self._may(item, act):
            return
        if act in (BoardAct.HAND, BoardAct.HOLD, BoardAct.ACKNOWLEDGE):
            self._questions.ask(item, act)
        else:
            self._do(item, act)

    def choose(self, code: str) -> None:
        """Answer the question."""
        self._questions.choose(code)

    def leave_question(self) -> None:
        """Do nothing after all."""
        self._questions.leave()

    def call(self, key: str) -> None:
        """Call the caller of a row, or the provider its escalation is at; of an offer, tell first
        whom it is for."""
        item = self._items.get(key)
        out = self._stage.out
        if item is None:
            return
        if item.place.kind is ItemKind.CALLBACK:
            self.leave()
            out.call_back(item.place.row)  # type: ignore[attr-defined]
        elif item.place.kind is ItemKind.OFFER:
            self._offering.open(item)
        elif item.escalation_id is not None:
            self.leave()
            look = partial(looking.to_call, escalation=item.escalation_id)
            self._stage.record.saw("escalation", [(str(item.escalation_id), item.practice_id)])
            self._stage.book.ask(look, then=out.call_provider)  # type: ignore[attr-defined]

    def open_record(self, key: str) -> None:
        """Show a row's time-line."""
        item = self._items.get(key)
        if item is not None:
            self._record.open(item)

    def export(self, form: str) -> None:
        """Write the open time-line into a file."""
        self._record.export(form)

    def have_reviewed(self) -> None:
        """Have the call of the open time-line looked at again."""
        self._record.have_reviewed()

    def leave_record(self) -> None:
        """Close the time-line."""
        self._record.leave()

    def amend(self, key: str) -> None:
        """Show the message of a row, to be amended."""
        item = self._items.get(key)
        if item is not None and item.place.kind is ItemKind.MESSAGE:
            self._amending.open(item.place.row)

    def amend_last(self) -> None:
        """Show the message of the call that was finished last."""
        self._amending.open_last()

    def save_amended(self, words: dict[str, str]) -> None:
        """Write the message in hand."""
        self._amending.save(words)

    def leave_amended(self) -> None:
        """Leave the message as it was."""
        self._amending.leave()

    def _back_to_the_board(self) -> None:
        if self._open and self._view is not None:
            self.shown.emit(self._view)
        self.refresh()

    def _may(self, item: "BoardItem", act: BoardAct) -> bool:
        what = _NEEDS.get(act, Permission.TAKE_CALLS)
        if act is BoardAct.HAND:
            mine = item.owner in (None, self._stage.agent)
            what = Permission.HAND_OVER if mine else Permission.HAND_OVER_FOR_OTHERS
        if self._stage.allowed(what, practice=item.practice_id):
            return True
        self._stage.record.did(Event.REFUSED, kind="board", detail=act.value)
        return False

    def _do(self, item: "BoardItem", act: BoardAct, **more: object) -> None:
        deed = DidOnBoard(
            uid=token_hex(12),
            item=item.place.kind,
            row=item.place.row,
            act=act,
            at=self._stage.clock(),
            person=self._stage.agent,
            seen=item.seen,
            **more,  # type: ignore[arg-type]
        )
        self._stage.book.do(deed, looking.act, partial(self._done, act))

    def _done(self, act: BoardAct, told: "Told | None") -> None:
        if told is None:
            self._stage.say(
                "Kept on this machine",
                "The records are away. What you did is written when they are back.",
                Light.WARN,
            )
        elif told.outcome == "overtaken":
            self._stage.say("Somebody else was first", told.sentence, Light.WARN)
        elif told.outcome == "refused":
            self._stage.say("Not done", told.sentence, Light.WARN)
        elif act is BoardAct.DONE:
            self._stage.refresh_overview()  # a caller who was owed a call stands in the panel too
        self.refresh()
