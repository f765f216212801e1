"""When a practice is open, by weekday, date and holiday, and how it is covered then."""

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from scripts.calltypes import Mode
from scripts.fields import Day, Model, NotEmpty, TimeOfDay, Weekday, Words, wrong


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


def closed_word(value: Any) -> Any:
    """Return None for the word “closed”."""
    return None if isinstance(value, str) and value.strip().lower() == "closed" else value


class ExceptionDay(Model):
    """A date that is not as its weekday: other hours, or closed when `hours` is not given. With
    `until` every day up to that one, itself included."""

    date: Day
    until: Day | None = None
    hours: DayHours | None = None
    note: Words | None = None

    _words = field_validator("hours", mode="before")(closed_word)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until is not None and self.until < self.date:
            raise wrong(f"until {self.until} lies before {self.date}")
        return self

    def covers(self, day: Day) -> bool:
        """Whether it holds on a local day."""
        return self.date <= day <= (self.until or self.date)


class NamedHoliday(Model):
    """A closing of the practice's own that no public calendar knows."""

    name: Words
    dates: Annotated[tuple[Day, ...], NotEmpty]


class Holidays(Model):
    """Days closed: those of `closed_on` as the public calendar of the country names them, and
    the practice's own."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    subdivision: Words | None = None
    closed_on: tuple[Words, ...] = ()
    own: tuple[NamedHoliday, ...] = ()


class CoverageRule(Model):
    """A mode for a date (with `until`, for every day up to that one), or for weekdays, or for a
    time of either; the more specific wins."""

    mode: Mode
    date: Day | None = None
    until: Day | None = None
    days: tuple[Weekday, ...] = ()
    start: Annotated[TimeOfDay | None, Field(alias="from")] = None
    end: Annotated[TimeOfDay | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.date is None) == (not self.days):
            raise wrong("needs either date or days")
        if self.until is not None and (self.date is None or self.until < self.date):
            raise wrong("until belongs to date, and does not lie before it")
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
