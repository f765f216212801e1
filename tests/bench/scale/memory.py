"""What a process holds in memory, and how busy the machine was."""

import os
from pathlib import Path


def resident(pid: int) -> float:
    """Return a process's resident memory in MB, 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def used(pid: int) -> float:
    """Return the seconds of processor time a process has had, 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> tuple[float, float]:
    """Return all cores' busy and whole time so far, in seconds."""
    told = [int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    whole = sum(told) / os.sysconf("SC_CLK_TCK")
    return whole - (told[3] + told[4]) / os.sysconf("SC_CLK_TCK"), whole
