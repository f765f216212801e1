"""`frontdesk pbx write`: an Asterisk 20 or 22 made to serve the practices, from their own files.

The PBX distributes the calls; what it has to know of practices, desks and hours is written here,
commented for whoever runs it, and written again without disturbing what has not changed.
"""
