"""Reading the audit at the desk, for who may: what is asked, what was found, a page at a time."""
