"""What the window shows, as frozen records: the whole of what crosses from desk to window.

The desk makes a new record when something changed and the window paints it; the window holds no
state of its own that matters. Times are aware `datetime`s in UTC unless a field says otherwise;
texts are ready to be read by a person.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique

from scripts.calltypes import CallType


@unique
class DeskState(StrEnum):
    """What this receptionist is doing, as the top bar says it."""

    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


@unique
class Light(StrEnum):
    """A status lamp; always shown with words and a mark."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@unique
class KeyWay(StrEnum):
    """How the keypad's digits travel. `AS_SET` is as the line's settings say."""

    AS_SET = "as_set"
    SOUND = "sound"  # RFC 4733
    INFO = "info"  # SIP INFO


@unique
class LineState(StrEnum):
    """A call in the call list."""

    WAITING = "waiting"  # every line is taken
    RINGING = "ringing"
    DIALLING = "dialling"
    ACTIVE = "active"
    HELD = "held"
    TRANSFERRING = "transferring"
    WRAP_UP = "wrap_up"  # the caller has gone, the form has not been finished


@dataclass(frozen=True, slots=True)
class CallCard:
    """One call in the list at the left. `since` is when its timer started; `key` the shortcut
    that brings it to the front ("Ctrl+1")."""

    call: str
    state: LineState
    title: str  # the caller's number, or "Number withheld"
    practice: str
    since: datetime
    selected: bool
    muted: bool = False
    can_answer: bool = False
    can_decline: bool = False
    can_hold: bool = False
    can_resume: bool = False
    can_mute: bool = False
    can_transfer: bool = False
    can_hang_up: bool = False
    can_keypad: bool = False
    note: str = ""  # "Caller hung up; finish the form"
    key: str = ""
    held_for: str = ""  # "0:30", once a held caller has waited long enough to be reminded of
    hold_alarm: bool = False
    leg: bool = False  # somebody asked about the caller above, not a caller
    can_swap: bool = False
    can_complete: bool = False
    can_cancel_consult: bool = False
    can_join: bool = False
    can_leave: bool = False
    can_split: bool = False
    outgoing: bool = False  # this desk dialled it
    sound: str = ""  # "Sound good (4.3)", once a call has been measured
    sound_light: Light = Light.GOOD
    pressed: str = ""  # the last keys the far end pressed: "1 2 #"
    recording: str = ""  # "recording", "recording paused"; said with the state, always
    recording_mark: str = ""  # "●", "❙❙"
    can_pause_recording: bool = False
    can_resume_recording: bool = False


@dataclass(frozen=True, slots=True)
class Callback:
    """A caller who left before an answer, or could not be held: owed a call back."""

    row: int
    number: str
    practice: str
    since: datetime
    why: str
    owner: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EarlierItem:
    """Something that came of an earlier call from the same number to the same practice."""

    title: str  # "Message", "Booked"
    when: str
    detail: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A caller who calls again before what they left has reached anybody."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the practice's own answers."""

    label: str
    text: str
    full: str = ""  # the whole answer, to be read aloud


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Open times on one day, in the practice's time zone."""

    day: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """Who is on call, and who is next."""

    name: str
    until: str
    then: str
    escalate_label: str  # "Escalate to Dr. Okafor"


@dataclass(frozen=True, slots=True)
class Banner:
    """The practice, as the pop's head shows it."""

    practice: str
    local_time: str  # "Tue 19:42 in Des Moines"
    detail: str  # "opens Wed 08:00 · 2 providers · after-hours coverage"
    open_now: bool | None  # None for a number no practice has
    open_label: str  # "Open", "Closed", "Lunch"
    baa: bool | None
    baa_label: str  # "BAA on file", "No BAA: no health details"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The words that ask whether the call may be recorded, until the caller has answered."""

    say: str
    agree_label: str  # "Caller agrees: record"


@dataclass(frozen=True, slots=True)
class CheckBackView:
    """A caller who refuses 911: when to ask after them, with what words, how often it was done."""

    due_at: datetime
    say: str
    done: int


@dataclass(frozen=True, slots=True)
class RecordingItem:
    """A recording in the list; texts are ready to be read."""

    recording: str
    practice: str
    caller: str
    when: str
    length: str  # "3:12"
    agent: str
    note: str = ""  # why it ended by itself


@dataclass(frozen=True, slots=True)
class PlaybackView:
    """How far a recording has played, in seconds."""

    recording: str
    at_s: float
    of_s: float


@dataclass(frozen=True, slots=True)
class Pop:
    """Everything about the selected call but its form: painted at once when it is offered."""

    call: str
    banner: Banner
    say: str
    call_types: tuple[tuple[CallType, str, bool], ...]  # type, label, enabled
    chosen: CallType | None
    on_call: OnCallNow | None
    facts: tuple[Fact, ...]
    facts_locked: str = ""  # why answers may not be read: a symptom has been given
    open_days: tuple[OpenDay, ...] | None = None  # None while they are being looked up
    protocol_note: str = ""
    earlier: tuple[EarlierItem, ...] | None = None  # None while being looked up
    consent: ConsentView | None = None  # while the caller is to be asked about recording
    repeat: Repeat | None = None
    check_back: CheckBackView | None = None


@unique
class FieldKind(StrEnum):
    """How a question is put on the form."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    PHONE = "phone"
    DATE = "date"
    NUMBER = "number"
    QUANTITY = "quantity"
    TIME = "time"
    DATE_TIME = "date_time"
    CHOICE = "choice"  # buttons, one of them; each has a key
    CHOICES = "choices"  # buttons, any of them
    OPEN_CHOICE = "open_choice"  # like CHOICE, with a line for an answer of the caller's own
    OPEN_CHOICES = "open_choices"  # like CHOICES, with such a line
    OPEN_TIME = "open_time"  # like CHOICE, with earlier and later
    BOOKING = "booking"  # like CHOICE: the caller's bookings
    DISPLAY = "display"  # words to read, no answer
    FIXED = "fixed"  # the script's own answer: shown, never typed into


MANY = ","  # between the codes of a CHOICES answer, in the order of its options
SHOWN_ONLY = frozenset({FieldKind.DISPLAY, FieldKind.FIXED})
"""Kinds that take no answer."""


@dataclass(frozen=True, slots=True)
class OptionView:
    """One button of a choice. `key` is the single key that presses it while it has the focus
    group ("Y", "1")."""

    code: str
    label: str
    key: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question of the current step."""

    link_id: str
    label: str
    kind: FieldKind
    value: str = ""
    options: tuple[OptionView, ...] = ()
    required: bool = False
    half: bool = False  # shares its row with the next half field
    problem: str = ""  # what is wrong with the answer, and the mend
    help: str = ""  # under the field: the number in groups, a name in NATO words
    already_stated: bool = False
    not_asked: bool = False  # left out on purpose
    hint: str = ""  # in an empty line: how the answer is written
    other: str = ""  # OPEN_CHOICE: what is not one of the buttons
    more: str = ""  # OPEN_TIME: label of "later times"; "" when there are none


@dataclass(frozen=True, slots=True)
class StepView:
    """A pill in the form's head."""

    number: int
    title: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class ReadBackItem:
    """A critical answer, to be read to the caller and ticked."""

    link_id: str
    label: str
    text: str  # as written
    spoken: str  # as read aloud: digit groups, NATO spelling, "" when the same
    ticked: bool
    note: str = ""  # to the receptionist, not to be read out


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A hit in what was typed: shows the 911 line, decides nothing."""

    text: str  # "“stiff neck” with “fever” is a red flag here. Read the 911 line?"
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """The guided form at its current step."""

    call: str
    call_type: CallType
    steps: tuple[StepView, ...]
    say: str  # the words to ask
    fields: tuple[FieldView, ...]
    focus: str = ""  # the link id to put the cursor in, when the step is new
    read_back: tuple[ReadBackItem, ...] = ()  # on the last step
    red_flag: RedFlag | None = None
    can_back: bool = False
    next_label: str = "Next"
    can_finish: bool = False
    finish_hint: str = ""  # what is still missing
    ends_as: str = ""  # "Will be saved as: message to clinical staff, due Wed 25 Nov"
    draft_saved: str = ""  # "Draft saved 19:42:07"


@dataclass(frozen=True, slots=True)
class Lamp:
    """One lamp of the status bar."""

    light: Light
    text: str


@dataclass(frozen=True, slots=True)
class WrapUpView:
    """A wrap-up's countdown. `asked` where its time was extended: without an outcome to give, it
    can be ended. `more` is how often it can be extended still, by `more_s` seconds."""

    until: datetime
    needs_outcome: bool
    asked: bool = False
    more: int = 0
    more_s: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """The top bar and the status bar."""

    state: DeskState
    state_label: str  # "On a call"
    since: datetime | None  # its timer
    agent: str  # "Dana Whitfield · Agent"
    waiting: int
    longest_since: datetime | None  # start of the longest wait
    answered_in_20: str  # "94 %", "–" before the first call
    to_deliver: int
    lamps: tuple[Lamp, ...] = ()
    saved: str = "All work saved"
    headset: str = ""
    trouble: str = ""  # the red banner: what is wrong and the mend
    locked: bool = False
    muted: bool = False  # whoever the receptionist speaks to does not hear them
    lock_needs_pin: bool = False  # nothing has been chosen yet that would open it
    glass: str = ""  # emergency access that lasts: shown all the while
    may_edit_practices: bool = False  # and so is shown the way there
    to_do: int = 0  # unfinished work, on the board
    to_do_urgent: int = 0
    wrap_up: WrapUpView | None = None  # in a wrap-up that is timed
    testing: bool = False  # NOT_READY only until the phone has proved itself

    @property
    def away(self) -> bool:
        """Whether taking calls again is what is left to ask for."""
        wrap_up = self.wrap_up
        if wrap_up is not None and wrap_up.asked and not wrap_up.needs_outcome:
            return True
        return self.state is DeskState.NOT_READY and not self.testing


@dataclass(frozen=True, slots=True)
class TransferChoice:
    """Somebody a call can be sent to."""

    label: str
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class DeclineView:
    """How a ringing caller can be turned away otherwise: told busy, or sent to somebody."""

    call: str
    title: str  # the caller's number, or "Number withheld"
    practice: str
    choices: tuple[TransferChoice, ...]


@dataclass(frozen=True, slots=True)
class DialAs:
    """A practice to call for. `number` is what the called one sees."""

    practice_id: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class DialView:
    """The panel behind Ctrl+D. `practices` are those that fit what was typed, `chosen` is one of
    them, or none where none fits."""

    practices: tuple[DialAs, ...]
    chosen: DialAs | None
    problem: str = ""  # why the number cannot be dialled, and the mend


@dataclass(frozen=True, slots=True)
class EscalationView:
    """The panel behind F9."""

    call: str
    provider: str
    number: str
    summary: str
    choices: tuple[OptionView, ...]  # reach with the caller on hold / transfer now / keep
    missing: str = ""  # "Ask for a callback number first"
    say: str = ""  # to the caller, before they are held


@unique
class StepMark(StrEnum):
    """How a step of a try to reach somebody stands."""

    DONE = "done"
    NOW = "now"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReachStep:
    """One step, in words."""

    text: str
    mark: StepMark


@dataclass(frozen=True, slots=True)
class ReachView:
    """A try to bring a provider to the telephone, step by step. `until` is when it ends by itself,
    None while nothing runs out; `whom` says to whom `say` is to be said."""

    call: str
    title: str  # "Reaching Dr. Okafor"
    steps: tuple[ReachStep, ...]
    whom: str
    say: str
    until: datetime | None
    choices: tuple[OptionView, ...]
    summary: str = ""  # for the provider's ear, once they have taken it
    note: str = ""  # "The escalation is on record; pages go out meanwhile."
    ends: str = "Back to the caller"  # what comes when the time is over


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the receptionist, shown without taking the focus."""

    title: str
    text: str
    light: Light = Light.GOOD


@dataclass(frozen=True, slots=True)
class UnfinishedForm:
    """A form a crash or a restart left unfinished, offered again."""

    draft: str
    practice: str
    caller: str
    call_type: str
    when: str
    answers: int = field(default=0)


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that a part of the headset can be; "" is whatever there is."""

    name: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class HeadsetPart:
    """Microphone, earpiece or ringer on the headset sheet."""

    part: str
    label: str
    choices: tuple[DeviceChoice, ...]
    note: str  # "In use: Jabra Evolve"
    named: bool = False  # by the settings file: nothing to choose here


@dataclass(frozen=True, slots=True)
class HeadsetView:
    """The headset sheet. `ringing` is "off", "soft" or "normal"; `trial` what is being played:
    "tone", "ring", "hear" or ""."""

    parts: tuple[HeadsetPart, ...]
    ringing: str
    ringing_named: bool
    trial: str
    echo: str
    buttons: str
    trouble: str = ""
