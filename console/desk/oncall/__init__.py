"""Who is on call, as it is changed during the day: what was entered is laid over the practices of
this desk, and what somebody here enters is written for every desk."""
