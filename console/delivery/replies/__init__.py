"""Answers to pages as gateways bring them: whether each is genuine and new, who it is from, what it
says. What it means for an escalation is the store's to tell."""
