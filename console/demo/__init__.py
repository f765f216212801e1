"""The demo: the real program with callers attached, over real SIP and RTP on loopback."""
