"""Everything a desk asks about people, made once on the worker's thread."""

from collections.abc import Callable

from console.people.duty import Duty
from console.people.managing import Managing
from console.people.reaching import Reach
from console.people.sealed import SealedPeople
from console.people.signing_in import SigningIn
from console.store.session import Records


class People:
    """The people of the records, as one desk uses them; belongs to the worker's thread.

    `records` gives them open, or None while they are away; `desk` tells desks apart, also two on
    one machine.
    """

    def __init__(
        self, records: Callable[[], Records | None], sealed: SealedPeople, desk: str
    ) -> None:
        reach = Reach(records)
        self.signing = SigningIn(reach, sealed, desk)
        self.duty = Duty(reach)
        self.managing = Managing(reach)
