"""This desk's place in the queues by feature codes, for a desk that holds no manager's secret.

The desk's phone dials them unseen (`*13` pauses, `*11` puts back, in every queue at once), so the
PBX knows by the phone's own password whom they are about. A ring that ended without an answer may
have been the caller's doing or the queue's, which then has paused this desk: `*14` asks which, and
is turned away as busy while the desk is paused. After a loss the desk's word counts.
"""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from console.desk.floor.place import reason_to_pause, taken_out
from console.desk.stage import Stage
from console.desk.views import Status
from console.floor.pausing import MISSED
from softphone import wire
from softphone.wire import EndCause, Registration

PAUSE: Final = "*13"
BACK: Final = "*11"
ASK: Final = "*14"
REASON: Final = "X-Frontdesk-Reason"
TAG: Final = "dial_code"
AGAIN_MS: Final = 2_000  # after a code that did not come through
SOON_MS: Final = 400  # after a ring: the queue pauses as it lets go
_TAKEN: Final = 200
_NO_MEMBER: Final = 404  # of no queue: there is nothing to be paused in
_PAUSED: Final = 486


class CodedPlace(QObject):
    """One desk in the queues of a PBX that `frontdesk pbx write` wrote for."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._status: Status | None = None
        self._registered = self._owes_look = False
        self._told: str | None = None  # the reason the PBX has taken, "" for none; None: unknown
        self._dialled: tuple[str, str] | None = None  # the code under way, and its reason
        self._count = 0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._catch_up)
        stage.engine.received.connect(self._on_event)
        stage.engine.died.connect(lambda _: self._on_loss())
        stage.out.status_changed.connect(self._on_status)

    def _on_status(self, status: Status) -> None:
        self._status = status
        self._catch_up()

    def _on_loss(self) -> None:
        self._registered, self._told, self._dialled = False, None, None

    def _on_event(self, event: wire.Event) -> None:
        match event:
            case wire.RegistrationChanged():
                self._on_registration(event.registration is Registration.REGISTERED)
            case wire.CodeDialled(request=request) if request == self._request:
                self._on_answer(event.status)
            case wire.CommandRefused(command=command, call=request):
                if command == TAG and request == self._request:
                    self._dialled = None
                    self._later.start(AGAIN_MS)
            case wire.CallEnded(cause=EndCause.ABANDONED):
                self._owes_look = True
                self._later.start(SOON_MS)

    def _on_registration(self, registered: bool) -> None:
        if registered and not self._registered:
            self._told = None
        self._registered = registered
        self._catch_up()

    def _catch_up(self) -> None:
        """Tell the PBX what it does not know yet; ask what this desk does not."""
        if self._dialled is not None or not self._registered or self._later.isActive():
            return
        why = reason_to_pause(self._stage, self._status)
        if why != self._told:
            self._dial(PAUSE if why else BACK, why)
        elif self._owes_look:
            self._owes_look = False
            if not why:
                self._dial(ASK, "")

    def _dial(self, code: str, why: str) -> None:
        self._count += 1
        self._dialled = code, why
        headers = {REASON: why} if why else {}
        self._stage.engine.send(wire.DialCode(self._request, code, headers))

    @property
    def _request(self) -> str:
        return f"queue-code-{self._count}"

    def _on_answer(self, status: int) -> None:
        if self._dialled is None:
            return
        (code, why), self._dialled = self._dialled, None
        if code == ASK:
            if status == _PAUSED and not reason_to_pause(self._stage, self._status):
                taken_out(self._stage, MISSED)
        elif status in (_TAKEN, _NO_MEMBER):
            self._told = why
        else:
            self._later.start(AGAIN_MS)
        self._catch_up()
