"""The softphone engine: SIP, sound and the wire protocol, in a process of its own."""
