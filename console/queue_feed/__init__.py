"""The queue feed: the PBX's manager interface over TLS, heard on the window's thread.

`link` is one connection, `feed` keeps one up and draws the floor from it. What the events mean is
`console.floor`'s.
"""
