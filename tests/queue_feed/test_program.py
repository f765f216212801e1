"""The whole program with a PBX to hear: settings, the keyring's secret, the bar and the page."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.app import build
from console.desk.permissions import Person
from console.phone.process import EngineProcess
from console.settings import FloorSettings, LineSettings, Settings, SoundSettings
from console.start import engine_options
from console.store.secrets import Handed
from console.store.values import Role
from console.ui.floor.page import FloorPanel
from scripts.loader import SAMPLES, load_library
from tests.queue_feed.conftest import MakePeer
from tests.queue_feed.test_feed import good

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]
RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)


@pytest.mark.parametrize("has_secret", [True, False])
def test_a_desk_with_a_pbx_to_hear(
    qtbot: QtBot, tmp_path: Path, peer: MakePeer, ca_file: str, *, has_secret: bool
) -> None:
    chosen = Settings(
        records=str(tmp_path / "records.sqlite"),
        line=LineSettings(bind="127.0.0.1", sip_port=0),
        sound=SoundSettings(kind="none"),
        floor=FloorSettings(host="localhost", port=peer(good).port, ca_file=ca_file),
    )
    passwords = {"frontdesk@localhost": "right horse"} if has_secret else {}
    secrets = Handed(b"floor", passwords=passwords)
    made = build(
        chosen,
        load_library(SAMPLES),
        data=tmp_path,
        process=EngineProcess(tmp_path, engine_options(chosen)),
        secrets=lambda: secrets,
        person=RUTH,
    )
    window = made.window
    try:
        with qtbot.waitSignal(made.engine.joined, timeout=20_000):
            made.start()
        wanted = "Queue feed live" if has_secret else "Queue feed away"

        def lamps() -> list[str]:
            return [lamp.text for lamp in window.status.lamps] if window.status is not None else []

        qtbot.waitUntil(lambda: wanted in lamps(), timeout=20_000)
        window.pages.toggle_floor()
        page = window.pages.current
        assert isinstance(page, FloorPanel)
        if has_secret:
            assert window.status is not None
            assert window.status.waiting == 1
            qtbot.waitUntil(lambda: page.tiles.accessibleName().startswith("Waiting 1"))
            assert [agent.name for agent in page.agents.cards.agents] == ["Dana Whitfield"]
        else:
            qtbot.waitUntil(lambda: "keyring set" in page.view.note)
    finally:
        window.may_close = lambda: True
        window.close()
        made.close()
