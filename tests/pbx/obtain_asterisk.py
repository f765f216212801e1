"""A real Asterisk for the tests, unpacked beside the system and never installed into it.

Asterisk left Debian before bookworm and is back in forky: its packages are fetched with apt's own
signature checks, in a private apt state, and unpacked into a cache folder outside the checkout.
Neither root nor dpkg's database is needed, and the machine's own apt stays as it is.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SUITE: Final = "forky"
PACKAGES: Final = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-gsm")
KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEFAULT_MIRROR: Final = "http://deb.debian.org/debian"
# What the packages ask for and a PBX that runs from a folder does not use
UNUSED: Final = re.compile(
    r"^(perl.*|libperl.*|gnupg.*|gpg.*|dirmngr|gpgsm|gpgconf|libgpgme.*|pinentry.*|debconf|passwd|"
    r"adduser|libdb5.*|sysvinit.*|init-system-helpers|dpkg|tar|libpam.*|libsemanage.*|"
    r"asterisk-config)$"
)
# A mirror may lag behind the archive's own dates; what it serves is signed all the same
APT_CONF: Final = """
Acquire::Check-Valid-Until "false";
Dir::State::lists "{at}/lists"; Dir::State::status "{at}/status"; Dir::Cache "{at}/cache";
Dir::Etc::sourcelist "{at}/sources.list"; Dir::Etc::sourceparts "{at}/none";
Dir::Etc::preferencesparts "{at}/none"; Dir::Etc::parts "{at}/none";
Acquire::Languages "none"; Acquire::Retries "3"; Acquire::http::Timeout "30";
APT::Get::AllowUnauthenticated "false"; APT::Sandbox::User "";
"""


class Unobtainable(Exception):
    """No Asterisk can be had here; the text says why."""


def asterisk_root() -> Path:
    """Return the folder Asterisk was unpacked into, fetching it once (about 20 s, 150 MB).

    `FRONTDESK_ASTERISK` names one that is there already. Raises `Unobtainable`.
    """
    if sys.platform != "linux":
        raise Unobtainable("Debian's Asterisk runs on Linux")
    named = os.environ.get("FRONTDESK_ASTERISK")
    if named:
        return _checked(Path(named))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "frontdesk-tests"
    root = cache / f"asterisk-{SUITE}"
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / "asterisk.lock"):
        if not _program(root).exists():
            _obtain(root)
    return _checked(root)


def _checked(root: Path) -> Path:
    if not _program(root).exists():
        raise Unobtainable(f"there is no Asterisk in {root}")
    return root


def _program(root: Path) -> Path:
    return root / "usr/sbin/asterisk"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock: several test processes may want Asterisk at once, one fetches it."""
    import fcntl  # not on Windows

    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _obtain(root: Path) -> None:
    for tool in ("apt-get", "dpkg-deb", "tar"):
        if shutil.which(tool) is None:
            raise Unobtainable(f"{tool} is missing: Asterisk is fetched from Debian's archive")
    if not KEYRING.exists():
        raise Unobtainable(f"{KEYRING} is missing (package debian-archive-keyring)")
    apt, fresh = root.with_suffix(".apt"), root.with_suffix(".new")
    for folder in (apt, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in ("lists/partial", "cache/archives/partial", "none"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    source = f"deb [signed-by={KEYRING}] {_mirror()} {SUITE} main\n"
    (apt / "sources.list").write_text(source)
    (apt / "apt.conf").write_text(APT_CONF.format(at=apt))
    _fetch(apt)
    _unpack(apt / "cache/archives", fresh)
    shutil.rmtree(apt)
    fresh.rename(root)


def _mirror() -> str:
    """Return the Debian archive this machine uses, the public one where it uses none."""
    command = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for site in listed.split():
        if site.rstrip("/").endswith("/debian"):
            return site
    with contextlib.suppress(OSError):
        text = Path("/etc/apt/sources.list.d/debian.sources").read_text()
        if found := re.search(r"^URIs: *(\S+/debian/?)\s*$", text, re.MULTILINE):
            return found[1]
    return DEFAULT_MIRROR


def _fetch(apt: Path) -> None:
    _apt(apt, "update")
    plan = _apt(apt, "-s", "install", "--no-install-recommends", *PACKAGES)
    planned = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
    wanted = [name for name in planned if not UNUSED.match(name)]
    _apt(apt, "download", *wanted, inside=apt / "cache/archives")


def _apt(apt: Path, *words: str, inside: Path | None = None) -> str:
    done = subprocess.run(
        ["apt-get", "-q", *words],
        env={**os.environ, "APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C"},
        cwd=inside,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unobtainable(f"apt-get {words[0]} failed: {said[-1] if said else 'without a word'}")
    return done.stdout


def _unpack(debs: Path, root: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):  # as usrmerge has it, for packages that do not
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    for deb in sorted(debs.glob("*.deb")):
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as files:
            command = ["tar", "-x", "-C", root, "--keep-directory-symlink", "--no-same-owner"]
            done = subprocess.run(command, stdin=files.stdout, capture_output=True, check=False)
        if done.returncode or files.returncode:
            raise Unobtainable(f"{deb.name} could not be unpacked")
    for folder in ("doc", "man", "locale", "info"):
        shutil.rmtree(root / "usr/share" / folder, ignore_errors=True)
