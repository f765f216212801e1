"""`python -m tests.bench`: says so where it can't run, before anything of Linux is imported."""

import sys

if __name__ == "__main__":
    if sys.platform != "linux":
        print("bench: the peers and the screen it measures on exist on Linux only", file=sys.stderr)
        sys.exit(2)
    from tests.bench.run import main

    sys.exit(main())
