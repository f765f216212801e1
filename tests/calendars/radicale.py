"""A real CalDAV server, Radicale, begun once; a calendar of its own for each test, and the practice
that works in it with a program of its own."""

import contextlib
import itertools
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import icalendar

USER, PASSWORD = "desk", "a password of the test's"
_COUNT = itertools.count(1)


@dataclass
class Radicale:
    """The running server."""

    url: str

    def calendar(self) -> "PracticeSide":
        """Make a calendar nobody else has."""
        made = PracticeSide(f"{self.url}{USER}/visits{next(_COUNT)}/")
        made.make()
        return made


class PracticeSide:
    """A calendar as the practice's own program sees it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(auth=(USER, PASSWORD), timeout=10)

    def make(self) -> None:
        assert self._ask("MKCALENDAR", "").status_code == 201

    def take(self, name: str, starts: datetime, ends: datetime, **more: str) -> None:
        """Put something of the practice's own into it, or in place of what is there."""
        self.write(name, self.event(f"{name}@practice", starts, ends, **more))

    def event(self, uid: str, starts: datetime, ends: datetime, **more: str) -> str:
        lines = [
            f"UID:{uid}",
            "DTSTAMP:20261101T000000Z",
            f"DTSTART:{starts.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTEND:{ends.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            "SUMMARY:Mrs. Secret's knee",
            *(f"{key}:{value}" for key, value in more.items()),
        ]
        return wrapped(*lines)

    def write(self, name: str, content: str) -> None:
        answer = self._ask("PUT", f"{name}.ics", content)
        assert answer.status_code in (201, 204), answer.text

    def remove(self, name: str) -> None:
        assert self._ask("DELETE", f"{name}.ics").status_code in (200, 204)

    def read(self, name: str) -> str:
        answer = self._ask("GET", f"{name}.ics")
        answer.raise_for_status()
        return answer.text

    def names(self) -> list[str]:
        """Return what is in it, by file name without its ending."""
        answer = self._ask("PROPFIND", "", headers={"Depth": "1"})
        hrefs = answer.text.split("<href>")[1:]
        paths = [Path(each.split("</href>")[0]) for each in hrefs]
        return sorted(path.stem for path in paths if path.suffix == ".ics")

    def events(self) -> list[icalendar.Event]:
        """Return every event in it."""
        found = []
        for name in self.names():
            found += icalendar.Calendar.from_ical(self.read(name)).walk("VEVENT")
        return found

    def _ask(
        self, method: str, name: str, content: str = "", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return self.client.request(
            method, self.url + name, content=content.encode(), headers=headers or {}
        )


def wrapped(*lines: str, before: tuple[str, ...] = ()) -> str:
    """Return an object of one event."""
    parts = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Practice//EN", *before, "BEGIN:VEVENT",
             *lines, "END:VEVENT", "END:VCALENDAR", "")  # fmt: skip
    return "\r\n".join(parts)


@contextlib.contextmanager
def radicale() -> Iterator[Radicale]:
    """Run the server, on loopback."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        (Path(folder) / "users").write_text(f"{USER}:{PASSWORD}\n")
        config = Path(folder) / "config"
        config.write_text(
            f"[server]\nhosts = 127.0.0.1:{port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
            "htpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {folder}/collections\n"
            "[logging]\nlevel = error\n"
        )
        probe.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(process, port)
            yield Radicale(f"http://127.0.0.1:{port}/")
        finally:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError("no calendar server in time")
