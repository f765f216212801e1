"""What the build takes from the archive, changes in the source and writes, without compiling."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from softphone.wheel import source
from softphone.wheel.build import check
from softphone.wheel.errors import CannotBuildError
from softphone.wheel.pack import Built, metadata, wheel_tag, write_wheel
from softphone.wheel.recipe import WANTED, prepare, unmet, version_of, without_object
from softphone.wheel.source import Source, choose

DIGEST = "ab" * 32
LISTING = (
    "NOTICE: 'asterisk' packaging is maintained in the 'Git' version control system at:\n"
    f"'http://d.example/a_1.orig-Xopus.tar.xz' a_1.orig-Xopus.tar.xz 22024 SHA256:{'cd' * 32}\n"
    f"'http://d.example/a_1%2b.orig-Xpjproject.tar.xz' a_1+.orig-Xpjproject.tar.xz 6775552 "
    f"SHA256:{DIGEST}\n"
    f"'http://d.example/a_1.orig.tar.xz' a_1.orig.tar.xz 6218652 SHA256:{'ef' * 32}\n"
)
VERSION = (
    "export PJ_VERSION_MAJOR  := 2\nexport PJ_VERSION_MINOR  := {}\nexport PJ_VERSION_REV    :=\n"
)


def test_pjproject_is_found_among_the_packages_files() -> None:
    uri = "http://d.example/a_1%2b.orig-Xpjproject.tar.xz"
    assert choose(LISTING, stale=False) == Source(uri, "a_1+.orig-Xpjproject.tar.xz", DIGEST)


def test_a_package_without_pjproject_is_said() -> None:
    with pytest.raises(CannotBuildError, match="does not carry pjproject any more"):
        choose(LISTING.replace("Xpjproject", "Xother"), stale=False)


def test_a_list_past_its_date_may_only_name_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotBuildError, match="has not been tried"):
        choose(LISTING, stale=True)
    monkeypatch.setattr(source, "TRIED", frozenset({DIGEST}))
    assert choose(LISTING, stale=True).sha256 == DIGEST


def test_a_source_that_is_too_old_is_refused(tmp_path: Path) -> None:
    (tmp_path / "version.mak").write_text(VERSION.format(17))
    assert version_of(tmp_path) == "2.17"
    (tmp_path / "version.mak").write_text(VERSION.format(15))
    with pytest.raises(CannotBuildError, match=r"pjproject is 2\.15; 2\.17 is needed"):
        version_of(tmp_path)


def test_only_the_driver_debian_left_out_is_taken_from_the_makefile(tmp_path: Path) -> None:
    (tmp_path / "pjlib/include/pj").mkdir(parents=True)
    (tmp_path / "pjmedia/build").mkdir(parents=True)
    makefile = tmp_path / "pjmedia/build/Makefile"
    makefile.write_text("OBJS += alsa_dev.o bb10_dev.o bdimad_dev.o \\\n\tnull_dev.o\n")
    prepare(tmp_path)
    assert makefile.read_text() == "OBJS += alsa_dev.o bb10_dev.o \\\n\tnull_dev.o\n"
    assert "PJSUA_MAX_CALLS 32" in (tmp_path / "pjlib/include/pj/config_site.h").read_text()
    assert without_object("a.o ba.o", "x") == "a.o ba.o"


def test_what_configure_did_not_find_is_named() -> None:
    said = "\n".join(line for line in WANTED if "OPUS" not in line)
    assert unmet(said) == ["OPUS library found, OPUS support enabled"]


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A build whose extension is not one."""
    parts = {name: tmp_path / name for name in ("binding", "extension", "licence")}
    for name, path in parts.items():
        path.write_bytes(name.encode())
    return Built("2.17", Source("http://d.example/x", "x.tar.xz", DIGEST), **parts)


def test_the_wheel_says_whose_it_is_and_every_file_is_on_record(
    built: Built, tmp_path: Path
) -> None:
    wheel = write_wheel(built, tmp_path / "dist")
    assert wheel.name == f"pjsua2_frontdesk-2.17-{wheel_tag()}.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        record = archive.read("pjsua2_frontdesk-2.17.dist-info/RECORD").decode().splitlines()
        assert [line.split(",")[0] for line in record] == names
        for line in record[:-1]:
            name, digest, size = line.split(",")
            data = archive.read(name)
            expected = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            assert (digest, int(size)) == (f"sha256={expected}", len(data))
    assert "pjsua2_frontdesk-2.17.dist-info/licenses/COPYING" in names
    assert DIGEST in metadata(built)
    assert "License-Expression: GPL-2.0-or-later" in metadata(built)


def test_the_same_build_gives_the_same_wheel(built: Built, tmp_path: Path) -> None:
    first, second = write_wheel(built, tmp_path / "a"), write_wheel(built, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_a_wheel_that_does_not_load_is_not_passed_on(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softphone.wheel.build.WORK", tmp_path)
    with pytest.raises(CannotBuildError, match="ended with an error"):
        check(write_wheel(built, tmp_path / "dist"))
