"""A worker to be killed: `python -m tests.worker.killed RECORDS GATEWAY AHEAD_S`.

It works without a pause, with a clock that is so much ahead, and says a line once it has begun.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.delivery.channels.sms import HttpSms
from console.delivery.settings import DeliverySettings
from console.store.session import Records
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.worker import Worker
from tests.records_file import SECRETS
from tests.scripts.samples import library


def main() -> None:
    path, url, ahead = sys.argv[1:]
    records = Records.open(Path(path), secrets=SECRETS)
    worker = Worker(
        records,
        Deeds(library(), DeliverySettings(callback_line="+15155550100")),
        Letters(library(), "Frontdesk", lambda _: ""),
        {"sms": HttpSms(url, "token")},
        clock=lambda: datetime.now(UTC) + timedelta(seconds=float(ahead)),
    )
    print("begun", flush=True)
    while not worker.once().idle:
        pass
    records.close()


if __name__ == "__main__":
    main()
