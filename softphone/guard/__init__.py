"""The guard: everything that reaches pjsua2 from outside passes through here first.

pjsua2 can be ended by a handful of packets, and answers the fifth call with a busy signal that no
setting prevents. The guard is a small stateless SIP proxy (RFC 3261 16.11) on the public address;
pjsua2 listens on a loopback port only the guard knows. It mends or turns away what is known to end
pjsua2, and gives callers beyond the last line a place to wait.
"""

from softphone.guard.slots import Slots
from softphone.guard.thread import Guard

__all__ = ["Guard", "Slots"]
