"""The receptionist's window: paints what the desk tells it, and passes on what a person wants."""
