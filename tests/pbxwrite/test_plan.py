"""A plan's mistakes are sentences; what is written is told, and a password once."""

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


def write(tmp_path: Path, plan: str = GOOD) -> int:
    (tmp_path / "plan.toml").write_text(plan)
    where = [str(tmp_path / "etc"), "--plan", str(tmp_path / "plan.toml")]
    return main(["pbx", "write", *where, "--practices", str(SAMPLES)])


def test_written_twice_it_changes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write(tmp_path) == 0
    told = capsys.readouterr().out
    assert told.count("written: ") == 5
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
    text = (tmp_path / "etc/extensions.conf").read_text()
    assert "Dial(PJSIP/+15155550121@trunk,24,g)" in text


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('then = "nowhere"', 'then = "backup"', "no queue “nowhere”"),
        ('then = "answering"', 'then = "backup"', "runs in a circle"),
        ("queues = {other = 0}", "queues = {answering = 0}", "no queue “other”"),
        ("[practice.nobody]", "[practice.maple_pediatrics]", "no practice file with this id"),
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
