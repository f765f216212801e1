"""The window against a desk of its own."""
