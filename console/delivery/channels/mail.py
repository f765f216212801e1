"""Mail by SMTP, over TLS or not at all (RFC 8314, RFC 3207).

A relay keeps what passes it and mail has no way to be taken back, so what goes out in the clear
says that something waits, never what. The dispatch's key makes the Message-ID: relays and clients
that know it show one letter for two attempts.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused, Unsure
from console.delivery.invited import add_invitation
from console.delivery.trust import untrusted


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mail:
    """A relay. `implicit_tls` is submission over TLS from the first byte (port 465); otherwise
    STARTTLS is demanded. `tls` checks the relay's certificate and name."""

    host: str
    port: int
    sender: str
    tls: ssl.SSLContext
    user: str = ""
    password: str = ""
    implicit_tls: bool = False
    timeout_s: float = 15.0
    clock: Callable[[], datetime] = _utc_now
    knows_keys: bool = False

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it, or raise `DeliveryError`."""
        letter = self._letter(dispatch)
        try:
            with self._open() as relay:
                self._hand_over(relay, dispatch.to, letter)
        except ssl.SSLCertVerificationError as error:
            told = untrusted("The mail server", error)
            assert told is not None
            raise told from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(
                "The mail server offers no encryption (STARTTLS). Nothing was sent; choose a "
                "server that does."
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Refused("The mail server does not accept our password.") from error
        except smtplib.SMTPResponseException as error:
            raise _meaning(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotNow("The mail server cannot be reached.") from error
        return Receipt(reference=letter["Message-ID"])

    def _open(self) -> smtplib.SMTP:
        if self.implicit_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=self.tls)
        relay = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            relay.starttls(context=self.tls)
        except BaseException:
            relay.close()
            raise
        return relay

    def _hand_over(self, relay: smtplib.SMTP, to: str, letter: EmailMessage) -> None:
        if self.user:
            relay.login(self.user, self.password)
        try:
            relay.send_message(letter, from_addr=self.sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = next(iter(error.recipients.values()))
            raise _meaning(code) from error
        except smtplib.SMTPServerDisconnected as error:
            raise Unsure("The mail server fell silent after the letter was sent.") from error
        except (TimeoutError, ssl.SSLError) as error:
            raise Unsure("The mail server did not confirm the letter.") from error

    def _letter(self, dispatch: Dispatch) -> EmailMessage:
        domain = self.sender.rpartition("@")[2] or "localhost"
        letter = EmailMessage()
        try:
            letter["From"], letter["To"] = self.sender, dispatch.to
            letter["Subject"] = dispatch.subject
        except ValueError as error:
            raise Refused("The mail address is not one. Correct it in the practice.") from error
        letter["Date"] = format_datetime(self.clock())
        letter["Message-ID"] = f"<{sha256(dispatch.key.encode()).hexdigest()[:32]}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office comes back
        if dispatch.urgent:
            letter["Importance"] = "high"
        _fill(letter, dispatch)
        return letter


def _fill(letter: EmailMessage, dispatch: Dispatch) -> None:
    sealed = dispatch.sealed
    if sealed is None or not sealed.whole:
        letter.set_content(dispatch.text)
    if dispatch.invitation is not None:
        add_invitation(letter, dispatch.invitation)
    if sealed is None:
        return
    main, _, sub = sealed.media_type.partition("/")
    if sealed.whole:  # RFC 8551 3.3
        letter.set_content(sealed.content, main, sub, filename=sealed.name)
        letter.set_param("smime-type", "enveloped-data")
    else:
        letter.add_attachment(sealed.content, main, sub, filename=sealed.name)


def _meaning(code: int) -> NotNow | Refused:
    """Return what a relay's answer means: 4yz may pass, 5yz will not (RFC 5321 4.2.1)."""
    if 400 <= code < 500:
        return NotNow(f"The mail server cannot take it now ({code}).")
    return Refused(f"The mail server refuses the letter ({code}).")
