"""`frontdesk recordings`: what was recorded, from the command line."""
