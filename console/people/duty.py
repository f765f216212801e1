"""What goes with being on duty: urgent work that is handed over, and emergency access."""

from datetime import datetime

from console.people.reaching import Reach, note
from console.store import shifts
from console.store.board.rows import counts


class Duty:
    """One desk's questions about duty. Everything raises `Unreachable` or a `RecordsError`."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def urgent(self, owner: str) -> tuple[shifts.UrgentItem, ...]:
        """Return what urgent work is somebody's."""
        return self._reach.read(lambda session: shifts.urgent_of(session, owner=owner))

    def unowned(self, now: datetime) -> int:
        """Return how much urgent work is nobody's at this moment."""
        return self._reach.read(lambda session: counts(session, now=now, me="").unowned)

    def colleagues(self, now: datetime, login: str) -> tuple[shifts.Colleague, ...]:
        """Return who else is there to take work."""
        return self._reach.read(lambda session: shifts.colleagues(session, now=now, but=login))

    def hand_over(self, kind: shifts.UrgentKind, row: int, owner: str, to: str, by: str) -> bool:
        """Give something urgent to somebody else."""
        done = self._reach.write(
            lambda session: shifts.hand_over(session, kind=kind, row=row, owner=owner, to=to, by=by)
        )
        note("handed over")
        return done

    def begin_access(
        self, uid: str, login: str, reason: str, since: datetime, until: datetime
    ) -> None:
        """Write emergency access, for supervisors to see."""
        self._reach.write(
            lambda session: shifts.begin_access(
                session, uid=uid, login=login, reason=reason, since=since, until=until
            )
        )
        note("emergency access")

    def end_access(self, uid: str, now: datetime) -> None:
        """Write that it was given back before its time."""
        self._reach.write(lambda session: shifts.end_access(session, uid=uid, at=now))

    def alerts(self) -> tuple[shifts.Alert, ...]:
        """Return emergency access no supervisor has seen."""
        return self._reach.read(shifts.alerts)

    def alert_seen(self, row: int, login: str, now: datetime) -> None:
        """Write that a supervisor has seen one."""
        self._reach.write(lambda session: shifts.alert_seen(session, row=row, login=login, at=now))
