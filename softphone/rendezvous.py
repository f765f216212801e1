"""The rendezvous file: how a window finds the engine and proves it may speak to it."""

import os
import secrets
from pathlib import Path

from softphone.errors import WorldError
from softphone.wire import Rendezvous, encode_rendezvous


def publish(path: Path, rendezvous: Rendezvous) -> None:
    """Write the file whole or not at all, for this account's eyes only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(encode_rendezvous(rendezvous))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WorldError(
            f"The rendezvous file {path} cannot be written; choose another with --rendezvous."
        ) from error


def withdraw(path: Path, own: bytes) -> None:
    """Remove the file if it is still ours and not a successor's."""
    try:
        if path.read_bytes() == own:
            path.unlink()
    except FileNotFoundError:
        return
