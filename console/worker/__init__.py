"""What has to go on whether or not a window is open: escalations climbed, dispatches sent.

Any console, or `frontdesk worker` on a machine without a screen, does it; the records see to it
that each thing is done once.
"""
