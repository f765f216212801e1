"""Who is at the desk: signing in, the session, handing over, emergency access, managing people."""
