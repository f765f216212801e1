"""What has to be known before something is done to a row: whom, which provider, till when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from console.desk.board.port import BoardSignals, Pick, QuestionView
from console.desk.board.words import name_of
from console.desk.stage import Stage
from console.desk.views import Light
from console.escalation.signed import person
from console.store.board_values import BoardAct
from scripts.ladders import ON_CALL, SUPERVISOR

if TYPE_CHECKING:
    from console.store.board.rows import BoardItem
    from console.store.shifts import Colleague

_HOLDS: Final = (
    (timedelta(minutes=15), "15 minutes"),
    (timedelta(minutes=30), "30 minutes"),
    (timedelta(hours=1), "An hour"),
    (timedelta(hours=2), "Two hours"),
    (timedelta(hours=4), "Four hours"),
)
_MORNING: Final = 8  # o'clock, in the desk's own time zone

Do = Callable[..., None]
"""Does a deed to an item, with what was chosen."""

Choice = tuple[str, str, Callable[[], None]]
"""A choice's code, its label, and what it does."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The question that is put, and what each choice does."""

    does: dict[str, Callable[[], None]]


class Questions:
    """One question at a time."""

    def __init__(self, out: BoardSignals, stage: Stage, do: Do) -> None:
        self._out = out
        self._stage = stage
        self._do = do
        self._open: _Open | None = None

    def ask(self, item: "BoardItem", act: BoardAct) -> None:
        """Put the question that goes before a deed."""
        if act is BoardAct.HAND:
            self._whom(item)
        elif act is BoardAct.HOLD:
            self._till(item)
        else:
            self._for_which_provider(item)

    def choose(self, code: str) -> None:
        """Do it, as was chosen."""
        asked = self._open
        if asked is not None and code in asked.does:
            self.leave()
            asked.does[code]()

    def leave(self) -> None:
        """Take the question back."""
        if self._open is not None:
            self._open = None
            self._out.question_changed.emit(None)

    def put(self, title: str, choices: Sequence[Choice], nobody: str = "") -> None:
        """Put a question of its own."""
        self._open = _Open({code: does for code, _, does in choices})
        picks = tuple(
            Pick(code, label, str(number) if number < 10 else "")
            for number, (code, label, _) in enumerate(choices, start=1)
        )
        self._out.question_changed.emit(QuestionView(title, picks, "" if picks else nobody))

    def _put(
        self,
        item: "BoardItem",
        act: BoardAct,
        title: str,
        choices: list[tuple[str, str, dict[str, object]]],
        nobody: str = "",
    ) -> None:
        """Put a question about a deed; what is chosen goes with it."""
        does = [
            (code, label, partial(self._do, item, act, **given)) for code, label, given in choices
        ]
        self.put(title, does, nobody)

    def _whom(self, item: "BoardItem") -> None:
        me = self._stage.rights.person
        if me is None:
            return
        now = self._stage.clock()

        def found(colleagues: "tuple[Colleague, ...]") -> None:
            self._put(
                item,
                BoardAct.HAND,
                "Hand to",
                [(each.login, each.name, {"to": each.name}) for each in colleagues],
                "Nobody else is signed in. Ask a colleague to sign in at another desk.",
            )

        self._stage.book.ask_people(
            lambda people: people.duty.colleagues(now, me.login),
            found,
            lambda title, text: self._stage.say(title, text, Light.WARN),
        )

    def _till(self, item: "BoardItem") -> None:
        now = self._stage.clock()
        local = now.astimezone(ZoneInfo(self._stage.timezone))
        ends = [(now + length, label) for length, label in _HOLDS]
        ends.append((_morning(local), f"Tomorrow at {_MORNING}:00"))
        self._put(
            item,
            BoardAct.HOLD,
            "Put off till it comes back in",
            [(str(n), label, {"until": end}) for n, (end, label) in enumerate(ends)],
        )

    def _for_which_provider(self, item: "BoardItem") -> None:
        practice = self._stage.library.by_id(item.practice_id or "")
        now = self._stage.clock()
        first = [item.whom]
        everybody: list[str] = []
        if practice is not None:
            first = [person(practice, ON_CALL, now).id, item.whom]
            everybody = [p.id for p in practice.providers] + [c.id for c in practice.contacts]
        ids = dict.fromkeys(one for one in (*first, *everybody) if one and one != SUPERVISOR)
        self._put(
            item,
            BoardAct.ACKNOWLEDGE,
            "Who has taken it, by phone",
            [
                (one, name, {"provider": one, "to": name})
                for one in ids
                for name in (name_of(practice, one, now),)
            ],
        )


def _morning(local: datetime) -> datetime:
    day = (local + timedelta(days=1)).date()
    return datetime(day.year, day.month, day.day, _MORNING, tzinfo=local.tzinfo)
