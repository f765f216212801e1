"""The least that pjsua2 and Qt can be in one process: the pop-up every Python softphone starts as.

pjsua2 is polled on a thread of its own, the quickest safe way there is; the pop-up is one plain
widget, made beforehand and shown when a call comes. Whatever a real desk costs more than this is
its own doing. Run as `python -m tests.bench.bare_window HOST PORT`.
"""

import gc
import signal
import sys
import threading

import pjsua2 as pj
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

POLL_MS = 10
POP_X, POP_Y, POP_WIDTH, POP_HEIGHT = 500, 300, 420, 220  # pixels


class Signals(QObject):
    """Crosses from pjsua2's thread to the window's."""

    offered = Signal(str, str)  # caller, dialled: SIP URIs
    gone = Signal()


class Ringing(pj.Call):
    """A call that rings until its caller gives up."""

    def __init__(self, account: "Line", call_id: int) -> None:
        super().__init__(account, call_id)
        self._line = account

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802 - pjsua2's name
        """Tell the window that the call is over."""
        if self.getInfo().state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._line.over(self)


class Line(pj.Account):
    """Answers 180 and shows the pop-up."""

    def __init__(self, signals: Signals) -> None:
        super().__init__()
        self._signals = signals
        self._calls: list[Ringing] = []
        self._ended: list[Ringing] = []

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802 - pjsua2's name
        """Ring."""
        call = Ringing(self, prm.callId)
        self._calls.append(call)
        answer = pj.CallOpParam()
        answer.statusCode = pj.PJSIP_SC_RINGING
        call.answer(answer)
        info = call.getInfo()
        self._signals.offered.emit(info.remoteUri, info.localUri)

    def over(self, call: Ringing) -> None:
        """Keep an ended call until its callback has returned."""
        self._calls.remove(call)
        self._ended.append(call)
        self._signals.gone.emit()

    def sweep(self) -> None:
        """Free the ended calls; never in a callback."""
        self._ended.clear()


def poll(host: str, port: int, signals: Signals, stop: threading.Event) -> None:
    """Own everything of pjsua2, on one thread, until `stop`."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.logConfig.level = 0
    settings.logConfig.consoleLevel = 0
    endpoint.libInit(settings)
    transport = pj.TransportConfig()
    transport.boundAddress = host
    transport.port = port
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    account_settings = pj.AccountConfig()
    account_settings.idUri = f"sip:bench@{host}"
    line = Line(signals)
    line.create(account_settings)
    while not stop.is_set():
        endpoint.libHandleEvents(POLL_MS)
        line.sweep()
    line.shutdown()
    del line
    gc.collect()
    endpoint.libDestroy()


class PopUp(QWidget):
    """Who calls, whom, and two buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Incoming call")
        self.setGeometry(POP_X, POP_Y, POP_WIDTH, POP_HEIGHT)
        self._caller = QLabel()
        self._dialled = QLabel()
        buttons = QHBoxLayout()
        buttons.addWidget(QPushButton("Answer"))
        buttons.addWidget(QPushButton("Decline"))
        layout = QVBoxLayout(self)
        layout.addWidget(self._caller)
        layout.addWidget(self._dialled)
        layout.addLayout(buttons)

    def offer(self, caller: str, dialled: str) -> None:
        """Show a call."""
        self._caller.setText(caller)
        self._dialled.setText(dialled)
        self.show()


def main(host: str, port: int) -> int:
    """Show an idle window and wait for calls until ended by SIGTERM."""
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    window = QMainWindow()
    label = QLabel("Ready")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    window.setCentralWidget(label)
    window.setGeometry(40, 60, 320, 200)
    window.show()
    pop_up = PopUp()
    signals = Signals()
    signals.offered.connect(pop_up.offer)
    signals.gone.connect(pop_up.hide)
    stop = threading.Event()
    phone = threading.Thread(target=poll, args=(host, port, signals, stop))
    phone.start()
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    heartbeat = QTimer(interval=200)  # lets Python see the signal
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start()
    code = application.exec()
    stop.set()
    phone.join()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
