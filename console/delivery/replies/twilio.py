"""Answers as Twilio brings them: a form, signed in X-Twilio-Signature.

The signature is the base64 HMAC-SHA1, with the account's token, over the whole public address
followed by each field's name and value in the order of the names
(https://www.twilio.com/docs/usage/security#validating-requests). It has no time: a message is heard
once, by its own id.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from console.delivery.replies.heard import LONGEST_TEXT, Heard, NotGenuine, NotReadable

HEADER: Final = "X-Twilio-Signature"
_MOST_FIELDS: Final = 100
NOTHING_TO_SAY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def sign(url: str, fields: Mapping[str, str], token: str) -> str:
    """Return the signature of a form posted to an address."""
    whole = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()).decode()


def read(body: bytes, header: str, *, url: str, account: str, token: str) -> Heard:
    """Return the answer; `url` is the address Twilio was given. Raises `NotGenuine` or
    `NotReadable`."""
    if not token:
        raise NotGenuine("Twilio's token is not in the keyring.")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body),
            max_num_fields=_MOST_FIELDS,
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise NotReadable("The body is not a form.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotReadable("A field stands twice.")
    if not hmac.compare_digest(sign(url, fields, token).encode(), header.encode()):
        raise NotGenuine("The signature does not fit. Is the public address the one Twilio has?")
    if fields.get("AccountSid") != account:
        raise NotGenuine("It comes from another account.")
    sid, sender = fields.get("MessageSid", ""), fields.get("From", "")
    if not (sid and sender):
        raise NotReadable("MessageSid or From is missing.")
    return Heard(f"twilio.{sid}", "sms", sender, fields.get("Body", "")[:LONGEST_TEXT])
