"""An Asterisk on exactly what `frontdesk pbx write` wrote from a plan and the practices' files, at
a time the test chooses.

The clock of the dialplan's hours is set as Asterisk itself allows it, by the variable TESTTIME,
here a global: nothing of the written configuration is changed for it.
"""

import contextlib
import io
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from console.__main__ import main
from scripts import hours
from scripts.calltypes import Mode
from scripts.loader import SAMPLES, Library, load_library
from tests.pbx.asterisk import TRUNK_HOST, Certificate
from tests.pbxwrite.written import WrittenPbx

HARBORSIDE: Final = "harborside_womens_health"
MAPLE: Final = "maple_pediatrics"
RIVERSIDE: Final = "riverside_family_medicine"
OWN_DESK: Final = "+15155550121"  # Maple's
FALLBACK: Final = "+15155550129"  # Maple's
DESKS: Final = ("dana", "evan")

PLAN: Final = """
[trunk]
host = "{trunk}:{ports.trunk}"
addresses = ["{trunk}"]

[tls]
certificate = "{certificate.chain}"
key = "{certificate.key}"

[listen]
address = "127.0.0.1"
sip = {ports.sip}
tls = {ports.tls}
ami = {ports.ami}
ami_plain = {plain}
rtp_first = {ports.rtp}
rtp_last = {last}

[queue.answering]
ring_first_s = 2
wait_s = 1
ring_s = 3
wrap_up_s = 0
then = "backup"

[queue.backup]
ring_first_s = 1
wait_s = 1
ring_s = 3
wrap_up_s = 0
weight = 5

[[desk]]
user = "dana"
name = "Dana Whitfield"
queues = {{answering = 0}}

[[desk]]
user = "evan"
name = "Evan Lee"
queues = {{backup = 0}}

[practice.maple_pediatrics]
own_desk = "{own}"
rings = 1
fallback = "{fallback}"
"""


class CommandedPbx(WrittenPbx):
    """`command` writes again, after the plan or a practice's file has been changed."""

    def __init__(self, root: Path, certificate: Certificate) -> None:
        super().__init__(root, certificate, load_library(SAMPLES).practices)

    def _configure(self) -> None:
        self.library_folder = Path(shutil.copytree(SAMPLES, self.base / "library"))
        self.plan_file = self.base / "plan.toml"
        self.plan_file.write_text(
            PLAN.format(
                trunk=TRUNK_HOST,
                ports=self.ports,
                certificate=self._chain,
                plain=self.ports.rtp + 100,
                last=self.ports.rtp + 99,
                own=OWN_DESK,
                fallback=FALLBACK,
            )
        )
        told = self.command()
        self.passwords = dict(re.findall(r"new desk (\S+): its password is (\S+)", told))

    def command(self) -> str:
        """Run `frontdesk pbx write`; return what it says."""
        where = [str(self.base / "etc"), "--plan", str(self.plan_file)]
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert main(["pbx", "write", *where, "--practices", str(self.library_folder)]) == 0
        return said.getvalue()

    def load(self, told: str) -> None:
        """Run the commands that a writing said to run."""
        for command in re.findall(r'asterisk -rx "(.*)"', told):
            self.cli(command)

    @property
    def library(self) -> Library:
        """The practices it was written for."""
        return load_library(self.library_folder)

    def number(self, practice: str) -> str:
        """A practice's first number."""
        found = self.library.by_id(practice)
        assert found is not None
        return found.numbers[0]

    def at(self, moment: datetime) -> None:
        """Set the dialplan's clock."""
        self.cli(f"dialplan set global TESTTIME {moment.timestamp():.0f}")

    def rest(self) -> None:
        """Leave it as it was found: no calls, nobody paused."""
        self.cli("channel request hangup all")
        for desk in DESKS:
            self.cli(f"queue unpause member PJSIP/{desk}")


def three_modes(library: Library, now: datetime) -> datetime:
    """Return a moment within days at which Harborside is covered as primary, Maple as overflow and
    Riverside after hours, by their own files."""
    wanted = {HARBORSIDE: Mode.PRIMARY, MAPLE: Mode.OVERFLOW, RIVERSIDE: Mode.AFTER_HOURS}
    for moment in _half_hours(now):
        found = {each.id: hours.at(each, moment).mode for each in library.practices}
        if wanted.items() <= found.items():
            return moment + timedelta(minutes=10)
    raise AssertionError("no such moment within four weeks")


def _half_hours(now: datetime) -> Iterator[datetime]:
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (first + timedelta(minutes=30 * number) for number in range(4 * 7 * 48))
