"""`frontdesk rota`: who is on call, from a terminal, and what is brought in from elsewhere."""
