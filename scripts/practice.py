"""A practice, as its file says it: the one model the desk, the checker and the forms agree on.

Everything is frozen and in memory: a screen pop reads it on the window's thread while a call
rings. Local times are the practice's own; what crosses to other rooms is UTC.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from scripts.calltypes import CallType, Mode
from scripts.delivery import Delivery
from scripts.fields import (
    WEEKDAYS,
    Day,
    Model,
    NotEmpty,
    PhoneNumber,
    PinHash,
    Slug,
    Weekday,
    Words,
    wrong,
)
from scripts.invitations import Invitations
from scripts.ladders import Ladder, Reach
from scripts.own_calendar import OwnCalendar
from scripts.phone_numbers import dial_key
from scripts.plan import Plan
from scripts.protocol import Protocol
from scripts.questions import Form, Option, Question, ValueSet
from scripts.recording import Recording
from scripts.rota import Rota
from scripts.timetable import (
    CoverageSchedule,
    DayHours,
    ExceptionDay,
    Holidays,
    Span,
    closed_word,
)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = f"“{name}” is not a time zone; write an IANA name, such as America/Chicago"
        raise wrong(sentence) from error
    return name


class Greeting(Model):
    """The words of one mode. `default` is said where nothing closer is written."""

    default: Words
    open: Words | None = None
    closed: Words | None = None
    lunch: Words | None = None
    holiday: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"default": value} if isinstance(value, str) else value


class DialledLine(Model):
    """What is different about one of the numbers: its own name, and greetings of its own for some
    or all modes."""

    number: PhoneNumber
    name: Words
    greetings: Annotated[dict[Mode, Greeting], Field(default_factory=dict)]


class FaqEntry(Model):
    """One answer of the practice's own. `short` is the line at the right; `answer` is read out."""

    label: Words
    question: Words
    answer: Words
    short: Words | None = None
    synonyms: tuple[Words, ...] = ()
    pinned: bool = False  # shown before anything is searched


class Insurance(Model):
    """The plans accepted, in the order they are named to a caller, and those known not to be.
    `synonyms` are what callers say for a plan: UHC for UnitedHealthcare."""

    accepted: tuple[Words, ...] = ()
    not_accepted: tuple[Words, ...] = ()
    synonyms: dict[Words, tuple[Words, ...]] = Field(default_factory=dict)
    note: Words | None = None


class NewPatients(Model):
    """Whether new patients are taken, what to say about it, and what one is worth to the practice
    by its own reckoning, in dollars."""

    accepting: bool
    note: Words | None = None
    value: Annotated[int | None, Field(ge=0, le=1_000_000)] = None


class Provider(Model):
    """Somebody patients are booked with or paged to. `clinic` holds the weekly clinic hours."""

    id: Slug
    name: Words  # "Ifeoma Okafor"
    spoken: Words  # "Dr. Okafor"
    pronounced: Words | None = None  # "oh-KAH-for"
    credentials: Words | None = None
    phone: PhoneNumber | None = None  # for pages and calls, never told to callers
    reach: tuple[Reach, ...] = ()  # other ways to page, in the order they are tried
    pin: PinHash | None = None  # asked of whoever answers, before any detail is said
    accepts_new: bool = True
    clinic: Annotated[dict[Weekday, tuple[Span, ...]], Field(default_factory=dict)]

    @property
    def full(self) -> str:
        """“Dr. Ifeoma Okafor” where the spoken name has the title, else the name."""
        title, _, rest = self.spoken.partition(" ")
        titled = rest and self.name.endswith(rest) and title not in self.name.split()
        return f"{title} {self.name}" if titled else self.name


class Contact(Model):
    """Somebody a ladder may turn to who sees no patients: a manager, a nurse line."""

    id: Slug
    name: Words
    role: Words
    phone: PhoneNumber | None = None
    reach: tuple[Reach, ...] = ()
    pin: PinHash | None = None


class AppointmentType(Model):
    """Something that can be booked. No providers means any of them."""

    id: Slug
    name: Words
    minutes: Annotated[int, Field(ge=5, le=480)]
    providers: tuple[Slug, ...] = ()
    who: Annotated[str, Field(pattern="^(new|existing|both)$")] = "both"
    preparation: Words | None = None  # told to the caller once the time is chosen


class Booking(Model):
    """How open times are laid out: starts every `grid` minutes, none sooner than `notice`."""

    grid: Annotated[int, Field(ge=5, le=120)] = 20  # minutes
    notice: Annotated[int, Field(ge=0, le=14 * 24 * 60)] = 120  # minutes


class Baa(Model):
    """A Business Associate Agreement (45 CFR 164.504(e))."""

    signed_on: Day
    ends_on: Day | None = None
    document_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

    def in_force(self, day: date) -> bool:
        """Whether it binds on a local day, both ends included."""
        return self.signed_on <= day and (self.ends_on is None or day <= self.ends_on)


class Practice(Model):
    """Everything a practice told us to do."""

    id: Slug
    name: Words
    spoken_name: Words
    pronounced: Words | None = None  # where the name is easily said wrongly
    specialty: Words
    numbers: Annotated[tuple[PhoneNumber, ...], NotEmpty]
    lines: tuple[DialledLine, ...] = ()
    timezone: Annotated[str, AfterValidator(_zone)]
    city: Words
    address: Words
    directions: Words | None = None
    hours: dict[Weekday, DayHours | None]
    exceptions: tuple[ExceptionDay, ...] = ()
    holidays: Holidays = Holidays()
    coverage: CoverageSchedule
    languages: tuple[Words, ...] = ("English",)
    greetings: dict[Mode, Greeting]
    faq: tuple[FaqEntry, ...] = ()
    insurance: Insurance = Insurance()
    new_patients: NewPatients
    providers: tuple[Provider, ...] = ()
    contacts: tuple[Contact, ...] = ()
    appointment_types: tuple[AppointmentType, ...] = ()
    booking: Booking = Booking()
    baa: Baa | None = None
    recording: Recording | None = None  # without it no call is recorded
    delivery: Delivery | None = None  # without it messages wait on the board
    calendar: OwnCalendar | None = None  # without it bookings stand in the records alone
    invitations: Invitations | None = None  # without it nobody is invited by mail
    protocol: Protocol
    on_call: Rota | None = None
    ladders: tuple[Ladder, ...] = ()
    value_sets: Annotated[dict[Slug, ValueSet], Field(default_factory=dict)]
    forms: dict[CallType, Form]
    version: str = ""  # content hash of the file, kept with every call; set by the loader
    neutral: bool = False  # stands in for a number no practice has; set by the program
    service_line: str = ""  # whose rota `on_call` is, "" for the practice's own; set by the program

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Keep a practice short wherever it is printed."""
        return [("id", self.id), ("version", self.version)]

    @field_validator("hours", mode="before")
    @classmethod
    def _whole_week(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        hours = {day: closed_word(day_hours) for day, day_hours in value.items()}
        missing = [day for day in WEEKDAYS if day not in {str(key).lower()[:3] for key in hours}]
        if missing:
            raise wrong(f"says nothing of {', '.join(missing)}; write hours or closed")
        return hours

    @cached_property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def providers_by_id(self) -> dict[str, Provider]:
        """Providers by id, in the file's order."""
        return {provider.id: provider for provider in self.providers}

    @cached_property
    def types_by_id(self) -> dict[str, AppointmentType]:
        """Appointment types by id, in the file's order."""
        return {kind.id: kind for kind in self.appointment_types}

    @cached_property
    def _plans(self) -> dict[CallType, tuple[Form, Plan]]:
        return {}

    @cached_property
    def lines_by_number(self) -> dict[str, DialledLine]:
        """What is different about a number, by the number."""
        return {line.number: line for line in self.lines}

    def greeting(self, mode: Mode, dialled: str = "") -> Greeting:
        """Return the greeting of a mode: that of the number dialled, as it came, where it has its
        own."""
        line = self.lines_by_number.get(dial_key(dialled)) if self.lines and dialled else None
        own = line.greetings.get(mode) if line is not None else None
        return own or self.greetings[mode]

    def plan(self, call_type: CallType) -> Plan:
        """The form of a call type, made ready to be gone through."""
        form = self.forms[call_type]
        kept = self._plans.get(call_type)
        if kept is None or kept[0] is not form:  # a copy of a practice may have other forms
            kept = self._plans[call_type] = (form, Plan(form))
        return kept[1]

    def answer_options(self, question: Question) -> tuple[Option, ...]:
        """The answers that the file writes out for a choice, its own or those of a value set."""
        if question.answer_value_set is None:
            return question.answer_option
        named = self.value_sets.get(question.answer_value_set)
        return named.options if named else ()

    def provider(self, provider_id: str) -> Provider | None:
        """The provider with this id, if there is one."""
        return self.providers_by_id.get(provider_id)

    def appointment_type(self, type_id: str) -> AppointmentType | None:
        """The appointment type with this id, if there is one."""
        return self.types_by_id.get(type_id)

    def baa_in_force(self, day: date) -> bool:
        """Whether a BAA binds on a local day."""
        return self.baa is not None and self.baa.in_force(day)
