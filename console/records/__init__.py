"""The records from a terminal: `frontdesk records`, and how every other command reaches them."""
