"""A queue feed that tells what a test says, and writes down what it is asked."""

from PySide6.QtCore import QObject, Signal

from console.floor.picture import Waiting
from console.floor.view import FeedState, FloorView


class FakeFeed(QObject):
    """The real feed's signals and intents."""

    changed = Signal(object)
    abandoned = Signal(object)
    wished = Signal(object)
    done = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.view = FloorView(FeedState.CONNECTING)
        self.asked: list[tuple[str, bool, str]] = []
        self.moved: list[tuple[str, str]] = []
        self.on = False

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False

    def tell(self, view: FloorView) -> None:
        """Have the floor be so."""
        self.view = view
        self.changed.emit(view)

    def pause(self, interface: str, *, paused: bool, reason: str = "") -> bool:
        self.asked.append((interface, paused, reason))
        return self.view.state is FeedState.LIVE

    def move(self, caller: Waiting, *, to: str = "") -> bool:
        self.moved.append((caller.call_id, to))
        return self.view.state is FeedState.LIVE
