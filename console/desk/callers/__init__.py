"""Callers of one practice found without a call from them, for who may search, and their history."""
