from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from scripts.loader import SAMPLES, Library, load_library
from tests.desk.room import Room

MakeRoom = Callable[..., Room]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(SAMPLES)


@pytest.fixture
def make_room(qtbot: QtBot, tmp_path: Path, library: Library) -> Iterator[MakeRoom]:
    """Make desks, closed with the test."""
    rooms: list[Room] = []

    def one(folder: Path = tmp_path, **more: object) -> Room:
        made = Room(qtbot, folder, more.pop("library", library), **more)  # type: ignore[arg-type]
        rooms.append(made)
        return made

    yield one
    for room in rooms:
        room.close()


@pytest.fixture
def room(make_room: MakeRoom) -> Room:
    """A desk at the beginning of its day."""
    return make_room().open()
