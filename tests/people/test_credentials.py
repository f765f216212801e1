"""Passwords, one-time codes by RFC 6238's own vectors, recovery codes."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.people import credentials

SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238 appendix B, SHA-1
VECTORS = {  # seconds since 1970: the last six of the appendix's eight digits
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
TIMES = st.integers(1_600_000_000, 3_700_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert credentials.totp_step(SECRET, code, now) == seconds // 30
    assert credentials.totp_step(SECRET, f"{code[:3]} {code[3:]}", now) == seconds // 30


@given(TIMES, st.integers(-5, 5))
def test_a_phone_may_be_one_step_off_and_no_more(now: datetime, off: int) -> None:
    code = pyotp.TOTP(SECRET).at(now, counter_offset=off)
    step = credentials.totp_step(SECRET, code, now)
    if abs(off) <= 1:
        assert step is not None
        assert pyotp.TOTP(SECRET).generate_otp(step) == code
    elif step is not None:  # two steps may share a code, one time in some hundred thousand
        assert pyotp.TOTP(SECRET).generate_otp(step) == code


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5"])
def test_what_is_no_code_is_no_code(typed: str) -> None:
    assert credentials.totp_step(SECRET, typed, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_secrets_are_long_and_never_the_same() -> None:
    drawn = {credentials.new_totp_secret() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(base64.b32decode(each)) == 20 for each in drawn)


def test_the_address_names_the_program_and_the_login() -> None:
    assert credentials.totp_uri(SECRET, "dana") == (
        f"otpauth://totp/Frontdesk:dana?secret={SECRET}&issuer=Frontdesk"
    )


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven1char",
        "password1234",
        "Frontdesk2026!",
        "danawhitfield",
        "dana.whitfield1",
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "qwertyqwerty",
        "x" * 300,
    ],
)
def test_what_would_be_tried_first_is_refused(password: str) -> None:
    assert credentials.password_fault(password, login="dana", name="Dana Whitfield")


@pytest.mark.parametrize(
    "password", ["four words no one tries", "Kgj3-98sd-aKq1", "blau grün sonne"]
)
def test_words_in_a_row_are_taken(password: str) -> None:
    assert not credentials.password_fault(password, login="dana", name="Dana Whitfield")


def test_a_password_made_up_is_good_and_a_hash_is_no_password() -> None:
    made = credentials.new_password()
    assert not credentials.password_fault(made, login="dana", name="Dana Whitfield")
    kept = credentials.hash_secret(made)
    assert kept.startswith("$argon2id$")
    assert made not in kept
    assert credentials.fits(made, kept)
    assert not credentials.fits(made.lower(), kept)
    assert not credentials.fits(made, "no hash at all")
    assert not credentials.fits_nobody(made)


def test_the_real_parameters_are_those_of_rfc_9106() -> None:
    from argon2 import PasswordHasher

    assert (PasswordHasher().memory_cost, PasswordHasher().time_cost) == (65536, 3)


def test_recovery_codes_are_known_however_they_are_typed() -> None:
    codes = credentials.new_recovery_codes()
    assert len(set(codes)) == credentials.RECOVERY_CODES
    one = codes[0]
    kept = credentials.recovery_hash("dana", one)
    assert kept == credentials.recovery_hash("dana", one.lower().replace("-", " "))
    assert kept != credentials.recovery_hash("amira", one)
    assert credentials.looks_like_recovery(one.lower())
    assert not credentials.looks_like_recovery("123456")


def test_a_step_is_half_a_minute() -> None:
    assert timedelta(seconds=30) == credentials.STEP
