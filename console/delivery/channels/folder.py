"""A folder the practice's own system watches: a file for each dispatch, whole or not there at all.

The key names the file, so a second attempt finds it done. Only sealed things are dropped: a folder
is copied, backed up and mounted in ways nobody at the desk can know of.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder; it must be there, since a mount that is away must not be written under."""

    path: Path
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Write it, or raise `DeliveryError`."""
        if dispatch.sealed is None:
            raise Refused("Nothing sealed to drop. Give the practice a certificate or a password.")
        if not self.path.is_dir():
            raise NotNow("The practice's folder is not there. Is its network drive connected?")
        stem = sha256(dispatch.key.encode()).hexdigest()[:24]
        target = self.path / f"{stem}{Path(dispatch.sealed.name).suffix}"
        if target.exists():
            return Receipt(reference=target.name)
        partial = self.path / f".{stem}.part"
        try:
            with partial.open("wb") as file:
                file.write(dispatch.sealed.content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except OSError as error:
            raise NotNow(f"The practice's folder cannot be written ({error.strerror}).") from error
        return Receipt(reference=target.name)
