"""SMS through an HTTP gateway: Twilio's, or any that takes a JSON object.

A text is cut to one that fits a few segments; a gateway that charges by segment must not be handed
a novel, and a page says nothing that could not be said in two lines.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from console.delivery import http
from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused

LONGEST_TEXT = 306  # characters: two concatenated GSM-7 segments (3GPP TS 23.040 9.2.3.24.1)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Twilio's codes for a number that can never be sent to (https://www.twilio.com/docs/api/errors)
_NEVER = {21211, 21408, 21610, 21612, 21614}


@dataclass(frozen=True, slots=True)
class TwilioSms:
    """Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource).

    It knows no idempotency key: a second attempt after `Unsure` may arrive twice. `status_callback`
    is where Twilio reports delivery, "" for nowhere.
    """

    account: str
    token: str
    sender: str  # E.164, or a messaging service's id
    base: str = "https://api.twilio.com"
    status_callback: str = ""
    knows_keys: bool = False

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        fields = {"To": dispatch.to, "Body": dispatch.text[:LONGEST_TEXT]}
        service = self.sender.startswith("MG")
        fields["MessagingServiceSid" if service else "From"] = self.sender
        if self.status_callback:
            fields["StatusCallback"] = self.status_callback
        answer = http.post(
            f"{self.base}/2010-04-01/Accounts/{quote(self.account, safe='')}/Messages.json",
            content=urlencode(fields).encode(),
            headers=_FORM,
            auth=(self.account, self.token),
        )
        told = answer.fields()
        code = told.get("error_code")
        if code:
            raise (Refused if code in _NEVER else NotNow)(f"Twilio reports error {code}.")
        return Receipt(reference=str(told.get("sid", "")))


@dataclass(frozen=True, slots=True)
class HttpSms:
    """A gateway that takes `{"to", "from", "text", "key"}` with the key in an `Idempotency-Key`
    header too (draft-ietf-httpapi-idempotency-key-header) and a bearer token."""

    url: str
    token: str
    sender: str = ""
    knows_keys: bool = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        body = {
            "to": dispatch.to,
            "from": self.sender,
            "text": dispatch.text[:LONGEST_TEXT],
            "key": dispatch.key,
        }
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": dispatch.key,
            **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
        }
        answer = http.post(self.url, content=json.dumps(body).encode(), headers=headers)
        told = answer.fields()
        return Receipt(reference=str(told.get("id", "")))
