"""A plan's mistakes are sentences; what is written is told, and a password once."""

import re
import shutil
from pathlib import Path

import pytest

from console.__main__ import main
from console.pbx.write import digest, safe_name
from scripts.loader import SAMPLES

GOOD = """
[trunk]
host = "198.51.100.7"
addresses = ["198.51.100.0/28"]
[tls]
certificate = "/etc/asterisk/keys/pbx.pem"
key = "/etc/asterisk/keys/pbx.key"
[queue.answering]
then = "backup"
[queue.backup]
[[desk]]
user = "desk-12"
name = "Dana; Whitfield\\n[evil]"
queues = {answering = 0}
[practice.maple_pediatrics]
own_desk = "+15155550121"
fallback = "+15155550122"
"""


def write(tmp_path: Path, plan: str = GOOD, library: Path = SAMPLES) -> int:
    (tmp_path / "plan.toml").write_text(plan)
    where = [str(tmp_path / "etc"), "--plan", str(tmp_path / "plan.toml")]
    return main(["pbx", "write", *where, "--practices", str(library)])


def test_written_twice_it_changes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write(tmp_path) == 0
    told = capsys.readouterr().out
    assert told.count("written: ") == 5 + len(list(SAMPLES.glob("*.yaml")))
    password = told.partition("its password is ")[2].split()[0]
    pjsip = (tmp_path / "etc/pjsip.conf").read_text()
    assert password not in pjsip
    assert f"md5_cred={digest('desk-12', 'frontdesk', password)}" in pjsip
    assert write(tmp_path) == 0
    assert "nothing has changed" in capsys.readouterr().out


def test_no_name_breaks_out_of_its_line(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("pjsip.conf", "queues.conf", "extensions.conf"):
        text = (tmp_path / "etc" / name).read_text()
        assert "[evil]" not in text
        assert "Dana;" not in text
    assert safe_name("Dr. O’Neil, (MD)\r\n[x]") == "Dr. O Neil MD x"


def test_overflow_rings_the_practice_first(tmp_path: Path) -> None:
    write(tmp_path)
    text = (tmp_path / "etc/practices/maple_pediatrics.conf").read_text()
    assert "Dial(PJSIP/+15155550121@trunk,24,rg)" in text


SECOND = """
[[desk]]
user = "desk-07"
name = "Ruth Calder"
queues = {}
"""


def listens(tmp_path: Path) -> dict[str, str]:
    """The code that listens to each desk, as the configuration has it."""
    text = (tmp_path / "etc/extensions.conf").read_text()
    found = re.findall(r"exten => (\*55\d+),1,Set\(FD_DESK=([a-z0-9_-]+)\)", text)
    return {desk: code for code, desk in found}


def test_no_desk_is_numbered_anew_by_those_that_come_or_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert "desk-12 has the number 101: *55101 listens" in capsys.readouterr().out
    before, after = GOOD.split("[[desk]]")
    write(tmp_path, f"{before}{SECOND}[[desk]]{after}")  # the new one stands first
    assert "has the number 102" in capsys.readouterr().out
    assert listens(tmp_path) == {"desk-12": "*55101", "desk-07": "*55102"}
    third = SECOND.replace("desk-07", "desk-99")
    write(tmp_path, GOOD.replace("desk-12", "desk-99") + SECOND)
    assert listens(tmp_path) == {"desk-99": "*55103", "desk-07": "*55102"}
    write(tmp_path, GOOD + third)
    assert listens(tmp_path) == {"desk-12": "*55101", "desk-99": "*55103"}


def test_a_changed_practice_changes_its_own_file_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Path(shutil.copytree(SAMPLES, tmp_path / "library"))
    write(tmp_path, library=library)
    before = {path.name for path in (tmp_path / "etc/practices").iterdir()}
    assert before == {f"{path.stem}.conf" for path in library.glob("*.yaml")}
    file = library / "maple_pediatrics.yaml"
    file.write_text(file.read_text().replace("sat: {opens", "sun: {opens", 1).replace(
        "sun: closed", "sat: closed", 1))  # fmt: skip
    capsys.readouterr()
    write(tmp_path, library=library)
    told = capsys.readouterr().out.splitlines()
    maple = tmp_path / "etc/practices/maple_pediatrics.conf"
    assert told == [f"written: {maple}", 'run on the PBX: asterisk -rx "dialplan reload"']
    lakeshore_file = library / "lakeshore_cardiology.yaml"
    whole = lakeshore_file.read_text()
    lakeshore_file.write_text(whole.replace("timezone:", "timezon:", 1))
    assert write(tmp_path, library=library) == 1
    assert capsys.readouterr().out == "nothing has changed\n"  # as it was while it was good
    lakeshore_file.unlink()
    (tmp_path / "etc/practices/ours.conf").write_text("; the administrator's own\n")
    write(tmp_path, library=library)
    lakeshore = tmp_path / "etc/practices/lakeshore_cardiology.conf"
    told = capsys.readouterr().out.splitlines()
    assert told == [f"taken away: {lakeshore}", 'run on the PBX: asterisk -rx "dialplan reload"']
    assert not lakeshore.exists()
    assert (tmp_path / "etc/practices/ours.conf").exists()


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('then = "nowhere"', 'then = "backup"', "no queue “nowhere”"),
        ('then = "answering"', 'then = "backup"', "runs in a circle"),
        ("queues = {other = 0}", "queues = {answering = 0}", "no queue “other”"),
        ("[practice.nobody]", "[practice.maple_pediatrics]", "no practice file with this id"),
        ('own_desk = "+15155550120"', 'own_desk = "+15155550121"', "comes back here"),
        ('fallback = "12"', 'fallback = "+15155550122"', "not a phone number"),
        ('addresses = ["carrier"]', 'addresses = ["198.51.100.0/28"]', "not an address"),
        ('user = "Desk 12"', 'user = "desk-12"', "small letters"),
        ("colour = 1", 'host = "198.51.100.7"', "unknown field"),
    ],
)
def test_a_mistake_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
    right: str,
    sentence: str,
) -> None:
    assert write(tmp_path, GOOD.replace(right, wrong)) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert "plan.toml" in told
    assert not (tmp_path / "etc").exists()
