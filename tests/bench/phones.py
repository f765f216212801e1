"""The programs that are called, and how each is started so that it answers and does nothing else.

Each gets a folder of its own as its home, no sound, no account at a registrar, and one UDP port. A
program that is not installed says so and is left out.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench import bare_window
from tests.bench.network import LOOPBACK, SECOND_ADDRESS
from tests.bench.processes import command_line, descendants
from tests.bench.screen import HEIGHT, WIDTH, Rectangle

ROOT = Path(__file__).resolve().parents[2]
KNOWN_PRACTICE = "+15155550100"  # Riverside Family Medicine, of the sample practices


class Phone(Protocol):
    """A program that can be called."""

    name: str
    host: str
    dialled: str
    pop: Rectangle | None  # where its pop-up is painted; None for one without a window

    def missing(self) -> str:
        """Say why it can't be called here, "" when it can."""

    def command(self, folder: Path, port: int) -> list[str]:
        """Write what it needs into `folder`, its home, and return how it is started."""

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return its processes by what they are."""


@dataclass(frozen=True)
class Floor:
    """Loopback and two wake-ups: `tests/bench/floor.py`."""

    name: str = "floor (echo of a 180)"
    host: str = LOOPBACK
    dialled: str = KNOWN_PRACTICE
    pop: Rectangle | None = None

    def missing(self) -> str:
        """Return "": it is Python alone."""
        return ""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return its command; it has no settings."""
        return [sys.executable, "-m", "tests.bench.floor", self.host, str(port)]

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return its one process."""
        return {"all": process.pid}


# The inside of the pop-up, clear of whatever frame a window manager adds.
_BARE_POP = Rectangle(
    bare_window.POP_X + 8,
    bare_window.POP_Y + 32,
    bare_window.POP_WIDTH - 16,
    bare_window.POP_HEIGHT - 40,
)


@dataclass(frozen=True)
class BareWindow:
    """pjsua2 and a plain pop-up: `tests/bench/bare_window.py`."""

    name: str = "bare pjsua2 + PySide6"
    host: str = LOOPBACK
    dialled: str = KNOWN_PRACTICE
    pop: Rectangle | None = _BARE_POP

    def missing(self) -> str:
        """Return "": Frontdesk's own libraries are enough."""
        return ""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return its command; it has no settings."""
        return [sys.executable, "-m", "tests.bench.bare_window", self.host, str(port)]

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return its one process."""
        return {"all": process.pid}


_BARESIP_MODULES = ("/usr/lib/baresip/modules", "/usr/lib64/baresip/modules")
_BARESIP_CONFIG = """\
sip_listen {host}:{port}
call_max_calls 8
module_path {modules}
module g711.so
module_app account.so
"""


@dataclass(frozen=True)
class Baresip:
    """A softphone without a window, in C. It does not listen on 127.0.0.1."""

    own_network: bool
    name: str = "baresip"
    host: str = SECOND_ADDRESS
    dialled: str = "bench"
    pop: Rectangle | None = None

    def missing(self) -> str:
        """Tell whether it is installed and has an address it will listen on."""
        if not shutil.which("baresip"):
            return "not installed (Debian: apt-get install baresip-core)"
        if not self.own_network:
            return "needs an address other than 127.0.0.1, and no private network could be made"
        if not any(Path(modules).is_dir() for modules in _BARESIP_MODULES):
            return "its modules are not where Debian has them"
        return ""

    def command(self, folder: Path, port: int) -> list[str]:
        """Write its config and one account that no registrar knows."""
        modules = next(m for m in _BARESIP_MODULES if Path(m).is_dir())
        config = _BARESIP_CONFIG.format(host=self.host, port=port, modules=modules)
        (folder / "config").write_text(config)
        (folder / "accounts").write_text(f"<sip:bench@{self.host}>;regint=0;answermode=manual\n")
        (folder / "contacts").touch()
        return ["baresip", "-f", str(folder)]

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return its one process."""
        return {"all": process.pid}


# What differs from Twinkle's defaults: no sound to open, no tray to hide in, nothing to ask.
_TWINKLE_SYSTEM = """\
play_ringtone=no
play_ringback=no
validate_audio_dev=no
gui_use_systray=no
gui_show_call_osd=no
warn_hide_user=no
"""
_TWINKLE_PROFILE = """\
user_name=bench
user_domain={host}
user_display=Bench
register_at_startup=no
"""
# Its incoming_call.qml is 400 by 70 and stands in the middle of the screen.
_TWINKLE_POP = Rectangle((WIDTH - 400) // 2, (HEIGHT - 70) // 2, 400, 70)


@dataclass(frozen=True)
class Twinkle:
    """A softphone with a window, in C++ and Qt 5, and a small pop-up over everything."""

    name: str = "Twinkle"
    host: str = LOOPBACK
    dialled: str = "bench"
    pop: Rectangle | None = _TWINKLE_POP

    def missing(self) -> str:
        """Tell whether it is installed."""
        return "" if shutil.which("twinkle") else "not installed (Debian: apt-get install twinkle)"

    def command(self, folder: Path, port: int) -> list[str]:
        """Write its system settings and one profile."""
        home = folder / ".twinkle"
        home.mkdir(exist_ok=True)
        (home / "twinkle.sys").write_text(_TWINKLE_SYSTEM)
        (home / "bench.cfg").write_text(_TWINKLE_PROFILE.format(host=self.host))
        (home / "twinkle.lck").unlink(missing_ok=True)
        return ["twinkle", "-f", "bench", "--sip-port", str(port), "--rtp-port", "18000"]

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return its one process."""
        return {"all": process.pid}


# The middle column: the practice's banner, what to say, the call types and the form.
_DESK_POP = Rectangle(292, 68, 800, 780)


@dataclass(frozen=True)
class Frontdesk:
    """The desk itself: a window and an engine, with the sample practices."""

    name: str = "Frontdesk"
    host: str = LOOPBACK
    dialled: str = KNOWN_PRACTICE
    pop: Rectangle | None = _DESK_POP

    def missing(self) -> str:
        """Tell whether this checkout can run."""
        return "" if (ROOT / "console/__main__.py").exists() else "no console/__main__.py here"

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command a receptionist's own start comes to."""
        return [
            sys.executable, "-m", "tests.bench.seated",
            "--data", str(folder / "data"),
            "--practices", str(ROOT / "scripts/library"),
            "--sip-port", str(port),
            "--bind", self.host,
            "--sound", "none",
            "--agent", "Dana Whitfield",
        ]  # fmt: skip

    def parts(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        """Return the window's process and the engine's."""
        parts = {"window": process.pid}
        for pid in descendants(process.pid):
            if "softphone" in command_line(pid):
                parts["engine"] = pid
        return parts
