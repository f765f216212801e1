"""Passwords, in the system's keyring and nowhere else.

`keyring` falls back in silence to whatever backend it finds, a plaintext file among them
(`keyrings.alt`). Only the backends named here are trusted; any other is refused with the mend.
"""

import base64
import binascii
import secrets

import keyring
import keyring.errors
from keyring.backend import KeyringBackend

from console.errors import WorldError

SERVICE = "frontdesk-line"
RECORDINGS_SERVICE = "frontdesk-recordings"
RECORDINGS_NAME = "wrapping-key"
RECORDINGS_BYTES = 32
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


def recordings_key() -> bytes:
    """Return the key that recordings' own keys are wrapped with, made at the first call for it.

    Raises `WorldError` when the keyring cannot be trusted or opened, or holds something else.
    """
    backend = trusted_backend()
    try:
        found = backend.get_password(RECORDINGS_SERVICE, RECORDINGS_NAME)
        if found is None:
            found = base64.b64encode(secrets.token_bytes(RECORDINGS_BYTES)).decode()
            backend.set_password(RECORDINGS_SERVICE, RECORDINGS_NAME, found)
    except keyring.errors.KeyringError as error:
        raise WorldError("The keyring is locked", f"Unlock it and try again ({error}).") from error
    try:
        key = base64.b64decode(found, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != RECORDINGS_BYTES:
        raise WorldError(
            "The key for recordings is damaged",
            f"The keyring's {RECORDINGS_SERVICE} is not a key; put the right one back.",
        )
    return key


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
