"""The floor at this desk: the receptionist's figures in the bar, the supervisor's page, and the
desk's own place in the queues."""
