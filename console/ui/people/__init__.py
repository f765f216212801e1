"""People in the window: signing in, the account, handing over, managing people."""
