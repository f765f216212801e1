"""pjsua2, held at arm's length: the only room, with the sound port, that imports it.

Callbacks translate what happened into a frozen fact and put it in a box; the engine's loop takes
the facts out between two polls and decides. Nothing of pjsua2 is touched on any other thread, no
callback lets an exception out (either aborts the process), and every object is kept until the loop
has seen its end.
"""
