"""Each channel against a peer that speaks its protocol, well and badly."""

import contextlib
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from fhir.resources.R4B.communication import Communication
from hypothesis import given
from hypothesis import strategies as st

from console.delivery.channels import wctp, webhook
from console.delivery.channels.fhir import FhirServer
from console.delivery.channels.folder import Folder
from console.delivery.channels.sms import LONGEST_TEXT, HttpSms, TwilioSms
from console.delivery.channels.snpp import Snpp
from console.delivery.dispatch import DeliveryError, Dispatch, NotNow, Refused, Sealed, Unsure
from tests.delivery.peers import PAGE, gateway, terminal

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def test_twilio() -> None:
    with gateway() as peer:
        peer.code, peer.body = 201, b'{"sid": "SM1", "error_code": null}'
        root = peer.url.removesuffix("/send")
        channel = TwilioSms("AC1", "token", "+15155550100", base=root)
        assert channel.send(replace(PAGE, text="x" * 500)).reference == "SM1"
        sent = parse_qs(peer.asked[0].body.decode())
        assert peer.asked[0].path == "/2010-04-01/Accounts/AC1/Messages.json"
        assert peer.asked[0].headers["Authorization"].startswith("Basic ")
        assert sent["To"] == [PAGE.to]
        assert sent["From"] == ["+15155550100"]
        assert len(sent["Body"][0]) == LONGEST_TEXT
        peer.body = b'{"sid": "SM2", "error_code": 21610}'
        with pytest.raises(Refused, match="21610"):
            channel.send(PAGE)
        peer.body = b'{"sid": "SM2", "error_code": 30001}'
        with pytest.raises(NotNow, match="30001"):
            channel.send(PAGE)


def test_a_twilio_messaging_service_sends_under_its_own_name() -> None:
    with gateway() as peer:
        TwilioSms("AC1", "token", "MG7", base=peer.url).send(PAGE)
        assert parse_qs(peer.asked[0].body.decode())["MessagingServiceSid"] == ["MG7"]


def test_a_generic_gateway_gets_the_key_at_every_attempt() -> None:
    with gateway() as peer:
        channel = HttpSms(peer.url, token="secret")
        for _ in range(2):
            channel.send(PAGE)
        first, second = peer.asked
        assert first.body == second.body
        assert first.headers["Idempotency-Key"] == PAGE.key == json.loads(first.body)["key"]
        assert first.headers["Authorization"] == "Bearer secret"


def test_a_signed_webhook_can_be_checked_by_its_receiver() -> None:
    with gateway() as peer:
        webhook.SignedWebhook(peer.url, b"shared", clock=lambda: NOW).send(PAGE)
        asked = peer.asked[0]
        stamp, signed = asked.headers["Frontdesk-Signature"].split(",")
        timestamp = stamp.removeprefix("t=")
        assert timestamp == f"{NOW.timestamp():.0f}"
        assert signed == "v1=" + webhook.signature(b"shared", timestamp, asked.body)
        with pytest.raises(Refused, match="keyring"):
            webhook.SignedWebhook(peer.url, b"").send(PAGE)


def test_ntfy_and_slack() -> None:
    with gateway() as peer:
        peer.body = b'{"id": "n1"}'
        sent = replace(PAGE, to="oncall")
        assert webhook.Ntfy(peer.url).send(sent).reference == "n1"
        assert json.loads(peer.asked[0].body)["topic"] == "oncall"
        assert json.loads(peer.asked[0].body)["priority"] == 5
        webhook.SlackLike(peer.url).send(PAGE)
        assert PAGE.text in json.loads(peer.asked[1].body)["text"]


def test_a_pagerduty_incident_is_resolved_by_the_key_that_opened_it() -> None:
    with gateway() as peer:
        peer.code, peer.body = 202, b'{"dedup_key": "R7.0.page.0"}'
        channel = webhook.PagerDuty("routing", "Frontdesk", url=peer.url)
        channel.send(PAGE)
        channel.send(Dispatch("R7.off", "", "", "", cancels=PAGE.key))
        opened, resolved = (json.loads(asked.body) for asked in peer.asked)
        assert opened["event_action"] == "trigger"
        assert opened["payload"]["severity"] == "critical"
        assert resolved["event_action"] == "resolve"
        assert resolved["dedup_key"] == opened["dedup_key"]


TAKEN = (
    b'<?xml version="1.0"?><wctp-Operation wctpVersion="wctp-dtd-v1r1"><wctp-SubmitResponse>'
    b'<wctp-Confirmation><wctp-Success successCode="200" successText="ok"/></wctp-Confirmation>'
    b"</wctp-SubmitResponse></wctp-Operation>"
)


def failed(code: str) -> bytes:
    failure = f'<wctp-Failure errorCode="{code}" errorText="no"/>'.encode()
    return TAKEN.replace(b'<wctp-Success successCode="200" successText="ok"/>', failure)


def test_wctp() -> None:
    with gateway() as peer:
        peer.body = TAKEN
        page = replace(PAGE, text="a <b> & \x00c", expires_at=NOW + timedelta(minutes=15))
        channel = wctp.Wctp(peer.url, sender="desk", security_code="s", clock=lambda: NOW)
        assert channel.send(page).reference == "200"
        sent = ET.fromstring(peer.asked[0].body)
        control = sent.find(".//wctp-MessageControl")
        assert control is not None
        assert control.get("deliveryBefore") == "2026-11-24T18:15:00"
        assert control.get("messageID") == page.key
        assert sent.findtext(".//wctp-Alphanumeric") == "a <b> & c"
        for code, meaning in {"403": Refused, "606": NotNow}.items():
            peer.body = failed(code)
            with pytest.raises(meaning, match=code):
                channel.send(page)


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\xff\xfe<"],
)
def test_a_carrier_that_makes_no_sense_leaves_us_unsure(answer: bytes) -> None:
    with pytest.raises(Unsure):
        wctp.read_answer(answer)


@given(st.binary(max_size=200))
def test_any_answer_of_a_carrier_is_read_or_refused(answer: bytes) -> None:
    for content in (answer, TAKEN.replace(b"200", answer), failed("1").replace(b"no", answer)):
        with contextlib.suppress(DeliveryError):
            wctp.read_answer(content)


def level_one(line: str) -> str:
    return {
        "": "220 SNPP gateway ready",
        "PAGE": "250 pager known",
        "EXPT": "500 not implemented",
        "MESS": "250 message ok",
        "SEND": "250 page sent, 7",
        "QUIT": "221 bye",
    }[line.split(" ", maxsplit=1)[0]]


def test_snpp() -> None:
    page = replace(PAGE, text="two\r\nlines", expires_at=NOW + timedelta(minutes=20))
    with terminal(level_one) as (port, heard):
        receipt = Snpp("127.0.0.1", port, clock=lambda: NOW).send(page)
        assert receipt.reference == "page sent, 7"
    assert heard[:4] == [f"PAGE {PAGE.to}", "EXPT 1", "MESS two lines", "SEND"]


@pytest.mark.parametrize(
    ("at", "said", "meaning"),
    [
        ("", "421 closed for repairs", NotNow),
        ("", "SSH-2.0-OpenSSH", NotNow),
        ("PAGE", "550 no such pager", Refused),
        ("MESS", "554 not now", NotNow),
        ("MESS", None, NotNow),
        ("SEND", None, Unsure),
        ("SEND", "421 gone", NotNow),
    ],
)
def test_a_paging_terminal_that_will_not(
    at: str, said: str | None, meaning: type[Exception]
) -> None:
    def answer(line: str) -> str | None:
        return said if line.split(" ", maxsplit=1)[0] == at else level_one(line)

    with terminal(answer) as (port, _), pytest.raises(meaning):
        Snpp("127.0.0.1", port).send(PAGE)


def test_a_pager_number_cannot_smuggle_a_command() -> None:
    with pytest.raises(Refused, match="rota"):
        Snpp("127.0.0.1", 9).send(replace(PAGE, to="1\r\nQUIT"))


SEALED = replace(PAGE, sealed=Sealed("message.pdf", "application/pdf", b"%PDF"))


def test_a_folder_gets_a_whole_file_once(tmp_path: Path) -> None:
    channel = Folder(tmp_path)
    assert channel.send(SEALED) == channel.send(SEALED)
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".pdf"
    assert file.read_bytes() == b"%PDF"


def test_a_folder_gets_nothing_unsealed_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="sealed"):
        Folder(tmp_path).send(PAGE)
    with pytest.raises(NotNow, match="connected"):
        Folder(tmp_path / "away").send(SEALED)
    assert not list(tmp_path.iterdir())


def test_a_fhir_communication_is_one_its_standard_knows() -> None:
    with gateway() as peer:
        peer.code, peer.body = 201, b'{"resourceType": "Communication", "id": "c1"}'
        channel = FhirServer(peer.url, "token", content=lambda _: "in full", clock=lambda: NOW)
        receipt = channel.send(PAGE)
        assert receipt.reference == "c1"
        assert receipt.delivered
        asked = peer.asked[0]
        assert asked.path == "/send/Communication"
        assert asked.headers["If-None-Exist"].endswith(PAGE.key)
        resource = Communication.model_validate_json(asked.body)
        assert resource.payload[0].contentString == "in full"
    with pytest.raises(Refused, match="token"):
        FhirServer(peer.url, "", content=lambda _: "").send(PAGE)
