"""Emergency access: a receptionist's own decision, for a reason, for a time, and never in secret
(45 CFR 164.312(a)(2)(ii)).

It adds what stands behind the glass in `permissions`, ends by itself, stands on the screen as long
as it lasts, and every supervisor who signs in is told until one has seen it. It needs the records:
what cannot be told cannot be taken.
"""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from console.desk.people.session import Session
from console.desk.people.views import AlertRow
from console.desk.permissions import Permission, Rights
from console.desk.views import Light

if TYPE_CHECKING:
    from console.store.shifts import Alert

LONGEST_MIN = 60
SHORTEST_REASON = 10  # characters
LOOK_MS = 1_000


class Glass(QObject):
    """Emergency access of who is signed in, and that of others for a supervisor to see."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._stage = session.stage
        self._uid = ""
        self._told: set[int] = set()  # alerts this supervisor was shown
        self.alerts: tuple[AlertRow, ...] = ()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        session.entered.append(self._came)
        session.left.append(self._left)

    def break_it(self, reason: str, minutes: int) -> None:
        """Take emergency access."""
        stage, reason = self._stage, " ".join(reason.split())
        person = stage.rights.person
        if person is None or self._uid or not stage.allowed(Permission.BREAK_GLASS):
            return
        if len(reason) < SHORTEST_REASON:
            stage.say("Say why", "One sentence, without a patient’s details.", Light.WARN)
            return
        uid, now = secrets.token_hex(8), stage.clock()
        until = now + timedelta(minutes=max(1, min(LONGEST_MIN, minutes)))

        def written(_: None) -> None:
            if stage.rights.person is not person:
                return
            self._uid = uid
            stage.rights = Rights(person, glass_until=until)
            stage.health.glass = f"Emergency access until {until.astimezone():%H:%M}: {reason}"
            self._timer.start()
            stage.show_status()

        def refused(title: str, _text: str) -> None:
            stage.say(title, "Supervisors cannot be told, so it cannot be taken now.", Light.WARN)

        self._session.people(
            lambda people, _: people.duty.begin_access(uid, person.login, reason, now, until),
            written,
            refused,
        )

    def mend(self) -> None:
        """Give it back before its time."""
        uid = self._uid
        if uid:
            self._end()
            self._session.people(lambda people, now: people.duty.end_access(uid, now))

    def look(self) -> None:
        """End it when its time has come."""
        until = self._stage.rights.glass_until
        if self._uid and (until is None or self._stage.clock() >= until):
            self._end()
            self._stage.say("Emergency access has ended", "Take it again if you must.", Light.WARN)

    def look_for_alerts(self) -> None:
        """Tell a supervisor of emergency access nobody has seen."""
        stage = self._stage
        if not stage.rights.may(Permission.SEE_ALERTS, now=stage.clock()):
            self.alerts = ()
            return

        def found(alerts: "tuple[Alert, ...]") -> None:
            self.alerts = tuple(AlertRow(each.row, _words(each)) for each in alerts)
            new = [each for each in alerts if each.row not in self._told]
            self._told.update(each.row for each in new)
            if new:
                text = f"{_words(new[0])} Ctrl+Y shows it, to be marked as seen."
                stage.say("Somebody took emergency access", text, Light.BAD)

        self._session.people(lambda people, _: people.duty.alerts(), found, lambda *_: None)

    def alert_seen(self, row: int) -> None:
        """Write that this supervisor has seen an alert."""
        person = self._stage.rights.person
        if person is None or not self._stage.allowed(Permission.SEE_ALERTS):
            return
        self.alerts = tuple(each for each in self.alerts if each.row != row)
        self._session.people(lambda people, now: people.duty.alert_seen(row, person.login, now))

    def _came(self) -> None:
        self._told = set()
        self.look_for_alerts()

    def _left(self) -> None:
        self.alerts = ()
        self.mend()

    def _end(self) -> None:
        self._uid = ""
        self._timer.stop()
        self._stage.rights = Rights(self._stage.rights.person)
        self._stage.health.glass = ""
        self._stage.show_status()


def _words(alert: "Alert") -> str:
    return f"{alert.name}, {_time(alert.since)} to {_time(alert.until)}: {alert.reason}."


def _time(at: datetime) -> str:
    return f"{at.astimezone():%H:%M}"
