"""Where gateways bring answers: a small HTTP server, on this machine alone unless it is told
otherwise, over TLS where it has a certificate.

It takes five POSTs and says nothing about anything else. Sizes and times are bounded before a byte
is read; who cannot prove who they are learns only that. A gateway is told 503 while the records are
away, so that it brings the answer again.

| Path | From | Proof |
|---|---|---|
| `/replies/signed` | a gateway of one's own | `Frontdesk-Signature`, not older than five minutes |
| `/replies/twilio` | Twilio | `X-Twilio-Signature` over the public address |
| `/replies/wctp` | a paging carrier | HTTP Basic (RFC 7617), any name |
| `/replies/ntfy` | a button of a page | its own line, signed when the page was made |
| `/replies/pagerduty` | PagerDuty's webhooks v3 | `X-PagerDuty-Signature` |
"""

import base64
import binascii
import hmac
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

from console.delivery.replies import ntfy, pagerduty, signed, twilio, wctp
from console.delivery.replies.heard import Heard, NotGenuine, NotReadable
from console.delivery.settings import RepliesSettings
from console.errors import WorldError
from console.store.errors import RecordsError
from console.worker.channels import Password
from console.worker.worker import utc_now

log = logging.getLogger(__name__)

LONGEST_BODY: Final = 32 * 1024  # bytes; the longest text Twilio brings is 1,600 characters
LONGEST_HEADERS: Final = 16 * 1024
TIMEOUT_S: Final = 5  # for each read and write
THREADS: Final = 4
_TEXT: Final = "text/plain; charset=utf-8"
_XML: Final = "text/xml; charset=utf-8"

Answer = tuple[HTTPStatus, str, bytes]
Environ = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gateways:
    """Whom answers are taken from, and how they prove it. `take` keeps one; it raises
    `RecordsError` where it cannot."""

    take: Callable[[Heard], object]
    password: Password
    account: str = ""  # Twilio's
    public_url: str = ""  # of this server, as the gateways have it
    clock: Callable[[], datetime] = utc_now

    def __call__(self, environ: Environ, start: Callable[..., object]) -> Iterable[bytes]:
        """Answer a request (WSGI, PEP 3333)."""
        status, kind, body = self._answer(environ)
        start(
            f"{status.value} {status.phrase}",
            [("Content-Type", kind), ("Content-Length", str(len(body)))],
        )
        return [body]

    def _answer(self, environ: Environ) -> Answer:
        doors: dict[str, Callable[[Environ, bytes], Answer]] = {
            "/replies/signed": self._signed,
            "/replies/twilio": self._twilio,
            "/replies/wctp": self._wctp,
            "/replies/ntfy": self._ntfy,
            "/replies/pagerduty": self._pagerduty,
        }
        door = doors.get(str(environ.get("PATH_INFO", "")))
        if door is None:
            return _said(HTTPStatus.NOT_FOUND)
        refused = _refused(environ)
        if refused is not None:
            return _said(refused)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            return door(environ, body)
        except NotGenuine as error:
            log.warning("reply_refused", extra={"kind": type(error).__name__})
            return _said(HTTPStatus.FORBIDDEN, str(error))
        except NotReadable as error:
            return _said(HTTPStatus.BAD_REQUEST, str(error))
        except RecordsError as error:
            log.warning("reply_not_kept", extra={"kind": type(error).__name__})
            return _said(HTTPStatus.SERVICE_UNAVAILABLE)

    def _signed(self, environ: Environ, body: bytes) -> Answer:
        header = _header(environ, signed.HEADER)
        self.take(signed.read(body, header, self.password("replies").encode(), self.clock()))
        return _said(HTTPStatus.ACCEPTED)

    def _twilio(self, environ: Environ, body: bytes) -> Answer:
        heard = twilio.read(
            body,
            _header(environ, twilio.HEADER),
            url=self.public_url.rstrip("/") + "/replies/twilio",
            account=self.account,
            token=self.password("sms"),
        )
        self.take(heard)
        return HTTPStatus.OK, _XML, twilio.NOTHING_TO_SAY

    def _wctp(self, environ: Environ, body: bytes) -> Answer:
        _check_basic(_header(environ, "Authorization"), self.password("wctp-replies"))
        try:
            heard = wctp.read_posted(body)
        except NotReadable as error:
            return HTTPStatus.OK, _XML, wctp.confirmation(taken=False, why=str(error))
        if heard is not None:
            self.take(heard)
        return HTTPStatus.OK, _XML, wctp.confirmation(taken=True)

    def _ntfy(self, _environ: Environ, body: bytes) -> Answer:
        line = body.decode("utf-8", "replace")
        self.take(ntfy.read(line, self.password("ntfy-replies").encode()))
        return _said(HTTPStatus.ACCEPTED)

    def _pagerduty(self, environ: Environ, body: bytes) -> Answer:
        header = _header(environ, pagerduty.HEADER)
        heard = pagerduty.read(body, header, self.password("pagerduty-replies").encode())
        if heard is not None:
            self.take(heard)
        return _said(HTTPStatus.ACCEPTED)


class Listener:
    """The server, on threads of its own from `start` to `close`."""

    def __init__(self, settings: RepliesSettings, gateways: Gateways) -> None:
        host, _, port = settings.listen.rpartition(":")
        self._settings = settings
        self._server = wsgi.Server(
            (host.strip("[]"), int(port)),
            gateways,
            numthreads=THREADS,
            timeout=TIMEOUT_S,
            server_name="",
        )
        self._server.max_request_body_size = LONGEST_BODY
        self._server.max_request_header_size = LONGEST_HEADERS
        self._server.error_log = _to_log  # type: ignore[method-assign,assignment]
        self._thread = threading.Thread(target=self._serve, name="replies", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on, once begun."""
        return int(self._server.bind_addr[1])

    def start(self) -> None:
        """Listen; raise `WorldError` where the address or the certificate cannot be used."""
        settings = self._settings
        try:
            if settings.certificate:
                self._server.ssl_adapter = BuiltinSSLAdapter(settings.certificate, settings.key)
            self._server.prepare()
        except OSError as error:
            raise WorldError(
                "Answers cannot be heard",
                f"{settings.listen}: {error}. Correct [delivery.replies] in the settings.",
            ) from error
        self._thread.start()

    def close(self) -> None:
        """Let go of the port, after what is being answered."""
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_S)

    def _serve(self) -> None:
        self._server.serve()


def _refused(environ: Environ) -> HTTPStatus | None:
    """Return why a request is not read, None for one that is."""
    if environ.get("REQUEST_METHOD") != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not (length.isascii() and length.isdecimal()):
        return HTTPStatus.LENGTH_REQUIRED
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length) > LONGEST_BODY else None


def _header(environ: Environ, name: str) -> str:
    return str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))


def _said(status: HTTPStatus, sentence: str = "") -> Answer:
    return status, _TEXT, f"{sentence or status.phrase}\n".encode()


def _check_basic(header: str, secret: str) -> None:
    """Raise `NotGenuine` unless the password of an Authorization header is the secret."""
    scheme, _, given = header.partition(" ")
    try:
        password = base64.b64decode(given, validate=True).partition(b":")[2]
    except binascii.Error:
        password = b""
    fits = hmac.compare_digest(password, secret.encode())
    if scheme.lower() != "basic" or not secret or not fits:
        raise NotGenuine("The password does not fit.")


def _to_log(_message: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    """Keep the server's own words out of the log: they may hold what a stranger sent."""
    if level >= logging.ERROR:
        log.warning("listener", exc_info=traceback)
