"""Putting somebody on a practice's waiting list, from the call in hand."""
