"""A practice's own liaison at a desk: one practice's calls, messages and figures, to be read."""
