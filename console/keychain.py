"""Passwords, in the system's keyring and nowhere else.

`keyring` falls back in silence to whatever backend it finds, a plaintext file among them
(`keyrings.alt`). Only the backends named here are trusted; any other is refused with the mend.
"""

import keyring
import keyring.errors
from keyring.backend import KeyringBackend

from console.errors import WorldError

SERVICE = "frontdesk-line"
TRUSTED_MODULES = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


def line_password(user: str, registrar: str) -> str:
    """Return the PBX password of a line.

    Raises `WorldError` when there is none or the keyring cannot be trusted or opened.
    """
    try:
        password = trusted_backend().get_password(SERVICE, f"{user}@{registrar}")
    except keyring.errors.KeyringError as error:
        raise WorldError(
            "The keyring is locked", f"Unlock it and start again ({error})."
        ) from error
    if password is None:
        raise WorldError(
            "No password for the line",
            f"The keyring has none for this line. Run: keyring set {SERVICE} USER@REGISTRAR",
        )
    return password


def trusted_backend() -> KeyringBackend:
    """Return the keyring in use, or raise `WorldError` when it is not on the allow-list."""
    backend = keyring.get_keyring()
    candidates = getattr(backend, "backends", [backend])  # the chainer holds several
    for candidate in candidates:
        if type(candidate).__module__.startswith(TRUSTED_MODULES):
            return candidate  # type: ignore[no-any-return]
    raise WorldError(
        "No safe keyring",
        f"This system offers only {type(backend).__module__}, which may keep passwords in the "
        "clear. On Linux start GNOME Keyring or KWallet; then start Frontdesk again.",
    )
