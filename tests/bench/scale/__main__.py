"""`python -m tests.bench.scale`: says so where it can't run, before Linux is needed."""

import shutil
import sys

if __name__ == "__main__":
    if sys.platform != "linux" or shutil.which("sipp") is None:
        print("scale: it needs Linux and SIPp (apt-get install sip-tester)", file=sys.stderr)
        sys.exit(2)
    from tests.bench.scale.run import main

    sys.exit(main())
