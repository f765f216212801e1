"""The top bar and the status bar: what state the desk is in, and whether it can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique

from console.desk.live_call import LiveCall
from console.desk.permissions import Person
from console.desk.views import DeskState, Lamp, Light, Status, WrapUpView
from console.floor.pausing import BREAKS
from console.floor.wrapping import Wrapping, WrapUpRules
from console.store.values import Role
from softphone.calls import CallState
from softphone.wire import Direction, Registration, Sound, SoundKind

_LABELS = {
    DeskState.AVAILABLE: "Available",
    DeskState.RINGING: "Ringing",
    DeskState.ON_CALL: "On a call",
    DeskState.WRAP_UP: "Wrap-up",
    DeskState.NOT_READY: "Not ready",
}
_ROLES = {
    Role.RECEPTIONIST: "Agent",
    Role.SUPERVISOR: "Supervisor",
    Role.ADMINISTRATOR: "Administrator",
    Role.LIAISON: "Liaison",
}
_THEN = (DeskState.RINGING, DeskState.ON_CALL, DeskState.WRAP_UP)
_UP = (
    CallState.DIALLING,
    CallState.ALERTING,
    CallState.ACTIVE,
    CallState.HELD,
    CallState.TRANSFERRING,
)


_SILENT = {
    Direction.IN: "No sound from the caller for 5 s: ask whether they hear you. If nobody answers, "
    "hang up and call them back.",
    Direction.OUT: "The caller has not been sent your sound for 5 s: ask whether they hear you. If "
    "they don’t, hang up and call them back.",
}
_SILENT_BOTH = (
    "No sound has gone either way for 5 s: the network may have lost the call. If it does not come "
    "back, hang up and call the caller back."
)
MUTED = "Muted: you are not heard"
_RETRY = "Press Ctrl+R to test the phone again."


@unique
class Proof(Enum):
    """What the phone's self-test has shown."""

    NONE = "none"
    AWAITED = "awaited"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The whole queue's figures, where a feed tells them."""

    waiting: int
    longest_since: datetime | None
    answered_in_20: str


@dataclass(slots=True, kw_only=True)
class Health:
    """What the desk knows of the things it stands on."""

    engine_up: bool = False
    engine_silent: bool = False
    engine_trouble: str = ""
    registration: Registration = Registration.TRYING
    registration_reason: str = ""
    sip_address: str = ""
    sound: Sound = field(default_factory=Sound)
    proof: Proof = Proof.NONE
    proof_detail: str = ""
    proof_of_sound: bool = False  # what failed is the headset, and not the phone behind it
    microphone_silent: bool = False
    records_trouble: str = ""
    kept_here: int = 0  # pieces of work waiting on this machine for the records
    set_aside: int = 0  # pieces of work the records refused for good
    writing: int = 0
    practices_trouble: str = ""
    ready: bool = True
    break_reason: str = ""  # why not, where a person or the queue has said so
    ready_changed: datetime | None = None
    answered_in_20: str = "–"
    to_deliver: int = 0
    to_do: int = 0  # on the board, and not put off
    to_do_urgent: int = 0
    to_do_unowned: int = 0  # of the urgent
    locked: bool = False
    has_pin: bool = False
    glass: str = ""  # emergency access that lasts, with its end and its reason
    queue: QueueFigures | None = None  # None without a live feed: the desk's own calls are told
    feed: Lamp | None = None  # None where none is set up
    wrap_up: Wrapping | None = None  # the one that lasts
    wrap_up_rules: WrapUpRules = field(default_factory=WrapUpRules)
    breach: Lamp | None = None  # None while no queue is

    def unowned(self) -> str:
        """Return why nobody can go yet, "" where nothing holds them: urgent work that is nobody's
        would be left to nobody. While the records are away nobody could take it."""
        return "" if self.records_trouble else unowned_words(self.to_do_unowned)

    @property
    def phone_fails(self) -> bool:
        """Whether a caller who came now would not be heard, for a cause on this desk."""
        return (
            not self.engine_up
            or self.engine_silent
            or self.registration is Registration.FAILED
            or self.proof is Proof.BAD
            or self.microphone_silent
            or bool(self.sound.reason)
        )

    @property
    def takes_calls(self) -> bool:
        """Whether the desk is in the queue. A test under way does not take it out: a caller who
        comes meanwhile is better taken than sent on."""
        return self.ready and not self.phone_fails


def unowned_words(count: int) -> str:
    """Return that so much urgent work is nobody's, "" for none."""
    if not count:
        return ""
    items = "1 urgent item has" if count == 1 else f"{count} urgent items have"
    return f"{items} no owner. Ctrl+J shows them; T takes one, H hands it to somebody."


def build_status(
    health: Health,
    calls: Iterable[LiveCall],
    *,
    person: Person | None,
    idle_since: datetime,
    asked_since: datetime | None = None,
    muted: bool = False,
) -> Status:
    """Return the two bars as they stand; `asked_since` while somebody who is no caller is on, and
    `muted` while they, or a caller, do not hear the receptionist who speaks to them."""
    calls = list(calls)
    state, since = _state(health, calls, idle_since)
    if asked_since is not None and state is not DeskState.ON_CALL:
        state, since = DeskState.ON_CALL, asked_since
    waiting = [c for c in calls if c.state in (CallState.WAITING, CallState.RINGING)]
    queue = health.queue or QueueFigures(
        len(waiting),
        min((c.first_heard_at for c in waiting), default=None),
        health.answered_in_20,
    )
    return Status(
        state=state,
        state_label=MUTED if muted else _label(health, state),
        since=since,
        agent=f"{person.name} · {_ROLES[person.role]}" if person else "Nobody signed in",
        waiting=queue.waiting,
        longest_since=queue.longest_since,
        answered_in_20=queue.answered_in_20,
        to_deliver=health.to_deliver,
        to_do=health.to_do,
        to_do_urgent=health.to_do_urgent,
        lamps=_lamps(health),
        saved=_saved(health),
        headset=_headset(health.sound),
        trouble=_trouble(health, calls),
        locked=health.locked,
        muted=muted,
        lock_needs_pin=not health.has_pin and person is not None,
        glass=health.glass,
        wrap_up=_wrap_up(health, calls) if state is DeskState.WRAP_UP else None,
        testing=state is DeskState.NOT_READY and _is_testing(health),
    )


def _label(health: Health, state: DeskState) -> str:
    if state is DeskState.NOT_READY and _is_testing(health):
        trying = health.registration is Registration.TRYING and health.proof is not Proof.AWAITED
        return "Registering…" if trying else "Testing…"
    if state is DeskState.NOT_READY and not health.ready and health.break_reason:
        return f"{_LABELS[state]}: {health.break_reason}"
    if state in _THEN and not health.ready:
        return f"{_LABELS[state]}, then {_then(health)}"
    return _LABELS[state]


def _then(health: Health) -> str:
    """Return what comes after the call: a break by its reason."""
    return health.break_reason if health.break_reason in BREAKS else "not ready"


def _wrap_up(health: Health, calls: list[LiveCall]) -> WrapUpView | None:
    wrapping, rules = health.wrap_up, health.wrap_up_rules
    if wrapping is None:
        return None
    return WrapUpView(
        until=wrapping.until,
        needs_outcome=any(call.in_wrap_up for call in calls),
        asked=bool(wrapping.extended),
        more=max(0, rules.times - wrapping.extended),
        more_s=rules.more.seconds,
    )


def _is_testing(health: Health) -> bool:
    return health.takes_calls and _unproved(health)


def _unproved(health: Health) -> bool:
    return health.proof is Proof.AWAITED or health.registration is Registration.TRYING


def _state(
    health: Health, calls: list[LiveCall], idle_since: datetime
) -> tuple[DeskState, datetime | None]:
    talking = [c for c in calls if c.state in _UP]
    if talking:
        return DeskState.ON_CALL, min(c.answered_at or c.offered_at for c in talking)
    ringing = [c for c in calls if c.state is CallState.RINGING]
    if ringing:
        return DeskState.RINGING, min(c.offered_at for c in ringing)
    wrapping = [c for c in calls if c.in_wrap_up]
    if wrapping:
        return DeskState.WRAP_UP, min(c.ended_at or c.offered_at for c in wrapping)
    if health.wrap_up is not None and health.wrap_up.held_until is not None:
        return DeskState.WRAP_UP, health.wrap_up.since
    if not health.takes_calls or _unproved(health):
        return DeskState.NOT_READY, health.ready_changed or idle_since
    return DeskState.AVAILABLE, idle_since


def _trouble(health: Health, calls: list[LiveCall]) -> str:
    """Return the worst thing that keeps a caller from being heard, with the mend."""
    return _engine_trouble(health) or _sound_trouble(health, calls) or _other_trouble(health)


def _engine_trouble(health: Health) -> str:
    if health.engine_trouble:
        return health.engine_trouble
    if health.engine_silent:
        return "The softphone does not answer. It is started again by itself in a few seconds."
    if not health.engine_up:
        return "The softphone is starting. Calls can’t ring here yet."
    return ""


def _sound_trouble(health: Health, calls: list[LiveCall]) -> str:
    if health.sound.reason:
        deaf = health.sound.kind is SoundKind.HEADSET and bool(health.sound.microphone)
        who = "You would hear no caller" if deaf else "Callers would hear nothing"
        return f"{health.sound.reason.rstrip('.')}. {who}; plug one in, it is taken up by itself."
    if health.microphone_silent:
        return (
            "Your microphone gives no sound: callers hear nothing. Look for a mute switch on the "
            f"headset or its cable, or plug in another. {_RETRY}"
        )
    for call in calls:
        if call.is_up and call.silent_ways:
            both = len(call.silent_ways) == len(Direction)
            return _SILENT_BOTH if both else _SILENT[next(iter(call.silent_ways))]
    return ""


def _other_trouble(health: Health) -> str:
    if health.registration is Registration.FAILED:
        return (
            f"The line is not registered ({health.registration_reason}). No calls arrive; "
            "check the network and the line’s password."
        )
    if health.proof is Proof.BAD and health.proof_of_sound:
        return f"{health.proof_detail} {_RETRY}"
    if health.proof is Proof.BAD:
        return (
            f"The phone failed its own test. {health.proof_detail} {_RETRY} If it fails again, "
            "start Frontdesk again."
        )
    return _records_trouble(health) or health.practices_trouble


def _records_trouble(health: Health) -> str:
    if health.records_trouble:
        return (
            f"{health.records_trouble} Calls go on; what you save is kept on this machine and "
            "written when the records are back."
        )
    if health.set_aside:
        what = "1 item" if health.set_aside == 1 else f"{health.set_aside} items"
        return (
            f"{what} of saved work could not be written to the records and are kept, sealed, on "
            "this machine. Ask your supervisor to see to it: Ctrl+Shift+U, or frontdesk records "
            "aside"
        )
    return ""


def _lamps(health: Health) -> tuple[Lamp, ...]:
    lamps = (_line_lamp(health), _records_lamp(health), _sound_lamp(health.sound))
    return (*lamps, *(lamp for lamp in (health.feed, health.breach) if lamp is not None))


def _line_lamp(health: Health) -> Lamp:
    if not health.engine_up or health.engine_silent:
        return Lamp(Light.BAD, "Softphone down")
    match health.registration:
        case Registration.REGISTERED:
            return Lamp(Light.GOOD, "Line registered")
        case Registration.DIRECT:
            return Lamp(Light.GOOD, f"Line open on {health.sip_address}")
        case Registration.TRYING:
            return Lamp(Light.WARN, "Line registering")
        case Registration.FAILED:
            return Lamp(Light.BAD, "Line not registered")


def _records_lamp(health: Health) -> Lamp:
    if health.records_trouble:
        return Lamp(Light.BAD, "Records away")
    return Lamp(Light.GOOD, "Records live")


def _sound_lamp(sound: Sound) -> Lamp:
    match sound.kind:
        case SoundKind.NONE:
            return Lamp(Light.WARN, f"No sound: {sound.reason or 'asked for none'}")
        case SoundKind.FILES:
            return Lamp(Light.WARN, "Sound from files")
        case SoundKind.HEADSET | SoundKind.NATIVE:
            if sound.missing:
                return Lamp(Light.WARN, "Headset unplugged")
            return (
                Lamp(Light.BAD, "Half a headset") if sound.reason else Lamp(Light.GOOD, "Headset")
            )


def _headset(sound: Sound) -> str:
    if sound.kind is SoundKind.NONE:
        return f"No headset: {sound.reason}" if sound.reason else "No headset"
    if sound.kind is SoundKind.FILES:
        return "Recorded sound, no headset"
    return sound.earpiece or sound.microphone or "System default"


def _saved(health: Health) -> str:
    if health.kept_here:
        one = health.kept_here == 1
        return f"{health.kept_here} {'item' if one else 'items'} kept on this machine"
    return "Saving…" if health.writing else "All work saved"
