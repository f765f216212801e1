"""One HTTP exchange with a calendar's server: bounded in time, length and trust.

Over TLS only, but for a server on this machine. Redirects are not followed: a password must not be
handed to an address nobody configured. The deadline is for the whole exchange, so that a server
that sends a byte now and then holds nobody up; hence asyncio, under a face that waits.
"""

import asyncio
import ipaddress
import ssl
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

import httpx

from console.calendars.errors import CalendarAway, CalendarRefuses

DEADLINE_S: Final = 15.0  # for one exchange, from the first look-up to the last byte
CONNECT_S: Final = 5.0
LONGEST: Final = 32 * 1024 * 1024  # bytes of an answer
TRUST_S: Final = 600  # a machine's trust store is read again after so many seconds


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the server said."""

    code: int
    content: bytes
    headers: Mapping[str, str]  # names in small letters


class Door:
    """The way to one server; a context manager, for one thread. `tls` is whom to trust, the
    system's trust store where it is not given."""

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._deadline_s = deadline_s
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            verify=tls or _system_trust(int(time.monotonic() // TRUST_S)),
            auth=_BasicOrDigest(user, password) if user else None,
            timeout=httpx.Timeout(deadline_s, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Frontdesk"},
        )

    def __enter__(self) -> "Door":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._runner.run(self._client.aclose())
        finally:
            self._runner.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        besides: bytes = b"",
    ) -> Answer:
        """Return the server's answer of whatever code below 500 that is neither a redirect nor a
        refusal, or that is one and says `besides`. Raises `CalendarAway` and `CalendarRefuses`."""
        _check(url)
        try:
            answer = self._runner.run(self._exchange(method, url, content, dict(headers or {})))
        except TimeoutError as error:
            raise CalendarAway("The calendar's server does not answer in time.") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise CalendarRefuses(_NO_ADDRESS) from error
        except httpx.HTTPError as error:
            raise CalendarAway(_why(error)) from error
        return answer if besides and besides in answer.content else _judged(answer)

    async def _exchange(
        self, method: str, url: str, content: bytes, headers: dict[str, str]
    ) -> Answer:
        async with asyncio.timeout(self._deadline_s):
            request = self._client.build_request(method, url, content=content, headers=headers)
            answer = await self._client.send(request, stream=True)
            try:
                held = await _bounded(answer)
            finally:
                await answer.aclose()
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, held, named)


_NO_ADDRESS: Final = (
    "The calendar's address cannot be used. It begins with https://; correct it in the "
    "practice's file."
)


class _BasicOrDigest(httpx.Auth):
    """The password at once, as TLS allows (RFC 7617); the digest of it where that is asked for."""

    def __init__(self, user: str, password: str) -> None:
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._ask_digest = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._ask_digest:
            (signed,) = self._basic.auth_flow(request)
            answer = yield signed
            said = answer.headers.get("www-authenticate", "").lower()
            if answer.status_code != 401 or not said.startswith("digest"):
                return
            self._ask_digest = True
            del request.headers["Authorization"]
        yield from self._digest.auth_flow(request)


async def _bounded(answer: httpx.Response) -> bytes:
    held = bytearray()
    pieces: AsyncGenerator[bytes, None] = answer.aiter_bytes()  # type: ignore[assignment]
    async for piece in pieces:
        held += piece
        if len(held) > LONGEST:
            raise CalendarAway("The calendar's answer is too long to be one.")
    return bytes(held)


def _judged(answer: Answer) -> Answer:
    code = answer.code
    if code in (401, 403, 407):
        raise CalendarRefuses(
            f"The calendar's server does not accept our user name and password (HTTP {code}). "
            "See what the practice's file and the keyring hold."
        )
    if 300 <= code < 400 and code != 304:
        raise CalendarRefuses(
            f"The calendar's server points elsewhere (HTTP {code}). Correct its address in the "
            "practice's file."
        )
    if code >= 500 or code in (408, 425, 429):
        raise CalendarAway(f"The calendar's server cannot answer now (HTTP {code}).")
    return answer


def _check(url: str) -> None:
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname and _is_here(parts.hostname)
    if not here and not (parts.scheme == "https" and parts.hostname):
        raise CalendarRefuses(_NO_ADDRESS)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "The calendar's server does not answer in time."
    if "certificate" in str(error).lower():
        return (
            "The certificate of the calendar's server cannot be trusted (expired, another name, "
            "or unknown signer). Ask whoever runs it."
        )
    if isinstance(error, httpx.ConnectError):
        return "The calendar's server cannot be reached."
    return "The calendar's server broke off its answer."


@lru_cache(maxsize=1)
def _system_trust(_age: int) -> ssl.SSLContext:
    """Return the machine's trust store, read once for each age."""
    return ssl.create_default_context()
