"""`frontdesk` with its keys and a gateway's secret handed in, for a machine without a keyring."""

import os
import sys

from console.__main__ import main
from console.safe import HandedSafe
from console.store.secrets import Handed

if __name__ == "__main__":
    records = {
        os.environ.get("FRONTDESK_ACCOUNT", ""): os.environ.get("FRONTDESK_TEST_PASSWORD", "")
    }
    sys.exit(main(safe=HandedSafe(Handed(b"tests", {"replies@delivery": "shared"} | records))))
