"""`frontdesk` with its keys handed in, for a machine that has no keyring."""

import sys

from console.__main__ import main
from tests.records_file import SAFE

if __name__ == "__main__":
    sys.exit(main(safe=SAFE))
