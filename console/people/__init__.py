"""People: how they prove who they are, at this desk and on the command line. No Qt here."""
