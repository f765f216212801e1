"""Pages by telephone: somebody is rung, hears a prompt, and answers with a key."""
