"""What was typed read, and what was found made into words: plain functions, without Qt."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from console.desk.callers.port import CallerLine, Typed
from console.desk.cards import NO_NUMBER
from scripts import phone_numbers
from scripts.parse import read_date
from scripts.practice import Practice
from scripts.questions import Feed

if TYPE_CHECKING:
    from console.store.searching import FoundCaller

HEADS: Final = ("Name", "Number", "Born", "Calls", "Last call")
WHOLE: Final = "The whole name is looked for; a slip of one letter is forgiven."
NOBODY: Final = f"Nobody of this practice fits. {WHOLE}"
AWAY: Final = "The records are away: nobody can be looked for until they are back."


class NotSearchable(ValueError):
    """Something typed cannot be looked for; `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


def read_typed(typed: Typed, today: date) -> tuple[str, str, date | None]:
    """Return name, number in E.164 and birth date. Raises `NotSearchable`."""
    name, number = " ".join(typed.name.split()), ""
    if typed.number.strip():
        try:
            number = phone_numbers.to_e164(typed.number)
        except phone_numbers.NotANumber as error:
            raise NotSearchable("number", "Type the whole number, with its area code.") from error
    born = None
    if typed.born.strip():
        born = read_date(typed.born, today)
        if born is None or born > today:
            raise NotSearchable("born", "Type month/day/year, as 05/04/1979.")
    if name and not any(letter.isalnum() for letter in name):
        raise NotSearchable("name", "Type a name.")
    if not name and not number:
        problem = "Type a name or a number too; a birth date alone finds nobody."
        raise NotSearchable("name", problem if born else "Type a name or a number.")
    return name, number, born


def birth_questions(practice: Practice) -> tuple[str, ...]:
    """Return the questions of a practice that ask for a birth date."""
    asked = (
        question.link_id
        for form in practice.forms.values()
        for question in form.questions()
        if question.feeds is Feed.BIRTH_DATE
    )
    return tuple(dict.fromkeys(asked))


def lines(practice: Practice, found: "tuple[FoundCaller, ...]") -> tuple[CallerLine, ...]:
    """Return the callers as they are read."""
    return tuple(CallerLine(_cells(practice, each)) for each in found)


def _cells(practice: Practice, caller: "FoundCaller") -> tuple[str, ...]:
    return (
        caller.name or "No name told",
        number_of(caller),
        day_of(caller.born) if caller.born else "not asked",
        str(len(caller.calls)),
        _when(practice, caller.last_at),
    )


def number_of(caller: "FoundCaller") -> str:
    return phone_numbers.display(caller.number) if caller.number else NO_NUMBER


def day_of(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _when(practice: Practice, at: datetime) -> str:
    local = at.astimezone(practice.zone)
    return f"{local.day} {local:%b %Y %H:%M}"
