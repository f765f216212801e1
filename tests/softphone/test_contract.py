"""The console's contract with the engine is a list in setup.cfg; no new module may be missing."""

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPEN_TO_THE_CONSOLE = {"wire", "calls", "vault"}


def test_the_console_may_import_nothing_of_the_engine_but_its_wire_call_states_and_vault() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    contract = setup["importlinter:contract:console-softphone"]
    forbidden = {name.removeprefix("softphone.") for name in contract["forbidden_modules"].split()}
    modules = {
        path.stem
        for path in (ROOT / "softphone").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert modules - {"__init__", "__main__"} - OPEN_TO_THE_CONSOLE == forbidden
