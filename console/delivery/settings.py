"""`[delivery]` in the settings: the ways out this service has. Secrets are in the keyring.

A way that is not set up is not there: what would leave by it becomes a task for a person.
"""

import msgspec


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the settings."""


class SmsSettings(_Part, frozen=True):
    """`[delivery.sms]`: Twilio with an `account`, or any JSON gateway with a `url`. The secret is
    kept as `sms`."""

    sender: str = ""
    account: str = ""
    url: str = ""


class WctpSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.wctp]`: a carrier. The security code is kept as `wctp`."""

    url: str
    sender: str


class SnppSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.snpp]`: a paging terminal."""

    host: str
    port: int = 444  # RFC 1861 section 2


class MailSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.mail]`: a relay. The password is kept as `mail`."""

    host: str
    sender: str
    port: int = 587
    user: str = ""
    implicit_tls: bool = False
    ca_file: str = ""


class DeliverySettings(_Part, frozen=True):
    """`[delivery]`: who we are to those we page, and the ways out."""

    console: str = "Frontdesk"
    callback_line: str = ""  # E.164: where a provider who was paged calls the desk
    sms: SmsSettings | None = None
    wctp: WctpSettings | None = None
    snpp: SnppSettings | None = None
    mail: MailSettings | None = None
