"""Tests need no screen: Qt paints into memory unless another platform is asked for."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
