"""An Asterisk that runs on what `frontdesk pbx write` wrote."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from console.pbx.plan import Desk, Listen, Plan, Queue, Tls, Trunk
from console.pbx.write import Written, write
from scripts.practice import Practice
from tests.pbx.asterisk import TRUNK_HOST, Asterisk, Certificate, Ports

USED = (
    *("app_exec", "app_read", "app_chanspy", "app_userevent", "func_dialplan", "app_system"),
    *("app_channelredirect", "app_softhangup", "func_cut"),
)


def plan_of(ports: Ports, certificate: Certificate) -> Plan:
    """Two queues, two desks and a supervisor, on loopback."""
    return Plan(
        trunk=Trunk(host=f"{TRUNK_HOST}:5070", addresses=(TRUNK_HOST,)),
        tls=Tls(certificate=str(certificate.chain), key=str(certificate.key)),
        listen=Listen(
            address="127.0.0.1",
            sip=ports.sip,
            tls=ports.tls,
            ami=ports.ami,
            ami_plain=ports.rtp + 100,
            rtp_first=ports.rtp,
            rtp_last=ports.rtp + 99,
        ),
        queue={
            "answering": Queue(ring_first_s=3, wait_s=1, ring_s=5, wrap_up_s=0, then="backup"),
            "backup": Queue(ring_first_s=1, wait_s=1, ring_s=5, weight=5),
        },
        desk=(
            Desk(user="dana", name="Dana Whitfield", queues={"answering": 0}),
            Desk(user="evan", name="Evan Lee", queues={"backup": 0}),
            Desk(user="ruth", name="Ruth Calder", queues={}, supervisor=True),
        ),
    )


class WrittenPbx(Asterisk):
    """Booted on a written configuration; `plan` may be changed, and `write_again` called."""

    def __init__(
        self, root: Path, certificate: Certificate, practices: tuple[Practice, ...]
    ) -> None:
        self._chain = certificate
        self.practices = practices
        super().__init__(root, certificate=certificate)

    def _write(self) -> None:
        super()._write()
        self._configure()
        logger = self.base / "etc/logger.conf"
        logger.write_text(logger.read_text().replace("queue_log=no", "queue_log=yes"))
        modules = self.base / "etc/modules.conf"
        extra = "".join(f"load => {name}.so\n" for name in USED)
        modules.write_text(modules.read_text() + extra)

    def _configure(self) -> None:
        self.plan = plan_of(self.ports, self._chain)
        self.written = self.write_again()
        self.passwords = dict(self.written.passwords)

    def queue_log(self) -> list[str]:
        """Return the lines of its log of the queues."""
        return (self.base / "log/queue_log").read_text().splitlines()

    def write_again(self, **changes: object) -> Written:
        """Write the configuration with the plan changed."""
        self.plan = msgspec.structs.replace(self.plan, **changes)
        return write(self.plan, self.practices, self.base / "etc", datetime.now(UTC))
