"""Set this checkout up and run one thing in it, with nothing but a Python on the machine.

`make` calls this on Linux and macOS; on Windows it is called by hand (`py bootstrap.py demo`). It
makes a private `.venv` beside itself, installs Frontdesk and what it needs there, on Debian and
Ubuntu adds the few system libraries Qt needs, and then becomes the command asked for. A second run
finds everything in place and starts at once. It uses the standard library only.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "frontdesk-installed"
SUPPORTED = ((3, 12), (3, 11))  # pjsua2's wheels end at 3.12
# Tests that no other may take the time from
TIMED = "sip or pbx or sound or demo or outbox or calendar"

# Shared object -> Debian package. Qt's xcb platform plugin opens these when it starts.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libpulse.so.0": "libpulse0",
}
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "sipp": "sip-tester",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
}
TEST_FILES = {
    # The tests against a PBX fetch Debian's Asterisk by themselves, its signatures checked here
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
    "/usr/sbin/dovecot": "dovecot-imapd",  # the mailbox answers are read from
}
# File -> Debian package. What a pjsua2 of our own is compiled with, and where its source's
# signature is checked.
WHEEL_FILES = {
    "/usr/bin/g++": "g++",
    "/usr/bin/make": "make",
    "/usr/bin/swig": "swig",
    "/usr/include/alsa/asoundlib.h": "libasound2-dev",
    "/usr/include/openssl/ssl.h": "libssl-dev",
    "/usr/include/opus/opus.h": "libopus-dev",
    "/usr/include/speex/speex.h": "libspeex-dev",
    "/usr/include/speex/speex_echo.h": "libspeexdsp-dev",
    "/usr/include/srtp2/srtp.h": "libsrtp2-dev",
    "/usr/include/uuid/uuid.h": "uuid-dev",
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
}


class CannotSetUpError(Exception):
    """This machine lacks something only its owner can give; the text says what and how."""


def main() -> int:
    """Set up, then run what was asked; the exit code is the command's own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("install", "demo", "run", "test", "bench", "pjsua2-wheel"))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on")
    arguments = parser.parse_args()
    try:
        if sys.platform == "linux":
            add_system_packages(missing_packages(arguments.what))
        make_venv()
        if arguments.what != "pjsua2-wheel":  # needs nothing but Python
            install(extra="[test]" if arguments.what in ("test", "bench") else "")
    except CannotSetUpError as error:
        print(f"frontdesk: {error}", file=sys.stderr)
        return 2
    commands = {
        "install": [],
        "demo": [[python(), "-m", "console", "demo", *arguments.rest]],
        "run": [[python(), "-m", "console", "run", *arguments.rest]],
        "test": checks(arguments.rest),
        "bench": [[python(), "-m", "tests.bench", *arguments.rest]],
        "pjsua2-wheel": [[python(), "-m", "softphone.wheel.build", *arguments.rest]],
    }[arguments.what]
    for command in commands:
        if arguments.what == "test":
            print(
                "$",
                " ".join(
                    Path(command[0]).name if i == 0 else part for i, part in enumerate(command)
                ),
                flush=True,
            )
        code = subprocess.call(command, cwd=ROOT)
        if code:
            return code
    return 0


def checks(rest: list[str]) -> list[list[str]]:
    """Return every check a change must pass, the quickest first.

    What places calls or moves sound has the machine to itself; the rest shares it. Real calls are
    placed on the public pjsua2 always, and again on one of our own where it was built.
    """
    here = [python(), "-m"]
    alone = [*here, "pytest", "-m", TIMED]
    beside = [*here, "pytest", "-m", f"not ({TIMED})", "-n", "2", "--dist", "loadfile"]
    on_own = [
        [*here, "pytest", "tests/softphone", "tests/wheel", "-m", "sip", "--pjsua2-wheel", str(own)]
        for own in own_wheels()
    ]
    return [
        [*here, "ruff", "format", "--check", "."],
        [*here, "ruff", "check", "."],
        [str(tool("lint-imports"))],
        [*here, "mypy"],
        *([[*here, "pytest", *rest]] if rest else [beside, alone, *on_own]),
    ]


def own_wheels() -> list[Path]:
    """Return the wheel `pjsua2-wheel` left for the private environment's Python, if it did."""
    pythons = [folder.name for folder in VENV.glob("lib/python3.*")]
    tags = [name.replace("python", "cp").replace(".", "") for name in pythons]
    return [own for tag in tags for own in (ROOT / "dist").glob(f"pjsua2_frontdesk-*-{tag}-*.whl")]


def python() -> str:
    """Return the private environment's interpreter."""
    return str(tool("python"))


def tool(name: str) -> Path:
    """Return the path of a program of the private environment."""
    if os.name == "nt":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def make_venv() -> None:
    """Make `.venv` with a Python that every dependency has a wheel for."""
    if tool("python").exists():
        return
    if sys.version_info[:2] in SUPPORTED:
        run(
            [sys.executable, "-m", "venv", str(VENV)],
            "could not make a virtual environment",
            mend="On Debian and Ubuntu: sudo apt-get install python3-venv",
        )
        return
    for major, minor in SUPPORTED:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            run([found, "-m", "venv", str(VENV)], f"could not make an environment with {found}")
            return
    make_venv_by_uv()


def make_venv_by_uv() -> None:
    """Fetch a Python of its own with uv, for systems that carry only a newer one."""
    uv = shutil.which("uv")
    if uv is None:
        print("Frontdesk needs Python 3.11 or 3.12; fetching 3.12 with uv ...", flush=True)
        helper = ROOT / ".venv-uv"
        run(
            [sys.executable, "-m", "venv", str(helper)],
            "could not make an environment for uv",
            mend="Install Python 3.11 or 3.12 and run this again",
        )
        scripts = helper / ("Scripts" if os.name == "nt" else "bin")
        run(
            [str(scripts / "python"), "-m", "pip", "install", "-q", "uv"],
            "could not install uv",
            mend="Install Python 3.11 or 3.12 and run this again",
        )
        uv = str(scripts / "uv")
    run(
        [uv, "venv", "--seed", "--python", "3.12", str(VENV)],
        "could not fetch Python 3.12",
        mend="Install Python 3.11 or 3.12 and run this again",
    )


def install(*, extra: str) -> None:
    """Install Frontdesk into `.venv`, unless this very set-up has been installed already."""
    wanted = hashlib.sha256((ROOT / "setup.cfg").read_bytes() + extra.encode()).hexdigest()
    fuller = hashlib.sha256((ROOT / "setup.cfg").read_bytes() + b"[test]").hexdigest()
    if STAMP.exists() and STAMP.read_text() in (wanted, fuller):
        return
    print("Installing Frontdesk and its libraries into .venv ...", flush=True)
    run(
        [python(), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", f".{extra}"],
        "could not install the Python packages",
        mend="Is the network up? Run this again; what was fetched is kept",
    )
    STAMP.write_text(wanted)


def missing_packages(what: str) -> list[str]:
    """Return the Debian packages a command needs and this machine lacks."""
    if what == "pjsua2-wheel":
        missing = [package for file, package in WHEEL_FILES.items() if not Path(file).exists()]
        if not Path(sysconfig.get_path("include"), "Python.h").exists():
            missing.append(f"python{sysconfig.get_python_version()}-dev")
        return missing
    missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if what in ("test", "bench"):
        missing += [deb for program, deb in TEST_PROGRAMS.items() if not shutil.which(program)]
        missing += [deb for file, deb in TEST_FILES.items() if not Path(file).exists()]
    return missing


def add_system_packages(missing: list[str]) -> None:
    """Add what is missing of the system, where apt is there and we may use it."""
    if not missing:
        return
    names = " ".join(missing)
    if not shutil.which("apt-get"):
        raise CannotSetUpError(
            f"system libraries are missing (Debian names: {names}). "
            "Install your system's packages of them and run this again."
        )
    prefix = root_prefix()
    if prefix is None:
        raise CannotSetUpError(
            "these system packages are missing and I may not install them. Run this, then try "
            f"again:\n    sudo apt-get install -y --no-install-recommends {names}"
        )
    print(f"Installing system packages: {names}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_them = [*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    quiet = {"env": environment, "stdout": subprocess.DEVNULL}
    if subprocess.call(install_them, stderr=subprocess.DEVNULL, **quiet):
        subprocess.call([*prefix, "apt-get", "update", "-q"], **quiet)
        if subprocess.call(install_them, **quiet):
            raise CannotSetUpError(
                "apt-get could not install the system packages. Run this and read what it says:"
                f"\n    sudo apt-get install -y --no-install-recommends {names}"
            )


def root_prefix() -> list[str] | None:
    """Return what to put before apt-get, or None where we may not become root unasked."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and (
        sys.stdin.isatty() or subprocess.call([sudo, "-n", "true"], stderr=subprocess.DEVNULL) == 0
    ):
        return [sudo]
    return None


def loads(library: str) -> bool:
    """Tell whether the loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def run(command: list[str], failure: str, *, mend: str = "") -> None:
    """Run a step of the set-up, or raise `CannotSetUpError` with what to do."""
    try:
        subprocess.run(command, cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotSetUpError(f"{failure}. {mend}".rstrip()) from error


if __name__ == "__main__":
    sys.exit(main())
