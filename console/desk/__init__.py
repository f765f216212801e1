"""The desk: what a receptionist can do with a call, and what the window shows of it."""
