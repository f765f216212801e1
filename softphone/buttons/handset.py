"""What a headset's reports mean, and what it has to be told: pure.

A headset with buttons is a HID device of the telephony page (USB HID Usage Tables 1.5, page 0x0B).
It keeps its own idea of the hook: it sends one report when the hook is lifted and one when it is
put back, whoever did it, and only if the host keeps its lights (page 0x08) as the calls stand. So a
report that says what the host has just told is an echo, and every other is a finger.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Final

TELEPHONY: Final = 0x0B
_USAGE_PAGE: Final = 0x05  # the item that names a page, of one byte
_LED: Final = 0x08
_HOOK_SWITCH, _PHONE_MUTE = 0x20, 0x2F
_OFF_HOOK, _RING, _MUTE = 0x17, 0x18, 0x09


@unique
class Press(Enum):
    """What a finger wants."""

    ANSWER = "answer"
    HANG_UP = "hang_up"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Lights:
    """How the calls stand, as a headset is told."""

    off_hook: bool = False
    ring: bool = False
    mute: bool = False


@dataclass(frozen=True, slots=True)
class _Bit:
    report: int  # 0 where the device numbers none
    at: int  # bits from the report's start, its number left out


class Handset:
    """One headset, by its report descriptor. Raises `ValueError` for one that is no telephone."""

    def __init__(self, descriptor: Iterable[int]) -> None:
        inputs, outputs, self._sizes = _read_descriptor(list(descriptor))
        hook = inputs.get((TELEPHONY, _HOOK_SWITCH))
        if hook is None:
            raise ValueError("no hook switch")
        self._hook_bit = hook
        self._mute_bit = inputs.get((TELEPHONY, _PHONE_MUTE))
        self._lights = {
            name: outputs[usage]
            for name, usage in (
                ("off_hook", (_LED, _OFF_HOOK)),
                ("ring", (_LED, _RING)),
                ("mute", (_LED, _MUTE)),
            )
            if usage in outputs
        }
        self._numbered = any(bit.report for bit in (hook, *self._lights.values()))
        self._told = Lights()
        self._hook = self._mute = False

    def reports(self, lights: Lights) -> list[bytes]:
        """Return what to write so that the headset knows how the calls stand."""
        self._told = lights
        payloads: dict[int, bytearray] = {}
        for name, bit in self._lights.items():
            payload = payloads.setdefault(bit.report, bytearray(self._sizes[bit.report]))
            if getattr(lights, name):
                payload[bit.at // 8] |= 1 << bit.at % 8
        return [bytes([report]) + payload for report, payload in payloads.items()]

    def pressed(self, report: bytes) -> list[Press]:
        """Return what a report asks for."""
        number, data = (report[0], report[1:]) if self._numbered else (0, report)
        presses = []
        if number == self._hook_bit.report:
            hook = _is_set(data, self._hook_bit)
            if hook not in {self._hook, self._told.off_hook}:
                presses.append(Press.ANSWER if hook else Press.HANG_UP)
            self._hook = hook
        if self._mute_bit is not None and number == self._mute_bit.report:
            mute = _is_set(data, self._mute_bit)
            if mute and not self._mute:
                presses.append(Press.MUTE)
            self._mute = mute
        return presses


_Usages = dict[tuple[int, int], _Bit]


def _read_descriptor(descriptor: list[int]) -> tuple[_Usages, _Usages, dict[int, int]]:
    if bytes([_USAGE_PAGE, TELEPHONY]) not in bytes(descriptor):
        raise ValueError("no hook switch")
    import hid_parser  # noqa: PLC0415 - 30 MB of tables, for those who have such a headset

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # real devices break the rules in small ways
        try:
            read = hid_parser.ReportDescriptor(descriptor)
            inputs = _usages(read.input_report_ids, read.get_input_items)
            outputs = _usages(read.output_report_ids, read.get_output_items)
            sizes = {
                number or 0: -(-int(read.get_output_report_size(number)) // 8)
                for number in read.output_report_ids
            }
        except (hid_parser.InvalidReportDescriptor, NotImplementedError, KeyError) as error:
            raise ValueError("a report descriptor that cannot be read") from error
    return inputs, outputs, sizes


def _usages(numbers: Iterable[int | None], items: Any) -> _Usages:
    return {
        (int(item.usage.page), int(item.usage.usage)): _Bit(number or 0, int(item.offset))
        for number in numbers
        for item in items(number)
        if hasattr(item, "usage")
    }


def _is_set(data: bytes, bit: _Bit) -> bool:
    return bit.at // 8 < len(data) and bool(data[bit.at // 8] >> bit.at % 8 & 1)
