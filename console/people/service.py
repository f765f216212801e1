"""Everything a desk asks about people, made once on the worker's thread."""

from collections.abc import Callable

from console.people.duty import Duty
from console.people.managing import Managing
from console.people.reaching import Reach
from console.people.sealed import SealedPeople
from console.people.seat import Seat
from console.people.signing_in import SigningIn
from console.store.session import Records


class People:
    """The people of the records, as one desk uses them; belongs to the worker's thread.

    `records` gives them open under the desk's own role, or None while they are away; `desk` tells
    desks apart, also two on one machine; `seat` is where the work of who is signed in goes.
    """

    def __init__(
        self,
        records: Callable[[], Records | None],
        sealed: SealedPeople,
        desk: str,
        seat: Seat,
    ) -> None:
        self.seat = seat
        reach = Reach(records)
        self.signing = SigningIn(reach, sealed, desk, seat)
        self.duty = Duty(reach)
        # Accounts are changed under the administrator's own role: the desk's may not.
        self.managing = Managing(Reach(lambda: seat.records or records()))
