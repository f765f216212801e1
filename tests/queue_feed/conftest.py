from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from console.floor.view import FeedState, FloorView
from console.queue_feed.feed import QueueFeed
from console.queue_feed.link import AmiLink
from console.settings import FloorSettings
from tests.desk.conftest import library, make_room
from tests.pbx.asterisk import Certificate
from tests.pbx.conftest import authority, ca_file, certificate, root
from tests.pbxwrite.conftest import pbx
from tests.queue_feed.peer import Peer, Talk
from tests.softphone.conftest import start

__all__ = ["authority", "ca_file", "certificate", "library", "make_room", "pbx", "root", "start"]

MakePeer = Callable[..., Peer]
MakeFeed = Callable[..., QueueFeed]


@pytest.fixture
def peer(certificate: Certificate) -> Iterator[MakePeer]:
    """Make peers; each is gone after the test."""
    made: list[Peer] = []

    def make(*talks: Talk) -> Peer:
        made.append(Peer(certificate.chain, certificate.key, *talks))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def feed(qtbot: QtBot, ca_file: str) -> Iterator[MakeFeed]:
    """Make feeds that connect to a port of this machine; each is stopped after the test."""
    made: list[QueueFeed] = []

    def make(port: int, **how: object) -> QueueFeed:
        link = AmiLink(
            login_ms=int(str(how.pop("login_ms", 5000))),
            silent_ms=int(str(how.pop("silent_ms", 5000))),
        )
        settings = FloorSettings(
            host=str(how.pop("host", "localhost")),
            port=port,
            ca_file=str(how.pop("ca_file", ca_file)),
        )
        secret = str(how.pop("secret", "right horse"))
        made.append(
            QueueFeed(settings, lambda then, _: then(secret), first_delay_s=0.05, link=link, **how)  # type: ignore[arg-type]
        )
        made[-1]._keep = link  # type: ignore[attr-defined]
        return made[-1]

    yield make
    for each in made:
        each.stop()


def until(
    qtbot: QtBot,
    feed: QueueFeed,
    good: Callable[[FloorView], bool],
    then: Callable[[], object] = lambda: None,
) -> FloorView:
    """Wait for a view of the feed."""
    if good(feed.view):
        return feed.view
    with qtbot.waitSignal(feed.changed, timeout=20_000, check_params_cb=good) as seen:
        then()
    assert seen.args is not None
    view = seen.args[0]
    assert isinstance(view, FloorView)
    return view


def live(view: FloorView) -> bool:
    return view.state is FeedState.LIVE


def away(view: FloorView) -> bool:
    return view.state is FeedState.AWAY
