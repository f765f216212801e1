"""The socket to the engine: commands out, typed events in.

It translates and decides nothing. It lives on the window's thread, because an event handed to
another thread first would cost the screen pop a thread switch; reading a line takes microseconds.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QTcpSocket

from console.errors import BugError
from softphone import wire


class PhoneLink(QObject):
    """One connection to one engine.

    `joined` comes once per connection, with the engine's `Welcome`; `received` with every other
    event; `lost` when a connection that had been made is gone; `refused` once, when a connection
    came to no welcome. After `close` none of them comes.
    """

    joined = Signal(object)
    received = Signal(object)
    lost = Signal()
    refused = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._token = ""
        self._joined = False
        self._trying = False  # from `connect_to` to the welcome
        self._socket = QTcpSocket(self)
        self._socket.connected.connect(self._say_hello)
        self._socket.readyRead.connect(self._read)
        self._socket.disconnected.connect(self._on_disconnected)
        self._socket.errorOccurred.connect(self._on_error)

    @property
    def is_joined(self) -> bool:
        """Whether an engine has welcomed us and is still there."""
        return self._joined

    def connect_to(self, rendezvous: wire.Rendezvous) -> None:
        """Connect to the engine a rendezvous file names."""
        self.close()
        self._token = rendezvous.token
        self._trying = True
        self._socket.connectToHost(
            QHostAddress(QHostAddress.SpecialAddress.LocalHost), rendezvous.port
        )

    def send(self, command: wire.Command) -> bool:
        """Send a command; False when no engine is there to hear it."""
        if not self._joined:
            return False
        self._socket.write(wire.encode(command))
        self._socket.flush()
        return True

    def close(self) -> None:
        """Leave the engine to itself, quietly."""
        self._joined = self._trying = False
        self._socket.abort()

    def wait_for_the_end(self, seconds: float) -> None:
        """Wait until the engine has closed the connection, which is the last thing it does for a
        client; what it says meanwhile is not listened to."""
        self._joined = self._trying = False
        self._socket.readyRead.disconnect(self._read)
        if self._socket.state() == QAbstractSocket.SocketState.ConnectedState:
            self._socket.waitForDisconnected(int(seconds * 1000))
        self._socket.readyRead.connect(self._read)

    def _say_hello(self) -> None:
        self._socket.setSocketOption(QAbstractSocket.SocketOption.LowDelayOption, 1)
        self._socket.write(wire.encode(wire.Hello(token=self._token)))

    def _read(self) -> None:
        while self._socket.canReadLine() and (self._joined or self._trying):
            line = bytes(self._socket.readLine().data())
            try:
                event = wire.decode_event(line)
            except wire.WireError as error:
                # Both ends are ours: an event outside the vocabulary is our fault, not the world's.
                raise BugError(f"the engine sent what the wire does not know: {error}") from error
            if isinstance(event, wire.Welcome):
                self._joined, self._trying = True, False
                self.joined.emit(event)
            elif self._joined:
                self.received.emit(event)

    def _on_disconnected(self) -> None:
        was_joined, self._joined = self._joined, False
        if was_joined:
            self.lost.emit()
        else:
            self._give_up()

    def _on_error(self, _error: QAbstractSocket.SocketError) -> None:
        if self._socket.state() == QAbstractSocket.SocketState.UnconnectedState:
            self._give_up()

    def _give_up(self) -> None:
        """One failed attempt may be told by an error, by a disconnection, or by both."""
        was_trying, self._trying = self._trying, False
        if was_trying:
            self.refused.emit()
