"""A practice, as its file says it: the one model the desk, the checker and the forms agree on.

Everything is frozen and in memory: a screen pop reads it on the window's thread while a call
rings. Local times are the practice's own; what crosses to other rooms is UTC.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from scripts.calltypes import CallType, Mode
from scripts.fields import WEEKDAYS, Day, Model, PhoneNumber, Slug, TimeOfDay, Weekday, Words, wrong
from scripts.plan import Plan
from scripts.protocol import Protocol, Rota
from scripts.questions import Form, Option, Question, ValueSet
from scripts.recording import Recording


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = f"“{name}” is not a time zone; write an IANA name, such as America/Chicago"
        raise wrong(sentence) from error
    return name


class Span(Model):
    """Part of a day, in local time. An end of 00:00 is the midnight that ends the day."""

    start: Annotated[TimeOfDay, Field(alias="from")]
    end: Annotated[TimeOfDay, Field(alias="to")]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start and self.end.hour + self.end.minute != 0:
            raise wrong(f"ends at {self.end:%H:%M}, before it starts at {self.start:%H:%M}")
        return self


class DayHours(Model):
    """When the doors open and close, and the lunch break between."""

    opens: TimeOfDay
    closes: TimeOfDay
    lunch: Span | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        midnight = self.closes.hour + self.closes.minute == 0
        if self.closes <= self.opens and not midnight:
            raise wrong(f"closes at {self.closes:%H:%M}, before it opens at {self.opens:%H:%M}")
        late = self.lunch and not midnight and self.lunch.end > self.closes
        if self.lunch and (self.lunch.start < self.opens or late):
            raise wrong("has a lunch break outside its opening hours")
        return self


def _closed(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().lower() == "closed" else value


class ExceptionDay(Model):
    """A date that is not as its weekday: other hours, or closed when `hours` is not given."""

    date: Day
    hours: DayHours | None = None
    note: Words | None = None

    _words = field_validator("hours", mode="before")(_closed)


class NamedHoliday(Model):
    """A closing of the practice's own that no public calendar knows."""

    name: Words
    dates: Annotated[tuple[Day, ...], Field(min_length=1)]


class Holidays(Model):
    """Days closed: those of `closed_on` as the public calendar of the country names them, and
    the practice's own."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    subdivision: Words | None = None
    closed_on: tuple[Words, ...] = ()
    own: tuple[NamedHoliday, ...] = ()


class CoverageRule(Model):
    """A mode for a date, or for weekdays, or for a time of either; the more specific wins."""

    mode: Mode
    date: Day | None = None
    days: tuple[Weekday, ...] = ()
    start: Annotated[TimeOfDay | None, Field(alias="from")] = None
    end: Annotated[TimeOfDay | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.date is None) == (not self.days):
            raise wrong("needs either date or days")
        if (self.start is None) != (self.end is None):
            raise wrong("needs both from and to, or neither")
        return self


class CoverageSchedule(Model):
    """How the practice is covered: `daytime` while its doors are open, after hours otherwise,
    and `rules` where something more specific was agreed."""

    daytime: Mode
    rules: tuple[CoverageRule, ...] = ()

    @field_validator("daytime")
    @classmethod
    def _day(cls, value: Mode) -> Mode:
        if value is Mode.AFTER_HOURS:
            raise wrong(
                "daytime is primary or overflow; closed hours are after_hours by themselves"
            )
        return value


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


class FaqEntry(Model):
    """One answer of the practice's own. `short` is the line at the right; `answer` is read out."""

    label: Words
    question: Words
    answer: Words
    short: Words | None = None
    synonyms: tuple[Words, ...] = ()
    pinned: bool = False  # shown before anything is searched


class Insurance(Model):
    """The plans accepted, in the order they are named to a caller."""

    accepted: tuple[Words, ...] = ()
    note: Words | None = None


class NewPatients(Model):
    """Whether new patients are taken, and what to say about it."""

    accepting: bool
    note: Words | None = None


class Provider(Model):
    """Somebody patients are booked with or paged to. `clinic` holds the weekly clinic hours."""

    id: Slug
    name: Words  # "Ifeoma Okafor"
    spoken: Words  # "Dr. Okafor"
    credentials: Words | None = None
    phone: PhoneNumber | None = None  # for pages and calls, never told to callers
    accepts_new: bool = True
    clinic: Annotated[dict[Weekday, tuple[Span, ...]], Field(default_factory=dict)]

    @property
    def full(self) -> str:
        """“Dr. Ifeoma Okafor” where the spoken name has the title, else the name."""
        title, _, rest = self.spoken.partition(" ")
        titled = rest and self.name.endswith(rest) and title not in self.name.split()
        return f"{title} {self.name}" if titled else self.name


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
    specialty: Words
    numbers: Annotated[tuple[PhoneNumber, ...], Field(min_length=1)]
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
    appointment_types: tuple[AppointmentType, ...] = ()
    booking: Booking = Booking()
    baa: Baa | None = None
    recording: Recording | None = None  # without it no call is recorded
    protocol: Protocol
    on_call: Rota | None = None
    value_sets: Annotated[dict[Slug, ValueSet], Field(default_factory=dict)]
    forms: dict[CallType, Form]
    version: str = ""  # content hash of the file, kept with every call; set by the loader
    neutral: bool = False  # stands in for a number no practice has; set by the program

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Keep a practice short wherever it is printed."""
        return [("id", self.id), ("version", self.version)]

    @field_validator("hours", mode="before")
    @classmethod
    def _whole_week(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        hours = {day: _closed(day_hours) for day, day_hours in value.items()}
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
