"""FHIR R4 Communication, created in the practice's own records (https://hl7.org/fhir/R4/communication.html).

What it carries goes over TLS to the practice whose patient it is about, under its agreement. The
key is the resource's identifier and the condition of its creation (`If-None-Exist`, R4 3.1.0.8.1),
so a second attempt finds the first.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from console.delivery import http
from console.delivery.dispatch import Dispatch, Receipt, Refused

SYSTEM = "urn:frontdesk:dispatch"


def _utc_now() -> datetime:
    return datetime.now(UTC)


def communication(dispatch: Dispatch, text: str, sent: datetime) -> dict[str, Any]:
    """Return the resource for a dispatch whose content is `text`."""
    return {
        "resourceType": "Communication",
        "identifier": [{"system": SYSTEM, "value": dispatch.key}],
        "status": "completed",
        "priority": "urgent" if dispatch.urgent else "routine",
        "sent": sent.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "topic": {"text": dispatch.subject},
        "payload": [{"contentString": text}],
    }


@dataclass(frozen=True, slots=True)
class FhirServer:
    """The practice's FHIR endpoint, whose base is `base`. `content` tells what a dispatch says in
    full; it is asked for at the last moment and kept nowhere."""

    base: str
    token: str
    content: Callable[[Dispatch], str]
    clock: Callable[[], datetime] = _utc_now
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Create it, or raise `DeliveryError`."""
        if not self.token:
            raise Refused("There is no token for the practice's FHIR server in the keyring.")
        resource = communication(dispatch, self.content(dispatch), self.clock())
        answer = http.post(
            f"{self.base.rstrip('/')}/Communication",
            content=json.dumps(resource, ensure_ascii=False).encode(),
            headers={
                "Content-Type": "application/fhir+json",
                "Accept": "application/fhir+json",
                "Authorization": f"Bearer {self.token}",
                "If-None-Exist": f"identifier={quote(f'{SYSTEM}|{dispatch.key}', safe='')}",
            },
        )
        return Receipt(reference=str(answer.fields().get("id", "")), delivered=True)
