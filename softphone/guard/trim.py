"""Making a message fit: pjsua2 reads 4,000 bytes of a message and no more.

A PBX behind a carrier sends signatures, locations and histories that fill several kilobytes, and a
call is not to be lost for a header nobody here reads. What goes goes in order of need; the caller's
name and number, the number dialled and all that routes stay.
"""

from typing import Final

from softphone.packet import Field, Packet

_DISPENSABLE: Final = (
    (b"identity", b"identity-info", b"p-identity-bypass", b"p-attestation-indicator"),  # RFC 8224
    (b"geolocation", b"geolocation-routing", b"call-info", b"alert-info", b"error-info"),
    (b"accept", b"accept-encoding", b"accept-language", b"accept-contact", b"allow-events"),
    (b"user-agent", b"server", b"organization", b"subject", b"date", b"timestamp"),
    (b"p-charging-vector", b"p-charging-function-addresses", b"p-access-network-info"),
    (b"feature-caps", b"p-early-media", b"p-visited-network-id", b"session-id", b"reason"),
    (b"history-info", b"diversion"),
    (b"allow",),
)
_SDP_DISPENSABLE: Final = (b"a=candidate:", b"a=ssrc:", b"a=rtcp-fb:", b"a=extmap:", b"a=remote-c")


def trim(packet: Packet, most: int) -> bool:
    """Take out what can be done without until a message fits; whether it does."""
    if len(bytes(packet)) <= most:
        return True
    for names in _DISPENSABLE:
        packet.fields = _without(packet, names)
        if len(bytes(packet)) <= most:
            return True
    if packet.body.startswith(b"v="):
        lines = packet.body.split(b"\r\n")
        packet.body = b"\r\n".join(x for x in lines if not x.startswith(_SDP_DISPENSABLE))
        packet.set_first(b"content-length", str(len(packet.body)).encode())
    return len(bytes(packet)) <= most


def _without(packet: Packet, names: tuple[bytes, ...]) -> list[Field]:
    kept: list[Field] = []
    # Of a history the first entry names the number dialled (RFC 7044), of diversions the last
    keep = [first_or_last(packet.fields) for first_or_last in (_first_history, _last_diversion)]
    for field in packet.fields:
        if field.name not in names or any(field is one for one in keep):
            kept.append(field)
    return kept


def _first_history(fields: list[Field]) -> Field | None:
    return next((field for field in fields if field.name == b"history-info"), None)


def _last_diversion(fields: list[Field]) -> Field | None:
    return next((field for field in reversed(fields) if field.name == b"diversion"), None)
