"""The queue feed with its secret out of the keyring, which may ask a person: it is fetched on a
thread of its own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.desk.worker import Worker
from console.queue_feed.feed import QueueFeed
from console.queue_feed.secret import NoSecret, manager_secret
from console.store.secrets import Secrets

if TYPE_CHECKING:
    from console.settings import FloorSettings


def make_feed(
    floor: "FloorSettings", secrets: Callable[[], Secrets], parent: QObject
) -> tuple[QueueFeed, Callable[[], None]]:
    """Return the feed, and what lets go of the keyring's thread in the end."""
    keyring = Worker(parent)

    def ask(then: Callable[[str], None], otherwise: Callable[[str], None]) -> None:
        keyring.run(
            lambda: manager_secret(floor, secrets()),
            then=then,
            otherwise=lambda error: otherwise(str(error)),
            expected=NoSecret,
        )

    return QueueFeed(floor, ask, parent=parent), keyring.close
