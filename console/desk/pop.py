"""The screen pop: everything about a call but its form, made in memory while it rings.

Nothing here waits: the practice is already loaded, and what the records know (open times, earlier
calls) is filled in when it comes.
"""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from console.desk.live_call import LiveCall, Relief
from console.desk.views import Banner, CheckBackView, ConsentView, Fact, OnCallNow, OpenDay, Pop
from scripts import facts, openings, phone_numbers
from scripts.calltypes import CallType, Mode
from scripts.oncall import OnCall, on_call_at
from scripts.practice import Practice
from scripts.recording import ConsentLaw

CALL_TYPE_LABELS = {
    CallType.QUESTION: "Question",
    CallType.NEW_APPOINTMENT: "New appointment",
    CallType.CHANGE_APPOINTMENT: "Change appointment",
    CallType.REFILL: "Refill",
    CallType.SYMPTOM: "Symptom or diagnosis",
    CallType.URGENT: "Urgent, on call",
    CallType.EMERGENCY: "Emergency 911",
}
_MODES = {
    Mode.PRIMARY: "primary coverage",
    Mode.OVERFLOW: "overflow coverage",
    Mode.AFTER_HOURS: "after-hours coverage",
}


def build_pop(call: LiveCall, now: datetime) -> Pop:
    """Return what the window shows of a call."""
    practice = call.practice
    locked = call.interview.facts_locked if call.interview is not None else ""
    on_call = on_call_at(practice, now)
    return Pop(
        call=call.call,
        banner=_banner(call, now),
        say=_say(call),
        call_types=tuple((kind, label, True) for kind, label in CALL_TYPE_LABELS.items()),
        chosen=call.call_type,
        on_call=_on_call(call, on_call, now) if on_call else None,
        facts=() if locked else usual_facts(practice, now),
        facts_locked=locked,
        open_days=_open_days(call, now),
        protocol_note=_note(call),
        earlier=call.earlier,
        consent=_consent(call),
        check_back=_check_back(call),
        repeat=call.repeat,
    )


def usual_facts(practice: Practice, now: datetime) -> tuple[Fact, ...]:
    """Return the lines shown before anything is searched."""
    return tuple(Fact(f.label, f.text, f.full) for f in facts.summary(practice, now))


def _banner(call: LiveCall, now: datetime) -> Banner:
    practice, coverage = call.practice, call.coverage
    local = now.astimezone(practice.zone)
    if practice.neutral:
        return Banner(
            practice="Number not on file",
            local_time=f"{local:%a %H:%M}",
            detail=f"dialled {call.dialled.number or 'an unknown number'} · take a message",
            open_now=None,
            open_label="Not known",
            baa=False,
            baa_label="No BAA: no health details",
        )
    count = len(practice.providers)
    baa = call.baa_in_force
    return Banner(
        practice=practice.name,
        local_time=f"{local:%a %H:%M} in {practice.city}",
        detail=" · ".join(
            part
            for part in (
                f"say “{practice.pronounced}”" if practice.pronounced else "",
                coverage.change,
                f"{count} provider{'s' if count != 1 else ''}",
                _MODES[coverage.mode],
                _which_number(call),
            )
            if part
        ),
        open_now=coverage.is_open,
        open_label=coverage.label,
        baa=baa,
        baa_label="BAA on file" if baa else "No BAA: no health details",
    )


def _which_number(call: LiveCall) -> str:
    """Return which of several numbers was dialled, "" for a practice that has one."""
    if len(call.practice.numbers) < 2 or not call.dialled.number or call.outgoing:
        return ""
    return f"dialled {phone_numbers.display(call.dialled.number)}"


def _say(call: LiveCall) -> str:
    if call.closing_words:
        return call.closing_words
    if call.call_type is CallType.EMERGENCY:
        return call.practice.protocol.words_911
    return call.greeting


SAY_TO_WHO_REFUSES: Final = (
    "Are you still with me? Is the patient awake, and breathing normally? I still ask you to hang "
    "up and dial 911. Will you do that now?"
)


def _check_back(call: LiveCall) -> CheckBackView | None:
    if call.check_back_at is None:
        return None
    return CheckBackView(call.check_back_at, SAY_TO_WHO_REFUSES, len(call.checks))


def _consent(call: LiveCall) -> ConsentView | None:
    """Return the words to read before anything is recorded; in an emergency nothing but 911."""
    part = call.practice.recording
    if part is None or not call.tape.offered or not call.is_up:
        return None
    if call.call_type is CallType.EMERGENCY:
        return None
    asks = part.law is ConsentLaw.ALL_PARTY
    return ConsentView(part.announcement, "Caller agrees" if asks else "Caller was told")


def _note(call: LiveCall) -> str:
    protocol = call.practice.protocol
    note = protocol.note(call.call_type)
    if call.call_type is not CallType.EMERGENCY:
        return note
    lines = [
        f"{line.area}: {line.psap} {phone_numbers.display(line.number)}"
        for line in protocol.emergency_lines
    ]
    return "\n".join(part for part in (note, *lines) if part)


def _on_call(call: LiveCall, on_call: OnCall, now: datetime) -> OnCallNow:
    practice = call.practice
    relief = call.relief
    if relief is None or (relief.at is not None and relief.at <= now):
        relief = Relief(on_call.until)  # until it has been looked for, or handed over meanwhile
    ends = _moment(practice, relief.at, now) if relief.at is not None else "further notice"
    until = f"On call until {ends}"
    if on_call.source:
        until += f" · {on_call.source}"
    if on_call.provider.pronounced:
        until += f" · say “{on_call.provider.pronounced}”"
    then = (
        f"Then {on_call.backup.provider.full} after {on_call.backup.after} min without an answer"
        if on_call.backup
        else ""
    )
    said = confirmed(practice, on_call, now) or "Not confirmed yet"
    if relief.who is not None:
        said = f"Next {relief.who.full} · {said}"
    then = f"{then}\n{said}".strip()
    return OnCallNow(
        name=on_call.provider.full,
        until=until,
        then=then,
        escalate_label=f"Escalate to {on_call.provider.spoken}",
    )


def _moment(practice: Practice, moment: datetime, now: datetime) -> str:
    """Return a moment in the practice's time, with its date where the weekday is not enough."""
    local = moment.astimezone(practice.zone)
    far = moment - now > timedelta(days=6)
    return f"{local:%a} {local.day} {local:%b %H:%M}" if far else f"{local:%a %H:%M}"


def confirmed(practice: Practice, on_call: OnCall, now: datetime) -> str:
    """Return when somebody last said that who is on call is right; "" where nobody has."""
    said = on_call.confirmed
    if said is None:
        return ""
    local, today = said.at.astimezone(practice.zone), now.astimezone(practice.zone).date()
    day = "" if local.date() == today else f"{local.day} {local:%b} "
    told = f"Confirmed {day}{local:%H:%M} by {said.by}"
    other = practice.provider(said.provider)
    if said.provider == on_call.provider.id or other is None:
        return told
    return f"{told}, then for {other.full}"


def _open_days(call: LiveCall, now: datetime) -> tuple[OpenDay, ...] | None:
    """Return three days of three times, spread over the day as a caller is offered them."""
    if call.busy is None:
        return None
    if not call.practice.appointment_types:
        return ()
    times = openings.open_times(
        call.practice,
        appointment_type=call.practice.appointment_types[0].id,
        busy=call.busy,
        after=now,
        limit=60,
    )
    zone = call.practice.zone
    days: list[OpenDay] = []
    for day, on_day in groupby(times, key=lambda t: t.start.astimezone(zone).date()):
        clock = list(dict.fromkeys(f"{t.start.astimezone(zone):%H:%M}" for t in on_day))
        days.append(OpenDay(_day(day), tuple(clock[:: max(1, len(clock) // 3)][:3])))
    away = next((call.unheard[t.provider_id] for t in times if t.provider_id in call.unheard), None)
    if away is not None:
        since = f"no news since {away.since.astimezone(zone):%H:%M}" if away.since else "no news"
        return (*days[:3], OpenDay("To be confirmed", (since,)))
    return tuple(days[:3])


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
