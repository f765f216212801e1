"""Panels over the centre: transfer, keypad, escalation, and the rest that a key brings up."""
