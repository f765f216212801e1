"""Which device is used: the chosen one where it is plugged in, else the next, and back again."""

import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from softphone.errors import SoundUnavailable
from softphone.sound import keeper as room
from softphone.sound.keeper import Keeper
from softphone.sound.listing import Device, Listing
from softphone.sound.ringer import pick
from softphone.wire import SoundMove


class FakeHalf:
    """A device that is opened at once, and silent when it is told to be."""

    def __init__(self, device: Device) -> None:
        if device.id == "busy":
            raise SoundUnavailable("in use")
        self.name = device.name
        self.silence = 0.0
        self.calls_back = True
        self.closed = False

    def silent_for(self, now: float) -> float:
        return self.silence

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def plugged() -> Iterator[list[str]]:
    """The names of what is plugged in, both a microphone and an earpiece each."""
    names = ["Built-in", "Jabra"]

    def listing() -> Listing:
        if not names:
            raise SoundUnavailable("This machine has no sound system that answers.")
        devices = tuple(
            Device(name.removesuffix("!"), "busy" if name.endswith("!") else name) for name in names
        )
        return Listing(devices, devices)

    with patch.object(room, "list_devices", listing):
        yield names


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper()
    made.microphone.open = FakeHalf  # type: ignore[assignment]
    made.earpiece.open = FakeHalf  # type: ignore[assignment]
    yield made
    made.close()


def names(keeper: Keeper) -> tuple[str, str]:
    microphone, earpiece = keeper.microphone.half, keeper.earpiece.half
    return (
        microphone.name if microphone is not None else "",
        earpiece.name if earpiece is not None else "",
    )


@pytest.mark.usefixtures("plugged")
def test_each_part_is_chosen_by_itself(keeper: Keeper) -> None:
    keeper.want("Jabra", "")
    keeper.look_now()
    assert names(keeper) == ("Jabra", "Built-in")


def test_a_pulled_headset_is_stood_in_for_and_taken_again(
    keeper: Keeper, plugged: list[str]
) -> None:
    keeper.want("Jabra", "Jabra")
    keeper.look_now()
    plugged.remove("Jabra")
    look = keeper.look_now()
    assert names(keeper) == ("Built-in", "Built-in")
    assert look.microphone.why is look.earpiece.why is SoundMove.UNPLUGGED
    plugged.append("Jabra")
    look = keeper.look_now()
    assert names(keeper) == ("Jabra", "Jabra")
    assert look.earpiece.why is SoundMove.BACK
    assert keeper.look_now().earpiece.why is None, "and stays"


def test_a_device_nobody_chose_is_gone_back_to_as_well(keeper: Keeper, plugged: list[str]) -> None:
    keeper.want("", "")
    keeper.look_now()
    plugged[:] = ["Jabra"]
    keeper.look_now()
    assert names(keeper) == ("Jabra", "Jabra")
    plugged[:] = ["Jabra", "Built-in"]
    keeper.look_now()
    assert names(keeper) == ("Built-in", "Built-in")


def test_nothing_at_all_is_gone_and_whatever_comes_is_found(
    keeper: Keeper, plugged: list[str]
) -> None:
    keeper.want("Jabra", "Jabra")
    keeper.look_now()
    plugged.clear()
    look = keeper.look_now()
    assert (names(keeper), look.earpiece.why) == (("", ""), SoundMove.GONE)
    assert "no sound system" in look.trouble
    plugged.append("Built-in")
    assert keeper.look_now().earpiece.why is SoundMove.FOUND
    assert names(keeper) == ("Built-in", "Built-in")


def test_a_device_in_use_elsewhere_is_passed_over_until_it_is_free(
    keeper: Keeper, plugged: list[str]
) -> None:
    plugged[:] = ["Built-in", "Jabra!"]
    keeper.want("Jabra", "Jabra")
    keeper.look_now()
    assert names(keeper) == ("Built-in", "Built-in")
    plugged[:] = ["Built-in", "Jabra"]
    keeper.look_now()
    assert names(keeper) == ("Jabra", "Jabra")


@pytest.mark.usefixtures("plugged")
def test_a_device_that_missed_its_callbacks_is_looked_for_at_once(keeper: Keeper) -> None:
    keeper.want("Jabra", "Jabra")
    keeper.look_now()
    now = time.monotonic()
    assert keeper.watch(now) is None
    while keeper.watch(now) is None:  # the first look is due in any case
        pass
    assert keeper._look is None
    half = keeper.earpiece.half
    assert half is not None
    half.silence = 0.06  # type: ignore[attr-defined]
    keeper.watch(now + 0.2)
    assert keeper._look is not None, "long before the next look would have been due"
    assert keeper._look.result().earpiece.why is None, "it is still there: nothing changes"
    half.silence = 3.0  # type: ignore[attr-defined]
    keeper.look_now()
    assert keeper.earpiece.half is not half, "dead although it is listed: opened anew"


@pytest.mark.parametrize(
    ("wish", "earpiece", "rings"),
    [("", "Jabra", "Built-in"), ("Jabra", "Jabra", "Jabra"), ("Gone", "Built-in", "Jabra")],
)
def test_the_ringer_is_a_loudspeaker_unless_told_otherwise(
    wish: str, earpiece: str, rings: str
) -> None:
    devices = (Device("Built-in", 1), Device("Jabra", 2))
    found = pick(devices, wish, earpiece)
    assert found is not None
    assert found.name == rings


def test_with_a_headset_alone_the_headset_rings() -> None:
    found = pick((Device("Jabra", 2),), "", "Jabra")
    assert found is not None
    assert found.name == "Jabra"
    assert pick((), "", "") is None
