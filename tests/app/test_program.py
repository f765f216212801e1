"""The whole program in this process: window, desk, records and a real engine."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.app import Program, build
from console.desk.views import LineState
from console.log import start_log
from console.phone.process import EngineProcess
from console.settings import LineSettings, Settings, SoundSettings
from console.start import engine_options
from scripts.calltypes import CallType
from scripts.loader import SAMPLES, load_library
from tests.records_file import SAFE
from tests.sip_caller import SipCaller

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]

NAME, NUMBER, SYMPTOM = "Zerlina Quixmarker", "+15155557391", "xylotic fever and stiff neck"
TOLD = ("Zerlina", "Quixmarker", "5557391", "555-7391", "xylotic")


def settings(folder: Path, port: int = 0) -> Settings:
    return Settings(
        agent="Dana Whitfield",
        records=str(folder / "records.sqlite"),
        line=LineSettings(bind="127.0.0.1", sip_port=port),
        sound=SoundSettings(kind="none"),
    )


def program(folder: Path, chosen: Settings) -> Program:
    return build(
        chosen,
        load_library(SAMPLES),
        data=folder,
        process=EngineProcess(folder, engine_options(chosen)),
        secrets=SAFE.secrets,
    )


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Program, SipCaller]]:
    made = program(tmp_path, settings(tmp_path))
    caller = None
    try:
        with qtbot.waitSignal(made.engine.joined, timeout=20_000) as joined:
            made.start()
        host, _, port = joined.args[0].sip_address.rpartition(":")
        caller = SipCaller((host, int(port)))
        yield made, caller
    finally:
        made.window.may_close = lambda: True
        made.window.close()
        made.close()
        if caller is not None:
            caller.close()


def take(qtbot: QtBot, made: Program, caller: SipCaller, number: str = NUMBER) -> None:
    """A call comes, and is answered."""
    with qtbot.waitSignal(made.window.pop_painted, timeout=10_000):
        attempt = caller.invite(user="5155550120", number=number)
    made.desk.answer()
    caller.answered_call(attempt, timeout=10)
    qtbot.waitUntil(
        lambda: any(card.state is LineState.ACTIVE for card in made.window.cards), timeout=10_000
    )


def test_a_window_with_a_caller_on_the_line_closes_only_when_asked_twice(
    qtbot: QtBot, desk: tuple[Program, SipCaller]
) -> None:
    made, caller = desk
    take(qtbot, made, caller)
    assert not made.window.close()
    assert made.window.isVisible()
    assert made.window.cards[0].state is LineState.ACTIVE
    assert made.window.close()


def test_a_port_in_use_is_shown_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        made = program(tmp_path, settings(tmp_path, port))
        with qtbot.waitSignal(made.engine.failed, timeout=20_000):
            made.start()
        assert made.window.status is not None
        assert str(port) in made.window.status.trouble
        assert made.window.isVisible()
        made.close()


def test_nothing_a_caller_said_is_in_a_log_a_file_name_or_a_title(
    qtbot: QtBot, desk: tuple[Program, SipCaller], tmp_path: Path
) -> None:
    made, caller = desk
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_log(tmp_path / "logs")
    try:
        take(qtbot, made, caller)
        made.desk.choose_type(CallType.SYMPTOM)
        view = made.window.centre.form.view
        assert view is not None
        for step in view.steps:
            made.desk.go_to_step(step.number)
            shown = made.window.centre.form.view
            assert shown is not None
            for field in shown.fields:
                if not field.options:
                    made.desk.set_answer(
                        field.link_id, NAME if "name" in field.link_id else SYMPTOM
                    )
        with qtbot.waitSignal(made.desk.draft_saved, timeout=10_000):
            made.desk.back_step()
        logging.getLogger("console.test").warning("x", extra={"name_": NAME, "number": NUMBER})
        logging.getLogger("sqlalchemy.engine").warning("row %s", NAME)
        try:
            raise ValueError(SYMPTOM)
        except ValueError:
            logging.getLogger("console.test").exception("failed")
        assert made.window.windowTitle() == "Frontdesk"
        made.desk.hang_up()
        qtbot.waitUntil(lambda: made.window.cards[0].state is LineState.WRAP_UP, timeout=10_000)
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
    logs = [path for path in tmp_path.rglob("*") if ".log" in path.name]
    assert {path.name for path in logs} >= {"frontdesk.log", "engine.log"}
    for path in tmp_path.rglob("*"):
        assert not any(word in path.name for word in TOLD)
    for path in logs:
        text = path.read_text(errors="replace")
        assert not any(word in text for word in TOLD), path
        assert "alembic" not in text
    assert "failed" in (tmp_path / "logs" / "frontdesk.log").read_text()
