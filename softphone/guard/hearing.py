"""Who is heard: the networks named at the start, and the account's own PBX."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from softphone.guard.pbx import Pbx

_MOST_REMEMBERED: Final = 1000  # as many as a PBX could have, and no flood of sources


class Hearing:
    """Sources of datagrams, told apart. Streams need none of it: we open them ourselves."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ip_network(network, strict=False) for network in networks]
        self._known: dict[str, bool] = {}
        self.has_account = False

    def hears(self, host: str, pbx: Pbx | None) -> bool:
        """Whether a source may be listened to."""
        if self._networks and self._is_named(host):
            return True
        if pbx is not None:
            return not pbx.is_stream and pbx.speaks_from(host)
        return not self._networks and not self.has_account

    def _is_named(self, host: str) -> bool:
        known = self._known.get(host)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            address = ip_address(host)
            known = self._known[host] = any(address in network for network in self._networks)
        return known
