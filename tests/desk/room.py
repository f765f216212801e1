"""A desk with a receptionist at it: the real desk, bookkeeper and practices, and a fake engine.

What a receptionist sees is kept in plain attributes; what a receptionist does is an intent of the
desk; what happens on the line is an event of the engine.
"""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from console.chosen_sound import SoundFile
from console.desk.bookkeeping import Bookkeeper
from console.desk.desk import Desk
from console.desk.kept import Saved
from console.desk.permissions import Person
from console.desk.taping import Tapes
from console.desk.views import (
    SHOWN_ONLY,
    Callback,
    CallCard,
    EscalationView,
    Fact,
    FieldKind,
    FieldView,
    FormView,
    HeadsetView,
    Notice,
    PlaybackView,
    Pop,
    ReachView,
    RecordingItem,
    Status,
    TransferChoice,
    UnfinishedForm,
)
from console.floor.breach import USUAL_RULES, FloorRules
from console.floor.wrapping import WrapUpRules
from console.phone.engine import Engine
from console.settings import SoundSettings
from console.store.models import Call
from console.store.place import FilePlace
from console.store.values import Role
from scripts.calltypes import CallType
from scripts.loader import Library
from softphone import wire
from tests.desk.fake_engine import FakeEngine
from tests.records_file import SAFE, asked, bare, begin_empty, told

RIVERSIDE = "riverside_family_medicine"
MAPLE = "maple_pediatrics"
LAKESHORE = "lakeshore_cardiology"
CALLER = "+15155550142"
DANA = Person("dana", "Dana Whitfield", Role.RECEPTIONIST)
UNTOLD = {
    FieldKind.LINE: "Not said",
    FieldKind.PARAGRAPH: "Not said",
    FieldKind.PHONE: "(515) 555-0199",
    FieldKind.DATE: "05/04/1979",
    FieldKind.NUMBER: "40",
    FieldKind.QUANTITY: "40",
    FieldKind.TIME: "3:30 pm",
    FieldKind.DATE_TIME: "05/04/2027 3:30 pm",
}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tue 10:00 in Des Moines

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Room:
    """One desk on one folder."""

    def __init__(
        self,
        qtbot: QtBot,
        folder: Path,
        library: Library,
        *,
        registration: wire.Registration = wire.Registration.DIRECT,
        records: Path | None = None,
        clock: Clock | None = None,
        auto_answer_s: float | None = None,
        keys_by: wire.DtmfMethod = wire.DtmfMethod.AUTO,
        caller_id_by: wire.CallerIdBy = wire.CallerIdBy.FROM,
        engine: Engine | None = None,
        person: Person | None = DANA,
        tapes: Tapes | None = None,
        lock_after: timedelta | None = None,
        feed: object = None,
        interface: str = "",
        queue_codes: bool = False,
        floor_rules: FloorRules = USUAL_RULES,
        wrap_up: WrapUpRules | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self.library = library
        self.records = records or begin_empty(folder / "records.sqlite")
        self.spool = folder / "kept-work.jsonl"
        self.clock = clock or Clock()
        self.engine = FakeEngine(registration=registration)
        self.real_engine = engine
        self.book = Bookkeeper(
            place=FilePlace(self.records),
            secrets=SAFE.secrets,
            spool_path=self.spool,
            practices=library.practices,
        )
        self.desk = Desk(
            engine=engine or self.engine,  # type: ignore[arg-type]
            book=self.book,
            library=library,
            agent="Dana Whitfield",
            timezone="America/Chicago",
            auto_answer_s=auto_answer_s,
            sound=SoundFile(folder, SoundSettings()),
            keys_by=keys_by,
            caller_id_by=caller_id_by,
            person=person,
            tapes=tapes,
            lock_after=lock_after,
            feed=feed,  # type: ignore[arg-type]
            interface=interface,
            queue_codes=queue_codes,
            floor_rules=floor_rules,
            wrap_up=wrap_up,
            clock=self.clock,
        )
        self.closed = False
        self._see()

    def _see(self) -> None:
        self.cards: tuple[CallCard, ...] = ()
        self.pop: Pop | None = None
        self.form: FormView | None = None
        self.status: Status | None = None
        self.callbacks: tuple[Callback, ...] = ()
        self.notices: list[Notice] = []
        self.escalation: EscalationView | None = None
        self.reach: ReachView | None = None
        self.transfer: tuple[TransferChoice, ...] | None = None
        self.facts: tuple[Fact, ...] = ()
        self.headset: HeadsetView | None = None
        self.unfinished: tuple[UnfinishedForm, ...] = ()
        self.saved: dict[str, Saved] = {}
        self.gone: list[str] = []
        self.told: list[str] = []  # the names of the signals, in order
        self.recordings: tuple[RecordingItem, ...] | None = None
        self.playback: PlaybackView | None = None
        self.drafts_saved = 0
        self.focus = ""  # where the form last put the cursor
        desk = self.desk
        for name, signal in (
            ("cards", desk.calls_changed),
            ("pop", desk.pop_changed),
            ("form", desk.form_changed),
            ("status", desk.status_changed),
            ("callbacks", desk.callbacks_changed),
            ("escalation", desk.escalation_changed),
            ("reach", desk.reach_changed),
            ("transfer", desk.transfer_changed),
            ("facts", desk.facts_found),
            ("headset", desk.headset_changed),
            ("unfinished", desk.unfinished_changed),
            ("recordings", desk.recordings_changed),
            ("playback", desk.playback_changed),
        ):
            signal.connect(lambda value, name=name: self._note(name, value))
        desk.notice.connect(self.notices.append)
        desk.call_finished.connect(self.saved.__setitem__)
        desk.call_gone.connect(self.gone.append)
        desk.draft_saved.connect(self._count_draft)

    def _note(self, name: str, value: object) -> None:
        setattr(self, name, value)
        if name == "form" and value is not None and value.focus:
            self.focus = value.focus
        self.told.append(name)

    def _count_draft(self, _line: str) -> None:
        self.drafts_saved += 1

    # --- time ------------------------------------------------------------------------------

    def open(self) -> "Room":
        """Begin the day: the engine is there, the records are looked into."""
        self.desk.start()
        self.engine.welcome()
        self.engine.passes()
        self.engine.sent.clear()
        self.rest()
        return self

    def rest(self) -> None:
        """Wait until all work asked for has been done, and what came of it is shown."""
        for _ in range(3):  # what comes back may ask for more
            done: list[None] = []
            self.book._worker.run(lambda: None, then=done.append)
            self.qtbot.waitUntil(lambda done=done: bool(done), timeout=20_000)  # type: ignore[misc]

    def retry(self) -> None:
        """Let the time pass after which the records are tried again."""
        self.book.reconnect()
        self.rest()

    def close(self) -> None:
        """Go home."""
        if not self.closed:
            self.closed = True
            self.desk.leave()
            self.book.close()

    # --- calls -----------------------------------------------------------------------------

    def number_of(self, practice: str) -> str:
        found = self.library.by_id(practice)
        assert found is not None
        return found.numbers[0]

    def ring(self, call: str = "c1", *, to: str = RIVERSIDE, number: str = CALLER) -> None:
        """A call to a practice (its id), or to a number as it is."""
        self.engine.now = self.clock().timestamp()
        dialled = self.number_of(to) if self.library.by_id(to) else to
        self.engine.offer(call, number=number, to=dialled)

    def wait_for_line(self, call: str, *, to: str = RIVERSIDE, number: str = CALLER) -> None:
        self.engine.now = self.clock().timestamp()
        self.engine.wait(call, number=number, to=self.number_of(to))

    def take(self, call: str = "c1", *, to: str = RIVERSIDE, number: str = CALLER) -> None:
        """A call rings, is answered, and what the records know of it is there."""
        self.ring(call, to=to, number=number)
        self.clock.forward(seconds=4)
        self.up(call)
        self.look_up_done()

    def up(self, call: str = "c1") -> None:
        """The receptionist answers and the line opens."""
        self.desk.answer(call)
        self.engine.now = self.clock().timestamp()
        self.engine.answered(call)

    def over(self, call: str = "c1", cause: wire.EndCause = wire.EndCause.CALLER) -> None:
        """A call ends."""
        self.engine.now = self.clock().timestamp()
        self.engine.ended(call, cause)

    def look_up_done(self) -> None:
        """Wait until the pop is whole."""
        self.qtbot.waitUntil(
            lambda: self.pop is not None and self.pop.earlier is not None, timeout=20_000
        )

    def card(self, call: str = "c1") -> CallCard:
        return next(card for card in self.cards if card.call == call)

    # --- the form --------------------------------------------------------------------------

    def field(self, link_id: str) -> FieldView:
        assert self.form is not None
        return next(field for field in self.form.fields if field.link_id == link_id)

    def fill(self, kind: CallType, answers: dict[str, str] | None = None) -> None:
        """Choose a call type and go through its form to its end, read back and all."""
        self.desk.choose_type(kind)
        if self.form is not None:
            self.desk.go_to_step(self.form.steps[0].number)
        given = {"new_symptom": "no", **(answers or {})}
        for _ in range(60):
            form = self.form
            assert form is not None
            field = self._open_field(form, given)
            if field is not None:
                self.desk.set_answer(field.link_id, self._answer(field, given))
            elif form.read_back:
                for item in form.read_back:
                    if not item.ticked:
                        self.desk.tick_read_back(item.link_id)
                return
            elif form.steps[-1].current:
                return
            else:
                self.desk.next_step()
        raise AssertionError(f"the form never came to its end: {self.form}")

    def finish(self, call: str = "c1") -> Saved:
        """Save and finish, and wait for the record."""
        self.desk.finish()
        self.qtbot.waitUntil(lambda: call in self.saved, timeout=20_000)
        self.rest()
        return self.saved[call]

    def _open_field(self, form: FormView, given: dict[str, str]) -> FieldView | None:
        for field in form.fields:
            wanted = field.required or field.link_id in given
            if field.kind not in SHOWN_ONLY and not field.value and wanted:
                return field
        return None

    def _answer(self, field: FieldView, given: dict[str, str]) -> str:
        if field.link_id in given:
            return given[field.link_id]
        if field.options:
            return field.options[0].code
        return UNTOLD[field.kind]

    # --- the records -----------------------------------------------------------------------

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        """Ask the records."""
        return asked(self.records, query, *parameters)

    def stored(self, table: type, *names: str) -> list[tuple]:
        """Ask the records for what is encrypted in them."""
        return told(self.records, table, *names)

    def call_row(self, call: str = "c1") -> dict[str, object]:
        """Return a call's row."""
        with closing(bare(self.records)) as database:
            found = database.execute("select * from calls where uid = ?", (call,))
            row = found.fetchone()
            names = [column[0] for column in found.description]
        numbers = dict(self.stored(Call, "uid", "caller_number"))
        facts = dict(zip(names, row, strict=True)) if row else {}
        return facts | {"caller_number": numbers.get(call)} if row else {}
