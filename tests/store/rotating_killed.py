"""`python -m tests.store.rotating_killed FILE` rotates a file's keys a row at a time, telling each,
for a test that kills it."""

import sys
from datetime import timedelta
from pathlib import Path

from console.store.installation import installation_of
from console.store.secrecy.rotating import rotate
from console.store.session import Records
from tests.records_file import SECRETS

if __name__ == "__main__":
    records = Records.open(Path(sys.argv[1]), secrets=SECRETS)
    rotate(
        records,
        installation_of(SECRETS),
        person="dana",
        batch=1,
        grace=timedelta(0),
        told=lambda rows: print(rows, flush=True),
    )
    records.close()
