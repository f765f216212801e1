"""What the world can do to the records, each with a sentence for the person and the mend.

Only these leave the store. Anything else that escapes is a bug of ours and is let through as it is.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path


class RecordsError(Exception):
    """Something outside the program kept the records from doing what was asked."""

    def __init__(self, title: str, message: str, mend: str) -> None:
        super().__init__(f"{title}. {message} {mend}".strip())
        self.title = title
        self.message = message
        self.mend = mend


class BadPlace(RecordsError):
    """What the settings say of the records' place cannot be used."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "The place of the records cannot be used",
            why,
            "Give a file's path, or postgresql://user@host/database.",
        )


class RecordsMissing(RecordsError):
    """The folder the records should be in does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "The records' folder is missing",
            f"There is no folder {path.parent}.",
            "Create it, or choose another place for the records in the settings.",
        )
        self.path = path


class NotOurRecords(RecordsError):
    """What stands at the path was not written by this program; it has not been touched."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__(
            "These are not Frontdesk's records",
            f"{where} is {found}. It has not been changed.",
            "Choose another place for the records in the settings, or move that file away.",
        )
        self.where = where


class RecordsTooNew(RecordsError):
    """A newer Frontdesk has already changed the records' layout; they have not been touched."""

    def __init__(self, where: str, revision: str) -> None:
        super().__init__(
            "The records are from a newer Frontdesk",
            f"{where} has the layout {revision}, which this version does not know."
            " It has not been changed.",
            "Install the newer version on this machine.",
        )
        self.revision = revision


class RecordsTooOld(RecordsError):
    """The shared records have an older layout, or none yet: whoever owns them changes that, once
    for all desks."""

    def __init__(self, where: str, revision: str | None) -> None:
        super().__init__(
            "The shared records must be brought up to date",
            f"{where} has the layout {revision or 'of an empty database'}.",
            "Their administrator runs: frontdesk records upgrade",
        )
        self.revision = revision


class KeyMissing(RecordsError):
    """The keyring has no key of that name, and what exists was encrypted with one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "The key of the records is missing",
            f"This account's keyring has no key called “{name}”, and without it nobody can read"
            " them. They have not been changed.",
            "Sign in as the account that made them, or bring a backup back:"
            " frontdesk records restore FILE --recovery-key",
        )
        self.name = name


class KeyTaken(RecordsError):
    """The keyring has another key of that name, which something may depend on."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "This account has another key already",
            f"Its keyring has another key called “{name}”, on which something may depend.",
            "Restore as an account that has none yet.",
        )
        self.name = name


class WrongKey(RecordsError):
    """What exists is ours, but was encrypted with another key than the keyring's."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "The records have another key",
            f"{where} cannot be opened with this account's key. It has not been changed.",
            "Sign in as the account that made it, or bring a backup back:"
            " frontdesk records restore FILE --recovery-key",
        )


class RecordsDamaged(RecordsError):
    """The database says its own file is malformed."""

    def __init__(self) -> None:
        super().__init__(
            "The records are damaged",
            "The database reports that its file is malformed.",
            "Keep the file, and put back the newest backup beside it.",
        )


class RecordsMoved(RecordsError):
    """The file's records have been moved to a server; it takes nothing any more."""

    def __init__(self, where: str, to: str) -> None:
        super().__init__(
            "The records have been moved",
            f"What was in {where} is now in {to}.",
            f'Put that in the settings: records = "{to}"',
        )
        self.to = to


class RecordsNotEmpty(RecordsError):
    """What is to be filled with a copy holds something already."""

    def __init__(self, table: str) -> None:
        super().__init__(
            "There are records in that place already",
            f"Its table {table} has rows. Nothing has been copied.",
            "Name an empty database.",
        )


class CopyDiffers(RecordsError):
    """What was copied is not what was read: the copy is not to be used."""

    def __init__(self, table: str) -> None:
        super().__init__(
            "The copy is not the same",
            f"In the table {table} the copy differs from the records.",
            "The records themselves are as they were. Check both disks and try again.",
        )


class BadRecoveryKey(RecordsError):
    """What was typed is no recovery key, or has a letter wrong."""

    def __init__(self) -> None:
        super().__init__(
            "That is not the recovery key",
            "A letter is wrong, or some are missing.",
            "Type it as it was written down; spaces and dashes do not matter.",
        )


class Away(Enum):
    """Why the records cannot be reached: title, message, mend."""

    LOCKED = (
        "The records are locked",
        "Another program has held them for too long.",
        "Close whatever else has the file open; work is kept on this machine until then.",
    )
    FULL = (
        "The disk is full",
        "There is no room left to write the records.",
        "Free some space; work is kept on this machine until then.",
    )
    READ_ONLY = (
        "The records cannot be written",
        "The file, or its folder, is read-only.",
        "Give this account the right to write there.",
    )
    UNREACHABLE = (
        "The records' server cannot be reached",
        "It does not answer, or the network is down.",
        "Work is kept on this machine until it answers.",
    )
    BUSY = (
        "The records' server is busy",
        "It has no connection left for this desk.",
        "Work is kept on this machine until then; its administrator can allow more connections.",
    )
    REFUSED = (
        "The records' server refused this account",
        "Its user name, its password or the database's name was not accepted.",
        "Put the password in the keyring: keyring set frontdesk-records USER@HOST",
    )
    NOT_ALLOWED = (
        "The records' server does not allow that",
        "This account's rights there are too few.",
        "Its administrator can give them; work is kept on this machine until then.",
    )
    UNTRUSTED = (
        "The records' server cannot be trusted",
        "It does not speak TLS, or its certificate is not its own.",
        "Have its certificate checked; nothing was sent to it.",
    )
    KEYRING = (
        "The keyring is closed",
        "The key of the records is in it.",
        "Unlock it.",
    )
    MOVED = (
        "The records have been moved",
        "They are on a server now.",
        "Put its address in the settings and start again; work is kept on this machine until then.",
    )
    UNREADABLE = (
        "The records cannot be read",
        "The disk reported an error, or this account may not open the file.",
        "Check the disk and the file's owner; work is kept on this machine until then.",
    )


class RecordsAway(RecordsError):
    """The records cannot be reached for now; `reason` says how. Trying later may succeed."""

    def __init__(self, reason: Away) -> None:
        super().__init__(*reason.value)
        self.reason = reason


class SpoolFailed(RecordsError):
    """Work could not be kept on this machine either. It is still on the screen, nowhere else."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "This work could not be saved",
            f"Neither the records nor this machine's own file would take it ({why}).",
            "Leave the form open, free some disk space and save again.",
        )


class TimeTaken(RecordsError):
    """The provider's time is booked, held for another caller or taken in the practice's calendar.
    Nothing of it was written."""

    def __init__(self, provider: str, start: datetime) -> None:
        super().__init__(
            "That time has just been taken",
            "It was given to somebody else a moment ago.",
            "Offer the caller another time.",
        )
        self.provider = provider
        self.start = start


class Conflict(RecordsError):
    """Somebody else changed the same thing meanwhile. Nothing was written; `mine` is what was to
    be, `theirs` what stands now, both by column."""

    def __init__(
        self, kind: str, *, mine: Mapping[str, object], theirs: Mapping[str, object]
    ) -> None:
        super().__init__(
            "Somebody else has just changed this",
            "What you saved has not replaced it.",
            "Look at what stands there now, and save again if yours should.",
        )
        self.kind = kind
        self.mine = dict(mine)
        self.theirs = dict(theirs)


class BookingGone(RecordsError):
    """The booking to be changed no longer holds its time. Nothing of the call was written."""

    def __init__(self, booking_id: int) -> None:
        super().__init__(
            "That booking has just been changed",
            "Somebody else moved or cancelled it a moment ago.",
            "Look the caller's bookings up again.",
        )
        self.booking_id = booking_id


class AgreementMissing(RecordsError):
    """Health details for a practice without a Business Associate Agreement in force on the day
    of the call (45 CFR 164.504(e)). Nothing of the call was written."""

    def __init__(self, practice_id: str | None) -> None:
        super().__init__(
            "No health details for this practice",
            "It had no Business Associate Agreement in force on the day of the call.",
            "Take the health details off the form, or have the agreement signed first.",
        )
        self.practice_id = practice_id


class UnknownPractice(RecordsError):
    """A practice the records have never heard of. Nothing of the call was written."""

    def __init__(self, practice_id: str) -> None:
        super().__init__(
            "This practice is not in the records",
            f"Nothing is known of “{practice_id}”.",
            "Put its script back in place and start the desk again.",
        )
        self.practice_id = practice_id


class VersionConflict(RecordsError):
    """Somebody saved a newer version of the practice meanwhile. Nothing was written."""

    def __init__(self, number: int, written_by: str, text: str) -> None:
        super().__init__(
            "Somebody else saved this practice meanwhile",
            f"{written_by} saved version {number}.",
            "Look at what differs, then save yours on top of it or go on from theirs.",
        )
        self.number = number
        self.written_by = written_by
        self.text = text


class UnknownVersion(RecordsError):
    """A version of a practice that the records do not have."""

    def __init__(self, practice_id: str, number: int) -> None:
        super().__init__(
            "There is no such version",
            f"“{practice_id}” has no version {number} in the records.",
            "Look at what there is: frontdesk practice versions.",
        )


class NotAdmitted(RecordsError):
    """This desk has not been given the keys that names and numbers are encrypted with."""

    def __init__(self, desk: str) -> None:
        super().__init__(
            "This desk has not been admitted",
            f"The records are encrypted, and desk {desk} has not been given their keys.",
            f"An administrator runs at a desk that has them: frontdesk records admit {desk}",
        )
        self.desk = desk


class UnknownDesk(RecordsError):
    """No desk of this name has ever opened the records."""

    def __init__(self, desk: str) -> None:
        super().__init__(
            "No such desk",
            f"No desk {desk} has opened the records yet.",
            "Start Frontdesk there once; it says its name.",
        )
        self.desk = desk


class Tampered(RecordsError):
    """A row's ciphertext is not what was written into that row of that table."""

    def __init__(self, table: str) -> None:
        super().__init__(
            "The records were changed from outside",
            f"A row of {table} does not hold what was written into it.",
            "Run frontdesk records verify, and keep the file as it is.",
        )
        self.table = table
