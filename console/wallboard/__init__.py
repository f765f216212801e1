"""`frontdesk wallboard`: the floor on a large screen, in a window of its own that only reads."""
