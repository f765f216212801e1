"""Work the records refused, on screen, for a supervisor."""
