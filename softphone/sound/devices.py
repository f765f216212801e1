"""miniaudio, imported so that it leaves numpy alone.

miniaudio imports numpy when it finds it, for arrays this program never makes: 0.1 s of start-up and
20 MB of memory in the one process that must be up first. Its import is optional there, so it is
told there is none.
"""

import sys

_hidden = "numpy" not in sys.modules
if _hidden:
    sys.modules["numpy"] = None  # type: ignore[assignment]
try:
    import miniaudio
finally:
    if _hidden:
        del sys.modules["numpy"]

__all__ = ["miniaudio"]
