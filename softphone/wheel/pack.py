"""The wheel as a file (PEP 427, PEP 639): the binding, its extension, and whose they are."""

import base64
import hashlib
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from softphone.wheel.recipe import CALLS
from softphone.wheel.source import Source

NAME: Final = "pjsua2_frontdesk"
_EPOCH: Final = (2020, 1, 1, 0, 0, 0)  # the same input gives the same wheel


@dataclass(frozen=True, slots=True)
class Built:
    """What a build leaves behind."""

    version: str
    source: Source
    binding: Path  # SWIG's Python module
    extension: Path
    licence: Path


def write_wheel(built: Built, folder: Path) -> Path:
    """Write the wheel into a folder and return its path."""
    files = {
        # SWIG's module as the package itself: it finds its extension beside it
        "pjsua2/__init__.py": built.binding.read_bytes(),
        f"pjsua2/_pjsua2{sysconfig.get_config_var('EXT_SUFFIX')}": built.extension.read_bytes(),
    }
    about = f"{NAME}-{built.version}.dist-info"
    files[f"{about}/licenses/COPYING"] = built.licence.read_bytes()
    files[f"{about}/METADATA"] = metadata(built).encode()
    files[f"{about}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: frontdesk\nRoot-Is-Purelib: false\n"
        f"Tag: {wheel_tag()}\n"
    ).encode()  # fmt: skip
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{NAME}-{built.version}-{wheel_tag()}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
            archive.writestr(entry, data)
    return wheel


def metadata(built: Built) -> str:
    """Return the wheel's METADATA."""
    return f"""\
Metadata-Version: 2.4
Name: {NAME.replace("_", "-")}
Version: {built.version}
Summary: pjsua2 for Frontdesk: {CALLS} calls, OpenSSL 3, Opus, the system's sound devices
License-Expression: GPL-2.0-or-later
License-File: COPYING
Requires-Python: >={_python_version()}

pjsua2 from pjproject {built.version}, built by Frontdesk's `make pjsua2-wheel`.

Source: {built.source.name}
SHA-256: {built.source.sha256}
From: {built.source.uri}

pjproject is under GPL-2.0-or-later. It loads OpenSSL 3 (Apache-2.0) when it runs, which GPL-3.0
allows and GPL-2.0 does not: together with it, pass this on under GPL-3.0-or-later.
"""


def wheel_tag() -> str:
    """Return the tag of wheels for the Python that runs, on the system it runs on (PEP 425).

    No `manylinux`: the wheel loads libraries of the system it was built on.
    """
    python = f"cp{sysconfig.get_config_var('py_version_nodot')}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return f"{python}-{python}-{platform}"


def _python_version() -> str:
    return str(sysconfig.get_python_version())


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
