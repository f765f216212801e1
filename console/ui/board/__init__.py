"""The board on screen, for whoever takes calls."""
