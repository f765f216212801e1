"""How pjproject is configured and what is changed in it first: as little as will do.

Codecs, echo canceller and resampler beyond pjproject's own come from the system's libraries, as do
OpenSSL and SRTP: the system's updates then mend what is found in them, without a new wheel.
"""

import re
from pathlib import Path
from typing import Final

from softphone.wheel.errors import CannotBuildError

CALLS: Final = 32
OLDEST: Final = (2, 17)
FLAGS: Final = "-O2 -g0 -fPIC -DNDEBUG"  # without NDEBUG a caller's SDP can reach an assertion
WRAPPER_FLAGS: Final = "-O1"  # six megabytes of glue: -O2 takes half as long again, for nothing
# A call takes two sockets and a storm of cancelled ones leaves theirs for a while: the 64 that
# pjproject allows would end the process at the 32nd call
HANDLES: Final = 1024
CONFIG_SITE: Final = f"""\
#define PJSUA_MAX_CALLS {CALLS}
#define PJ_IOQUEUE_MAX_HANDLES {HANDLES}
"""
OPTIONS: Final = (
    "--enable-epoll",
    "--with-external-srtp",
    "--with-external-speex",
    "--enable-speex-resample",
    "--disable-video",
    "--disable-sdl",
    "--disable-ffmpeg",
    "--disable-v4l2",
    "--disable-openh264",
    "--disable-vpx",
    "--disable-libyuv",
    "--disable-libwebrtc",
    "--disable-gsm-codec",
    "--disable-ilbc-codec",
    "--disable-g7221-codec",
    "--disable-opencore-amr",
    "--disable-silk",
    "--disable-bcg729",
    "--disable-lyra",
    "--disable-upnp",
)
# What configure must have said yes to, as it says so
WANTED: Final = (
    "OpenSSL library found, SSL support enabled",
    "OPUS library found, OPUS support enabled",
    "Checking sound device backend... alsa",
    "checking ioqueue backend... /dev/epoll",
    "checking if external SRTP devkit is installed... yes",
)
_VERSION: Final = re.compile(r"^export PJ_VERSION_(MAJOR|MINOR|REV)\s*:=\s*(\d*)", re.MULTILINE)
_AUDIO_MAKEFILE: Final = Path("pjmedia/build/Makefile")
_LEFT_OUT: Final = "bdimad_dev"  # not free software: Debian drops its code and not its mention


def version_of(tree: Path) -> str:
    """Return the source's version, or raise `CannotBuildError` when it is too old."""
    found = {part: int(number) for part, number in _VERSION.findall(
        (tree / "version.mak").read_text()) if number}  # fmt: skip
    numbers = [found[part] for part in ("MAJOR", "MINOR", "REV") if part in found]
    version = ".".join(map(str, numbers))
    if tuple(numbers) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise CannotBuildError(f"The archive's pjproject is {version or '?'}; {oldest} is needed.")
    return version


def prepare(tree: Path) -> None:
    """Change the unpacked source where it would not build, and set what is compiled in."""
    (tree / "pjlib/include/pj/config_site.h").write_text(CONFIG_SITE)
    if not list(tree.glob(f"pjmedia/src/pjmedia-audiodev/{_LEFT_OUT}.*")):
        makefile = tree / _AUDIO_MAKEFILE
        makefile.write_text(without_object(makefile.read_text(), _LEFT_OUT))


def without_object(makefile: str, name: str) -> str:
    """Return a makefile that does not ask for an object file."""
    return re.sub(rf"[ \t]+{re.escape(name)}\.o\b", "", makefile)


def unmet(configure_said: str) -> list[str]:
    """Return what configure was to find and did not."""
    return [line for line in WANTED if line not in configure_said]
