"""A screen whose pixels can be read as fast as memory, for the moment a pop-up is painted.

Xvfb keeps its framebuffer in a file (`-fbdir`), an XWD picture mapped into this process: looking at
a few thousand pixels costs some tens of microseconds and troubles neither the X server nor the
program under test, as a screenshot would.
"""

import mmap
import os
import select
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from tests.bench.processes import Children

WIDTH, HEIGHT = 1440, 900
START_WITHIN_S = 10.0

_XWD_HEADER = struct.Struct(">25I")
_XWD_COLOUR_BYTES = 12

# Pop-ups appear where they ask to, and nothing steals a moment for an effect.
_OPENBOX = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <placement><policy>Smart</policy><center>yes</center></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <theme><name>Clearlooks</name><animateIconify>no</animateIconify></theme>
</openbox_config>
"""

Pixels = npt.NDArray[np.uint32]


class NoScreenError(Exception):
    """There is no Xvfb, or it did not start."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Screen:
    """One Xvfb with a window manager, where installed, for the whole run."""

    def __init__(self, children: Children, folder: Path, environment: dict[str, str]) -> None:
        if not shutil.which("Xvfb"):
            raise NoScreenError("Xvfb is not installed (Debian: apt-get install xvfb)")
        self.window_manager = ""
        self._children = children
        self._server, self.display = _start_server(children, folder, environment)
        self._memory = _map_framebuffer(folder / "Xvfb_screen0")
        self._start_window_manager(children, folder, environment)

    def check(self) -> None:
        """Raise `NoScreenError` if the server has gone: what is in its file is old."""
        if self._server.poll() is not None:
            raise NoScreenError(
                f"Xvfb ended in the middle of the run (code {self._server.poll()}):\n"
                + self._children.last_words("xvfb")
            )

    def frame(self) -> Pixels:
        """Return a copy of the whole picture, row by row, 0x00RRGGBB."""
        return self._memory.copy()

    def sampler(self, where: npt.NDArray[np.intp]) -> "Sampler":
        """Return a reader of the pixels at these positions of the flattened picture."""
        rows, columns = np.divmod(where, WIDTH)
        return Sampler(self._memory, rows, columns)

    def save(self, frame: Pixels, path: Path) -> None:
        """Write a picture as PNG."""
        opaque = np.ascontiguousarray(frame) | np.uint32(0xFF000000)
        image = QImage(opaque.data, WIDTH, HEIGHT, WIDTH * 4, QImage.Format.Format_RGB32)
        if not image.save(str(path)):
            raise OSError(f"could not write the picture {path}")

    def _start_window_manager(
        self, children: Children, folder: Path, environment: dict[str, str]
    ) -> None:
        if not shutil.which("openbox"):
            return
        settings = folder / "openbox.xml"
        settings.write_text(_OPENBOX)
        children.start(
            ["openbox", "--sm-disable", "--config-file", str(settings)],
            name="openbox",
            environment={**environment, "DISPLAY": self.display},
            folder=folder,
        )
        self.window_manager = "openbox"


class Sampler:
    """Reads some pixels, always the same, straight from the framebuffer."""

    def __init__(
        self, memory: Pixels, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
    ) -> None:
        self._memory = memory
        self._rows = rows
        self._columns = columns
        self.size = len(rows)

    def read(self) -> Pixels:
        """Return the pixels as they are now."""
        return self._memory[self._rows, self._columns]


def _start_server(
    children: Children, folder: Path, environment: dict[str, str]
) -> tuple[subprocess.Popen[bytes], str]:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb", buffering=0) as said:
        server = children.start(
            [
                "Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{WIDTH}x{HEIGHT}x24",
                "-fbdir", str(folder), "-nolisten", "tcp", "-noreset",
            ],
            name="xvfb",
            environment=environment,
            folder=folder,
            pass_fds=[write_end],
        )  # fmt: skip
        os.close(write_end)
        ready, _, _ = select.select([said], [], [], START_WITHIN_S)
        # To the end of the line: the server takes a pipe closed before that for a failure.
        number = said.readline().strip() if ready else b""
    if not number or server.poll() is not None:
        raise NoScreenError(f"Xvfb did not start:\n{children.last_words('xvfb')}")
    return server, f":{number.decode()}"


def _map_framebuffer(path: Path) -> Pixels:
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header = _XWD_HEADER.unpack_from(mapped)
    header_size, bits, row_bytes, colours = header[0], header[11], header[12], header[19]
    if bits != 32:
        raise NoScreenError(f"Xvfb gives {bits} bits a pixel; the bench reads 32")
    start = header_size + colours * _XWD_COLOUR_BYTES
    flat = np.frombuffer(mapped, dtype="<u4", offset=start, count=HEIGHT * row_bytes // 4)
    return flat.reshape(HEIGHT, row_bytes // 4)[:, :WIDTH]
