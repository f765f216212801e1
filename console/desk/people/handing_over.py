"""The end of a shift: nobody signs out while something urgent is theirs and nobody else's.

Urgent is what a caller or a provider still waits for: an escalation nobody has taken, an urgent
message not delivered, a caller who was cut off. Each is handed to a person who is there now, by
name; then the desk is left.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.people.port import PeopleSignals
from console.desk.people.session import Session
from console.desk.people.views import HandOverView, TakerRow, UrgentRow
from console.desk.permissions import Permission
from console.desk.status import unowned_words
from console.desk.views import Light
from scripts import phone_numbers

if TYPE_CHECKING:
    from console.people.service import People
    from console.store.shifts import Colleague, UrgentItem

    Left = tuple[tuple[UrgentItem, ...], tuple[Colleague, ...], int]  # the last is nobody's

_WHAT = {
    "escalation": "Escalation that is not closed",
    "message": "Urgent message, not delivered",
    "callback": "Caller who was cut off, to call back",
    "task": "Urgent task",
}


class HandingOver:
    """What is left to hand over, and the signing out after it."""

    def __init__(self, out: PeopleSignals, session: Session) -> None:
        self._out = out
        self._session = session
        self._stage = session.stage
        self._items: dict[str, UrgentItem] = {}
        self._takers: dict[str, str] = {}  # names by login
        self.left = 0  # urgent items that were this person's at the last look

    def sign_out(self) -> None:
        """Leave the desk, if nothing is left undone here."""
        if self._stage.rights.person is None or not self._calls_are_done():
            return
        if unowned := self._stage.health.unowned():
            self._stage.say("Urgent work is nobody’s", unowned, Light.BAD)
            return
        self._look()

    def hand(self, key: str, login: str) -> None:
        """Give an item to somebody who is there."""
        person = self._stage.rights.person
        item, to = self._items.get(key), self._takers.get(login)
        if person is None or item is None or to is None:
            return
        if not self._stage.allowed(Permission.HAND_OVER):
            return

        def done(given: bool) -> None:
            if not given:
                self._stage.say("Somebody has taken that meanwhile", "Nothing was changed.")
            self._look()
            self._stage.refresh_overview()

        self._session.people(
            lambda people, _: people.duty.hand_over(
                item.kind, item.row, person.name, to, person.name
            ),
            done,
        )

    def count(self) -> None:
        """See how much urgent work is this person's, for whoever would close the window on it."""
        person = self._stage.rights.person

        def found(items: "tuple[UrgentItem, ...]") -> None:
            if self._stage.rights.person is person:
                self.left = len(items)

        if person is None:
            self.left = 0
        else:
            self._session.people(
                lambda people, _: people.duty.urgent(person.name), found, lambda *_: None
            )

    def leave(self) -> None:
        """Stay signed in."""
        self._items, self._takers = {}, {}
        self._out.hand_over_changed.emit(None)

    def take_over_from(self, name: str) -> None:
        """After another person has signed in over a locked desk: show what was left to nobody."""

        def found(items: "tuple[UrgentItem, ...]") -> None:
            if items:
                what = "1 urgent item is" if len(items) == 1 else f"{len(items)} urgent items are"
                self._stage.say(
                    "Urgent work was left behind",
                    f"{what} still {name}’s, who has left this desk. See to it, or call {name}.",
                    Light.BAD,
                )

        self._session.people(lambda people, _: people.duty.urgent(name), found)

    def _calls_are_done(self) -> bool:
        calls = list(self._stage.lines)
        if any(call.is_up for call in calls) or any(self._stage.legs):
            self._stage.say(
                "A caller is on the line",
                "Finish the call first, or lock the desk (Ctrl+L): another person can sign in "
                "over it.",
                Light.WARN,
            )
            return False
        if any(call.in_wrap_up for call in calls):
            self._stage.say("A form is not finished", "Save or end it first.", Light.WARN)
            return False
        return True

    def _look(self) -> None:
        """See what is left; with nothing left, go."""
        person = self._stage.rights.person
        if person is None:
            return

        def left(people: "People", now: datetime) -> "Left":
            duty = people.duty
            mine, there = duty.urgent(person.name), duty.colleagues(now, person.login)
            return mine, there, duty.unowned(now)

        def found(result: "Left") -> None:
            items, takers, unowned = result
            self.left = len(items)
            if items:
                self._show(items, takers)
            elif unowned:  # it has come since the board was last looked at
                self.leave()
                self._stage.say("Urgent work is nobody’s", unowned_words(unowned), Light.BAD)
            else:
                self._go()

        def away(_title: str, _text: str) -> None:
            self._stage.say(
                "The records are away",
                "What is urgent and yours cannot be looked up, so nobody can be handed it. Lock "
                "the desk (Ctrl+L), or sign out when they are back.",
                Light.WARN,
            )

        self._session.people(left, found, away)

    def _go(self) -> None:
        self.leave()
        self._session.people(lambda people, now: people.signing.sign_out(now))
        self._session.nobody()
        self._session.thrown_out()

    def _show(self, items: "tuple[UrgentItem, ...]", takers: "tuple[Colleague, ...]") -> None:
        self._items = {f"{item.kind}.{item.row}": item for item in items}
        self._takers = {each.login: each.name for each in takers}
        self._out.hand_over_changed.emit(
            HandOverView(
                items=tuple(self._row(key, item) for key, item in self._items.items()),
                takers=tuple(
                    TakerRow(each.login, each.name, str(number) if number < 10 else "")
                    for number, each in enumerate(takers, start=1)
                ),
            )
        )

    def _row(self, key: str, item: "UrgentItem") -> UrgentRow:
        practice = self._stage.library.by_id(item.practice_id) if item.practice_id else None
        since = item.since.astimezone()
        return UrgentRow(
            key=key,
            what=_WHAT[item.kind],
            practice=practice.name if practice else "Number not on file",
            number=phone_numbers.display(item.number) if item.number else "",
            since=f"since {since:%H:%M}"
            if since.date() == self._stage.clock().astimezone().date()
            else f"since {since:%a %d %b %H:%M}",
        )
