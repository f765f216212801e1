"""What can keep a wheel from being built, in words for whoever asked for it."""


class CannotBuildError(Exception):
    """The machine, the archive or the source is not as the build needs it; the text says how."""
