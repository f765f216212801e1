"""Health details made ready to leave: encrypted to the practice, or not at all.

A letter passes relays that keep it. Its content therefore goes either to the practice's own
certificate (S/MIME, RFC 8551) or into a PDF that opens with a password the practice was given by
another way (AES-256, ISO 32000-2 7.6). Whoever has neither is told only that something waits.
"""

import re
from base64 import b64decode
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from console.delivery.dispatch import Invitation, Refused, Sealed
from console.delivery.invited import add_invitation
from console.delivery.paper import as_pdf

LEAST_PASSWORD: Final = 12  # characters
_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.S)


def to_certificate(
    title: str, text: str, pem: bytes, now: datetime, *, invitation: Invitation | None = None
) -> Sealed:
    """Return the text enveloped to a certificate, or raise `Refused` where that cannot be read any
    more, is of a kind S/MIME does not encrypt to here, or has expired."""
    try:
        certificate = x509.load_der_x509_certificate(_der(pem))
    except ValueError as error:
        raise Refused("The practice's certificate cannot be read. Import it again.") from error
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refused(
            "The practice's certificate is out of its time. Ask the practice for its new one."
        )
    if not isinstance(certificate.public_key(), RSAPublicKey):
        raise Refused("The practice's certificate has no RSA key. Ask for one that has.")
    inner = EmailMessage(policy=SMTP)
    inner.set_content(f"{title}\n\n{text}\n")
    if invitation is not None:
        add_invitation(inner, invitation)
    envelope = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(inner.as_bytes())
        .set_content_encryption_algorithm(algorithms.AES256)
        .add_recipient(certificate)
        .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    return Sealed("smime.p7m", "application/pkcs7-mime", envelope, whole=True)


def _der(pem: bytes) -> bytes:
    """Return what a PEM text encloses (RFC 7468), also where its lines have run together. Raises
    `ValueError`."""
    found = _PEM.search(pem.decode("ascii", "replace"))
    if found is None:
        raise ValueError("no certificate")
    return b64decode("".join(found[1].split()), validate=True)


def to_password(title: str, text: str, password: str) -> Sealed:
    """Return the text in a PDF that opens with the password, or raise `Refused` for one that a
    machine guesses in an afternoon."""
    if len(password) < LEAST_PASSWORD:
        raise Refused(
            f"The practice's PDF password is shorter than {LEAST_PASSWORD} characters. "
            "Agree on a longer one."
        )
    return Sealed("message.pdf", "application/pdf", as_pdf(title, text, password))
