"""PagerDuty on loopback: events in by its Events API v2, incidents, and webhooks v3 out, signed
(https://developer.pagerduty.com/docs/events-api-v2/overview/, …/docs/webhooks/v3-overview/)."""

import contextlib
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.worker.ntfy_server import running

A_USER = {"id": "PLH1HKV", "type": "user_reference", "summary": "Luis Ortega",
          "html_url": "https://acme.pagerduty.com/users/PLH1HKV"}  # fmt: skip
AN_INTEGRATION = {"id": "PINT001", "type": "inbound_integration_reference", "summary": "Events"}

Bring = Callable[[bytes, dict[str, str]], int]


@dataclass
class PagerDutyService:
    """`incidents` by dedup key, each with the service it is of and its status. `bring` is where
    webhooks go; they are `brought` with what they were answered."""

    url: str = ""
    secrets: tuple[str, ...] = ("webhook secret",)
    bring: Bring | None = None
    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    brought: list[tuple[bytes, dict[str, str], int]] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=itertools.count)

    def enqueue(self, event: dict[str, Any]) -> None:
        """Take an event in: one open incident for each key."""
        key, action = event["dedup_key"], event["event_action"]
        known = self.incidents.get(key)
        if action == "trigger" and (known is None or known["status"] == "resolved"):
            self.incidents[key] = {"service": event["routing_key"], "status": "triggered",
                                   "title": event["payload"]["summary"]}  # fmt: skip
            self.tell(key, "incident.triggered", AN_INTEGRATION)
        elif action == "resolve" and known is not None and known["status"] != "resolved":
            known["status"] = "resolved"
            self.tell(key, "incident.resolved", AN_INTEGRATION)

    def does(self, key: str, what: str, agent: dict[str, Any] | None = A_USER) -> int:
        """Somebody acknowledges, resolves or escalates; with no agent PagerDuty itself does."""
        if what in ("acknowledged", "resolved"):
            self.incidents[key]["status"] = what
        return self.tell(key, f"incident.{what}", agent)

    def tell(self, key: str, event_type: str, agent: dict[str, Any] | None) -> int:
        """Bring a webhook."""
        incident = self.incidents[key]
        event = {
            "id": f"01BRB6ZP4M6T8ZG4X6BP63ZB{next(self.ids):04}",
            "event_type": event_type,
            "resource_type": "incident",
            "occurred_at": "2026-11-25T01:45:22.169Z",
            "agent": agent,
            "client": None,
            "data": {
                "id": "PGR0VU2",
                "type": "incident",
                "number": 2,
                "status": incident["status"],
                "incident_key": key,
                "title": incident["title"],
                "service": {"id": "PF9KMXH", "type": "service_reference"},
                "assignees": [A_USER],
                "urgency": "high",
                "resolve_reason": None,
            },
        }
        return self.send(json.dumps({"event": event}).encode())

    def send(self, body: bytes, secrets: tuple[str, ...] | None = None) -> int:
        """Bring a body signed with each secret."""
        if self.bring is None:
            return 0
        signed = ",".join(
            f"v1={hmac.new(each.encode(), body, hashlib.sha256).hexdigest()}"
            for each in secrets or self.secrets
        )
        headers = {"X-PagerDuty-Signature": signed, "Content-Type": "application/json"}
        code = self.bring(body, headers)
        self.brought.append((body, headers, code))
        return code


@contextlib.contextmanager
def pagerduty_service() -> Iterator[PagerDutyService]:
    """Run one."""
    told = PagerDutyService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.enqueue(event)
            text = json.dumps({"status": "success", "dedup_key": event["dedup_key"]}).encode()
            self.send_response(202)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            return

    with running(Handler) as url:
        told.url = f"{url}/v2/enqueue"
        yield told
