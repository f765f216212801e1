"""Webhooks: a signed one of our own, ntfy, Slack-like ones, and PagerDuty's Events API v2."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.delivery import http
from console.delivery.dispatch import Dispatch, Receipt, Refused
from console.delivery.replies import ntfy

_JSON = {"Content-Type": "application/json"}
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"


def _utc_now() -> datetime:
    return datetime.now(UTC)


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 (RFC 2104) over `timestamp.body`: what was signed cannot be
    played again later, since the receiver refuses an old timestamp."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """A receiver of the practice's own: JSON, signed in `Frontdesk-Signature: t=<unix s>,v1=<hex>`.
    The key goes along, so that a receiver can drop what it has seen."""

    url: str
    secret: bytes
    clock: Callable[[], datetime] = _utc_now
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        if not self.secret:
            raise Refused("The webhook has no secret to sign with. Put one into the keyring.")
        body = _body(
            key=dispatch.key,
            subject=dispatch.subject,
            text=dispatch.text,
            urgent=dispatch.urgent,
            cancels=dispatch.cancels,
        )
        at = f"{self.clock().timestamp():.0f}"
        signed = f"t={at},v1={signature(self.secret, at, body)}"
        headers = {**_JSON, "Frontdesk-Signature": signed, "Idempotency-Key": dispatch.key}
        http.post(self.url, content=body, headers=headers)
        return Receipt()


@dataclass(frozen=True, slots=True)
class Ntfy:
    """ntfy (https://docs.ntfy.sh/publish/): `to` is the topic. It knows no keys. A page has three
    buttons where there is somewhere to press them to, and a secret to sign them with."""

    server: str
    token: str = ""
    answers: str = ""  # the address the buttons post to
    secret: bytes = b""
    knows_keys: bool = False

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        body = _body(
            topic=dispatch.to,
            title=dispatch.subject,
            message=dispatch.text,
            priority=5 if dispatch.urgent else 3,
            **self._buttons(dispatch),
        )
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = http.post(self.server, content=body, headers={**_JSON, **bearer})
        return Receipt(reference=str(answer.fields().get("id", "")))

    def _buttons(self, dispatch: Dispatch) -> dict[str, Any]:
        """Return a page's buttons, each with what it says, signed."""
        if not (dispatch.number and self.answers and self.secret):
            return {}
        return {
            "actions": [
                {
                    "action": "http",
                    "label": label,
                    "url": self.answers,
                    "method": "POST",
                    "body": ntfy.pressed(self.secret, verb, dispatch.key),
                }
                for verb, label in ntfy.BUTTONS.items()
            ]
        }


@dataclass(frozen=True, slots=True)
class SlackLike:
    """An incoming webhook as Slack, Mattermost and others take it. It knows no keys."""

    url: str
    knows_keys: bool = False

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        text = f"*{dispatch.subject}*\n{dispatch.text}"
        http.post(self.url, content=_body(text=text), headers=_JSON)
        return Receipt()


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """PagerDuty Events API v2 (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/):
    our key is its `dedup_key`, so one key is one incident, and `cancels` resolves it."""

    routing_key: str
    source: str
    url: str = PAGERDUTY
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        event: dict[str, Any] = {"routing_key": self.routing_key}
        if dispatch.cancels:
            event |= {"event_action": "resolve", "dedup_key": dispatch.cancels}
        else:
            payload = {
                "summary": f"{dispatch.subject}: {dispatch.text}"[:1024],
                "source": self.source,
                "severity": "critical" if dispatch.urgent else "warning",
            }
            event |= {"event_action": "trigger", "dedup_key": dispatch.key, "payload": payload}
        answer = http.post(self.url, content=_body(**event), headers=_JSON)
        return Receipt(reference=str(answer.fields().get("dedup_key", "")))


def _body(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
