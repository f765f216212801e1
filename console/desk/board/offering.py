"""Whom a time is offered to: shown when somebody asks, put on record as seen, called with a key."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.desk.board import looking
from console.desk.board.questions import Questions
from console.desk.stage import Stage
from console.desk.views import Light
from console.desk.waiting.keeper import told
from console.store.board_values import BoardAct
from scripts import phone_numbers
from scripts.practice import Practice

if TYPE_CHECKING:
    from console.store.board.rows import BoardItem
    from console.store.waiting import WaitingRow

Do = Callable[["BoardItem", BoardAct], None]


class Offering:
    """Asks what is to become of an offer, with the name and the number of who waits."""

    def __init__(self, stage: Stage, questions: Questions, do: Do) -> None:
        self._stage, self._questions, self._do = stage, questions, do

    def open(self, item: "BoardItem") -> None:
        """Read whom it is for, and ask."""
        look = partial(looking.waits_for, offer=item.place.row)
        self._stage.book.ask(look, then=partial(self._ask, item))

    def _ask(self, item: "BoardItem", row: "WaitingRow | None") -> None:
        practice = self._stage.library.by_id(item.practice_id or "")
        if row is None or practice is None:
            self._stage.say(
                "Nobody is offered that time any more",
                "It has been given or passed on, or the records are away.",
                Light.WARN,
            )
            return
        self._stage.record.saw("waiting", [(str(row.id), item.practice_id)])
        number = phone_numbers.display(row.callback_number)
        self._questions.put(
            _said(practice, row, number),
            [
                ("call", f"Call {number}", partial(self._call, row.callback_number, practice.id)),
                ("book", "Book it", partial(self._do, item, BoardAct.BOOK)),
                ("pass", "Next on the list", partial(self._do, item, BoardAct.PASS)),
                ("withdraw", "Off the list", partial(self._do, item, BoardAct.WITHDRAW)),
            ],
        )

    def _call(self, number: str, practice: str) -> None:
        self._stage.out.call_for(practice, number)  # type: ignore[attr-defined]


def _said(practice: Practice, row: "WaitingRow", number: str) -> str:
    born = f", born {row.birth_date:%m/%d/%Y}" if row.birth_date else ""
    wishes = f" “{row.wishes}”" if row.wishes else ""
    return f"{told(practice, row)}{born}, {number}.{wishes} Put there by {row.put_by}"
