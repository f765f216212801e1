"""A pjsua2 of our own, built from the source Debian serves; nothing of that source is kept here."""
