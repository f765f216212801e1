"""Whether a practice's calls may be recorded, and the words that ask for it.

Nothing is recorded unless the practice's file says so. US federal law lets one party to a call
agree to its recording (18 USC 2511(2)(d)); a dozen states want the agreement of all. The words are
read to the caller under either: the kind decides what counts as their consent.
"""

import hashlib
import re
from enum import StrEnum, unique
from typing import Annotated, Final, Self

from pydantic import StringConstraints, model_validator

from scripts.fields import Model, Words, wrong


@unique
class ConsentLaw(StrEnum):
    """Whose agreement the law of the practice's state asks for."""

    ONE_PARTY = "one_party"  # the caller is told, and does not object
    ALL_PARTY = "all_party"  # the caller is asked, and says yes


_NAMES_RECORDING: Final = re.compile(r"record|grab|enregistr|aufzeichn|registr", re.IGNORECASE)
_UNSAID: Final = re.compile(r"[{}<>]|\[|\]")


class Recording(Model):
    """What a practice agreed about recording its calls."""

    law: ConsentLaw
    announcement: Annotated[Words, StringConstraints(min_length=12)]  # read before it begins

    @model_validator(mode="after")
    def _says_it(self) -> Self:
        if _UNSAID.search(self.announcement):
            raise wrong("is read out as it stands; write the words without braces or brackets")
        if not _NAMES_RECORDING.search(self.announcement):
            raise wrong("does not say that the call is recorded; use the word “record”")
        if self.law is ConsentLaw.ALL_PARTY and "?" not in self.announcement:
            raise wrong("has to ask under all_party; end with a question the caller answers")
        return self

    @property
    def version(self) -> str:
        """What tells these words from others: kept with each consent."""
        return hashlib.sha256(f"{self.law.value}\n{self.announcement}".encode()).hexdigest()[:12]
