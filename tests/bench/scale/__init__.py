"""A floor of hundreds on one machine: a real Asterisk on a written configuration, desks that
answer, callers by SIPp with sound, and the floor's feed that hears it all."""
