"""Figures of past days at the desk: asked for on the worker, shown, written into files."""
