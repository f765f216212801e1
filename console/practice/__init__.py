"""The `frontdesk practice` commands: a practice's files checked and exchanged from a terminal."""
