"""Who calls and what was dialled, from INVITEs as networks send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.identity import identify
from softphone.packet import Malformed, Packet
from softphone.wire import Dialled, Party, Routing

BASE = {
    "Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    "From": '"Dana Whitfield" <sip:+15155550142@pbx.example>;tag=1',
    "To": "<sip:5155550100@desk.example>",
    "Call-ID": "c1@pbx",
    "CSeq": "1 INVITE",
}


def invite(uri: str = "sip:desk@192.0.2.9", **headers: str) -> Packet:
    """An INVITE with headers added, replaced, or left out when empty."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**BASE, **named}.items() if value]
    return Packet("\r\n".join([f"INVITE {uri} SIP/2.0", *lines, "", ""]).encode())


@pytest.mark.parametrize(
    ("headers", "caller"),
    [
        ({}, Party("+15155550142", "Dana Whitfield", "From")),
        ({"From": "sip:5155550142@h;tag=1"}, Party("5155550142", "", "From")),
        ({"From": "Dana W <sip:5155550142@h>;tag=1"}, Party("5155550142", "Dana W", "From")),
        ({"From": "<tel:+1-515-555-0142>;tag=1"}, Party("+15155550142", "", "From")),
        ({"From": "<sip:+1(515)555-0142@h>;tag=1"}, Party("+15155550142", "", "From")),
        ({"From": "<sip:+15155550142;npdi@h;user=phone>;tag=1"}, Party("+15155550142", "", "From")),
        ({"From": "<sip:515@under_score.example>;tag=1"}, Party("515", "", "From")),
        ({"From": '"O\\"Hara" <sip:515@bad_host>;tag=1'}, Party("515", 'O"Hara', "From")),
        ({"From": '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'}, Party("", "", "From")),
        ({"From": "<sip:Restricted@pbx.example>;tag=1"}, Party("", "", "From")),
        ({"From": "<sip:pbx.example>;tag=1"}, Party("", "", "From")),
        ({"From": "rubbish;tag=1"}, Party("", "", "From")),
        (
            {"P_Asserted_Identity": "<tel:+15155550177>"},
            Party("+15155550177", "Dana Whitfield", "P-Asserted-Identity"),
        ),
        (
            {"P_Asserted_Identity": '"Front" <sip:ann@h>, <tel:+15155550177>'},
            Party("+15155550177", "Dana Whitfield", "P-Asserted-Identity"),
        ),
        (
            {
                "From": "<sip:anonymous@anonymous.invalid>;tag=1",
                "P_Asserted_Identity": "<sip:+15155550177@h>",
                "Privacy": "id",
            },
            Party("", "", "P-Asserted-Identity"),
        ),
        ({"Privacy": "none"}, Party("+15155550142", "Dana Whitfield", "From")),
        ({"Privacy": "critical; id"}, Party("", "", "From")),
        (
            {"From": '"Folded\r\n Name" <sip:+15155550142@h>;tag=1'},
            Party("+15155550142", "Folded Name", "From"),
        ),
        (
            {"From": "", "f": '"Kurz, Anna" <sip:+15155550142@h>;tag=1'},
            Party("+15155550142", "Kurz, Anna", "From"),
        ),
    ],
)
def test_the_caller(headers: dict[str, str], caller: Party) -> None:
    assert identify(invite(**headers)).caller == caller


@pytest.mark.parametrize(
    ("headers", "dialled"),
    [
        ({}, Dialled("5155550100", "To")),
        ({"To": "<sip:desk.example>"}, Dialled("desk", "Request-URI")),
        ({"To": "rubbish"}, Dialled("desk", "Request-URI")),
        ({"P_Called_Party_ID": "<sip:5155550111@h>"}, Dialled("5155550111", "P-Called-Party-ID")),
        ({"Diversion": "<sip:5155550112@h>;reason=no-answer"}, Dialled("5155550112", "Diversion")),
        (
            {"Diversion": "<sip:222@h>;reason=busy, <sip:111@h>;reason=no-answer"},
            Dialled("111", "Diversion"),
        ),
        (
            {"History_Info": "<sip:5155550113@h?Reason=SIP>;index=1, <sip:9@h>;index=1.1"},
            Dialled("5155550113", "History-Info"),
        ),
        (
            {"Diversion": "<sip:1@h>", "X_Frontdesk_Number": "+1 515 555 0114"},
            Dialled("+15155550114", "X-Frontdesk-Number"),
        ),
        (
            {"X_Frontdesk_Number": "<sip:+15155550115@h>"},
            Dialled("+15155550115", "X-Frontdesk-Number"),
        ),
    ],
)
def test_the_number_dialled(headers: dict[str, str], dialled: Dialled) -> None:
    assert identify(invite(**headers)).dialled == dialled


def test_what_joins_the_call_to_the_pbx() -> None:
    identity = identify(invite(X_Pbx_Call_Id="1700.42"))
    assert (identity.sip_call_id, identity.pbx_call_id) == ("c1@pbx", "1700.42")


@pytest.mark.parametrize(
    ("headers", "routing"),
    [
        ({}, Routing()),
        (
            {"X_Frontdesk_Practice": "maple_pediatrics", "X_Frontdesk_Mode": "after_hours"},
            Routing("maple_pediatrics", "after_hours"),
        ),
        ({"X_Frontdesk_Mode": " overflow "}, Routing("", "overflow")),
        ({"X_Frontdesk_Practice": "<b>Maple</b>", "X_Frontdesk_Mode": "x" * 65}, Routing()),
    ],
)
def test_what_the_pbx_decided(headers: dict[str, str], routing: Routing) -> None:
    assert identify(invite(**headers)).routing == routing


@given(st.text(st.characters(blacklist_characters="\r\n", codec="utf-8"), max_size=200))
def test_no_header_however_odd_loses_the_call(value: str) -> None:
    packet = invite(From=value + ";tag=1", P_Asserted_Identity=value or "x", Diversion=value or "x")
    assert identify(packet).sip_call_id == "c1@pbx"


@given(st.binary(max_size=300))
def test_noise_is_malformed_and_nothing_worse(noise: bytes) -> None:
    try:
        packet = Packet(b"INVITE sip:a@b SIP/2.0\r\n" + noise + b"\r\n\r\n")
    except Malformed:
        return
    identify(packet)
