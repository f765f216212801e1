"""Fonts, icons and sounds, found by path."""

from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
SOUNDS = FOLDER / "sounds"
RING = SOUNDS / "ring" / "desk.wav"
PROMPTS = SOUNDS / "desk"
SPOKEN = SOUNDS / "spoken"
