"""What leaves sealed opens for the practice, and for nobody else."""

import io
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from console.delivery import sealing
from console.delivery.channels.mail import Mail
from console.delivery.dispatch import Dispatch, Refused

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PASSWORD = "harbour lantern seventeen"
WORDS = "Caller says “fever since 5 am”.\nCall back 漢 😀."
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def certificate(key: Key, days: int = 365) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Riverside")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_the_practices_key_opens_what_went_to_its_certificate(key: rsa.RSAPrivateKey) -> None:
    own = certificate(key)
    pem = own.public_bytes(Encoding.PEM)
    run_together = b" ".join(pem.split(b"\n"))  # as a field of one line keeps it
    sealed = sealing.to_certificate("Message R7", WORDS, run_together, NOW)
    assert b"fever" not in sealed.content
    opened = pkcs7.pkcs7_decrypt_der(sealed.content, own, key, [])
    inner = message_from_bytes(opened, policy=policy.default)
    assert WORDS in inner.get_content().replace("\r\n", "\n")


def test_a_letter_to_a_certificate_is_nothing_but_the_envelope(key: rsa.RSAPrivateKey) -> None:
    pem = certificate(key).public_bytes(Encoding.PEM)
    sealed = sealing.to_certificate("Message R7", WORDS, pem, NOW)
    mail = Mail("127.0.0.1", 9, "desk@frontdesk.example", ssl.create_default_context())
    letter = mail._letter(Dispatch("k", "a@b.example", "You have a message", "", sealed=sealed))
    assert letter.get_content_type() == "application/pkcs7-mime"
    assert letter.get_param("smime-type") == "enveloped-data"
    assert letter.get_content() == sealed.content


def test_a_certificate_out_of_its_time_gets_nothing(key: rsa.RSAPrivateKey) -> None:
    pem = certificate(key, days=-1).public_bytes(Encoding.PEM)
    with pytest.raises(Refused, match="new one"):
        sealing.to_certificate("t", WORDS, pem, NOW)


def test_a_certificate_that_cannot_be_used_is_said_so() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        sealing.to_certificate("t", WORDS, b"not a certificate", NOW)
    pem = certificate(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.PEM)
    with pytest.raises(Refused, match="no RSA key"):
        sealing.to_certificate("t", WORDS, pem, NOW)


def test_a_pdf_opens_with_the_password_alone_and_loses_no_sign() -> None:
    sealed = sealing.to_password("Message R7", WORDS, PASSWORD)
    reader = pypdf.PdfReader(io.BytesIO(sealed.content))
    assert reader.is_encrypted
    assert not reader.decrypt("harbour lantern")
    assert reader.decrypt(PASSWORD)
    text = reader.pages[0].extract_text()
    assert "fever since 5 am" in text
    assert "[U+6F22] [U+1F600]" in text


def test_a_long_message_goes_on_over_the_page() -> None:
    sealed = sealing.to_password("t", "a line\n" * 200, PASSWORD)
    reader = pypdf.PdfReader(io.BytesIO(sealed.content), password=PASSWORD)
    assert sum(page.extract_text().count("a line") for page in reader.pages) == 200


def test_a_password_that_is_guessed_in_an_afternoon_is_refused() -> None:
    with pytest.raises(Refused, match="12 characters"):
        sealing.to_password("t", WORDS, "short")
