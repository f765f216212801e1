"""What the receptionist is told of a try to reach somebody, and the words to say."""

from datetime import datetime

from console.desk.escalating import Reachable, say_before
from console.desk.views import OptionView, ReachStep, ReachView, StepMark
from console.escalation.reaching import MOST_WRONG_PINS, Reach, Stage, Step, Why, can
from scripts import phone_numbers

STOP, JOIN, PASS, CALLS_BACK, NEXT, CLOSE = "stop", "join", "pass", "calls_back", "next", "close"

_STEPS = {
    Stage.WRITING: "Putting the escalation on record",
    Stage.DIALLING: "Dialling {spoken}",
    Stage.RINGING: "Ringing",
    Stage.PROMPTING: "Answered, waiting for 1",
    Stage.PIN: "Pressed 1, waiting for the PIN",
    Stage.TAKEN: "{spoken} has taken it",
    Stage.JOINED: "All three together",
    Stage.PASSING: "Connecting the two",
    Stage.THROUGH: "Connected; the caller speaks with {spoken}",
}
_PASSED = {
    Stage.WRITING: "On record, with the callback number",
    Stage.DIALLING: "Dialled {spoken}",
    Stage.RINGING: "Rang",
    Stage.PROMPTING: "Answered",
    Stage.PIN: "Pressed 1",
    Stage.JOINED: "All three together",
    Stage.PASSING: "Connecting the two",
}
_WHY = {
    Why.NO_ANSWER: "No answer",
    Why.BUSY: "Busy",
    Why.REFUSED: "The call could not be made",
    Why.NO_KEY: "1 was not pressed: perhaps a voicemail",
    Why.WRONG_PIN: f"The PIN was wrong {MOST_WRONG_PINS} times",
    Why.HUNG_UP: "{spoken} hung up",
    Why.STOPPED: "Stopped",
    Why.CALLS_BACK: "{spoken} calls the patient back",
    Why.LOST: "The softphone stopped",
}
_FELL_SHORT = frozenset(Why) - {Why.CALLS_BACK}


def build(
    reach: Reach,
    *,
    call: str,
    who: Reachable,
    stages: tuple[Stage, ...],
    until: datetime | None,
    summary: str,
    number: str,
    following: Reachable | None,
    alone: bool = False,
) -> ReachView:
    """Return a try as it is shown. `stages` are those it has been through, the present one last;
    `number` is the caller's to call back on, `following` who could be tried next; `alone` where the
    provider is called with no caller on the line."""
    taken = Stage.TAKEN in stages
    return ReachView(
        call=call,
        title=_title(reach, who, taken=taken),
        steps=_steps(reach, who, stages, alone=alone),
        whom=_whom(reach, who),
        say=_say(reach, who, number, taken=taken, alone=alone),
        until=None if reach.over else until,
        choices=tuple(_choices(reach, who, following, alone=alone)),
        summary=summary if reach.may_hear_details and not reach.over else "",
        note=_note(reach, taken=taken),
        ends="Back to the caller" if reach.caller_there else "Given up",
    )


def _title(reach: Reach, who: Reachable, *, taken: bool) -> str:
    if reach.stage is Stage.BACK and not taken:
        return f"{who.spoken} was not reached"
    if reach.stage in (Stage.BACK, Stage.THROUGH):
        return f"{who.spoken} was reached"
    return f"Reaching {who.spoken}"


def _steps(
    reach: Reach, who: Reachable, stages: tuple[Stage, ...], *, alone: bool
) -> tuple[ReachStep, ...]:
    *passed, now = stages
    steps = [
        ReachStep(
            _PASSED.get(stage, _STEPS.get(stage, "")).format(spoken=who.spoken), StepMark.DONE
        )
        for stage in passed
    ]
    if now is Stage.BACK and reach.why is not None:
        mark = StepMark.FAILED if reach.why in _FELL_SHORT else StepMark.DONE
        steps.append(ReachStep(_WHY[reach.why].format(spoken=who.spoken), mark))
    else:
        text = _STEPS[now].format(spoken=who.spoken)
        if now is Stage.PIN and reach.wrong_pins:
            text += f" (wrong {reach.wrong_pins} of {MOST_WRONG_PINS})"
        mark = StepMark.DONE if now in (Stage.TAKEN, Stage.THROUGH) else StepMark.NOW
        steps.append(ReachStep(text, mark))
    if not (reach.caller_there or alone or now is Stage.THROUGH):
        steps.append(ReachStep("The caller hung up", StepMark.FAILED))
    return tuple(steps)


def _whom(reach: Reach, who: Reachable) -> str:
    if reach.stage is Stage.TAKEN:
        return f"Say to {who.spoken}"
    spoken_to = reach.caller_there and reach.stage in (Stage.WRITING, Stage.BACK)
    return "Say to the caller" if spoken_to else ""


def _say(reach: Reach, who: Reachable, number: str, *, taken: bool, alone: bool) -> str:
    shown = phone_numbers.display(number) if number else ""
    at = f" at {shown}" if shown else ""
    if reach.stage is Stage.TAKEN:
        return _whisper(reach, at, alone=alone)
    if not _whom(reach, who):
        return ""
    if reach.stage is not Stage.BACK:
        return say_before(who.spoken)
    if taken and reach.why is not Why.STOPPED:
        return f"{who.spoken} knows about it now and will call you back{at}."
    return (
        f"Thank you for holding. I have not reached {who.spoken} yet. We keep trying until "
        f"somebody answers, and they will call you back{at}."
    )


def _whisper(reach: Reach, at: str, *, alone: bool) -> str:
    """Return what whoever has taken it is told before the details."""
    if alone:
        return f"We paged you. Please call the patient back{at}. This is what it is about:"
    if reach.caller_there:
        return "I have a caller holding for you. This is what it is about:"
    return f"The caller hung up. Please call them back{at}. This is what it is about:"


def _note(reach: Reach, *, taken: bool) -> str:
    if reach.stage in (Stage.TAKEN, Stage.JOINED, Stage.PASSING, Stage.THROUGH):
        return "On record as taken; no more pages go out."
    if taken and reach.why is not Why.STOPPED:
        return "On record as taken. It stays yours until the patient has been reached."
    return "It is on record, and pages go out meanwhile, whatever happens to this call."


def _choices(
    reach: Reach, who: Reachable, following: Reachable | None, *, alone: bool
) -> list[OptionView]:
    if reach.stage is Stage.BACK:
        found = []
        goes_on = reach.caller_there or alone
        if following is not None and goes_on and reach.why is not Why.CALLS_BACK:
            found = [OptionView(NEXT, f"Reach {following.spoken} next", "N")]
        return [*found, OptionView(CLOSE, "Close" if alone else "Go on with the form", "C")]
    if reach.stage is Stage.THROUGH:
        return [OptionView(CLOSE, "Go on with the form", "C")]
    back = "back to the caller" if reach.caller_there else "hang up"
    if not reach.may_hear_details:
        return [OptionView(STOP, f"Stop, {back}", "B")]
    found = []
    if can(reach, Step.JOIN):
        found.append(OptionView(JOIN, "Join all three", "J"))
    if can(reach, Step.PASS):
        found.append(OptionView(PASS, f"Put the caller through to {who.spoken}", "T"))
    if reach.stage is not Stage.PASSING:
        found.append(OptionView(CALLS_BACK, f"{who.spoken} calls back: {back}", "K"))
        found.append(OptionView(STOP, f"{who.spoken} cannot take it: {back}", "B"))
    return found
