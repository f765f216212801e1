"""Calls looked at again, at the desk: a supervisor marks them, a receptionist reads their own."""
