"""SNPP, the Simple Network Paging Protocol (RFC 1861), level 1 with the EXPTag of level 2.

A page is one session: greeting, PAGE, EXPT where the page expires, MESS, SEND, QUIT. The words it
carries are ours and hold no health details: SNPP has no encryption.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused, Unsure

PORT = 444  # RFC 1861 section 2
LONGEST_LINE = 512  # bytes of an answer
LONGEST_TEXT = 240  # characters: what an alphanumeric pager shows


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Snpp:
    """A paging terminal. It knows no keys."""

    host: str
    port: int = PORT
    timeout_s: float = 10.0
    clock: Callable[[], datetime] = _utc_now
    knows_keys: bool = False

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        if any(sign in dispatch.to for sign in "\r\n \t"):
            raise Refused("The pager's number is not one. Correct it in the practice's rota.")
        try:
            with socket.create_connection((self.host, self.port), self.timeout_s) as peer:
                return self._page(peer, dispatch)
        except TimeoutError as error:
            raise NotNow("The paging terminal did not answer.") from error
        except (OSError, EOFError) as error:
            raise NotNow("The paging terminal cannot be reached.") from error

    def _page(self, peer: socket.socket, dispatch: Dispatch) -> Receipt:
        session = _Session(peer)
        session.expect("220")
        session.ask(f"PAGE {dispatch.to}", "250")
        if dispatch.expires_at is not None:
            hours = (dispatch.expires_at - self.clock()).total_seconds() / 3600
            session.try_to(f"EXPT {max(round(hours), 1)}")  # level 2; level 1 answers 500
        text = " ".join(dispatch.text.split())[:LONGEST_TEXT]
        session.ask(f"MESS {text.encode('ascii', 'replace').decode()}", "250")
        try:
            answer = session.ask("SEND", "250")
        except (OSError, EOFError) as error:
            raise Unsure("The paging terminal fell silent after the page was sent.") from error
        session.leave()
        return Receipt(reference=answer[4:].strip()[:80])


class _Session:
    """Lines out, answers in (RFC 1861 section 4)."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._answers: BinaryIO = peer.makefile("rb")

    def ask(self, line: str, wanted: str) -> str:
        self._peer.sendall(line.encode() + b"\r\n")
        return self.expect(wanted)

    def expect(self, wanted: str) -> str:
        """Return the answer with the code wanted; 4xx and 421 may pass, 5xx will not."""
        answer = self._answer()
        code = answer[:3]
        if code == wanted or (wanted == "250" and code in ("250", "860", "960")):
            return answer
        if code in ("421", "554"):
            raise NotNow(f"The paging terminal cannot take pages now ({code}).")
        if code == "550":
            raise Refused("The paging terminal does not know this pager (550).")
        if code.startswith("5"):
            raise Refused(f"The paging terminal refuses the page ({code}).")
        raise NotNow("What answered is not a paging terminal.")

    def try_to(self, line: str) -> None:
        """Ask for something the terminal may not know."""
        self._peer.sendall(line.encode() + b"\r\n")
        if self._answer()[:3] == "421":
            raise NotNow("The paging terminal cannot take pages now (421).")

    def leave(self) -> None:
        """Say goodbye. The page has been sent: what becomes of this does not matter."""
        try:
            self._peer.sendall(b"QUIT\r\n")
        except OSError:
            return

    def _answer(self) -> str:
        line = self._answers.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise EOFError("the connection ended in the middle of an answer")
        return line.decode("ascii", "replace").rstrip("\r\n")
