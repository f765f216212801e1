"""Every key of the window, as data: what is pressed, what it does, where it is told.

One table, so that the key caps, the F1 page and the shortcuts cannot disagree, and a test can
press each one.
"""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from scripts.calltypes import CallType


@unique
class Act(Enum):
    """What a key does."""

    ANSWER = "answer"
    DECLINE = "decline"
    DECLINE_AS = "decline_as"
    DIAL = "dial"
    HOLD = "hold"
    MUTE = "mute"
    KEYPAD = "keypad"
    TRANSFER = "transfer"
    CANCEL_CONSULT = "cancel_consult"
    CONFERENCE = "conference"
    RECORD = "record"
    NO_RECORD = "no_record"
    RECORDINGS = "recordings"
    READ_911 = "read_911"
    CHECKED = "checked"
    HANG_UP = "hang_up"
    ESCALATE = "escalate"
    END_AS = "end_as"
    HELP = "help"
    AUDIT = "audit"
    BOARD = "board"
    FIND = "find"
    SET_ASIDE = "set_aside"
    AMEND = "amend"
    ESCAPE = "escape"
    SEARCH = "search"
    LOCK = "lock"
    ANOTHER = "another"
    ACCOUNT = "account"
    READY = "ready"
    BREAK = "break"
    CALLBACKS = "callbacks"
    MORE_TIME = "more_time"
    HEADSET = "headset"
    UNFINISHED = "unfinished"
    FINISH = "finish"
    BACK = "back"
    STATED = "stated"
    SKIP = "skip"
    EARLIER_TIMES = "earlier_times"
    MORE_TIMES = "more_times"
    WAITING = "waiting"
    STEP_BEFORE = "step_before"
    STEP_AFTER = "step_after"
    TEXT_LARGER = "text_larger"
    TEXT_SMALLER = "text_smaller"
    TEXT_NORMAL = "text_normal"
    CHOOSE_TYPE = "choose_type"
    SELECT_CALL = "select_call"
    PRACTICES = "practices"
    FLOOR = "floor"
    WALLBOARD = "wallboard"
    BREACH_SOUND = "breach_sound"
    QUEUED = "queued"
    FIGURES = "figures"
    QUALITY = "quality"
    ROTA = "rota"
    SAVE = "save"
    UNDO = "undo"
    REDO = "redo"
    NEXT_PROBLEM = "next_problem"
    ADD = "add"
    COPY = "copy"
    REMOVE = "remove"
    MOVE_UP = "move_up"
    MOVE_DOWN = "move_down"
    MOVE_IN = "move_in"
    MOVE_OUT = "move_out"
    TRY = "try"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `others` press the same; `locked` keys work on a locked desk."""

    sequence: str
    act: Act
    group: str
    label: str
    others: tuple[str, ...] = ()
    locked: bool = False
    call_type: CallType | None = None
    call_number: int = 0


CALLS: Final = "Calls"
TYPES: Final = "Kind of call"
FORM: Final = "Form"
DESK: Final = "Desk"
PRACTICES: Final = "Practices"
ROTA: Final = "Rota"

_TYPE_LABELS: Final = (
    "Question",
    "New appointment",
    "Change appointment",
    "Refill",
    "Symptom or diagnosis",
    "Urgent, on call",
    "Emergency 911",
)

KEYS: Final[tuple[Key, ...]] = (
    Key("F2", Act.ANSWER, CALLS, "Answer", locked=True),
    Key("Shift+F2", Act.DECLINE, CALLS, "Decline", locked=True),
    Key("F12", Act.DECLINE_AS, CALLS, "Decline otherwise: busy, or forward"),
    Key("Ctrl+D", Act.DIAL, CALLS, "Call a number, under a practice’s own"),
    Key("F3", Act.HOLD, CALLS, "Hold, resume; swap caller and asked", locked=True),
    Key("Shift+F3", Act.CONFERENCE, CALLS, "Conference of three, and back to the caller"),
    Key("F4", Act.MUTE, CALLS, "Mute, unmute", locked=True),
    Key("F5", Act.KEYPAD, CALLS, "Keypad"),
    Key("F6", Act.TRANSFER, CALLS, "Transfer: ask first or at once; complete it"),
    Key("Shift+F6", Act.CANCEL_CONSULT, CALLS, "Back to the caller, without the asked"),
    Key("F7", Act.READ_911, CALLS, "Read the 911 line", locked=True),
    Key("Shift+F7", Act.CHECKED, CALLS, "911 refused: the caller has been asked after"),
    Key("F8", Act.HANG_UP, CALLS, "Hang up", locked=True),
    Key("F9", Act.ESCALATE, CALLS, "Escalate to the provider on call"),
    Key("F10", Act.END_AS, CALLS, "End otherwise: wrong number, sales, silent, hang-up"),
    Key("F11", Act.RECORD, CALLS, "Caller agrees: record; pause the recording, go on"),
    Key("Shift+F11", Act.NO_RECORD, CALLS, "Caller refuses: do not record; end the recording"),
    *(
        Key(f"Ctrl+{number}", Act.SELECT_CALL, CALLS, f"Go to call {number}", call_number=number)
        for number in range(1, 5)
    ),
    *(
        Key(f"Alt+{number}", Act.CHOOSE_TYPE, TYPES, label, call_type=call_type)
        for number, (call_type, label) in enumerate(
            zip(CallType, _TYPE_LABELS, strict=True), start=1
        )
    ),
    Key("Alt+Left", Act.BACK, FORM, "Back"),
    Key("Ctrl+Return", Act.FINISH, FORM, "Save and finish", ("Ctrl+Enter",)),
    Key("Alt+A", Act.STATED, FORM, "The caller had already said it"),
    Key("Alt+N", Act.SKIP, FORM, "Not asked"),
    Key("PgUp", Act.EARLIER_TIMES, FORM, "Earlier open times"),
    Key("PgDown", Act.MORE_TIMES, FORM, "Later open times"),
    Key("Alt+W", Act.WAITING, FORM, "Put the patient on the waiting list"),
    Key("Ctrl+PgUp", Act.STEP_BEFORE, FORM, "Go to the step before"),
    Key("Ctrl+PgDown", Act.STEP_AFTER, FORM, "Go to the step after"),
    Key("Esc", Act.ESCAPE, FORM, "Close a panel; dismiss the red flag, on record", locked=True),
    Key("Ctrl+K", Act.SEARCH, DESK, "Search the practice's answers"),
    Key("Ctrl+L", Act.LOCK, DESK, "Lock"),
    Key(
        "Ctrl+Shift+L", Act.ANOTHER, DESK, "On a locked desk: another person signs in", locked=True
    ),
    Key("Ctrl+Y", Act.ACCOUNT, DESK, "Account: sign out, PIN, emergency access, people"),
    Key("Ctrl+R", Act.READY, DESK, "Ready, not ready"),
    Key("Ctrl+Shift+R", Act.BREAK, DESK, "Take a break, with its reason"),
    Key("Ctrl+Shift+T", Act.MORE_TIME, DESK, "More time for the wrap-up"),
    Key("Ctrl+H", Act.HEADSET, DESK, "Headset: choose microphone, earpiece, ringer"),
    Key("Ctrl+B", Act.CALLBACKS, DESK, "Go to the callers to call back; Enter calls"),
    Key("Ctrl+J", Act.BOARD, DESK, "Board: unfinished work, urgent first"),
    Key("Ctrl+Shift+E", Act.AMEND, DESK, "Amend the message of the call finished last"),
    Key("Ctrl+F", Act.FIND, DESK, "Find a caller of one practice, for who may search"),
    Key("Ctrl+U", Act.UNFINISHED, DESK, "Unfinished forms"),
    Key("Ctrl+Shift+U", Act.SET_ASIDE, DESK, "Work the records refused, for a supervisor"),
    Key("Shift+F12", Act.RECORDINGS, DESK, "Recordings, for who may hear them"),
    Key("Ctrl+Shift+A", Act.AUDIT, DESK, "Audit, for who may read it"),
    Key("Ctrl+=", Act.TEXT_LARGER, DESK, "Larger text", ("Ctrl++",)),
    Key("Ctrl+-", Act.TEXT_SMALLER, DESK, "Smaller text"),
    Key("Ctrl+0", Act.TEXT_NORMAL, DESK, "Normal text"),
    Key("F1", Act.HELP, DESK, "All keys"),
    Key("Ctrl+Shift+F", Act.FLOOR, DESK, "Floor: who waits and who talks; and back"),
    Key("Ctrl+Shift+W", Act.WALLBOARD, DESK, "Wallboard: the floor on a large screen; and away"),
    Key("Ctrl+W", Act.QUEUED, DESK, "On the floor: callers who wait, to the front or to a desk"),
    Key("Ctrl+Shift+S", Act.BREACH_SOUND, DESK, "Silence queues in breach, or hear them again"),
    Key("Ctrl+Shift+G", Act.FIGURES, DESK, "Reports: figures of past days; and back"),
    Key("Ctrl+Shift+Q", Act.QUALITY, DESK, "Reviews: calls looked at again; and back"),
    Key("Ctrl+Shift+O", Act.ROTA, DESK, "Rota: who is on call and when; and back"),
    Key("Ctrl+E", Act.PRACTICES, DESK, "Practices, and back to the desk"),
    Key("Ctrl+S", Act.SAVE, PRACTICES, "Save and sign a version"),
    Key("Ctrl+Z", Act.UNDO, PRACTICES, "Undo"),
    Key("Ctrl+Shift+Z", Act.REDO, PRACTICES, "Redo"),
    Key("Ctrl+M", Act.NEXT_PROBLEM, PRACTICES, "Go to the next mistake"),
    Key("Ctrl+N", Act.ADD, PRACTICES, "Add"),
    Key("Ctrl+Shift+D", Act.COPY, PRACTICES, "Copy the entry"),
    Key("Ctrl+Del", Act.REMOVE, PRACTICES, "Remove the entry"),
    Key("Alt+Up", Act.MOVE_UP, PRACTICES, "Move the entry up"),
    Key("Alt+Down", Act.MOVE_DOWN, PRACTICES, "Move the entry down"),
    Key("Alt+Shift+Right", Act.MOVE_IN, PRACTICES, "Move the question into the group above"),
    Key("Alt+Shift+Left", Act.MOVE_OUT, PRACTICES, "Move the question out of its group"),
    Key("Ctrl+T", Act.TRY, PRACTICES, "Try it: to the receptionist's screen"),
)

SEQUENCES: Final = frozenset(sequence for key in KEYS for sequence in (key.sequence, *key.others))

SPOKEN: Final[tuple[tuple[str, str, str], ...]] = (
    ("Enter", FORM, "Next step, from any field"),
    ("Shift+Enter", FORM, "New line, in a long answer"),
    ("Tab", FORM, "Next field"),
    ("Y N U 1 2 3…", FORM, "Press a choice while the focus is on it"),
    ("M C F R O", DESK, "On a liaison’s page: messages, calls, figures; read; sign out"),
    ("L C J T H", DESK, "On the floor: listen, coach, join, take over, hang up"),
    ("P, Enter", DESK, "On the floor: out of the queues and back; everything there is"),
    ("Space", FORM, "Press the choice, or tick what was read back"),
    ("↑ ↓ ← →", ROTA, "Go over shifts, tiers and days"),
    ("PgUp PgDn", ROTA, "The week or month before, and after"),
    ("W", ROTA, "A week by its hours"),
    ("M", ROTA, "A month by its days and nights"),
    ("T", ROTA, "Today"),
    ("Enter", ROTA, "All about a shift"),
    ("O", ROTA, "Override: somebody else, as well, or the next"),
    ("S", ROTA, "Swap: on one shift, then on the other"),
    ("V", ROTA, "Vacation: somebody’s shifts go to others"),
    ("Del", ROTA, "Remove the change a shift comes from"),
    ("C", ROTA, "Confirm who is on call now"),
    ("N", ROTA, "Next gap or overlap of the coming 72 hours"),
    ("Ctrl+K", ROTA, "Find a practice"),
)
"""Keys that controls hear themselves, told on the F1 page beside the others."""


def sequence_of(act: Act) -> str:
    """Return the key of an act, for its cap."""
    return next(key.sequence for key in KEYS if key.act is act)
