"""The audit on screen, for a supervisor."""
