"""The ways out, each with the protocol it speaks and what that protocol can promise."""
