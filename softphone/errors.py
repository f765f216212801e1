"""What goes wrong in the engine: the world's faults, our own, and what a client asked in vain."""


class EngineError(Exception):
    """Base of everything the engine raises."""


class WorldError(EngineError):
    """Something outside is not as it should be; the sentence says what, and the mend."""


class PortTaken(WorldError):
    """The SIP port belongs to another program."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"SIP port {port} is taken by another program; "
            "close it or choose another with --sip-port."
        )
        self.port = port


class AddressUnusable(WorldError):
    """The address to listen on is not one of this machine's."""


class SoundUnavailable(WorldError):
    """A sound device or file cannot be used; the sentence says why."""


class Refused(EngineError):
    """A command cannot be carried out; the sentence goes back to the client that asked."""


class SipFailure(EngineError):
    """pjsua2 refused an operation. Holds its status code and never the SIP text."""

    def __init__(self, operation: str, status: int) -> None:
        super().__init__(f"{operation} failed with pjsip status {status}")
        self.operation = operation
        self.status = status
