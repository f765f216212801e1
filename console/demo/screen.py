"""Whether a person could be looking: decides if the demo waits for one."""

import os
import socket
import struct
import sys
from pathlib import Path


def somebody_may_look() -> bool:
    """Tell whether there is a display that is more than a frame buffer in memory."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal", "vnc"):
        return False
    if sys.platform != "linux":
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    return bool(display) and _server_of(display) not in ("Xvfb", "Xdummy")


def _server_of(display: str) -> str:
    """Return the name of the X server behind a local display, "" when it cannot be told."""
    host, _, number = display.partition(":")
    if host not in ("", "unix") or not number:
        return ""
    path = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(address)
                credentials = probe.getsockopt(
                    socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
                )
                pid = struct.unpack("3i", credentials)[0]
                return Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                continue
    return ""
