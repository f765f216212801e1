"""Build a pjsua2 wheel for this Python: `python -m softphone.wheel.build`, or `make pjsua2-wheel`.

The public wheel has four calls and no sound devices compiled in and ends on assertions; what a
desk needs more of can only be had by compiling it. The standard library does the rest, so that a
bare environment is enough.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Final

from softphone.wheel.errors import CannotBuildError
from softphone.wheel.pack import Built, write_wheel
from softphone.wheel.recipe import (
    CALLS,
    FLAGS,
    OPTIONS,
    WRAPPER_FLAGS,
    prepare,
    unmet,
    version_of,
)
from softphone.wheel.source import ARCHIVE, fetch

ROOT: Final = Path(__file__).resolve().parents[2]
WORK: Final = ROOT / "build" / "pjsua2"
DIST: Final = ROOT / "dist"
_SWIG: Final = Path("pjsip-apps/src/swig")
_PARTS: Final = ("pjlib", "pjlib-util", "pjnath", "pjmedia", "pjsip")


def main() -> int:
    """Build, check and, where asked, install; 2 when the machine or the archive says no."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", default=ARCHIVE, help="a mirror of Debian's archive")
    parser.add_argument(
        "--install", action="store_true", help="put it in place of this Python's public wheel"
    )
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        wheel = build(arguments.archive)
        print(check(wheel))
        if arguments.install:
            install(wheel)
    except CannotBuildError as error:
        print(f"pjsua2-wheel: {error}", file=sys.stderr)
        return 2
    size = wheel.stat().st_size / 1e6
    print(f"{wheel.relative_to(ROOT)} ({size:.1f} MB, {time.monotonic() - started:.0f} s)")
    return 0


def build(archive: str) -> Path:
    """Fetch, compile and pack; return the wheel. Raises `CannotBuildError`."""
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        raise CannotBuildError(
            f"{headers}/Python.h is missing. On Debian and Ubuntu: "
            f"sudo apt-get install python{sysconfig.get_python_version()}-dev"
        )
    WORK.mkdir(parents=True, exist_ok=True)
    print("Fetching the source from Debian ...", flush=True)
    source, tarball = fetch(WORK, archive)
    tree = unpack(tarball, WORK / "tree")
    version = version_of(tree)
    prepare(tree)
    print(f"Building pjproject {version}; about two minutes on two cores ...", flush=True)
    configure(tree)
    extension = compile_all(tree, headers)
    binding = tree / _SWIG / "python" / "pjsua2.py"
    return write_wheel(Built(version, source, binding, extension, tree / "COPYING"), DIST)


def unpack(tarball: Path, folder: Path) -> Path:
    """Unpack afresh and return the source's own folder."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(tarball) as archive:
        archive.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    return tree


def configure(tree: Path) -> None:
    """Run configure and hold it to what it must find."""
    said = run([str(tree / "aconfigure"), f"CFLAGS={FLAGS}", f"CXXFLAGS={FLAGS}", *OPTIONS], tree)
    if missing := unmet(said):
        raise CannotBuildError(
            "configure did not find all that is needed; it never said:\n  " + "\n  ".join(missing)
        )


def compile_all(tree: Path, headers: Path) -> Path:
    """Compile the libraries beside SWIG's one large file, link both, return the extension."""
    here = tree / _SWIG / "python"
    includes = [f"-I{tree / part / 'include'}" for part in _PARTS]
    run(["swig", "-c++", "-python", "-threads", "-w312", *includes,
         "-o", "pjsua2_wrap.cpp", "../pjsua2.i"], here)  # fmt: skip
    glue = ["g++", *words(here, "cflags"), WRAPPER_FLAGS, f"-I{headers}"]
    with (WORK / "glue.log").open("w+") as log:
        wrapping = subprocess.Popen(
            [*glue, "-c", "pjsua2_wrap.cpp", "-o", "pjsua2_wrap.o"], cwd=here, stderr=log
        )
        try:
            for part in _PARTS:
                (tree / part / "lib").mkdir(exist_ok=True)
            run(["make", f"-j{max(1, (os.cpu_count() or 2) - 1)}", "lib"], tree)
        finally:
            if wrapping.wait():
                log.seek(0)
                raise CannotBuildError(f"SWIG's file does not compile:\n{log.read()[-4000:]}")
    extension = here / "_pjsua2.so"
    folders = [word for word in words(here, "ldflags") if word.startswith("-L")]
    libraries = [f"-l{word}" for word in words(here, "libs")]
    # --as-needed: nothing of the system is loaded that no code asks for
    run(["g++", "-shared", "-s", "-Wl,--as-needed", "pjsua2_wrap.o", "-o", extension.name,
         *folders, *libraries], here)  # fmt: skip
    return extension


def words(folder: Path, what: str) -> list[str]:
    """Ask pjproject's own makefile for flags, one a line."""
    return run(["make", "--no-print-directory", "-s", "-f", "helper.mak", what], folder).split()


def check(wheel: Path) -> str:
    """Load the wheel in a fresh process; return what it says it is, or raise `CannotBuildError`."""
    site = WORK / "site"
    shutil.rmtree(site, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    search = os.pathsep.join((str(site), str(ROOT)))
    command = [sys.executable, "-m", "softphone.pjsip.capabilities"]
    said = run(command, WORK, PYTHONPATH=search).strip().splitlines()[-1]
    lacking = [word for word in (f"{CALLS} calls", "OpenSSL 3", "Opus") if word not in said]
    if lacking:
        raise CannotBuildError(f"The wheel lacks {', '.join(lacking)}: {said}")
    return said


def install(wheel: Path) -> None:
    """Put the wheel in place of the public one, for the Python that runs.

    Both carry a package named pjsua2: the public one goes first, or its removal later would take
    this one's files along.
    """
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "uninstall", "-q", "-y", "pjsua2-python"], ROOT)
    run([*pip, "install", "-q", "--no-deps", "--force-reinstall", str(wheel)], ROOT)


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a step and return what it said; raise `CannotBuildError` with its end when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise CannotBuildError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise CannotBuildError(f"{command[0]} ended with an error:\n{done.stdout[-4000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
