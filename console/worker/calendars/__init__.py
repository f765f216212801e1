"""The practices' own calendars kept in step with the records: read at intervals, written to, and
what disagrees put before a person.

A room of the worker's, with a thread of its own: a calendar's server that hangs keeps no page
waiting.
"""
