"""No core dumps: one would hold all that callers said since the start, in the clear."""

import contextlib

with contextlib.suppress(ImportError):  # Windows has neither limits nor core dumps
    import resource


def no_core_dumps() -> None:
    """Leave none, here or in a process begun from here, the engine among them.

    One byte rather than none: Linux hands a dump to a program named in `core_pattern` whatever the
    limit is, except one (https://man7.org/linux/man-pages/man5/core.5.html; fs/coredump.c).
    """
    if "resource" in globals():
        with contextlib.suppress(ValueError, OSError):  # it is lower already
            resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
