"""`frontdesk recordings`: a list without secrets, a WAV in its place, a deletion that is one."""

import json
import wave
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from console.__main__ import main
from console.recordings.wav import write_wav
from console.safe import HandedSafe
from console.store.secrets import RECORDINGS, Handed
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import Consent
from console.store.work import AnsweredConsent, EndedRecording
from console.store.wrapping import wrap
from softphone import vault
from tests.records_file import SAFE, SECRETS, asked, begin_empty
from tests.store.builders import CAME, seed

UID, OTHER = "a1" * 16, "b2" * 16
KEY = bytes(range(32))


def sealed(paused_s: float = 2.0, *, end: bool = True) -> bytes:
    """A second of sound, a pause, half a second more."""
    sealer = vault.Sealer(UID, KEY)
    tone = np.full((vault.RATE, 2), (1000, -1000), "<i2")
    file = sealer.header + sealer.mark(100.0, "started") + sealer.sound(tone.tobytes())
    file += sealer.mark(101.0, "paused", "sensitive")
    file += sealer.mark(101.0 + paused_s, "resumed", "sensitive")
    file += sealer.sound(tone[: vault.RATE // 2].tobytes())
    return file + (sealer.end(200.0) if end else b"")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A data folder with one recording and one refusal."""
    records = Records.open(begin_empty(tmp_path / "records.sqlite"), secrets=SECRETS)
    seed(records)
    given = AnsweredConsent(
        uid=UID,
        call_uid="c1",
        practice_id="riverside",
        consent=Consent.GIVEN,
        at=CAME,
        law="all_party",
        version="w1",
        agent="Dana Whitfield",
        wrapped_key=wrap(SECRETS.key(RECORDINGS), UID, KEY),
    )
    refused = AnsweredConsent(
        uid=OTHER,
        call_uid="c2",
        practice_id="lakeshore",
        consent=Consent.REFUSED,
        at=CAME + timedelta(days=1),
        law="one_party",
        version="w2",
    )
    ended = EndedRecording(uid=UID, at=CAME, seconds=1.5, size=1, sha256="ff")
    for work in (given, refused, ended):
        records.write(lambda session, work=work: write_work(session, work=work))  # type: ignore[misc]
    records.close()
    (tmp_path / "recordings").mkdir()
    vault.file_of(tmp_path / "recordings", UID).write_bytes(sealed())
    return tmp_path


def run(desk: Path, *words: str) -> int:
    command, *rest = words
    places = ("--records", str(desk / "records.sqlite"), "--folder", str(desk / "recordings"))
    return main(["recordings", command, *places, *rest], safe=SAFE)


def test_the_list_says_what_there_is_and_no_key(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [OTHER[:12], UID[:12]]
    assert "refused" in lines[0]
    assert "whole  2 s" in lines[1]
    assert run(desk, "list", "--json", "--practice", "riverside", "--since", "2026-11-01") == 0
    out = capsys.readouterr().out
    (only,) = json.loads(out)
    assert (only["consent_version"], only["sha256"], only["seconds"]) == ("w1", "ff", 1.5)
    assert "w1:" not in out
    assert KEY.hex() not in out
    assert run(desk, "list", "--number", "+15155550199") == 0
    assert "Nothing" in capsys.readouterr().out


def test_an_export_has_both_sides_and_the_pause_as_silence(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = desk / "out.wav"
    assert run(desk, "export", UID[:6], str(target)) == 0
    assert "1.5 s of sound, 2.0 s paused" in capsys.readouterr().out
    assert target.stat().st_mode & 0o077 == 0
    with wave.open(str(target), "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert len(both) == 3.5 * vault.RATE
    rate = vault.RATE
    assert (both[:rate] == (1000, -1000)).all()
    assert not both[rate : 3 * rate].any()
    assert (both[3 * rate :] == (1000, -1000)).all()
    told = asked(desk / "records.sqlite", "select event, person from audit where row = ?", UID)
    assert told[-1] == ("exported", "command line")
    assert run(desk, "export", UID, str(target)) == 2  # never over another file


def test_a_recording_cut_short_is_written_as_far_as_it_goes(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault.file_of(desk / "recordings", UID).write_bytes(sealed(end=False)[:-100])
    assert run(desk, "export", UID, str(desk / "out.wav")) == 0
    assert "1.0 s of sound, 2.0 s paused; cut short" in capsys.readouterr().out
    assert run(desk, "list", "--practice", "riverside") == 0
    assert "cut short" in capsys.readouterr().out


def test_a_changed_file_is_refused_and_leaves_nothing(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bytearray(sealed())
    file[-30] ^= 1
    vault.file_of(desk / "recordings", UID).write_bytes(file)
    assert run(desk, "export", UID, str(desk / "out.wav")) == 2
    assert "changed" in capsys.readouterr().err
    assert not (desk / "out.wav").exists()


@pytest.mark.parametrize(
    ("wanted", "said"), [(OTHER, "It is refused"), ("ff", "no such recording")]
)
def test_what_cannot_be_exported_is_said(
    desk: Path, capsys: pytest.CaptureFixture[str], wanted: str, said: str
) -> None:
    assert run(desk, "export", wanted, str(desk / "out.wav")) == 2
    assert said in capsys.readouterr().err


def test_deletion_destroys_key_and_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = vault.file_of(desk / "recordings", UID).read_bytes()
    assert run(desk, "delete", UID, "--yes") == 0
    assert not vault.file_of(desk / "recordings", UID).exists()
    capsys.readouterr()
    assert run(desk, "list", "--practice", "riverside") == 0
    assert "deleted" in capsys.readouterr().out
    vault.file_of(desk / "recordings", UID).write_bytes(copy)  # out of a backup, say
    assert run(desk, "export", UID, str(desk / "out.wav")) == 2


def test_deletion_asks_first(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert run(desk, "delete", UID) == 1
    assert vault.file_of(desk / "recordings", UID).exists()


def test_with_another_keyring_there_is_no_export(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Elsewhere(Handed):
        """The records' own key, and another for recordings."""

        def key(self, name: str, *, make: bool = True) -> bytes:
            if name != RECORDINGS:
                return super().key(name)
            assert not make  # none is made where it is to open something
            return bytes(32)

    places = ("--records", str(desk / "records.sqlite"), "--folder", str(desk / "recordings"))
    command = ["recordings", "export", *places, UID, str(desk / "out.wav")]
    assert main(command, safe=HandedSafe(Elsewhere(b"tests"))) == 2
    assert "another key in its keyring" in capsys.readouterr().err


def test_a_pause_over_a_clock_that_was_set_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(sealed(paused_s=-50.0))
    with path.open("rb") as file:
        written = write_wav(file, UID, KEY, tmp_path / "out.wav")
    assert (written.seconds, written.paused_s, written.whole) == (1.5, 0.0, True)
