"""The ways out that the settings name, ready to send."""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

from console.delivery.channels.fhir import FhirServer
from console.delivery.channels.folder import Folder
from console.delivery.channels.mail import Mail
from console.delivery.channels.printer import Printer
from console.delivery.channels.sms import HttpSms, TwilioSms
from console.delivery.channels.snpp import Snpp
from console.delivery.channels.wctp import Wctp
from console.delivery.channels.webhook import Ntfy, PagerDuty, SignedWebhook
from console.delivery.dispatch import Channel, Dispatch, Receipt, Refused
from console.delivery.settings import DeliverySettings, MailSettings

Password = Callable[[str], str]
"""Gives the secret kept under a name, "" where there is none."""


def channels(settings: DeliverySettings, password: Password) -> Mapping[str, Channel]:
    """Return the ways out by the name a practice's file gives them."""
    found: dict[str, Channel] = {
        "webhook": _Webhooks(password),
        "folder": _Folders(),
        "fhir": _FhirServers(password),
    }
    if settings.sms is not None and settings.sms.account:
        sms = settings.sms
        found["sms"] = TwilioSms(sms.account, password("sms"), sms.sender)
    elif settings.sms is not None and settings.sms.url:
        found["sms"] = HttpSms(settings.sms.url, password("sms"), settings.sms.sender)
    if settings.wctp is not None:
        found["wctp"] = Wctp(settings.wctp.url, settings.wctp.sender, password("wctp"))
    if settings.snpp is not None:
        found["snpp"] = Snpp(settings.snpp.host, settings.snpp.port)
    if settings.printer is not None:
        found["printer"] = Printer(printed_in_s=settings.printer.waits_s)
    if settings.ntfy is not None:
        found["ntfy"] = Ntfy(
            settings.ntfy.server,
            password("ntfy"),
            settings.ntfy_answers,
            password("ntfy-replies").encode(),
        )
    if settings.pagerduty is not None:
        found["pagerduty"] = _PagerDuties(settings.pagerduty.url, settings.console, password)
    if settings.mail is not None:
        found["mail"] = _mail(settings.mail, password)
    return found


def _mail(mail: MailSettings, password: Password) -> Mail:
    return Mail(
        mail.host,
        mail.port,
        mail.sender,
        ssl.create_default_context(cafile=mail.ca_file or None),
        user=mail.user,
        password=password("mail") if mail.user else "",
        implicit_tls=mail.implicit_tls,
    )


class _Webhooks:
    """Signed webhooks, each address with the one secret kept as `webhook`."""

    knows_keys = True

    def __init__(self, password: Password) -> None:
        self._password = password

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send to the address the dispatch names."""
        return SignedWebhook(dispatch.to, self._password("webhook").encode()).send(dispatch)


class _PagerDuties:
    """PagerDuty's services, each by the name its key is kept under."""

    knows_keys = True

    def __init__(self, url: str, console: str, password: Password) -> None:
        self._url, self._console, self._password = url, console, password

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send to the service the dispatch names."""
        key = self._password(f"pagerduty.{dispatch.to}")
        if not key:
            name = f"pagerduty.{dispatch.to}@delivery"
            raise Refused(f"The service has no integration key. Put one into the keyring: {name}.")
        return PagerDuty(key, self._console, self._url).send(dispatch)


class _Folders:
    """Folders, each a practice's."""

    knows_keys = True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Drop into the folder the dispatch names."""
        return Folder(Path(dispatch.to)).send(dispatch)


class _FhirServers:
    """FHIR servers, each a practice's, with the one token kept as `fhir`."""

    knows_keys = True

    def __init__(self, password: Password) -> None:
        self._password = password

    def send(self, dispatch: Dispatch) -> Receipt:
        """Create at the server the dispatch names."""
        server = FhirServer(dispatch.to, self._password("fhir"), content=lambda each: each.text)
        return server.send(dispatch)
