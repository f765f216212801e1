"""Where a run of the program gets its keys and passwords from.

The system's keyring takes a tenth of a second to import and may ask a person, so it is opened late
and on another thread than the window's; that it can be trusted is checked while the window is made.
"""

from dataclasses import dataclass
from typing import Protocol

from console.settings import runtime_folder
from console.store.secrets import Handed, Secrets


class Safe(Protocol):
    """Where keys and passwords are kept."""

    def check(self) -> None:
        """Raise `WorldError` where none can be trusted. Asks nobody, and opens nothing."""

    def secrets(self) -> Secrets:
        """Return the keeper of keys and passwords, not yet opened."""


class SystemSafe:
    """The keyring of the account that runs the program."""

    def check(self) -> None:
        """See that it is one of those trusted."""
        from console.keychain import trusted_backend  # noqa: PLC0415 - a tenth of a second

        trusted_backend()

    def secrets(self) -> Secrets:
        """Return the keyring."""
        from console.keychain import Keychain  # noqa: PLC0415

        return Keychain(runtime_folder())


@dataclass(frozen=True, slots=True)
class HandedSafe:
    """Secrets that were handed in: for the demo and for tests."""

    handed: Handed

    def check(self) -> None:
        """Nothing can be wrong with them."""

    def secrets(self) -> Secrets:
        """Return them."""
        return self.handed
