"""Quality: what can go wrong with a call, and which calls a supervisor looks at again.

Pure: no window, no database, no clock.
"""
