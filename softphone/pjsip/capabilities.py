"""Which pjsua2 is installed, and what it can do: the engine uses what there is of it.

The number of calls is compiled in, and pjsua2 neither tells it nor refuses a larger wish; it cuts
the wish down in silence and answers 486 to one caller too many. The C library beneath tells, and so
does the OpenSSL it has loaded; where their names are not to be had (Windows), the least is assumed.
"""

import ctypes
import re
from dataclasses import dataclass
from typing import Any, Final

import pjsua2 as pj

MOST_CALLS: Final = 32  # asked for; more than one desk can look at
FEWEST_CALLS: Final = 4  # pjproject's own PJSUA_MAX_CALLS, in every public wheel
OPUS: Final = "opus/48000/2"  # as pjsua2 names it, whatever rate it runs at


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one build of pjsua2 holds."""

    version: str
    calls: int
    openssl: str  # "3.0"; "" where it cannot be told
    opus: bool

    def __str__(self) -> str:
        """How clients are told: "pjsua2 2.17 (32 calls, OpenSSL 3.0, Opus)"."""
        extras = [f"OpenSSL {self.openssl}"] if self.openssl else []
        extras += ["Opus"] if self.opus else []
        return f"pjsua2 {self.version} ({', '.join([f'{self.calls} calls', *extras])})"


def capabilities_of(endpoint: Any) -> Capabilities:
    """Ask an endpoint after `libInit`."""
    return Capabilities(
        version=str(endpoint.libVersion().full),
        calls=_calls(),
        openssl=_openssl(),
        opus=any(str(codec.codecId) == OPUS for codec in endpoint.codecEnum2()),
    )


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(str(pj._pjsua2.__file__))


def _calls() -> int:
    try:
        count = _library().pjsua_call_get_max_count
    except AttributeError:
        return FEWEST_CALLS
    count.restype = ctypes.c_uint
    return int(count())


def _openssl() -> str:
    library = _library()
    for name in ("OpenSSL_version", "SSLeay_version"):  # the latter before 1.1
        try:
            tell = getattr(library, name)
        except AttributeError:
            continue
        tell.restype = ctypes.c_char_p
        found = re.match(rb"OpenSSL (\d+\.\d+)", tell(0) or b"")
        return found[1].decode() if found else ""
    return ""


def main() -> None:
    """Print what is installed."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    settings = pj.EpConfig()
    settings.uaConfig.maxCalls = MOST_CALLS
    settings.uaConfig.threadCnt = 0
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    endpoint.libInit(settings)
    print(capabilities_of(endpoint), flush=True)
    endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)


if __name__ == "__main__":
    main()
