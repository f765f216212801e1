"""Views for looking at and testing the window: the evening in the design's picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import segno

from console.desk.liaison import building
from console.desk.liaison.views import LiaisonView, Table
from console.desk.people.views import (
    AccountView,
    AlertRow,
    Entry,
    HandOverView,
    SignInView,
    StaffRow,
    StaffView,
    TakerRow,
    UrgentRow,
)
from console.desk.views import (
    Banner,
    Callback,
    CallCard,
    ConsentView,
    DeclineView,
    DeskState,
    DeviceChoice,
    DialAs,
    DialView,
    EarlierItem,
    EscalationView,
    Fact,
    FieldKind,
    FieldView,
    FormView,
    HeadsetPart,
    HeadsetView,
    Lamp,
    Light,
    LineState,
    OnCallNow,
    OpenDay,
    OptionView,
    Pop,
    ReachStep,
    ReachView,
    ReadBackItem,
    RecordingItem,
    RedFlag,
    Status,
    StepMark,
    StepView,
    TransferChoice,
    UnfinishedForm,
)
from scripts.calltypes import CallType

NOW = datetime(2026, 11, 25, 1, 42, 7, tzinfo=UTC)


def ago(minutes: int, seconds: int) -> datetime:
    """Return a time before the samples' now."""
    return NOW - timedelta(minutes=minutes, seconds=seconds)


RINGING = CallCard(
    call="1",
    state=LineState.RINGING,
    title="(515) 555-0142",
    practice="Riverside Family Medicine",
    since=ago(0, 3),
    selected=True,
    can_answer=True,
    can_decline=True,
    key="Ctrl+1",
)
ACTIVE = replace(
    RINGING,
    state=LineState.ACTIVE,
    since=ago(1, 12),
    recording="recording",
    recording_mark="●",
    can_pause_recording=True,
    can_answer=False,
    can_decline=False,
    can_hold=True,
    can_mute=True,
    can_keypad=True,
    can_transfer=True,
    can_hang_up=True,
)
HELD = CallCard(
    call="2",
    state=LineState.HELD,
    title="(515) 555-0177",
    practice="Maple Pediatrics",
    since=ago(0, 33),
    selected=False,
    can_resume=True,
    can_hang_up=True,
    key="Ctrl+2",
)
FORGOTTEN = replace(HELD, since=ago(1, 4), held_for="1:00", hold_alarm=True)
HELD_LONG = replace(
    ACTIVE,
    state=LineState.HELD,
    note="",
    can_hold=False,
    can_resume=True,
    can_keypad=False,
    held_for="0:30",
)
ASKED = CallCard(
    call="3",
    state=LineState.ACTIVE,
    title="Asked",
    practice="Dr. Ifeoma Okafor",
    since=ago(0, 21),
    selected=False,
    leg=True,
    can_mute=True,
    can_hang_up=True,
    can_keypad=True,
)
CONSULT = (
    replace(
        ACTIVE,
        state=LineState.HELD,
        note="Asking Dr. Ifeoma Okafor",
        can_hold=False,
        can_mute=False,
        can_keypad=False,
        can_transfer=False,
        can_hang_up=False,
        can_swap=True,
        can_complete=True,
        can_cancel_consult=True,
        can_join=True,
    ),
    ASKED,
)
CONFERENCE = (
    replace(
        ACTIVE,
        note="Conference with Dr. Ifeoma Okafor",
        can_keypad=False,
        can_transfer=False,
        can_leave=True,
        can_split=True,
    ),
    replace(ASKED, title="Conference", can_mute=False, can_hang_up=False, can_keypad=False),
)
MUTED = replace(ACTIVE, muted=True, sound="Sound good (4.3)", pressed="1 2 #")
DECLINE = DeclineView(
    call="1",
    title="(515) 555-0142",
    practice="Riverside Family Medicine",
    choices=(
        TransferChoice("Dr. Ifeoma Okafor, (515) 555-0110 (on call)", "+15155550110", "1"),
        TransferChoice("Dr. Luis Ortega, (515) 555-0111", "+15155550111", "2"),
    ),
)
_OWN = (
    DialAs("riverside_family_medicine", "Riverside Family Medicine", "(515) 555-0100"),
    DialAs("maple_pediatrics", "Maple Pediatrics", "(515) 555-0120"),
    DialAs("lakeshore_cardiology", "Lakeshore Cardiology", "(515) 555-0130"),
)
DIAL = DialView(_OWN, _OWN[0])
WAITING = tuple(
    CallCard(
        call=f"w{number}",
        state=LineState.WAITING,
        title="(515) 555-0190",
        practice=practice,
        since=ago(0, seconds),
        selected=False,
    )
    for number, (practice, seconds) in enumerate(
        (
            ("Lakeshore Cardiology", 41),
            ("Riverside Family Medicine", 18),
            ("Oak St. Dermatology", 6),
        )
    )
)
CALLS = (ACTIVE, HELD, *WAITING)
CALLBACKS = (
    Callback(7, "(515) 555-0123", "Oak St. Dermatology", ago(14, 0), "left after 0:48"),
    Callback(9, "(515) 555-0166", "Maple Pediatrics", ago(3, 0), "no line was free"),
)
CONSENT = ConsentView(
    "This call may be recorded so that we get it right. Is that all right with you?",
    "Caller agrees",
)
RECORDINGS = (
    RecordingItem("a", "Riverside Family Medicine", "(515) 555-0142", "Tue 24 Nov 19:42", "3:12",
                  "Dana Whitfield"),
    RecordingItem("b", "Maple Pediatrics", "Number withheld", "Tue 24 Nov 18:05", "0:48",
                  "Sam Reyes", "The disk is almost full."),
)  # fmt: skip
BANNER = Banner(
    practice="Riverside Family Medicine",
    local_time="Tue 19:42 in Des Moines",
    detail="opens Wed 08:00 · 2 providers · after-hours coverage",
    open_now=False,
    open_label="Closed",
    baa=True,
    baa_label="BAA on file",
)
TYPES = tuple(
    (call_type, label, True)
    for call_type, label in zip(
        CallType,
        (
            "Question",
            "New appointment",
            "Change appointment",
            "Refill",
            "Symptom or diagnosis",
            "Urgent, on call",
            "Emergency 911",
        ),
        strict=True,
    )
)
POP = Pop(
    call="1",
    banner=BANNER,
    say=(
        "Thank you for calling Riverside Family Medicine, this is Dana with the after-hours team. "
        "If this is a medical emergency, please hang up and dial 911. How can I help you?"
    ),
    call_types=TYPES,
    chosen=CallType.SYMPTOM,
    on_call=OnCallNow(
        name="Dr. Ifeoma Okafor",
        until="Primary until Wed 07:00 · pages, then calls (515) 555-0110",
        then="Then Dr. Luis Ortega after 10 min without an answer",
        escalate_label="Escalate to Dr. Okafor",
    ),
    facts=(
        Fact("Hours", "Mon–Fri 8–17", "Monday to Friday, eight in the morning to five."),
        Fact("Address", "410 Locust St, Suite 2", "410 Locust Street, Suite 2, Des Moines 50309."),
        Fact("Insurance", "Wellmark, Aetna, UHC +4", "Wellmark, Aetna, UnitedHealthcare, Cigna."),
        Fact("New patients", "Yes, Dr. Ortega", "Dr. Ortega takes new patients this month."),
    ),
    open_days=(
        OpenDay("Wed 25 Nov", ("09:20", "10:40", "15:00")),
        OpenDay("Fri 27 Nov", ("08:20", "11:00")),
        OpenDay("Mon 30 Nov", ("09:00", "13:40", "16:20")),
    ),
    protocol_note=(
        "Fever over 102 °F under 3 months, or stiff neck at any age: escalate at once, "
        "do not take a message."
    ),
    earlier=(
        EarlierItem("Message", "11 Nov 18:20", "Refill, lisinopril · delivered 19 Nov 08:01"),
        EarlierItem("Booked", "2 Oct 12:14", "Annual physical, Dr. Okafor"),
    ),
)
OFFERED = replace(POP, chosen=None, open_days=None, earlier=None)


def steps(current: int) -> tuple[StepView, ...]:
    """Return the form's four steps with one of them current."""
    return tuple(
        StepView(number, title, done=number < current, current=number == current)
        for number, title in enumerate(("Caller", "Symptom", "Safety", "Read back"), start=1)
    )


YES_NO = (
    OptionView("yes", "Yes", "Y", chosen=True),
    OptionView("no", "No", "N"),
    OptionView("unsure", "Not sure", "U"),
)
FORM = FormView(
    call="1",
    call_type=CallType.SYMPTOM,
    steps=steps(2),
    say="“What symptom is worrying you most right now?”",
    fields=(
        FieldView(
            "symptom",
            "Main symptom, in the caller’s words",
            FieldKind.LINE,
            "fever of 103 since this morning and a stiff neck",
            required=True,
        ),
        FieldView("since", "Since when", FieldKind.LINE, "This morning", required=True, half=True),
        FieldView("age", "Patient’s age", FieldKind.LINE, "6 years", required=True, half=True),
        FieldView(
            "alert",
            "Is the patient alert and able to drink?",
            FieldKind.CHOICE,
            "yes",
            YES_NO,
            required=True,
        ),
    ),
    focus="symptom",
    red_flag=RedFlag(
        "“stiff neck” with “fever” is a red flag here. Read the 911 line?", ("stiff neck", "fever")
    ),
    can_back=True,
    draft_saved="Draft saved 19:42:07",
    ends_as="Will be saved as: escalated to Dr. Okafor",
)
READ_BACK = replace(
    FORM,
    steps=steps(4),
    say="“Let me read that back to you.”",
    fields=(),
    focus="",
    red_flag=None,
    read_back=(
        ReadBackItem("name", "Patient’s name", "Amelia Boone", "B-O-O-N-E: Bravo Oscar", True),
        ReadBackItem(
            "phone",
            "Callback number",
            "(515) 555-0142",
            "five one five, five five five, 0142",
            False,
        ),
        ReadBackItem("born", "Date of birth", "03/14/2020", "March fourteenth, 2020", False),
    ),
    next_label="",
    can_finish=False,
    finish_hint="Two answers are still to be read back",
)
BOOKING = replace(
    FORM,
    call_type=CallType.NEW_APPOINTMENT,
    steps=steps(3),
    say="“Which of these times suits you?”",
    fields=(
        FieldView(
            "time",
            "Open time with Dr. Ortega",
            FieldKind.OPEN_TIME,
            options=tuple(
                OptionView(f"t{number}", f"{day} Nov {hour}", str(number), chosen=number == 2)
                for number, (day, hour) in enumerate(
                    (("Wed 25", "09:20"), ("Wed 25", "10:40"), ("Fri 27", "08:20")), start=1
                )
            ),
            more="Later",
            required=True,
        ),
        FieldView("phone", "Callback number", FieldKind.PHONE, "515555", required=True, half=True,
                  problem="A number here has ten digits; this one has six"),
        FieldView("born", "Date of birth", FieldKind.DATE, "03/14/2020", half=True,
                  help="March fourteenth, 2020", already_stated=True),
        FieldView("why", "Reason for the visit", FieldKind.PARAGRAPH, "Annual physical"),
        FieldView(
            "needs",
            "Anything needed at the visit?",
            FieldKind.CHOICES,
            options=(
                OptionView("lift", "Wheelchair access", "1", chosen=True),
                OptionView("lang", "Interpreter", "2"),
                OptionView("none", "Nothing", "3"),
            ),
        ),
    ),
    focus="time",
    red_flag=None,
    ends_as="Will be saved as: booked with Dr. Ortega, Wed 25 Nov 10:40",
)  # fmt: skip
STATUS = Status(
    state=DeskState.ON_CALL,
    state_label="On a call",
    since=ago(1, 12),
    agent="Dana Whitfield · Agent",
    waiting=3,
    longest_since=ago(0, 41),
    answered_in_20="94 %",
    to_deliver=2,
    lamps=(
        Lamp(Light.GOOD, "Line registered"),
        Lamp(Light.GOOD, "Shared records live"),
        Lamp(Light.GOOD, "SRTP"),
    ),
    headset="Jabra Evolve2 40",
)
IDLE = replace(
    STATUS,
    state=DeskState.AVAILABLE,
    state_label="Available",
    since=ago(4, 5),
    waiting=0,
    longest_since=None,
)
RING = replace(STATUS, state=DeskState.RINGING, state_label="Ringing", since=ago(0, 3))
TROUBLED = replace(
    STATUS,
    trouble="The telephone engine stopped and is being started again. Calls in hand are kept.",
    lamps=(
        Lamp(Light.BAD, "Line not registered"),
        Lamp(Light.WARN, "Records kept here until the database answers"),
        Lamp(Light.GOOD, "SRTP"),
    ),
    saved="3 changes waiting to be saved",
)
TESTING = replace(IDLE, state=DeskState.NOT_READY, state_label="Testing…", testing=True)
UNTESTED = replace(
    IDLE,
    state=DeskState.NOT_READY,
    state_label="Not ready",
    trouble="The phone failed its own test. The phone called itself, but the sound did not come "
    "through one way. Press Ctrl+R to test the phone again. If it fails again, start Frontdesk "
    "again.",
)
NO_SOUND = replace(
    STATUS,
    trouble="No sound from the caller for 5 s: ask whether they hear you. If nobody answers, hang "
    "up and call them back.",
)
LOCKED = replace(STATUS, locked=True)
ESCALATION = EscalationView(
    call="1",
    provider="Dr. Okafor",
    number="(515) 555-0110",
    summary="Riverside Family Medicine: urgent call. Callback (515) 555-0142.",
    choices=(
        OptionView("reach", "Reach Dr. Okafor; the caller holds", "F9"),
        OptionView("transfer", "Transfer the caller to Dr. Okafor now", "1"),
        OptionView("page", "Page Dr. Okafor and keep an urgent message", "2"),
    ),
    missing="Ask for a callback number first",
    say="I’m reaching Dr. Okafor now. Please stay on the line; I’ll be right back with you.",
)
REACHING = ReachView(
    call="1",
    title="Reaching Dr. Okafor",
    steps=(
        ReachStep("On record, with the callback number", StepMark.DONE),
        ReachStep("Dialled Dr. Okafor", StepMark.DONE),
        ReachStep("Rang", StepMark.DONE),
        ReachStep("Answered, waiting for 1", StepMark.NOW),
    ),
    whom="",
    say="",
    until=NOW + timedelta(seconds=18),
    choices=(OptionView("stop", "Stop, back to the caller", "B"),),
    note="It is on record, and pages go out meanwhile, whatever happens to this call.",
)
REACHED = replace(
    REACHING,
    steps=(
        *REACHING.steps[:3],
        ReachStep("Answered", StepMark.DONE),
        ReachStep("Dr. Okafor has taken it", StepMark.DONE),
    ),
    whom="Say to Dr. Okafor",
    say="I have a caller holding for you. This is what it is about:",
    summary="What is the matter?: chest pain since noon\nHow old is the patient?: 61",
    until=None,
    choices=(
        OptionView("join", "Join all three", "J"),
        OptionView("pass", "Put the caller through to Dr. Okafor", "T"),
        OptionView("calls_back", "Dr. Okafor calls back: back to the caller", "K"),
        OptionView("stop", "Dr. Okafor cannot take it: back to the caller", "B"),
    ),
    note="On record as taken; no more pages go out.",
)
NOT_REACHED = replace(
    REACHING,
    title="Dr. Okafor was not reached",
    steps=(
        *REACHING.steps[:3],
        ReachStep("Answered", StepMark.DONE),
        ReachStep("1 was not pressed: perhaps a voicemail", StepMark.FAILED),
    ),
    whom="Say to the caller",
    say="Thank you for holding. I have not reached Dr. Okafor yet. We keep trying until somebody "
    "answers, and they will call you back at (515) 555-0142.",
    until=None,
    choices=(
        OptionView("next", "Reach Dr. Ortega next", "N"),
        OptionView("close", "Go on with the form", "C"),
    ),
)
TRANSFERS = (
    TransferChoice("Dr. Ifeoma Okafor, on call", "+15155550110", "1"),
    TransferChoice("Dr. Luis Ortega, backup", "+15155550111", "2"),
    TransferChoice("Front desk", "+15155550100", "3"),
)
UNFINISHED = (
    UnfinishedForm("d1", "Riverside Family Medicine", "(515) 555-0142", "Refill", "19:12", 5),
    UnfinishedForm("d2", "Maple Pediatrics", "(515) 555-0177", "New appointment", "18:50", 1),
)

HEADSET = HeadsetView(
    parts=(
        HeadsetPart(
            "microphone",
            "Microphone",
            (
                DeviceChoice("", "Whatever is plugged in", False),
                DeviceChoice("Jabra Evolve2 40", "Jabra Evolve2 40", True),
                DeviceChoice("Built-in Audio Analog Stereo", "Built-in Audio Analog Stereo", False),
            ),
            "In use: Jabra Evolve2 40",
        ),
        HeadsetPart(
            "earpiece",
            "Earpiece",
            (
                DeviceChoice("", "Whatever is plugged in", False),
                DeviceChoice("Jabra Evolve2 40", "Jabra Evolve2 40", True),
                DeviceChoice("Built-in Audio Analog Stereo", "Built-in Audio Analog Stereo", False),
            ),
            "In use: Jabra Evolve2 40",
        ),
        HeadsetPart(
            "ringer",
            "Ringer",
            (
                DeviceChoice("", "A loudspeaker, if there is one", True),
                DeviceChoice("Jabra Evolve2 40", "Jabra Evolve2 40", False),
                DeviceChoice("Built-in Audio Analog Stereo", "Built-in Audio Analog Stereo", False),
            ),
            "In use: Built-in Audio Analog Stereo",
        ),
    ),
    ringing="normal",
    ringing_named=False,
    trial="",
    echo="Echoes are not cancelled and noise is not held down here: wear a headset, which needs "
    "neither. A loudspeaker beside the microphone would send callers their own voice.",
    buttons="Buttons on the headset itself do not answer or hang up in Frontdesk: use F2, F4 and "
    "F8. A mute button on the headset or its cable works, and Frontdesk sees that the microphone "
    "is silent.",
)
SIGNED_OUT = replace(IDLE, locked=True, agent="Nobody signed in")
SIGN_IN = SignInView(Entry.SIGN_IN)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENROL = SignInView(
    Entry.ENROL,
    login="dana",
    secret=tuple(SECRET[at : at + 4] for at in range(0, 32, 4)),
    qr=tuple(
        tuple(bool(each) for each in row)
        for row in segno.make_qr(
            f"otpauth://totp/Frontdesk:dana?secret={SECRET}&issuer=Frontdesk", error="m"
        ).matrix_iter(border=4)
    ),
)
CODES = SignInView(
    Entry.CODES, codes=tuple(f"{group}-K7MN-9QRS-TX4Z" for group in ("AB2C", "DE3F") * 5)
)
ACCOUNT = AccountView(
    name="Dana Whitfield",
    role="Receptionist",
    has_account=True,
    has_pin=False,
    may_break_glass=True,
    may_manage=False,
)
ADMINISTRATOR = AccountView(
    name="Amira Haddad",
    role="Administrator",
    has_account=True,
    has_pin=True,
    may_break_glass=False,
    may_manage=True,
    alerts=(AlertRow(3, "Dana Whitfield, 19:02 to 19:32: caller was cut off mid-address."),),
)
HAND_OVER = HandOverView(
    items=(
        UrgentRow("escalation.4", "Escalation nobody has taken", "Riverside Family Medicine",
                  "(515) 555-0142", "since 19:31"),
        UrgentRow("message.9", "Urgent message, not delivered", "Maple Pediatrics",
                  "(515) 555-0177", "since 19:36"),
        UrgentRow("callback.2", "Caller who was cut off, to call back", "Lakeshore Cardiology",
                  "(231) 555-0188", "since 19:40"),
    ),
    takers=(TakerRow("sam", "Sam Ortiz", "1"), TakerRow("vera", "Vera Lindqvist", "2")),
)  # fmt: skip
STAFF = StaffView(
    rows=(
        StaffRow("amira", "Amira Haddad", "Administrator", "", "Active", active=True, me=True),
        StaffRow("dana", "Dana Whitfield", "Receptionist", "", "Active", active=True),
        StaffRow("lia", "Lia Moss", "Liaison", "Maple Pediatrics", "Phone to be enrolled",
                 active=True),
        StaffRow("sam", "Sam Ortiz", "Receptionist", "", "Waits 40 s after 7 wrong tries",
                 active=True),
        StaffRow("vera", "Vera Lindqvist", "Supervisor", "", "Disabled", active=False),
    ),
    practices=(("maple_pediatrics", "Maple Pediatrics"), ("oak", "Oak St. Dermatology")),
    given_to="lia",
    given="KX7M-P2QR-9STV-4WZB",
)  # fmt: skip

LIAISON = LiaisonView(
    practice="Riverside Family Medicine",
    person="Lia Moss",
    note="As of 19:42. That it was read is on record.",
    messages=Table(
        building.MESSAGES,
        (
            (
                "Tue 24 Nov 19:31",
                "Urgent: refill",
                "Clinical staff",
                "Ann Example",
                "(515) 555-0142",
                "Pending",
                "Lisinopril 10 mg, two tablets left; pharmacy is…",
            ),
            (
                "Tue 24 Nov 18:05",
                "Question",
                "Front desk",
                "Sam Sample",
                "(515) 555-0177",
                "Delivered Tue 24 Nov 18:06",
                "Asks for the vaccination record.",
            ),
        ),
        (13, 11, 13, 14, 13, 13, 23),
        len(building.MESSAGES),
        (
            "Lisinopril 10 mg, two tablets left; pharmacy is Hy-Vee on Lincoln Way. "
            "Call back before noon.",
            "Asks for the vaccination record.",
        ),
        (7, 8),
        frozenset({7, 8}),
    ),
    calls=Table(
        building.CALLS,
        (("Tue 24 Nov 19:28", "(515) 555-0142", "Refill", "Message", "Yes after 6 s"),),
        (20, 20, 20, 24, 16),
        len(building.CALLS),
        ("",),
    ),
    figures=Table(
        ("", "Last 24 hours", "Last 7 days", "Last 30 days"),
        (
            ("Calls", "41", "263", "1,104"),
            ("Answered", "40", "259", "1,088"),
            ("Messages taken", "12", "80", "344"),
            ("Messages not yet delivered", "1", "1", "1"),
            ("Escalations", "2", "9", "31"),
        ),
        (40, 20, 20, 20),
        1,
        ("",) * 5,
    ),
)
