"""The program a receptionist sits at: the desk, its window, its records."""

__version__ = "0.1.0"
