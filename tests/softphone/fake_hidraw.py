"""A headset with buttons for an engine's process: found in the place of hidapi's `hidraw`.

It has a real report descriptor, and speaks over two files: what is appended to `pressed` it
reports, what the host writes it appends to `lights`. Linux has a way to make such a device,
/dev/uhid; it needs root and a kernel with it.
"""

import os
import time
from pathlib import Path

DESCRIPTOR = bytes.fromhex(
    "050b0905a10185021500250175019501092081229501092f81069506810105089503091709180909912295059101c0"
)


def _folder() -> Path:
    return Path(os.environ["FAKE_HIDRAW"])


def enumerate() -> list[dict[str, object]]:  # noqa: A001 - hidapi's own name
    """One headset, while it is plugged in."""
    if not (_folder() / "plugged").exists():
        return []
    return [{"path": b"/dev/hidraw7", "usage_page": 0x0B, "product_string": "Jabra Evolve2 40"}]


class device:  # noqa: N801 - hidapi's own name
    """What is opened."""

    def __init__(self) -> None:
        self._read = 0

    def open_path(self, path: bytes) -> None:
        """Open it."""
        if path != b"/dev/hidraw7":
            raise OSError("open failed")

    def get_report_descriptor(self) -> list[int]:
        """Return a telephone with hook switch, mute, and three lights."""
        return list(DESCRIPTOR)

    def read(self, size: int, timeout_ms: int) -> list[int]:
        """Return the next report, [] in time."""
        until = time.monotonic() + timeout_ms / 1000
        while True:
            if not (_folder() / "plugged").exists():
                raise OSError("read error")
            data = (_folder() / "pressed").read_bytes()[self._read : self._read + 2]
            if len(data) == 2:
                self._read += 2
                return list(data)
            if time.monotonic() >= until:
                return []
            time.sleep(0.005)

    def write(self, data: bytes) -> int:
        """Take a report."""
        with (_folder() / "lights").open("ab") as file:
            file.write(data)
        return len(data)

    def close(self) -> None:
        """Close it."""
