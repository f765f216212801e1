"""The installations that have written here, by the public halves of their keys.

Beside each stands its recovery key, as if it were a desk of its own: what is wrapped for the one is
wrapped for the other, so that a backup can be brought back where the desk is no more.
"""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from console.store.installation import Installation
from console.store.models import DeskKey

RECOVERY: Final = ".recovery"  # after a desk's id


def know_desk(session: Session, installation: Installation) -> None:
    """Write an installation's public keys down, where the records have not met it."""
    _know(session, installation, installation.id, installation.wrapping_key)
    if installation.recovery is not None:
        recovery = installation.recovery.public_key().public_bytes_raw()
        _know(session, installation, installation.id + RECOVERY, recovery)


def _know(session: Session, installation: Installation, name: str, wrapping_key: bytes) -> None:
    if session.get(DeskKey, name) is None:
        row = {
            "id": name,
            "signing_key": installation.signing_key,
            "wrapping_key": wrapping_key,
            "first_seen_at": datetime.now(UTC),
        }
        session.connection().execute(insert(DeskKey), [row])
