"""Calls looked at again, on screen."""
