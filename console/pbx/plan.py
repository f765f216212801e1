"""What a PBX is told besides the practices: its trunk, its certificate, its desks, its queues.

A TOML file, typed and checked. No password stands in it: desks' and the manager's are made when the
configuration is first written, and told once.
"""

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec

from console.errors import WorldError
from scripts.loader import Library
from scripts.phone_numbers import NotANumber, to_e164

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Trunk(_Part, frozen=True, kw_only=True):
    """`[trunk]`: the carrier. It is known by its address; calls out go to `host`."""

    host: str  # host or host:port
    addresses: tuple[str, ...]  # addresses or networks its calls come from
    codecs: tuple[str, ...] = ("ulaw", "alaw")


class Listen(_Part, frozen=True, kw_only=True):
    """`[listen]`: where the PBX is reached. Desks come over TLS, the carrier over UDP."""

    address: str = "0.0.0.0"
    sip: _Port = 5060
    tls: _Port = 5061
    ami: _Port = 5039
    ami_address: str = "127.0.0.1"
    ami_plain: _Port = 5038  # on loopback only
    rtp_first: _Port = 10000
    rtp_last: _Port = 20000


class Tls(_Part, frozen=True, kw_only=True):
    """`[tls]`: the PBX's certificate chain and key, PEM files on its own machine."""

    certificate: str
    key: str


class Queue(_Part, frozen=True, kw_only=True):
    """`[queue.NAME]`: the callers one skill serves. Of two, the higher `weight` is served first."""

    weight: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    ring_s: _Seconds = 15  # at one desk, before the next
    ring_first_s: _Seconds = 20  # the caller hears it ring before there is music
    wait_s: _Seconds = 180  # with music, before the call goes on to `then`
    wrap_up_s: Annotated[int, msgspec.Meta(ge=0, le=600)] = 20
    say_position_s: Annotated[int, msgspec.Meta(ge=0, le=600)] = 45  # 0 never
    strategy: str = "rrmemory"
    then: str = ""  # another queue


class Desk(_Part, frozen=True, kw_only=True):
    """`[[desk]]`: somebody's phone, and the queues it serves, the lower penalty first."""

    user: str
    name: str
    queues: dict[str, int]
    supervisor: bool = False


class Covered(_Part, frozen=True, kw_only=True):
    """`[practice.ID]`: how one practice's calls run, where not as usual."""

    queue: str = ""
    own_desk: str = ""  # rung first in overflow mode
    rings: Annotated[int, msgspec.Meta(ge=1, le=12)] = 4
    fallback: str = ""  # rung when every queue was too slow


class Plan(_Part, frozen=True, kw_only=True):
    """The whole file."""

    trunk: Trunk
    tls: Tls
    listen: Listen = Listen()
    queue: dict[str, Queue]
    desk: tuple[Desk, ...] = ()
    practice: dict[str, Covered] = {}
    realm: str = "frontdesk"
    callback_offer: bool = True

    def covered(self, practice_id: str) -> Covered:
        """Return how a practice's calls run."""
        return self.practice.get(practice_id, Covered())

    def queue_of(self, practice_id: str) -> str:
        """Return the queue that serves a practice: its own, or the first."""
        return self.covered(practice_id).queue or next(iter(self.queue))


def load_plan(path: Path, library: Library) -> Plan:
    """Read the file, or raise `WorldError` with the file, the key and the mend."""
    try:
        plan = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Plan)
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError("The PBX's plan cannot be read", f"{path}: {error}.") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise WorldError("A mistake in the PBX's plan", f"{path}: {error}.") from error
    mistakes = list(_mistakes(plan, library))
    if mistakes:
        raise WorldError("A mistake in the PBX's plan", f"{path}: {' '.join(mistakes)}")
    return plan


def _mistakes(plan: Plan, library: Library) -> list[str]:
    found: list[str] = []
    if not plan.queue:
        found.append("queue: name at least one.")
    names = [*plan.queue, *(desk.user for desk in plan.desk)]
    for name in names:
        if not _NAME.fullmatch(name):
            found.append(f"“{name}”: write small letters, digits, - and _ only.")
    users = [desk.user for desk in plan.desk]
    found += [f"desk {user}: is there twice." for user in {u for u in users if users.count(u) > 1}]
    found += _unknown_queues(plan)
    for practice_id, covered in plan.practice.items():
        if library.by_id(practice_id) is None:
            found.append(f"practice.{practice_id}: there is no practice file with this id.")
        for key in ("own_desk", "fallback"):
            number = getattr(covered, key)
            if not _is_number(number):
                found.append(f"practice.{practice_id}.{key}: is not a phone number.")
            elif number and library.by_number(number) is not None:
                found.append(f"practice.{practice_id}.{key}: comes back here; name another phone.")
    for address in (*plan.trunk.addresses, plan.listen.address, plan.listen.ami_address):
        if not _is_network(address):
            found.append(f"“{address}” is not an address or network.")
    return found


def _unknown_queues(plan: Plan) -> list[str]:
    used = [(f"queue.{name}.then", queue.then) for name, queue in plan.queue.items()]
    used += [(f"practice.{name}.queue", covered.queue) for name, covered in plan.practice.items()]
    used += [(f"desk {desk.user}", name) for desk in plan.desk for name in desk.queues]
    found = [f"{key}: there is no queue “{q}”." for key, q in used if q and q not in plan.queue]
    for name in plan.queue:
        seen, at = [name], plan.queue[name].then
        while at in plan.queue and at not in seen:
            seen.append(at)
            at = plan.queue[at].then
        if at in seen:
            found.append(f"queue.{name}.then: runs in a circle.")
    return found


def _is_number(text: str) -> bool:
    try:
        return not text or bool(to_e164(text))
    except NotANumber:
        return False


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
