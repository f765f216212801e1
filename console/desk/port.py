"""Where window and desk meet: the desk's signals and the intents a window may have.

The window is written against `DeskPort` and nothing else of the desk, so that a test can put a
fake in its place and the desk can change without the window hearing of it. Signals carry the
frozen records of `views`; every intent returns nothing: what came of it is a signal, never a
return value, so that the window cannot show what has not happened.

A `call` of "" means the selected call.
"""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from console.desk.auditing.port import AuditPort
from console.desk.board.port import BoardPort
from console.desk.callers.port import CallersPort
from console.desk.people.port import PeoplePort
from console.desk.set_aside.port import AsidePort
from console.desk.views import KeyWay
from console.desk.waiting.views import WaitingPort
from scripts.calltypes import CallType, Outcome

if TYPE_CHECKING:
    from console.desk.figures.keeper import FiguresKeeper
    from console.desk.floor.keeper import FloorKeeper
    from console.desk.practices.desk import Practices
    from console.desk.quality.keeper import QualityKeeper
    from console.desk.rota.keeper import RotaKeeper


class DeskSignals(QObject):
    """What a desk tells its window. Each signal carries the whole of its part, never a change."""

    calls_changed = Signal(object)  # tuple[CallCard, ...]
    callbacks_changed = Signal(object)  # tuple[Callback, ...]
    pop_changed = Signal(object)  # Pop | None
    form_changed = Signal(object)  # FormView | None
    status_changed = Signal(object)  # Status
    notice = Signal(object)  # Notice; its title may be seen on a locked desk: no details in it
    escalation_changed = Signal(object)  # EscalationView | None
    reach_changed = Signal(object)  # ReachView | None
    transfer_changed = Signal(object)  # tuple[TransferChoice, ...] | None
    decline_changed = Signal(object)  # DeclineView | None
    dial_changed = Signal(object)  # DialView | None
    facts_found = Signal(object)  # tuple[Fact, ...]
    level_changed = Signal(float, float)  # microphone and earpiece, dBFS, -96 to 0
    unfinished_changed = Signal(object)  # tuple[UnfinishedForm, ...]
    draft_saved = Signal(str)  # "Draft saved 19:42:07"
    recordings_changed = Signal(object)  # tuple[RecordingItem, ...] | None
    playback_changed = Signal(object)  # PlaybackView | None
    headset_changed = Signal(object)  # HeadsetView | None


class DeskPort(Protocol):
    """The desk as its window sees it."""

    @property
    def calls_changed(self) -> SignalInstance: ...
    @property
    def callbacks_changed(self) -> SignalInstance: ...
    @property
    def pop_changed(self) -> SignalInstance: ...
    @property
    def form_changed(self) -> SignalInstance: ...
    @property
    def status_changed(self) -> SignalInstance: ...
    @property
    def notice(self) -> SignalInstance: ...
    @property
    def escalation_changed(self) -> SignalInstance: ...
    @property
    def reach_changed(self) -> SignalInstance: ...
    @property
    def transfer_changed(self) -> SignalInstance: ...
    @property
    def decline_changed(self) -> SignalInstance: ...
    @property
    def dial_changed(self) -> SignalInstance: ...
    @property
    def facts_found(self) -> SignalInstance: ...
    @property
    def level_changed(self) -> SignalInstance: ...
    @property
    def unfinished_changed(self) -> SignalInstance: ...
    @property
    def draft_saved(self) -> SignalInstance: ...
    @property
    def recordings_changed(self) -> SignalInstance: ...
    @property
    def playback_changed(self) -> SignalInstance: ...
    @property
    def headset_changed(self) -> SignalInstance: ...

    @property
    def audit(self) -> AuditPort:
        """The audit."""

    @property
    def board(self) -> BoardPort:
        """What is not finished."""

    @property
    def callers(self) -> CallersPort:
        """The search for a caller."""

    @property
    def set_aside(self) -> AsidePort:
        """Work this desk kept that the records refused."""

    @property
    def waiting(self) -> WaitingPort:
        """The waiting list of the practice in hand."""

    @property
    def people(self) -> PeoplePort:
        """Who is at the desk."""

    @property
    def practices(self) -> "Practices":
        """The page on which practices are edited, with signals and intents of its own."""

    @property
    def floor(self) -> "FloorKeeper":
        """The supervisor's page of the floor, with a signal and intents of its own."""

    @property
    def rota(self) -> "RotaKeeper":
        """Rotas by week and month, with signals and intents of their own."""

    @property
    def figures(self) -> "FiguresKeeper":
        """The supervisor's figures of past days, with a signal and intents of its own."""

    @property
    def quality(self) -> "QualityKeeper":
        """Calls looked at again, with signals and intents of its own."""

    # The calls.

    def answer(self, call: str = "") -> None:
        """Take a ringing call."""

    def decline(self, call: str = "") -> None:
        """Turn a ringing call away, so that a queue tries the next desk."""

    def start_decline(self, call: str = "") -> None:
        """Ask for `decline_changed` with the other ways to turn a ringing call away."""

    def decline_busy(self) -> None:
        """Tell the ringing caller that this desk is busy."""

    def forward(self, target: str) -> None:
        """Send the ringing caller to a choice's target, or to a number as it was typed."""

    def cancel_decline(self) -> None:
        """Close the choice; the call rings on."""

    def hang_up(self, call: str = "") -> None:
        """End a call."""

    def hold_or_resume(self, call: str = "") -> None:
        """Put the caller on hold, or take the caller off it."""

    def toggle_mute(self, call: str = "") -> None:
        """Cut the microphone into a call, or give it back."""

    def select_call(self, call: str) -> None:
        """Bring a call's pop and form to the front."""

    def send_digits(self, digits: str, way: KeyWay = KeyWay.AS_SET) -> None:
        """Send `0-9*#` into the selected call."""

    def start_dial(self) -> None:
        """Ask for `dial_changed`: for whom a number can be called."""

    def find_practice(self, text: str) -> None:
        """Ask for `dial_changed` with the practices that fit what was typed."""

    def dial_for(self, practice_id: str) -> None:
        """Call for this practice; `dial_changed` follows."""

    def dial(self, number: str) -> None:
        """Call a number as it was typed, under the chosen practice's own number."""

    def cancel_dial(self) -> None:
        """Close the dial panel."""

    def start_transfer(self) -> None:
        """Ask for `transfer_changed` with whom the selected call can go to."""

    def transfer_to(self, target: str) -> None:
        """Transfer the selected call to a choice's target, or to a number as it was typed."""

    def consult(self, target: str) -> None:
        """Hold the selected caller and ask a choice's target, or a number as it was typed."""

    def swap_consult(self) -> None:
        """Speak to the other of caller and asked."""

    def cancel_consult(self) -> None:
        """Let the asked one go and return to the caller."""

    def complete_transfer(self) -> None:
        """Connect the caller with the asked one, or the two of a conference, and leave them."""

    def join_or_split(self) -> None:
        """Begin a conference of three, or end it and stay with the caller."""

    def cancel_transfer(self) -> None:
        """Close the choice of whom to transfer to."""

    # Recording.

    def record(self) -> None:
        """The selected call's caller agrees to be recorded; later, pause the recording or go on."""

    def no_record(self) -> None:
        """The caller refuses, or takes the consent back and ends the recording."""

    def list_recordings(self) -> None:
        """Ask for `recordings_changed` with the newest, for who may hear them."""

    def close_recordings(self) -> None:
        """Put the list away, and stop what plays."""

    def play_recording(self, recording: str) -> None:
        """Play a recording into the earpiece, or stop it."""

    def delete_recording(self, recording: str) -> None:
        """Delete a recording for good."""

    # The form.

    def choose_type(self, call_type: CallType) -> None:
        """Say what kind of call the selected one is."""

    def set_answer(self, link_id: str, text: str) -> None:
        """Take an answer as it stands after each edit: the text; a CHOICE's, OPEN_TIME's or
        BOOKING's code; a CHOICES' codes with `MANY` between them."""

    def mark_already_stated(self, link_id: str) -> None:
        """Record that the caller had said this before being asked."""

    def skip_question(self, link_id: str) -> None:
        """Record that this was not asked."""

    def more_times(self, link_id: str) -> None:
        """Offer later open times."""

    def earlier_times(self, link_id: str) -> None:
        """Go back to the open times before."""

    def next_step(self) -> None:
        """Go to the form's next step."""

    def back_step(self) -> None:
        """Go to the form's previous step."""

    def go_to_step(self, number: int) -> None:
        """Go to a step by the number on its pill."""

    def tick_read_back(self, link_id: str) -> None:
        """Tick an answer as read back and confirmed, or take the tick away."""

    def finish(self) -> None:
        """Save the form's outcome and finish the call's record."""

    def end_as(self, outcome: Outcome) -> None:
        """Finish a call that was none of the seven: WRONG_NUMBER, SALES, SILENT, HANG_UP, or
        ANSWERED for one this desk made."""

    # Emergencies.

    def read_911(self) -> None:
        """Show the 911 line to be read. Works locked, and with no call."""

    def checked_back(self) -> None:
        """The caller who refuses 911 has been asked after: the next minute begins."""

    def dismiss_red_flag(self) -> None:
        """Close the red flag, on record."""

    def escalate(self) -> None:
        """Ask for `escalation_changed` for the selected call."""

    def choose_escalation(self, code: str) -> None:
        """Take one of the escalation's choices."""

    def cancel_escalation(self) -> None:
        """Close the escalation without one."""

    def choose_reach(self, code: str) -> None:
        """Go on with a try to reach somebody as one of its choices says."""

    def hide_reach(self) -> None:
        """Close the sheet of the try; the try goes on, and F9 shows it again."""

    # The practice's answers, callbacks, drafts.

    def search_facts(self, text: str) -> None:
        """Ask for `facts_found`; "" asks for the practice's usual ones."""

    def read_fact(self, label: str) -> None:
        """Record that a whole answer was put on screen to be read."""

    def call_back(self, row: int) -> None:
        """Call a caller who is owed it, under the practice's own number."""

    def callback_done(self, row: int) -> None:
        """The caller who was owed a call back has been called."""

    def resume_form(self, draft: str) -> None:
        """Take an unfinished form up again."""

    def discard_form(self, draft: str) -> None:
        """Throw an unfinished form away."""

    # The desk itself.

    def lock(self) -> None:
        """Hide everything but live calls, the greeting and the 911 line."""

    def unlock(self, secret: str) -> None:
        """Show everything again, if the PIN or password is right; a `notice` if not."""

    def choose_pin(self, pin: str) -> None:
        """Set the PIN of somebody who has neither PIN nor password, and unlock the desk."""

    def set_ready(self, ready: bool) -> None:
        """Take calls, or take none."""

    def more_time(self) -> None:
        """Ask for more time for the wrap-up."""

    def take_break(self, reason: str) -> None:
        """Take no calls for a reason."""

    # The headset.

    def open_headset(self) -> None:
        """Ask for `headset_changed` with the devices there are, and for live meters."""

    def close_headset(self) -> None:
        """Close the headset sheet."""

    def choose_device(self, part: str, device: str) -> None:
        """Use a device as a part of the headset from now on; "" for whatever there is."""

    def choose_ringing(self, how: str) -> None:
        """Have calls ring "off", "soft" or "normal" from now on."""

    def try_sound(self, what: str) -> None:
        """Play "tone" in the earpiece, "ring" on the ringer, or let the receptionist "hear"
        themselves; stop it where it plays."""
