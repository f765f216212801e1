"""What people prove themselves with: passwords, one-time codes, recovery codes.

Passwords and PINs are kept as Argon2id hashes with RFC 9106's second recommended parameters, the
library's defaults; making or checking one takes some 50 ms, so never on the window's thread. Rules
for passwords are NIST SP 800-63B 5.1.1.2's: length, and no word that anybody would try first; no
mixture of signs, no expiry.
"""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

ISSUER: Final = "Frontdesk"
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256  # so that a pasted file does not keep the processor busy
SHORTEST_PIN: Final = 4
STEP: Final = timedelta(seconds=30)  # RFC 6238 5.2
SKEW: Final = 1  # steps the phone's clock may be off, either way
RECOVERY_CODES: Final = 10
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_TRIED_FIRST: Final = (
    "password",
    "frontdesk",
    "receptionist",
    "administrator",
    "qwerty",
    "letmein",
)

_hasher = PasswordHasher()
_nobody = ""  # a hash to check against where there is no account, made when first needed


def hash_secret(secret: str) -> str:
    """Return the Argon2id hash of a password or a PIN."""
    return _hasher.hash(secret)


def fits(secret: str, secret_hash: str) -> bool:
    """Tell whether a password or PIN is the one hashed."""
    try:
        return _hasher.verify(secret_hash, secret[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def fits_nobody(secret: str) -> bool:
    """Take as long as `fits`, and be wrong: a name that nobody has must not answer sooner."""
    global _nobody  # noqa: PLW0603 - 50 ms that a program without a wrong name never spends
    _nobody = _nobody or hash_secret(secrets.token_hex())
    fits(secret, _nobody)
    return False


def database_password(login: str, password: str) -> str:
    """Return the password of somebody's role on the records' server: what they type, stretched
    once more under a salt of its own, so that neither the server nor its verifier knows the
    password and the account's hash does not open the server."""
    salt = hashlib.sha256(f"frontdesk database {login}".encode()).digest()[:16]
    raw = hash_secret_raw(
        password.encode(),
        salt,
        time_cost=_hasher.time_cost,
        memory_cost=_hasher.memory_cost,
        parallelism=_hasher.parallelism,
        hash_len=32,
        type=Type.ID,
    )
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def password_fault(password: str, *, login: str, name: str) -> str:
    """Return what is wrong with a chosen password as a sentence with the mend, "" when nothing."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. A few words in a row do well."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    low = password.lower()
    if len(set(low)) < 5:
        return "Use more different characters."
    known = [login.lower(), *name.lower().split()]
    left = low
    for word in (*_TRIED_FIRST, *(each for each in known if len(each) > 2)):
        left = left.replace(word, "")
    if len(left.strip("0123456789 !?.-_")) < 6:
        return "This is what somebody would try first. Use words that have nothing to do with you."
    return ""


def new_password() -> str:
    """Return a password to be used once and then replaced: 80 random bits, easy to read out."""
    return _grouped(16)


# --- one-time codes (RFC 6238) -----------------------------------------------------------------


def new_totp_secret() -> str:
    """Return a new secret for one-time codes: 160 random bits in base32 (RFC 4226 4, R6)."""
    return pyotp.random_base32(32)


def totp_uri(secret: str, login: str) -> str:
    """Return the `otpauth:` address an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step a code belongs to, None where it is none of now or a step beside.

    Whoever takes it must remember the step and refuse it, and every earlier one, from then on
    (RFC 6238 5.2).
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    at = int(now.timestamp()) // int(STEP.total_seconds())
    made = pyotp.TOTP(secret)
    found = None
    for step in range(at - SKEW, at + SKEW + 1):
        if secrets.compare_digest(made.generate_otp(step), digits):
            found = step
    return found


# --- recovery codes ----------------------------------------------------------------------------


def new_recovery_codes() -> tuple[str, ...]:
    """Return codes that each stand in once for a lost phone."""
    return tuple(_grouped(16) for _ in range(RECOVERY_CODES))


def recovery_hash(login: str, code: str) -> str:
    """Return what is kept of a recovery code, however it is typed.

    Plain SHA-256: there is no dictionary of 80 random bits, and ten slow hashes for each wrong
    code would only slow the desk.
    """
    plain = "".join(each for each in code.upper() if each in _LETTERS)
    return hashlib.sha256(f"{login}:{plain}".encode()).hexdigest()


def looks_like_recovery(code: str) -> bool:
    """Tell whether something typed for a code can only be a recovery code."""
    return len("".join(each for each in code.upper() if each in _LETTERS)) == 16


def _grouped(letters: int) -> str:
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(letters))
    return "-".join(drawn[at : at + 4] for at in range(0, letters, 4))
