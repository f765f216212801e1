"""Who may do what: one table, asked by the use cases themselves, so that a button that was only
hidden opens nothing.

Least of all first (45 CFR 164.308(a)(4), 164.312(a)(1)): what a role is not given here it does not
have. Answering a call, its greeting and the 911 line are no permissions: they need nobody signed
in.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from console.errors import WorldError
from console.store.values import Role


@unique
class Permission(StrEnum):
    """Something a person may or may not do; the value is how a sentence names it."""

    TAKE_CALLS = "take calls and fill in their forms"
    SEE_CALLERS = "see what a caller was told, booked and left before"
    SEARCH_CALLERS = "search for callers without a call from them"
    DELIVER_MESSAGES = "read and confirm messages"
    HAND_OVER = "hand one’s own work to somebody else"
    HAND_OVER_FOR_OTHERS = "hand somebody else’s work on"
    HEAR_RECORDINGS = "listen to recordings"
    KEEP_RECORDINGS = "keep or delete recordings"
    EDIT_PRACTICES = "edit practices"
    CHANGE_ROTA = "change who is on call"
    SEE_FLOOR = "see the floor"
    SUPERVISE = "act on other people’s calls and desks"
    REVIEW_CALLS = "review calls and mark them"
    READ_AUDIT = "read the audit"
    EXPORT = "export records"
    SETTLE_ASIDE = "see to work the records refused"
    SEE_ALERTS = "be told of emergency access"
    BREAK_GLASS = "ask for emergency access"
    MANAGE_PEOPLE = "manage people"
    MANAGE_RECORDS = "upgrade, move and restore the records"


P = Permission

_RECEPTIONIST: Final = frozenset(
    {
        P.TAKE_CALLS,
        P.SEE_CALLERS,
        P.DELIVER_MESSAGES,
        P.HAND_OVER,
        P.CHANGE_ROTA,
        P.BREAK_GLASS,
    }
)
# Not to break the glass: nothing is behind it that is not theirs already
_SUPERVISOR: Final = (_RECEPTIONIST - {P.BREAK_GLASS}) | {
    P.SEARCH_CALLERS,
    P.HAND_OVER_FOR_OTHERS,
    P.HEAR_RECORDINGS,
    P.KEEP_RECORDINGS,
    P.EDIT_PRACTICES,
    P.SEE_FLOOR,
    P.SUPERVISE,
    P.REVIEW_CALLS,
    P.READ_AUDIT,
    P.EXPORT,
    P.SETTLE_ASIDE,
    P.SEE_ALERTS,
}

# Whoever keeps the accounts has no business in a call
_ADMINISTRATOR: Final = (_SUPERVISOR - {P.SUPERVISE}) | {P.MANAGE_PEOPLE, P.MANAGE_RECORDS}

ROLES: Final = MappingProxyType(
    {
        Role.RECEPTIONIST: _RECEPTIONIST,
        Role.SUPERVISOR: _SUPERVISOR,
        Role.ADMINISTRATOR: _ADMINISTRATOR,
        Role.LIAISON: frozenset({P.SEE_CALLERS, P.SEARCH_CALLERS, P.DELIVER_MESSAGES}),
    }
)
"""What each role may do at any time; a liaison only for the practice of its own."""

BEHIND_GLASS: Final = frozenset({P.SEARCH_CALLERS, P.HEAR_RECORDINGS})
"""What emergency access adds while it lasts: finding a caller, and hearing what was said."""

IN_AN_EMERGENCY: Final = "In an emergency Ctrl+Y, then 4, opens it for a while, for a reason."

OF_A_PRACTICE: Final = frozenset(
    {
        P.SEE_CALLERS,
        P.SEARCH_CALLERS,
        P.DELIVER_MESSAGES,
        P.HEAR_RECORDINGS,
        P.KEEP_RECORDINGS,
        P.EDIT_PRACTICES,
        P.CHANGE_ROTA,
        P.READ_AUDIT,
        P.EXPORT,
    }
)
"""What is done for one practice at a time, and must name it when a liaison asks."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `practice` is a liaison's own, by its id, and nobody else's."""

    login: str
    name: str  # as shown, and as the rows they own carry it
    role: Role
    practice: str | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """A person's rights as they stand; `glass_until` while emergency access lasts."""

    person: Person | None = None
    glass_until: datetime | None = None

    def may(self, what: Permission, *, now: datetime, practice: str | None = None) -> bool:
        """Tell whether the person may do this, for the practice where one is named."""
        person = self.person
        if person is None:
            return False
        if person.role is Role.LIAISON and what in OF_A_PRACTICE and practice != person.practice:
            return False
        if what in ROLES[person.role]:
            return True
        glass = self.glass_until is not None and now < self.glass_until
        return glass and what in BEHIND_GLASS and P.BREAK_GLASS in ROLES[person.role]

    def require(self, what: Permission, *, now: datetime, practice: str | None = None) -> None:
        """Raise `NotAllowed` unless the person may do this."""
        if not self.may(what, now=now, practice=practice):
            person = self.person
            breaks = person is not None and P.BREAK_GLASS in ROLES[person.role]
            raise NotAllowed(
                what,
                signed_in=person is not None,
                behind_glass=breaks and what in BEHIND_GLASS,
            )


class NotAllowed(WorldError):
    """Somebody asked for what their role does not have."""

    def __init__(self, what: Permission, *, signed_in: bool, behind_glass: bool = False) -> None:
        if signed_in:
            asks = " and ".join(_names(role) for role in Role if what in ROLES[role])
            glass = f" {IN_AN_EMERGENCY}" if behind_glass else ""
            super().__init__("Not with your role", f"To {what} is for {asks}.{glass}")
        else:
            super().__init__("Nobody is signed in", "Sign in first.")
        self.what = what


def _names(role: Role) -> str:
    return f"{role}s"
