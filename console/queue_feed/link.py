"""One connection to the PBX's manager interface: TLS, login, messages in, actions out.

It decides nothing of the floor. It ends with a sentence for a person whenever the peer is away,
refuses, falls silent or is no manager interface; whoever holds it connects again.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QAbstractSocket, QSslCertificate, QSslConfiguration, QSslSocket

from console.floor.ami import Message, NotAmi, Reader, encode

if TYPE_CHECKING:
    from console.settings import FloorSettings

LOGIN_MS: Final = 10_000  # to connect, shake hands and be let in
SILENT_MS: Final = 15_000  # without a byte, twice in a row, the peer is gone
_LOGIN: Final = "login"
_PING: Final = "ping"


class AmiLink(QObject):
    """One connection. `joined` once we are let in; `received` with every message after it;
    `ended` once, with a sentence, when it is over. After `close` none of them comes."""

    joined = Signal()
    received = Signal(object)  # console.floor.ami.Message
    ended = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        login_ms: int = LOGIN_MS,
        silent_ms: int = SILENT_MS,
    ) -> None:
        super().__init__(parent)
        self._reader = Reader()
        self._trying = self._joined = self._asked = False
        self._login = ("", "")
        self._socket = QSslSocket(self)
        self._socket.encrypted.connect(self._say_who)
        self._socket.readyRead.connect(self._read)
        self._socket.disconnected.connect(lambda: self._end("The PBX closed the connection."))
        self._socket.errorOccurred.connect(self._on_error)
        self._late = QTimer(self, interval=login_ms, singleShot=True)
        self._late.timeout.connect(lambda: self._end("The PBX does not answer."))
        self._silence = QTimer(self, interval=silent_ms)
        self._silence.timeout.connect(self._on_silence)

    @property
    def is_joined(self) -> bool:
        """Whether we have been let in and the connection stands."""
        return self._joined

    def connect_to(self, settings: "FloorSettings", secret: str) -> None:
        """Connect, and log in once the certificate has proved good."""
        self.close()
        self._reader = Reader()
        self._login = (settings.user, secret)
        how = QSslConfiguration.defaultConfiguration()
        if settings.ca_file:
            path = Path(settings.ca_file).expanduser()
            signers = QSslCertificate.fromPath(str(path))
            if not signers:
                self._trying = True
                self._end(f"There is no certificate in {path}. Check [floor] ca_file.")
                return
            how.setCaCertificates(signers)
        self._socket.setSslConfiguration(how)
        self._socket.setPeerVerifyMode(QSslSocket.PeerVerifyMode.VerifyPeer)
        self._trying = True
        self._late.start()
        self._socket.connectToHostEncrypted(settings.host, settings.port)

    def send(self, action: str, action_id: str = "", **fields: str) -> bool:
        """Send an action; False when nobody is there to hear it."""
        if not self._joined:
            return False
        self._socket.write(encode(action, action_id, **fields))
        self._socket.flush()
        return True

    def close(self) -> None:
        """Leave, quietly."""
        self._trying = self._joined = False
        self._login = ("", "")
        self._late.stop()
        self._silence.stop()
        self._socket.abort()

    def _say_who(self) -> None:
        if not self._trying:
            return
        user, secret = self._login
        self._socket.setSocketOption(QAbstractSocket.SocketOption.LowDelayOption, 1)
        self._socket.write(encode("Login", _LOGIN, Username=user, Secret=secret))
        self._login = ("", "")

    def _read(self) -> None:
        received = bytes(self._socket.readAll().data())
        self._asked = False
        if self._joined:
            self._silence.start()
        try:
            for message in self._reader.feed(received):
                if self._trying:
                    self._on_login(message)
                elif self._joined:
                    self.received.emit(message)
                else:
                    return
        except NotAmi as error:
            self._end(str(error))

    def _on_login(self, message: Message) -> None:
        if not message.get("Response"):
            return
        if message.get("Response") != "Success":
            self._end(
                "The PBX does not let this desk in. Check [floor] user and the keyring’s secret."
            )
            return
        self._late.stop()
        self._trying, self._joined = False, True
        self._silence.start()
        self.joined.emit()

    def _on_silence(self) -> None:
        if self._asked:
            self._end("The PBX has fallen silent.")
            return
        self._asked = True
        self.send("Ping", _PING)

    def _on_error(self, error: QAbstractSocket.SocketError) -> None:
        if error is QAbstractSocket.SocketError.SslHandshakeFailedError:
            wrong = self._socket.sslHandshakeErrors()
            why = wrong[0].errorString().rstrip(".") if wrong else "no encryption in common"
            self._end(
                f"The PBX’s certificate is not to be trusted ({why}). Check [floor] ca_file and"
                " host, or whether something stands between."
            )
        elif self._socket.state() is QAbstractSocket.SocketState.UnconnectedState:
            self._end("The PBX cannot be reached. Check [floor] host and port, and the network.")

    def _end(self, why: str) -> None:
        """End once: one failure may be told by an error, by a disconnection, or by both."""
        if not (self._trying or self._joined):
            return
        self.close()
        self.ended.emit(why)
