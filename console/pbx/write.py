"""Rendering the configuration, and writing only what has changed: a practice has a file of its own,
so that a change to one touches no other.

Secrets are made once and kept beside the configuration in a file of the administrator's (mode
0600): for a desk only the digest that SIP needs (RFC 2617 3.2.2.2), for the manager the secret
itself, which Asterisk wants in the clear.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jinja2
import msgspec

from console.errors import WorldError
from console.floor.supervision import CODES
from console.pbx import schedule
from console.pbx.numbers import numbered
from console.pbx.plan import Plan
from scripts.practice import Practice

SECRETS: Final = "frontdesk-secrets.json"
NUMBERS: Final = "frontdesk-numbers.json"
PRACTICES: Final = "practices"  # the folder of their files
PROMPT: Final = "callback_offer.wav"
RELOADS: Final = {
    "pjsip.conf": "module reload res_pjsip.so",
    "queues.conf": "queue reload all",
    "extensions.conf": "dialplan reload",
    "manager.conf": "manager reload",
    "rtp.conf": "module reload res_rtp_asterisk.so",
}
SPYING: Final = {"listen": "", "coach": "w", "join": "B"}
"""What a supervisor does beside a call, with the option of ChanSpy that does it."""
_HEAD: Final = (
    "; Written by frontdesk pbx write. Change the practices or the plan, and write it again."
)


class Secrets(msgspec.Struct, frozen=True):
    """What is kept between two writings: digests by desk, and the manager's secret."""

    manager: str
    desks: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing did: the files that changed or were taken away, how Asterisk is told of them,
    and the password and the number of each desk that has just got one, by user. The passwords are
    kept nowhere."""

    changed: tuple[Path, ...]
    removed: tuple[Path, ...]
    reloads: tuple[str, ...]
    passwords: Mapping[str, str]
    numbers: Mapping[str, int]


def write(
    plan: Plan,
    practices: tuple[Practice, ...],
    folder: Path,
    now: datetime,
    *,
    take_away: bool = True,
) -> Written:
    """Write the configuration into a folder, or raise `WorldError` where it cannot be. With
    `take_away`, practices that are there no more lose their files."""
    kept, passwords = _secrets(plan, folder)
    before = _numbers(folder)
    numbers = numbered((desk.user for desk in plan.desk), before)
    texts = render(plan, practices, kept, numbers, now=now, folder=folder)
    changed = []
    try:
        (folder / PRACTICES).mkdir(parents=True, exist_ok=True)
        # Whoever loads a practice's file finds what it adds to already there, and the other way
        # round: nothing is half done between two files
        for name, text in texts.items():
            if _replace(folder / name, text):
                changed.append(folder / name)
        removed = _take_away(folder, texts) if take_away else ()
        prompt = files("resources") / "sounds" / "pbx" / PROMPT
        if plan.callback_offer:
            (folder / PROMPT).write_bytes(prompt.read_bytes())
        _replace(folder / SECRETS, msgspec.json.encode(kept).decode(), mode=0o600)
        _replace(folder / NUMBERS, msgspec.json.encode(numbers).decode())
    except OSError as error:
        raise WorldError(
            "The PBX's configuration cannot be written", f"{folder}: {error.strerror}."
        ) from error
    loaded = {path.name for path in changed}
    if removed or any(path.parent != folder for path in changed):
        loaded.add("extensions.conf")  # which includes them
    reloads = tuple(command for name, command in RELOADS.items() if name in loaded)
    new = {user: number for user, number in numbers.items() if user not in before}
    return Written(tuple(changed), removed, reloads, passwords, new)


def render(
    plan: Plan,
    practices: tuple[Practice, ...],
    kept: Secrets,
    numbers: Mapping[str, int],
    *,
    now: datetime,
    folder: Path,
) -> dict[str, str]:
    """Return the text of each file, by its place in the folder, which is where they will stand."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("console.pbx"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    environment.filters["safe_name"] = safe_name
    environment.filters["shorter"] = _shorter
    words: dict[str, Any] = {
        "head": _HEAD,
        "folder": folder.absolute(),
        "plan": plan,
        "practices": practices,
        "digests": kept.desks,
        "numbers": numbers,
        "manager_secret": kept.manager,
        "acts": {code: act for act, code in CODES.items()},
        "spying": SPYING,
        "first_number": practices[0].numbers[0] if practices else "",
    }
    texts = {name: environment.get_template(f"{name}.j2").render(words) for name in RELOADS}
    of_practice = environment.get_template("practice.conf.j2")
    for practice in practices:
        told = {
            "practice": practice,
            "covered": plan.covered(practice.id),
            "modes": schedule.lines(practice, now.astimezone(practice.zone).date()),
        }
        texts[f"{PRACTICES}/{practice.id}.conf"] = of_practice.render(words, **told)
    return texts


def safe_name(name: str) -> str:
    """Return a name with only what a configuration line cannot misread."""
    return " ".join(re.sub(r"[^\w .'-]", " ", name).split())


def digest(user: str, realm: str, password: str) -> str:
    """Return HA1 (RFC 2617 3.2.2.2)."""
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def _shorter(number: str) -> tuple[str, ...]:
    """Return how carriers may write an E.164 number besides: without its plus, and in North
    America without its country code."""
    bare = number.removeprefix("+")
    national = (bare[1:],) if number.startswith("+1") and len(bare) == 11 else ()
    return (bare, *national)


def _secrets(plan: Plan, folder: Path) -> tuple[Secrets, dict[str, str]]:
    path = folder / SECRETS
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Secrets)
    except FileNotFoundError:
        kept = Secrets(manager=secrets.token_urlsafe(24))
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise WorldError(
            "The PBX's secrets cannot be read",
            f"{path}: put back its copy, or remove it to give every desk a new password.",
        ) from error
    new = {
        desk.user: secrets.token_urlsafe(18) for desk in plan.desk if desk.user not in kept.desks
    }
    made = {user: digest(user, plan.realm, password) for user, password in new.items()}
    users = {desk.user for desk in plan.desk}
    desks = {user: ha1 for user, ha1 in {**kept.desks, **made}.items() if user in users}
    return Secrets(manager=kept.manager, desks=desks), new


def _numbers(folder: Path) -> dict[str, int]:
    path = folder / NUMBERS
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, int])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise WorldError(
            "The desks' numbers cannot be read",
            f"{path}: put back its copy, or remove it to number every desk anew.",
        ) from error


def _take_away(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Remove the files of practices that are there no more; nobody else's."""
    gone = [
        path
        for path in sorted((folder / PRACTICES).glob("*.conf"))
        if f"{PRACTICES}/{path.name}" not in texts
        and path.read_text(encoding="utf-8", errors="replace").startswith(_HEAD)
    ]
    for path in gone:
        path.unlink()
    return tuple(gone)


def _replace(path: Path, text: str, *, mode: int = 0o640) -> bool:
    """Write a file whole or not at all; tell whether it changed."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return True
