"""The practice's own calendar: what is busy in it, and what a booking looks like there.

Free of Qt and of the database. What leaves carries a name only where the practice's agreement
permits it; without one a booking is a reference.
"""
