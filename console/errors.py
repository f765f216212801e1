"""The two kinds of failure, kept apart.

`WorldError` is what the world did: a missing file, a port in use, a wrong password. It carries what
a person needs (a title, a sentence, the mend) and is shown. `BugError` is what we did: it is never
caught to be shown as a sentence, so that it reaches the crash report.
"""


class WorldError(Exception):
    """Something outside the program is not as it must be.

    `title` is a few words; `message` a whole sentence with the place and the mend, free of
    callers' details, since it may be logged.
    """

    def __init__(self, title: str, message: str) -> None:
        super().__init__(f"{title}: {message}")
        self.title = title
        self.message = message


class BugError(Exception):
    """The program broke a promise of its own."""
