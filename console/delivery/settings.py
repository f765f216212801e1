"""`[delivery]` in the settings: the ways out this service has. Secrets are in the keyring.

A way that is not set up is not there: what would leave by it becomes a task for a person.
"""

from typing import Literal

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


class NtfySettings(_Part, frozen=True, kw_only=True):
    """`[delivery.ntfy]`: an ntfy server. Where a page's buttons are pressed is heard on
    `reply_topic`, or without one by the listener. The token is kept as `ntfy`, "" for none; what
    the buttons are signed with as `ntfy-replies`."""

    server: str
    reply_topic: str = ""


class PagerDutySettings(_Part, frozen=True, kw_only=True):
    """`[delivery.pagerduty]`: PagerDuty. A service's integration key is kept as `pagerduty.NAME`,
    by the name practices' files call it; the webhook's secret as `pagerduty-replies`."""

    url: str = "https://events.pagerduty.com/v2/enqueue"


class MailSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.mail]`: a relay. The password is kept as `mail`."""

    host: str
    sender: str
    port: int = 587
    user: str = ""
    implicit_tls: bool = False
    ca_file: str = ""


class MailboxSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.replies.mailbox]`: the box pages by mail are answered to, by IMAP over TLS. The
    password is kept as `mailbox`."""

    host: str
    user: str
    port: int = 993
    starttls: bool = False  # for port 143
    folder: str = "INBOX"
    ca_file: str = ""


class PrinterSettings(_Part, frozen=True):
    """`[delivery.printer]`: this machine prints what practices have printed; no other does. A page
    is taken back and tried again where the printer has not taken it within `waits_s`."""

    waits_s: float = 12.0


class CallSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.call]`: providers are rung by this machine's own telephone, and answer with a key.
    Calls leave by an account at a PBX (`registrar` and `user`; the password is kept as `call`), or
    by a `gateway` that knows this machine by its address."""

    registrar: str = ""  # host or host:port
    user: str = ""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    srtp: Literal["off", "optional", "required"] = "off"
    ca_file: str = ""
    gateway: str = ""  # host or host:port
    bind: str = "0.0.0.0"
    rings_s: float = 30.0

    def __post_init__(self) -> None:
        """Raise `ValueError` where calls could leave by neither or by both."""
        if bool(self.registrar) == bool(self.gateway):
            raise ValueError("needs a registrar with a user, or a gateway")
        if self.registrar and not self.user:
            raise ValueError("a registrar needs a user")


class RepliesSettings(_Part, frozen=True, kw_only=True):
    """`[delivery.replies]`: how answers are heard. `listen` is where gateways bring them to
    `frontdesk worker`, "" for nowhere; `public_url` that place as the gateways have it. The secret
    of a gateway of one's own is kept as `replies`, a carrier's as `wctp-replies`."""

    listen: str = ""  # "127.0.0.1:8844"
    public_url: str = ""
    certificate: str = ""  # PEM files
    key: str = ""
    ask_wctp: bool = False
    mailbox: MailboxSettings | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` for an address or a certificate that cannot be one."""
        host, _, port = self.listen.rpartition(":")
        if self.listen and not (host and port.isdecimal() and int(port) < 65536):
            raise ValueError("listen is an address and a port, as 127.0.0.1:8844")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key go together")
        if self.listen and not self.certificate and host not in _HERE:
            raise ValueError(
                "without a certificate listen is on this machine, as 127.0.0.1:8844; what comes "
                "from outside passes a proxy of yours or needs certificate and key"
            )


_HERE = frozenset({"127.0.0.1", "[::1]", "localhost"})


class DeliverySettings(_Part, frozen=True):
    """`[delivery]`: who we are to those we page, and the ways out."""

    console: str = "Frontdesk"
    callback_line: str = ""  # E.164: where a provider who was paged calls the desk
    sms: SmsSettings | None = None
    wctp: WctpSettings | None = None
    snpp: SnppSettings | None = None
    mail: MailSettings | None = None
    printer: PrinterSettings | None = None
    ntfy: NtfySettings | None = None
    pagerduty: PagerDutySettings | None = None
    call: CallSettings | None = None
    replies: RepliesSettings | None = None

    @property
    def ntfy_answers(self) -> str:
        """Where a press of a page's button goes, "" where nobody would hear it."""
        if self.ntfy is None or self.replies is None:
            return ""
        if self.ntfy.reply_topic:
            return f"{self.ntfy.server.rstrip('/')}/{self.ntfy.reply_topic}"
        heard = self.replies.listen and self.replies.public_url
        return f"{self.replies.public_url.rstrip('/')}/replies/ntfy" if heard else ""
