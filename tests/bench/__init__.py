"""How fast the desk is, beside its peers: `python -m tests.bench`, or `make bench`.

A figure alone says more of the machine than of the program. Here one sender, on one screen and in
one run, calls Frontdesk, the least that pjsua2 and Qt can be, and the softphones a system may
already carry, so that what is left between two columns is the programs' own.
"""
