"""Answers by mail, fetched by IMAP over TLS (RFC 8314; RFC 9051).

Anybody can write a mail under any name, so one counts only where it names the reference of the page
it answers, which its subject does in every reply. What a program sent of itself is left alone
(RFC 3834): an out-of-office note is nobody's answer.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import imap_tools
from imap_tools import AND, MailBox, MailBoxStartTls, MailMessage

from console.delivery.dispatch import NotNow, Refused
from console.delivery.replies.bounce import Bounced, bounced_in
from console.delivery.replies.heard import LONGEST_UID, Heard, first_line, named_in

BATCH: Final = 50
TIMEOUT_S: Final = 15.0
LONGEST_BYTES: Final = 256 * 1024  # of a mail that is read; an answer is one line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The box pages are answered to. `starttls` is for port 143; otherwise TLS from the start."""

    host: str
    user: str
    password: str
    tls: ssl.SSLContext
    port: int = 993
    starttls: bool = False
    folder: str = "INBOX"

    def hear(
        self, take: Callable[[Heard], object], came_back: Callable[[Bounced], object] | None = None
    ) -> int:
        """Hand each new answer to `take`, and each letter given back to `came_back`, then mark its
        mail as read; return how many mails there were. A mail that could not be kept stays unread.
        Raises `DeliveryError`."""
        try:
            with self._open() as box:
                return sum(self._one(box, mail, take, came_back) for mail in self._new(box))
        except ssl.SSLError as error:
            raise NotNow("The mailbox's certificate cannot be trusted.") from error
        except imap_tools.MailboxLoginError as error:
            raise Refused("The mailbox does not accept our name or password.") from error
        except (imap_tools.ImapToolsError, imaplib.IMAP4.error) as error:
            raise NotNow("The mailbox does not answer as one.") from error
        except OSError as error:
            raise NotNow("The mailbox cannot be reached.") from error

    def _open(self) -> imap_tools.BaseMailBox:
        made: imap_tools.BaseMailBox
        if self.starttls:
            made = MailBoxStartTls(self.host, self.port, timeout=TIMEOUT_S, ssl_context=self.tls)
        else:
            made = MailBox(self.host, self.port, timeout=TIMEOUT_S, ssl_context=self.tls)
        try:
            return made.login(self.user, self.password, initial_folder=self.folder)
        except BaseException:
            made.client.shutdown()
            raise

    def _new(self, box: imap_tools.BaseMailBox) -> Iterator[MailMessage]:
        small = AND(seen=False, size_lt=LONGEST_BYTES)
        yield from box.fetch(small, mark_seen=False, limit=BATCH, bulk=False)

    def _one(
        self,
        box: imap_tools.BaseMailBox,
        mail: MailMessage,
        take: Callable[[Heard], object],
        came_back: Callable[[Bounced], object] | None,
    ) -> int:
        if came_back is not None:
            for each in bounced_in(mail.obj):
                came_back(each)
        heard = heard_in(mail)
        if heard is not None:
            take(heard)
        if mail.uid:
            box.flag(mail.uid, imap_tools.MailMessageFlags.SEEN, True)
        return 1


def heard_in(mail: MailMessage) -> Heard | None:
    """Return the answer a mail holds; None for one no person wrote, or that names no page."""
    if not mail.from_ or _by_a_program(mail):
        return None
    named = named_in(mail.subject, mail.text)
    if not named:
        return None
    own = _header(mail, "message-id")
    uid = f"mail.{own or f'{mail.from_}.{mail.date_str}'}"
    return Heard(uid[:LONGEST_UID], "mail", mail.from_, first_line(mail.text), named=named)


def _by_a_program(mail: MailMessage) -> bool:
    told = _header(mail, "auto-submitted").lower()
    return told not in ("", "no") or bool(_header(mail, "x-autoreply"))


def _header(mail: MailMessage, name: str) -> str:
    return str(mail.obj.get(name, "")).strip()
