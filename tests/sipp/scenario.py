"""SIPp scenarios, put together from their steps.

SIPp is another hand's SIP: it says exactly what it is told to and fails where anything else comes
back. Each function returns a step as SIPp's XML; a scenario is a list of them.
"""

from typing import Final
from xml.sax.saxutils import escape

# 96: the payload type of the telephone events that SIPp itself can send
SDP: Final = """v=0
o=- 1 {version} IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a={direction}
"""
_OUR_URI: Final = "<sip:patient@[local_ip]:[local_port]>"
_ECHOED: Final = """[last_Via:]
[last_From:]
{to}
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]"""


def sdp(direction: str = "sendrecv", version: int = 1) -> str:
    """A description of one stream of PCMU with telephone events."""
    return SDP.format(direction=direction, version=version)


def send(
    message: str, body: str = "", kind: str = "application/sdp", *, repeat: bool = True
) -> str:
    """Send a message as it stands, and again until it is answered."""
    text = message.strip("\n")
    if body:
        text += f"\nContent-Type: {kind}\nContent-Length: [len]\n\n{body}"
    else:
        text += "\nContent-Length: 0\n\n"
    again = ' retrans="500"' if repeat else ""
    return f"<send{again}><![CDATA[\n{text}\n]]></send>"


def expect(
    what: int | str, *, maybe: bool = False, match: str = "", where: str = "msg", keep: bool = False
) -> str:
    """Wait for an answer (a number) or a request (a method); `match` must be found in it."""
    kind = "response" if isinstance(what, int) else "request"
    attributes = f'{kind}="{what}"'
    attributes += ' optional="true"' * maybe + ' rrs="true"' * keep
    if not match:
        return f"<recv {attributes}/>"
    check = f'<ereg regexp="{escape(match)}" search_in="{where}" check_it="true" assign_to="seen"/>'
    return f"<recv {attributes}><action>{check}</action></recv>"


def pause(milliseconds: int) -> str:
    """Do nothing for a while."""
    return f'<pause milliseconds="{milliseconds}"/>'


def action(what: str) -> str:
    """Have SIPp do something to the sound, between two messages."""
    return f"<nop><action>{what}</action></nop>"


# The caller's side: SIPp dialled.


def request(
    method: str, number: int, headers: str = "", *, in_dialog: bool = True, same: bool = False
) -> str:
    """The head of a request of the caller's; `number` is its CSeq. `same` is one that belongs to
    the INVITE's own transaction: its CANCEL, and the ACK of a refusal (RFC 3261 9.1, 17.1.1.3)."""
    own_via = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]"
    via = "[last_Via:]" if same else own_via
    tag = "[peer_tag_param]" * (in_dialog or method == "ACK")
    uri = "[next_url]" if in_dialog else "sip:[service]@[remote_ip]:[remote_port]"
    routes = "[routes]" * in_dialog
    to = "<sip:[service]@[remote_ip]:[remote_port]>" + tag
    return f"""
{method} {uri} SIP/2.0
{via}
From: "Pat" <sip:+15155550142@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: {to}
{routes}
Call-ID: [call_id]
CSeq: {number} {method}
Contact: {_OUR_URI}
Max-Forwards: 70
Allow: INVITE, ACK, BYE, CANCEL, INFO, UPDATE, PRACK, REFER, NOTIFY
{headers}""".replace("\n\n", "\n").rstrip("\n")


def call(headers: str = "") -> list[str]:
    """Dial, and be answered."""
    return [*ring(headers), expect(200, keep=True), send(request("ACK", 1), repeat=False)]


def ring(headers: str = "") -> list[str]:
    """Dial, and hear it ring."""
    return [
        send(request("INVITE", 1, headers, in_dialog=False), sdp()),
        expect(100, maybe=True),
        expect(180, keep=True),
    ]


def hang_up(number: int) -> list[str]:
    """End the call from the caller's side."""
    return [send(request("BYE", number)), expect(200)]


def be_hung_up_on() -> list[str]:
    """Take the desk's BYE."""
    return [expect("BYE"), answer("200 OK")]


# Either side, answering.


def answer(status: str, headers: str = "", body: str = "", *, tag: bool = False) -> str:
    """Answer the last request."""
    to = "[last_To:]" + ";tag=[pid]s[call_number]" * tag
    message = f"SIP/2.0 {status}\n{_ECHOED.format(to=to)}\nContact: {_OUR_URI}\n{headers}"
    return send(message.rstrip("\n"), body, repeat=False)


def document(steps: list[str]) -> str:
    """The whole scenario as SIPp reads it."""
    uses = '<Reference variables="seen"/>' if any("seen" in step for step in steps) else ""
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="frontdesk">\n'
    return head + "\n".join(steps) + f"\n{uses}\n</scenario>\n"
