"""One HTTP request to a gateway, and what its answer, or its silence, means for a delivery.

Over TLS only, but for a peer on this machine. Redirects are not followed: a page must not be handed
to an address nobody configured.
"""

import ipaddress
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from console.delivery.dispatch import NotNow, Refused, Unsure
from console.delivery.trust import untrusted

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)  # seconds
LONGEST_ANSWER: Final = 256 * 1024  # bytes
TRUST_S: Final = 600  # a machine's trust store is read again after so many seconds
_NOT_NOW: Final = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said."""

    code: int
    content: bytes
    retry_after_s: float | None = None

    def fields(self) -> dict[str, Any]:
        """Return the JSON object it holds; an answer in another form still means it was taken."""
        try:
            told = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}


def check_url(url: str) -> str:
    """Return the URL, or raise `Refused` where what is sent to it could be read on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname and _on_this_machine(parts.hostname):
        return url
    raise Refused("The gateway's address does not begin with https://. Correct it in the settings.")


def post(
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    auth: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Post, and return an answer of the 200s; raise what any other outcome means. `tls` is whom to
    trust, the system's trust store where it is not given."""
    return _ask("POST", url, content=content, headers=headers, auth=auth, tls=tls)


def get(url: str, *, headers: Mapping[str, str], tls: ssl.SSLContext | None = None) -> Answer:
    """Get, and return an answer of the 200s; raise what any other outcome means."""
    return _ask("GET", url, content=None, headers=headers, auth=None, tls=tls)


def _ask(
    method: str,
    url: str,
    *,
    content: bytes | None,
    headers: Mapping[str, str],
    auth: tuple[str, str] | None,
    tls: ssl.SSLContext | None,
) -> Answer:
    check_url(url)
    given = httpx.BasicAuth(*auth) if auth else None
    trusted = tls or _system_trust(int(time.monotonic() // TRUST_S))
    try:
        with (
            httpx.Client(
                verify=trusted, timeout=TIMEOUT, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(method, url, content=content, headers=headers, auth=given) as answer,
        ):
            return _judged(Answer(answer.status_code, _bounded(answer), _retry_after(answer)))
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        if (told := untrusted("The gateway", error)) is not None:
            raise told from error
        raise NotNow("The gateway cannot be reached.") from error
    except httpx.WriteError as error:
        raise NotNow("The connection to the gateway broke while sending.") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise Refused(
            "The gateway's address cannot be used. Correct it in the settings."
        ) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise Unsure("The gateway did not answer after everything had been sent.") from error


@lru_cache(maxsize=1)
def _system_trust(_age: int) -> ssl.SSLContext:
    """Return the machine's trust store, read once for each age: reading it takes 20 to 60 ms,
    more than the rest of a delivery does."""
    return ssl.create_default_context()


def _bounded(answer: httpx.Response) -> bytes:
    held = bytearray()
    for piece in answer.iter_bytes():
        held += piece
        if len(held) > LONGEST_ANSWER:
            raise Unsure("The gateway's answer is too long to be one.")
    return bytes(held)


def _judged(answer: Answer) -> Answer:
    code = answer.code
    if 200 <= code < 300:
        return answer
    if code in _NOT_NOW or code >= 500:
        sentence = f"The gateway cannot take it now (HTTP {code})."
        raise NotNow(sentence, answer.retry_after_s)
    if code in (401, 403):
        raise Refused(f"The gateway does not accept our credentials (HTTP {code}).")
    if 300 <= code < 400:
        raise Refused(f"The gateway points elsewhere (HTTP {code}). Correct its address.")
    raise Refused(f"The gateway refuses it (HTTP {code}).")


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After (RFC 9110 10.2.3); a date in it is left to our delay."""
    value = answer.headers.get("retry-after", "").strip()
    return float(value) if value.isdecimal() else None


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
