"""Where the records are: a file on this machine, or a database on a server.

Light to import and free of any database, so that the settings can be checked before anything slow
is loaded. A password is never part of a place.
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from console.store.errors import BadPlace

_PORT: Final = 5432
_OPTIONS: Final = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
_UNCHECKED: Final = frozenset({"disable", "allow", "prefer", "require", "verify-ca"})


@dataclass(frozen=True, slots=True)
class FilePlace:
    """An encrypted SQLite file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A PostgreSQL database. `options` are libpq's own TLS options, by their names there
    (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS)."""

    host: str
    database: str
    user: str
    port: int = _PORT
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        port = "" if self.port == _PORT else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{self.user}@{host}{port}/{self.database}"

    @property
    def account(self) -> str:
        """The name the password is kept under in the keyring."""
        return f"{self.user}@{self.host}"

    @property
    def loopback(self) -> bool:
        """Tell whether what is said to the server never leaves this machine."""
        return _is_loopback(self.host)


Place: TypeAlias = FilePlace | ServerPlace


def place_of(where: Path | str | Place) -> Place:
    """Return the place a path or an address means.

    An address is `postgresql://user@host[:port]/database` or `sqlite:///path`. Raises `BadPlace`.
    """
    if isinstance(where, FilePlace | ServerPlace):
        return where
    if isinstance(where, Path):
        return FilePlace(where)
    scheme, found, rest = where.partition("://")
    if not found:
        return FilePlace(Path(where).expanduser())
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        if not path or path == ":memory:":
            raise BadPlace("It names no file, so nothing would be kept.")
        return FilePlace(Path(path))
    if scheme not in ("postgresql", "postgres"):
        raise BadPlace("That kind of database is not supported.")
    return _server(where)


def _server(address: str) -> ServerPlace:
    try:
        url = urlsplit(address)
        port = url.port or _PORT
    except ValueError:
        raise BadPlace("The server's host or port cannot be read.") from None
    if url.password is not None:
        raise BadPlace("A password in it could be read by anybody; it belongs in the keyring.")
    database = unquote(url.path.removeprefix("/"))
    if not url.hostname or not url.username or not database or "/" in database:
        raise BadPlace("It must name a user, a host and a database.")
    options = tuple(sorted(parse_qsl(url.query, keep_blank_values=True)))
    for name, value in options:
        if name not in _OPTIONS:
            raise BadPlace(f"“{name}” cannot be set in it.")
        if name == "sslmode" and value in _UNCHECKED and not _is_loopback(url.hostname):
            raise BadPlace(
                f"With sslmode={value} another computer could pretend to be {url.hostname}."
            )
    return ServerPlace(url.hostname, database, unquote(url.username), port, options)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
