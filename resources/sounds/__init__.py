"""Sounds, and what makes them."""
