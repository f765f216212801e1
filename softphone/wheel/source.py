"""Where pjproject's source comes from: Debian's archive, and nowhere else.

Debian's asterisk package carries pjproject whole, without the third-party code Debian will not
ship, as one tarball beside Asterisk's own. A private apt configuration finds it and checks the
archive's signature, so that the machine's own sources stay as they are; the tarball's digest is
part of what is signed.

A mirror that has fallen behind serves a list past its date. Its signature still holds, but it may
be an old list played again by someone else; from such a list only tarballs tried before are taken.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from softphone.wheel.errors import CannotBuildError

ARCHIVE: Final = "http://deb.debian.org/debian"  # signed, so plain HTTP costs nothing
SUITE: Final = "sid"
KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
APT_HELPER: Final = Path("/usr/lib/apt/apt-helper")
PACKAGE: Final = "asterisk"
# SHA-256 of tarballs that have been built and have passed the tests: pjproject 2.17
TRIED: Final = frozenset({"6860c2f7604b4eee75f38151a9ef69774eb3f0c5286fc1d14bc1db2dc5a9e8aa"})
_URI_LINE: Final = re.compile(
    r"^'(?P<uri>[^']+)' (?P<name>\S+\.orig-Xpjproject\.tar\.\w+) \d+ "
    r"SHA256:(?P<sha256>[0-9a-f]{64})",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One tarball in Debian's archive."""

    uri: str
    name: str
    sha256: str


def fetch(folder: Path, archive: str = ARCHIVE) -> tuple[Source, Path]:
    """Find the source in the archive and bring it into a folder. Raises `CannotBuildError`.

    A tarball already there under the same digest is not fetched again.
    """
    for needed in (KEYRING, APT_HELPER):
        if not needed.exists():
            raise CannotBuildError(
                f"{needed} is missing: the source is fetched by apt, on Debian or Ubuntu, with the "
                "package debian-archive-keyring installed."
            )
    settings = _private_apt(folder / "apt", archive)
    stale = _update(settings)
    source = choose(_ask(settings, "apt-get", "-q", "source", "--print-uris", PACKAGE), stale=stale)
    tarball = folder / source.name
    _ask(
        settings, str(APT_HELPER), "download-file", source.uri, str(tarball),
        f"SHA256:{source.sha256}",
    )  # fmt: skip
    return source, tarball


def choose(listing: str, *, stale: bool) -> Source:
    """Return the tarball among what `apt-get source --print-uris` printed.

    `stale` says that the archive's list was past its date. Raises `CannotBuildError`.
    """
    found = _URI_LINE.search(listing)
    if found is None:
        raise CannotBuildError(f"Debian's {PACKAGE} source does not carry pjproject any more.")
    source = Source(found["uri"], found["name"], found["sha256"])
    if stale and source.sha256 not in TRIED:
        raise CannotBuildError(
            f"The mirror's list is past its date and names {source.name}, which has not been tried "
            "here. Use a mirror that is up to date (--archive)."
        )
    return source


def _private_apt(folder: Path, archive: str) -> Path:
    for part in ("lists/partial", "cache/archives/partial", "empty"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    sources = folder / "sources.list"
    sources.write_text(f"deb-src [signed-by={KEYRING}] {archive} {SUITE} main\n")
    settings = folder / "apt.conf"
    settings.write_text(
        f'Dir::State::lists "{folder}/lists"; Dir::State::status "{folder}/status";\n'
        f'Dir::Cache "{folder}/cache"; Dir::Etc::sourcelist "{sources}";\n'
        f'Dir::Etc::sourceparts "{folder}/empty"; Dir::Etc::preferencesparts "{folder}/empty";\n'
        'Acquire::Languages "none"; Acquire::Retries "3"; Acquire::http::Timeout "30";\n'
        # the unprivileged user apt would change to cannot write here
        'APT::Sandbox::User "root";\n'
    )
    return settings


def _update(settings: Path) -> bool:
    """Fetch the archive's list; tell whether it was past its date."""
    try:
        _ask(settings, "apt-get", "-q", "update", "--error-on=any")
    except CannotBuildError as error:
        if "is expired" not in str(error):
            raise
    else:
        return False
    print("The mirror's list is past its date: only a source tried before is taken.", flush=True)
    option = "Acquire::Check-Valid-Until=false"
    _ask(settings, "apt-get", "-q", "-o", option, "update", "--error-on=any")
    return True


def _ask(settings: Path, *command: str) -> str:
    answer = subprocess.run(
        command,
        env={**os.environ, "APT_CONFIG": str(settings), "LC_ALL": "C"},
        cwd=settings.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = (answer.stderr or answer.stdout).strip()
        raise CannotBuildError(f"{' '.join(command[:2])} did not succeed:\n{said}")
    return answer.stdout
