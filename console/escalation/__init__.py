"""One click to the doctor, and no peace until someone answers: the ladder, its pages, its replies.

Free of Qt and of the database, with no clock of its own: what is due is worked out from an item and
a moment, so that any console, or a worker without a window, can take an item up where another left
it.
"""
