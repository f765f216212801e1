"""`frontdesk people`, as it is typed."""

import sys
from pathlib import Path

import pytest

from console.__main__ import main
from console.people.signing_in import Step
from tests.people.conftest import PASSWORD, Office
from tests.records_file import SAFE


@pytest.fixture
def people(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command on records of its own; returns its exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        code = main(["people", *words, "--records", str(tmp_path / "records.db")], safe=SAFE)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    left = list(answers)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: left.pop(0))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)


def test_the_first_account_is_the_administrators(people) -> None:
    code, said = people("add", "dana", "--name", "Dana Whitfield", "--generate")
    assert code == 2
    assert "--role administrator" in said
    code, said = people("add", "amira", "--name", "Amira", "--role", "administrator", "--generate")
    assert code == 0
    assert "shown this once" in said
    code, said = people("list")
    assert code == 0
    assert "amira  Amira  administrator" in said
    assert "password to be chosen" in said


def test_a_password_that_was_made_up_opens_once_and_is_then_replaced(
    people, tmp_path: Path
) -> None:
    _, said = people("add", "amira", "--name", "Amira", "--role", "administrator", "--generate")
    given = said.split("once: ")[1].split()[0]
    office = Office(tmp_path)
    assert office.sign_in("", "amira", given).step is Step.PASSWORD
    office.records.close()


def test_a_password_is_typed_twice_without_an_echo(
    people, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("add", "amira", "--name", "Amira", "--role", "administrator")
    typing(monkeypatch, "short")
    assert people(*words)[0] == 2
    typing(monkeypatch, PASSWORD, PASSWORD + "!")
    assert people(*words)[0] == 2
    typing(monkeypatch, PASSWORD, PASSWORD)
    code, said = people(*words)
    assert code == 0
    assert PASSWORD not in said
    office = Office(tmp_path)
    assert office.sign_in("", "amira", PASSWORD).step is Step.PASSWORD
    office.records.close()


def test_without_a_terminal_it_says_how(people, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    code, said = people("add", "amira", "--name", "Amira", "--role", "administrator")
    assert code == 2
    assert "--generate" in said


def test_disable_enable_and_reset(people) -> None:
    people("add", "amira", "--name", "Amira", "--role", "administrator", "--generate")
    assert people("disable", "amira")[0] == 2  # the last administrator
    people("add", "bo", "--name", "Bo", "--role", "supervisor", "--generate")
    assert people("disable", "bo") == (0, "Bo is disabled.\n")
    assert "disabled" in people("list")[1]
    assert people("enable", "BO")[0] == 0
    code, said = people("reset", "bo", "--generate", "--phone")
    assert code == 0
    assert "shown this once" in said
    assert people("reset", "nobody", "--generate")[0] == 2


def test_a_liaison_needs_a_practice_there_is(people) -> None:
    people("add", "amira", "--name", "Amira", "--role", "administrator", "--generate")
    liaison = ("add", "lia", "--name", "Lia", "--role", "liaison", "--generate")
    assert people(*liaison)[0] == 2
    code, said = people(*liaison, "--practice", "nowhere")
    assert code == 2
    assert "nowhere" in said
