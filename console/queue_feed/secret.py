"""The manager's secret, out of the keyring."""

from typing import TYPE_CHECKING

from console.store.errors import RecordsError
from console.store.secrets import Secrets

if TYPE_CHECKING:
    from console.settings import FloorSettings


class NoSecret(Exception):
    """There is none, or the keyring does not give it; the message is a sentence with the mend."""


def manager_secret(settings: "FloorSettings", secrets: Secrets) -> str:
    """Return the secret. May wait for a person. Raises `NoSecret`."""
    account = f"{settings.user}@{settings.host}"
    try:
        found = secrets.password(account)
    except RecordsError as error:
        raise NoSecret(f"{error.title}. {error.message} {error.mend}".strip()) from error
    if found is None:
        raise NoSecret(
            "The keyring has no secret for the PBX’s manager interface. Run:"
            f" keyring set frontdesk-records {account}"
        )
    return found
