"""The least a phone can be: a socket that answers 180 before it has understood anything.

What it takes is the machine's: two datagrams over loopback and a wake-up of a process at either
end. No program that reads the INVITE can be faster, so the others' figures are told as multiples
of it. Run as `python -m tests.bench.floor HOST PORT`.
"""

import socket
import sys

_ECHOED = (b"via:", b"from:", b"call-id:", b"cseq:")


def answers_to(request: bytes) -> list[bytes]:
    """Return what a ringing phone says to a request: 180, or 200 and 487 to a CANCEL."""
    method, _, _ = request.partition(b" ")
    if method == b"INVITE":
        return [_answer(b"180 Ringing", request)]
    if method == b"CANCEL":
        invite = request.replace(b" CANCEL\r\n", b" INVITE\r\n", 1)
        return [_answer(b"200 OK", request), _answer(b"487 Request Terminated", invite)]
    return []


def _answer(status: bytes, request: bytes) -> bytes:
    lines = [b"SIP/2.0 " + status]
    for line in request.split(b"\r\n"):
        name = line[:8].lower()
        if name.startswith(_ECHOED):
            lines.append(line)
        elif name.startswith(b"to:"):
            lines.append(line + b";tag=floor")
    return b"\r\n".join([*lines, b"Content-Length: 0", b"", b""])


def main(host: str, port: int) -> None:
    """Answer for ever; the bench ends this process."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((host, port))
        while True:
            request, sender = udp.recvfrom(65_535)
            for answer in answers_to(request):
                udp.sendto(answer, sender)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
