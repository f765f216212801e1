"""Finds a headset with buttons, listens to it, and keeps its lights; on a thread of its own.

It needs `hidapi` and `hid-parser` (the extra `buttons`), and on Linux leave to open the device
(docs/sound.md). Without either there are no buttons, and nothing else is the worse for it.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from softphone import log
from softphone.buttons.handset import TELEPHONY, Handset, Lights, Press

LOOK_EVERY: Final = 2.0  # seconds, while there is none
READ_MS: Final = 40  # so long lights may have to wait
_LONGEST_REPORT: Final = 64


@dataclass(frozen=True, slots=True)
class Pressed:
    """A finger on the headset."""

    press: Press


@dataclass(frozen=True, slots=True)
class ButtonsChanged:
    """Which headset's buttons are heard from now on; "" for none."""

    name: str


class ButtonListener:
    """`post` gets `Pressed` and `ButtonsChanged`, on the thread."""

    def __init__(self, post: Callable[[Pressed | ButtonsChanged], None]) -> None:
        self._post = post
        self._stopping = threading.Event()
        self._lights = Lights()
        self._anew = False  # the lights are to be told again, changed or not
        self._refused: set[bytes] = set()
        self._thread = threading.Thread(target=self._run, name="buttons", daemon=True)

    def start(self) -> None:
        """Begin, if there is anything to do it with."""
        self._thread.start()

    def show(self, lights: Lights, *, anew: bool = False) -> None:
        """Have the headset know how the calls stand. For the engine's thread."""
        self._lights = lights
        self._anew = self._anew or anew

    def stop(self) -> None:
        """Let the headset go."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def _run(self) -> None:
        hid = _hid()
        if hid is None:
            return
        while not self._stopping.is_set():
            found = self._find(hid)
            if found is None:
                self._stopping.wait(LOOK_EVERY)
                continue
            device, handset, name = found
            self._post(ButtonsChanged(name))
            try:
                self._listen(device, handset)
            except (OSError, ValueError):  # pulled out
                self._post(ButtonsChanged(""))
            finally:
                device.close()

    def _find(self, hid: Any) -> tuple[Any, Handset, str] | None:
        for each in hid.enumerate():
            path = each["path"]
            # Linux's hidraw tells the first usage of a device only: there all are looked at
            if each.get("usage_page") not in (TELEPHONY, 0) and not sys.platform.startswith(
                "linux"
            ):
                continue
            device = hid.device()
            try:
                device.open_path(path)
                handset = Handset(device.get_report_descriptor())
            except (OSError, ValueError) as error:
                device.close()
                if isinstance(error, OSError) and path not in self._refused:
                    self._refused.add(path)
                    log.note("buttons", error="not allowed")
                continue
            return device, handset, str(each.get("product_string") or "headset")
        return None

    def _listen(self, device: Any, handset: Handset) -> None:
        shown: Lights | None = None
        while not self._stopping.is_set():
            lights = self._lights
            if lights != shown or self._anew:
                shown, self._anew = lights, False
                for report in handset.reports(lights):
                    if device.write(report) < 0:
                        raise OSError("the headset takes no reports")
            report = bytes(device.read(_LONGEST_REPORT, READ_MS))
            if report:
                for press in handset.pressed(report):
                    self._post(Pressed(press))


def _hid() -> Any | None:
    """Return hidapi, by way of the kernel's own driver on Linux: the other way takes the device
    from it."""
    name = "hidraw" if sys.platform.startswith("linux") else "hid"
    if importlib.util.find_spec("hid_parser") is None:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
