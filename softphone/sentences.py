"""Why a call did not go through, in words a receptionist can act on."""

from types import MappingProxyType

_SENTENCES = MappingProxyType(
    {
        301: "That number has changed; its calls are forwarded.",
        302: "That number forwards its calls elsewhere for now.",
        401: "The PBX did not accept this desk's account.",
        403: "The PBX does not allow this call.",
        404: "There is nobody at that number.",
        407: "The PBX did not accept this desk's account.",
        408: "Nobody answered.",
        410: "That number is no longer in use.",
        480: "Nobody can be reached at that number now.",
        484: "The number is not complete.",
        486: "The line is busy.",
        487: "The call was given up.",
        488: "The other side's phone and this one have no kind of sound in common.",
        503: "The PBX or the way to it is not available.",
        600: "The line is busy.",
        603: "The call was declined.",
        604: "There is nobody at that number.",
    }
)


def why_not(code: int) -> str:
    """Return a sentence for a final SIP status that is not a success (RFC 3261 21)."""
    if (known := _SENTENCES.get(code)) is not None:
        return known
    if code >= 600 or 300 <= code < 500:
        return f"The other side refused the call (SIP {code})."
    return f"The network failed on the way (SIP {code})."
