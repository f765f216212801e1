"""When a queue in breach is told: at each turn into red after it has been green, and never else."""

from hypothesis import given
from hypothesis import strategies as st

from console.floor.breach import Breaches
from console.floor.thresholds import Limits, Thresholds

LIMITS = Limits(own={"patient": Thresholds(wait_watch_s=60, wait_alarm_s=120)})
NOW = 1_000_000.0


def waits(**waited: float) -> dict[str, list[float]]:
    return {practice: [NOW - seconds] for practice, seconds in waited.items()}


def test_once_at_the_change_into_red_and_again_only_after_green() -> None:
    breaches = Breaches()
    heard = [
        bool(breaches.look(waits(maple=seconds) if seconds else {}, NOW, LIMITS))
        for seconds in (10, 41, 45, 30, 41, 0, 5, 50)
    ]
    assert heard == [False, True, False, False, False, False, False, True]


def test_each_queue_by_its_own_thresholds() -> None:
    breaches = Breaches()
    assert breaches.look(waits(maple=50, patient=50), NOW, LIMITS) == {"maple"}
    assert breaches.look(waits(maple=60, patient=121), NOW, LIMITS) == {"patient"}
    assert breaches.red == {"maple", "patient"}


@given(st.lists(st.sampled_from(("green", "yellow", "red")), max_size=40))
def test_any_day_of_a_queue(day: list[str]) -> None:
    breaches, armed = Breaches(), True
    for colour in day:
        waited = {"green": 1, "yellow": 25, "red": 60}[colour]
        told = bool(breaches.look(waits(maple=waited), NOW, LIMITS))
        assert told == (colour == "red" and armed)
        armed = (armed and colour != "red") or colour == "green"
