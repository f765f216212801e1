"""The floor: who waits, who talks, how well the service does, and how many people it takes.

The calls are the PBX's to distribute; this room hears of them, counts them and asks for things. It
is free of windows and of the database.
"""
