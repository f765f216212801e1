"""A network of the bench's own, so that every program finds the same one and no stranger calls.

baresip will not listen on 127.0.0.1, and a port on a real interface would be open to the street for
the length of a run. A network namespace with nothing but loopback, and a second address on it,
answers both. It needs root, or a kernel that lets anyone have a user namespace.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

LOOPBACK = "127.0.0.1"
SECOND_ADDRESS = "10.99.0.1"

_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_SIOCSIFADDR = 0x8916
_SIOCSIFFLAGS = 0x8914
_SIOCSIFNETMASK = 0x891C
_IFF_UP = 0x1


def enter_own_network() -> str:
    """Move this process and its later children there; return why not, or "".

    Must be called before any thread is started: a namespace is a thread's own.
    """
    if sys.platform != "linux":
        return "network namespaces exist on Linux only"
    try:
        _unshare()
        _bring_up()
    except OSError as error:
        return f"no network namespace of our own: {error.strerror}"
    return ""


def _unshare() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    wanted = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(wanted) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if wanted & _CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _bring_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
        alias = b"lo:1"
        fcntl.ioctl(control, _SIOCSIFADDR, _with_address(alias, SECOND_ADDRESS))
        fcntl.ioctl(control, _SIOCSIFNETMASK, _with_address(alias, "255.255.255.255"))


def _with_address(interface: bytes, address: str) -> bytes:
    return struct.pack("16sHH4s8x", interface, socket.AF_INET, 0, socket.inet_aton(address))


def free_port(host: str) -> int:
    """Return a UDP port nobody has at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((host, 0))
        return int(udp.getsockname()[1])
