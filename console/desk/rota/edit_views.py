"""Where window and desk meet about a change of a rota that is being typed."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class EditKind(StrEnum):
    """What is being done; the value heads the sheet."""

    OVERRIDE = "Override"
    SWAP = "Swap two shifts"
    VACATION = "Vacation"
    REMOVE = "Remove the change"
    CONFIRM = "Confirm who is on call"


@unique
class Way(StrEnum):
    """How it is done; the value is what its button says."""

    REPLACE = "Somebody else instead"
    ADD = "Somebody as well"
    TAKE_OUT = "The next moves up"
    SHIFT = "Somebody on call then"
    NEXT = "Whoever is next takes them"
    ONE = "One person takes them"
    GAP = "Nobody does"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the sheet's fields. `person` is somebody's id, "" for nobody chosen; times are
    the practice's own, as typed; `after` is minutes."""

    way: Way | None = None
    search: str = ""
    person: str = ""
    start: str = ""
    end: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class EditView:
    """The sheet. `opening` is another number at each opening: only then are the fields filled.
    `lines` are what would change; `note` says that it is not what was seen before."""

    kind: EditKind
    opening: int
    about: str
    typed: Typed
    ways: tuple[Way, ...] = ()
    people: tuple[tuple[str, str], ...] = ()  # ids and names that fit what was typed
    asks_person: bool = False
    asks_times: bool = False
    asks_after: bool = False
    asks_why: bool = False
    lines: tuple[str, ...] = ()
    problem: str = ""
    note: str = ""
    can_write: bool = False
