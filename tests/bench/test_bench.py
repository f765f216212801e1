"""The bench tells the truth: its arithmetic, the pixels it chooses, and its caller's manners."""

import socket
import sys
import threading

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("the bench runs on Linux only", allow_module_level=True)

from tests.bench.floor import answers_to
from tests.bench.measuring import CallFigures, PhoneFigures
from tests.bench.report import as_json, percentile, table
from tests.bench.screen import HEIGHT, WIDTH, Rectangle
from tests.bench.sender import RawCaller
from tests.bench.watching import NoPopUpError, Watch, telling_pixels


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100)])
def test_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(list(range(1, 101)), share) == expected


def test_percentile_of_few_values() -> None:
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([1.0, 2.0, 3.0], 0.95) == 3.0


def test_lost_calls_and_missing_phones_are_told() -> None:
    floor = PhoneFigures("floor", pop=False, starts=[0.1], calls=[CallFigures(ringing=0.001)])
    desk = PhoneFigures("Frontdesk", pop=True, starts=[0.5])
    desk.calls = [CallFigures(0.002, 0.008, 0.009, 0.010, 0.012), CallFigures(0.002)]
    absent = PhoneFigures("Twinkle", pop=True, missing="not installed")
    text = table(as_json([floor, desk, absent], {}))
    assert "2 (1 lost)" in text
    assert "Twinkle: not installed" in text
    assert "10.00 / 10.00" in text
    assert "reached (10.00 / 10.00)" in text


def test_only_pixels_that_a_call_changes_tell() -> None:
    before = np.zeros((HEIGHT, WIDTH), dtype=np.uint32)
    ringing = before.copy()
    ringing[100:200, 100:200] = 1
    restless = np.zeros(before.shape, dtype=np.bool_)
    restless[100:110, 100:200] = True
    pop, around = telling_pixels(before, ringing, restless, Rectangle(100, 100, 50, 100))
    rows, columns = np.divmod(pop, WIDTH)
    assert rows.min() == 110
    assert columns.max() < 150
    assert np.all(np.divmod(around, WIDTH)[1] >= 150)


def test_a_still_screen_is_no_pop_up() -> None:
    still = np.zeros((HEIGHT, WIDTH), dtype=np.uint32)
    with pytest.raises(NoPopUpError):
        telling_pixels(still, still, np.zeros(still.shape, dtype=np.bool_), Rectangle(0, 0, 9, 9))


class Pixels:
    """A screen of ten pixels that a test paints."""

    size = 10

    def __init__(self) -> None:
        self.now = np.zeros(self.size, dtype=np.uint32)

    def read(self) -> np.ndarray:
        return self.now.copy()


def test_a_pop_up_is_shown_over_two_fifths_and_painted_at_its_last_change() -> None:
    pop, around = Pixels(), Pixels()
    watch = Watch(pop, around)
    pop.now[:4] = 1
    watch.look()
    assert watch.sight.first_change is not None
    assert watch.sight.shown is None
    pop.now[:9] = 1
    watch.look()
    shown = watch.sight.shown
    pop.now[9] = 1
    watch.look()
    around.now[0] = 1
    watch.look()
    watch.look()
    assert watch.sight.shown == shown
    assert shown < watch.sight.last_change < watch.sight.last_change_anywhere
    assert not watch.gone()
    pop.now[:] = 0
    assert watch.gone()


def test_the_caller_rings_cancels_and_acknowledges() -> None:
    heard: list[bytes] = []

    def phone(udp: socket.socket) -> None:
        while b"ACK" not in heard:
            request, sender = udp.recvfrom(65_535)
            heard.append(request.split(b" ", 1)[0])
            for answer in answers_to(request):
                udp.sendto(answer, sender)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(5)
        thread = threading.Thread(target=phone, args=(udp,))
        thread.start()
        with RawCaller("127.0.0.1", udp.getsockname()[1]) as caller:
            call = caller.place("+15155550100")
            assert caller.wait_until(lambda: call.ringing_at is not None, seconds=5)
            caller.end(call)
        thread.join()
    assert heard == [b"INVITE", b"CANCEL", b"ACK"]
    assert call.statuses == [180, 487]
    assert call.invite_to_180 > 0
