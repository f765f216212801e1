"""Everything this service hears answers by, as its settings have it."""

import ssl
from types import TracebackType
from typing import Self

from console.delivery.replies.mailbox import Mailbox
from console.delivery.replies.ntfy import ReplyTopic
from console.delivery.replies.wctp import WctpMailbox
from console.delivery.settings import DeliverySettings
from console.worker.asking import Asking, AskMail, AskNtfy, AskWctp
from console.worker.channels import Password
from console.worker.hearing import Hearing
from console.worker.listener import Gateways, Listener
from console.worker.turns import Turns


class Ears:
    """The listener and whatever is asked, while the block lasts. Several may ask: `turns` says
    whose it is. `listens` is a worker's: an address can be one program's only."""

    def __init__(
        self,
        hearing: Hearing,
        settings: DeliverySettings,
        password: Password,
        turns: Turns,
        *,
        listens: bool = True,
    ) -> None:
        replies = settings.replies
        self._all: list[Listener | Asking] = []
        if replies is None:
            return
        if replies.listen and listens:
            account = settings.sms.account if settings.sms is not None else ""
            gateways = Gateways(hearing.take, password, account, replies.public_url)
            self._all.append(Listener(replies, gateways))
        if (box := replies.mailbox) is not None:
            mailbox = Mailbox(
                box.host,
                box.user,
                password("mailbox"),
                ssl.create_default_context(cafile=box.ca_file or None),
                port=box.port,
                starttls=box.starttls,
                folder=box.folder,
            )
            self._all.append(Asking(AskMail(mailbox, hearing.came_back), hearing.take, turns))
        if replies.ask_wctp and settings.wctp is not None:
            carrier = WctpMailbox(settings.wctp.url, settings.wctp.sender, password("wctp"))
            self._all.append(Asking(AskWctp(carrier), hearing.take, turns))

        if settings.ntfy is not None and settings.ntfy.reply_topic:
            topic = ReplyTopic(
                settings.ntfy.server,
                settings.ntfy.reply_topic,
                password("ntfy-replies").encode(),
                password("ntfy"),
            )
            self._all.append(Asking(AskNtfy(topic), hearing.take, turns))

    def __enter__(self) -> Self:
        """Begin to hear; raise `WorldError` where the listener's address cannot be used."""
        for each in self._all:
            each.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop hearing."""
        for each in self._all:
            each.close()
