"""What the window shows of people, as frozen records."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Entry(StrEnum):
    """What the sign-in page asks for."""

    WAIT = "wait"  # the records are being opened
    FIRST = "first"  # the administrator's account, there being none
    SIGN_IN = "sign_in"
    PASSWORD = "password"
    ENROL = "enrol"
    CODES = "codes"


@dataclass(frozen=True, slots=True, repr=False)
class SignInView:
    """The sign-in page. `qr` are the code's modules, row by row, dark ones True."""

    entry: Entry
    note: str = ""  # what is wrong
    hint: str = ""  # what to know: the records are away
    login: str = ""
    name: str = ""
    may_leave: bool = False  # somebody else is signed in and the desk only locked: Esc goes back
    busy: bool = False
    secret: tuple[str, ...] = ()  # in groups of four
    qr: tuple[tuple[bool, ...], ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class AlertRow:
    """Emergency access nobody has seen."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """What the person who is signed in can do about themselves."""

    name: str
    role: str
    has_account: bool
    has_pin: bool
    may_break_glass: bool
    may_manage: bool
    glass: str = ""  # emergency access that lasts: "until 16:30"
    alerts: tuple[AlertRow, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class UrgentRow:
    """Something urgent that needs somebody who stays."""

    key: str  # what `hand` is told
    what: str  # "Escalation"
    practice: str
    number: str
    since: str  # "since 16:02"


@dataclass(frozen=True, slots=True)
class TakerRow:
    """Somebody who is there and may take it."""

    login: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, repr=False)
class HandOverView:
    """What is left to hand over before signing out."""

    items: tuple[UrgentRow, ...]
    takers: tuple[TakerRow, ...]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account in the list."""

    login: str
    name: str
    role: str
    practice: str
    state: str
    active: bool
    me: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class StaffView:
    """Every account. `given` is a password to be told once, and whose."""

    rows: tuple[StaffRow, ...]
    practices: tuple[tuple[str, str], ...]  # id, name
    given_to: str = ""
    given: str = ""
