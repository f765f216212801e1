"""`frontdesk practice pin`: a provider's PIN, asked twice and printed as its hash for the file."""

import getpass
import re
import sys
from collections.abc import Callable
from typing import Final

from console.errors import WorldError
from console.people.credentials import hash_secret

# Fewer could be tried out from a file in an afternoon; more nobody types on a telephone at night.
_PIN: Final = re.compile(r"[0-9]{6,12}")


def ask_pin(ask: Callable[[str], str] = getpass.getpass) -> int:
    """Print the hash of a PIN, or raise `WorldError`. What is typed is shown nowhere."""
    pin = ask("PIN, 6 to 12 digits: ")
    if not _PIN.fullmatch(pin):
        raise WorldError("Not a PIN", "Write 6 to 12 digits, as they are pressed on a telephone.")
    if ask("Once more: ") != pin:
        raise WorldError("The two are not the same", "Run it again.")
    print(f"pin: {hash_secret(pin)}", file=sys.stdout)
    return 0
