from datetime import UTC, datetime, timedelta

from console.escalation.ladder import Stage
from console.escalation.pages import Verb
from console.escalation.simulate import Answer, Line, simulate
from tests.escalation.test_ladder import DEFAULT

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def told(lines: list[Line]) -> list[str]:
    return [f"{(line.at - NOON) // timedelta(minutes=1)} {line.what} {line.whom}" for line in lines]


def at(minutes: int, who: str, verb: Verb) -> Answer:
    return Answer(timedelta(minutes=minutes), who, verb)


def test_a_provider_who_takes_it_and_reaches_the_patient() -> None:
    lines = list(
        simulate(
            DEFAULT,
            NOON,
            [at(20, "okafor", Verb.CLOSE), at(6, "okafor", Verb.ACKNOWLEDGE)],
        )
    )
    assert told(lines) == [
        "0 page okafor",
        "5 call okafor",
        "6 acknowledges okafor",
        "20 reached the patient okafor",
    ]
    assert lines[-1].stage is Stage.CLOSED


def test_nobody_answers_for_hours_and_somebody_is_told_all_along() -> None:
    lines = list(simulate(DEFAULT, NOON))
    assert told(lines)[:4] == [
        "0 page okafor",
        "5 call okafor",
        "10 page ortega",
        "15 tell supervisor",
    ]
    assert told(lines)[-1] == "240 tell supervisor"


def test_who_is_on_call_is_looked_up_when_the_step_comes() -> None:
    def resolve(whom: str, moment: datetime) -> str:
        return "night" if whom == "ortega" and moment >= NOON + timedelta(minutes=10) else whom

    assert "10 page night" in told(list(simulate(DEFAULT, NOON, resolve=resolve)))


def test_an_answer_that_comes_too_late_is_told_so() -> None:
    answers = [at(1, "okafor", Verb.CLOSE), at(2, "okafor", Verb.ESCALATE)]
    assert told(list(simulate(DEFAULT, NOON, answers)))[-1] == "1 reached the patient okafor"
