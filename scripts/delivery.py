"""How a practice is given its messages: by which ways, in which order, and when it wants none.

What goes in the clear says only that something waits. A message itself leaves sealed: to the
practice's certificate, in a PDF with its password, into the practice's own records over TLS, or
onto paper at a printer of this machine's.
"""

import re
from datetime import datetime, time, timedelta
from enum import StrEnum, unique
from typing import Annotated, Self

from pydantic import Field, model_validator

from scripts.fields import Model, TimeOfDay, Words, wrong
from scripts.protocol import Priority


@unique
class LetterWay(StrEnum):
    """How a message is handed over."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"
    FOLDER = "folder"
    FHIR = "fhir"
    PRINTER = "printer"


@unique
class Sealing(StrEnum):
    """How what is said is kept from whoever carries it."""

    NOTICE = "notice"  # it is not said: only that something waits
    PDF = "pdf"
    CERTIFICATE = "certificate"


_CAN_SEAL = (LetterWay.MAIL, LetterWay.FOLDER)
_SAY_IT = (LetterWay.FHIR, LetterWay.PRINTER)  # into their own records, or on their own paper
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")  # as CUPS takes it, and no option


class Letterbox(Model):
    """One way to the practice. `to` is an address there: a mailbox, a number, a folder, a URL, or
    the name of one of this machine's printers."""

    by: LetterWay
    to: Words
    seal: Sealing = Sealing.NOTICE
    certificate: Words | None = None  # PEM, for `certificate`
    priorities: tuple[Priority, ...] = ()  # for messages of these only; () for all

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.seal is not Sealing.NOTICE and self.by not in _CAN_SEAL:
            raise wrong(f"{self.by.value} cannot carry something sealed; leave seal out")
        if self.by is LetterWay.FOLDER and self.seal is Sealing.NOTICE:
            raise wrong("a folder is given the message itself; write seal: pdf or certificate")
        if (self.seal is Sealing.CERTIFICATE) != (self.certificate is not None):
            raise wrong("seal: certificate and the certificate belong together")
        if self.by in (LetterWay.WEBHOOK, LetterWay.FHIR) and not self.to.startswith("https://"):
            raise wrong("is not an address that begins with https://")
        if self.by is LetterWay.PRINTER and not _QUEUE.fullmatch(self.to):
            raise wrong("is not a printer's name; `lpstat -e` shows those of this machine")
        return self

    @property
    def says_it(self) -> bool:
        """Whether a letter to it carries what a message says, and not only that one waits."""
        return self.seal is not Sealing.NOTICE or self.by in _SAY_IT


class Quiet(Model):
    """Local times at which nothing but what is urgent is sent; past midnight where it ends
    earlier than it starts."""

    start: Annotated[TimeOfDay, Field(alias="from")]
    end: Annotated[TimeOfDay, Field(alias="to")]

    def covers(self, clock: time) -> bool:
        """Whether it is quiet at a local time of day."""
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Delivery(Model):
    """`letterboxes` in the order they are tried: the next one where one fails for good. Routine
    messages wait for `digest`, a local time, where one is given."""

    letterboxes: Annotated[tuple[Letterbox, ...], Field(min_length=1, max_length=8)]
    quiet: Quiet | None = None
    digest: TimeOfDay | None = None

    def boxes_for(self, priority: Priority) -> tuple[Letterbox, ...]:
        """Return the ways for a message of this priority, in order."""
        return tuple(
            box for box in self.letterboxes if not box.priorities or priority in box.priorities
        )

    def leaves_at(self, priority: Priority, local: datetime) -> datetime:
        """Return when a message taken at an aware local time leaves, in that zone."""
        if priority is Priority.URGENT:
            return local
        if priority is Priority.ROUTINE and self.digest is not None:
            return _next(local, self.digest)
        if self.quiet is not None and self.quiet.covers(local.time()):
            return _next(local, self.quiet.end)
        return local


def _next(local: datetime, clock: time) -> datetime:
    """Return the next moment the clock shows a time, that very moment included."""
    found = datetime.combine(local.date(), clock, local.tzinfo)
    return (
        found
        if found >= local
        else datetime.combine(local.date() + timedelta(days=1), clock, local.tzinfo)
    )
