"""The scale run tells the truth: no caller is counted who is not known, and none is forgotten."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("the bench runs on Linux only", allow_module_level=True)

from tests.bench.scale.agents import Message
from tests.bench.scale.report import Figures, Phase, spread, table
from tests.bench.scale.run import per_hour
from tests.floor.test_queue_log import LOG


def phase(created: int) -> Phase:
    made = Phase("steady", 6, 1.0)
    made.sipp = {"created": created, "successful": created, "failed": 0}
    made.account(LOG.splitlines())
    return made


def test_every_caller_is_looked_for_in_the_pbx_s_log() -> None:
    assert phase(6).accounted == 5
    text = table(Figures(agents=2, cores=2, phases=[phase(6)]))
    assert "2 answered, 1 abandoned, 1 passed_on, 1 call_back, 1 still waiting" in text
    assert "all accounted for" in text


@pytest.mark.parametrize("created", [0, 5, 7])
def test_a_caller_that_is_missing_is_told(created: int) -> None:
    text = table(Figures(agents=2, cores=2, phases=[phase(created)]))
    assert "all accounted for" not in text
    assert "NOT ACCOUNTED FOR" in text


def test_lag_is_told_over_its_aim() -> None:
    figures = Figures(agents=2, cores=2)
    ages = [0.001] * 98 + [0.3, 0.5]
    figures.hear(
        {"events": 100, "most_events_s": 20.0, "most_waiting": 3, "ages": ages, "shown": ages,
         "answered": 1, "abandoned": 1, "owed": 1}
    )  # fmt: skip
    assert figures.picture_ms == spread(ages)
    assert "not reached, 2.00 of it" in table(figures)


@pytest.mark.parametrize(("text", "calls"), [("5000/h", 5000), ("50/s", 180_000), ("60", 60)])
def test_rates_are_read_with_their_unit(text: str, calls: float) -> None:
    assert per_hour(text) == calls


def test_a_message_s_headers_are_found_whatever_their_case() -> None:
    message = Message("INVITE sip:a SIP/2.0\r\nvia: one\r\nVia: two\r\nCall-ID: 7", "")
    assert message.get("call-id") == "7"
    assert message.all("Via") == ["via: one", "Via: two"]
