"""Figures of past days on screen, for a supervisor."""
