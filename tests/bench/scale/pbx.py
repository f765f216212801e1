"""The PBX of the scale run: `frontdesk pbx write`'s configuration for hundreds of desks."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from console.pbx.plan import Desk, Queue
from console.pbx.write import Written, write
from scripts.practice import Practice
from tests.pbx.asterisk import Certificate
from tests.pbxwrite.written import WrittenPbx, plan_of

REAL = ("dana", "evan")  # desks with an engine of Frontdesk's


class ScalePbx(WrittenPbx):
    """Booted with so many desks beside the real ones, each in the one queue."""

    def __init__(
        self, root: Path, certificate: Certificate, practices: tuple[Practice, ...], desks: int
    ) -> None:
        self._count = desks
        super().__init__(root, certificate, practices)

    def write_again(self, **changes: object) -> Written:
        """Write the configuration."""
        plan = plan_of(self.ports, self._chain)
        users = [f"agent{number}" for number in range(self._count)]
        queue = Queue(ring_first_s=60, wait_s=120, ring_s=20, wrap_up_s=0)
        self.plan = msgspec.structs.replace(
            plan,
            listen=msgspec.structs.replace(plan.listen, rtp_first=22000, rtp_last=29998),
            queue={"answering": queue},
            desk=tuple(
                Desk(user=user, name=user.title(), queues={"answering": 0})
                for user in (*REAL, *users)
            ),
            **changes,
        )
        return write(self.plan, self.practices, self.base / "etc", datetime.now(UTC))
