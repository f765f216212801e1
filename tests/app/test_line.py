"""What `[line]` says reaches the engine, and the password comes from a safe keyring only."""

from pathlib import Path

import keyring
import keyring.backend
import pytest

from console.errors import WorldError
from console.keychain import SERVICE, line_password
from console.settings import load_settings
from console.start import engine_options
from softphone.wire import CallerIdBy, Srtp, Transport, UseAccount


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_a_line_is_told_to_the_engine_whole(tmp_path: Path) -> None:
    line = load_settings(
        written(
            tmp_path,
            '[line]\nregistrar = "pbx1.example"\nregistrars = ["pbx2.example:5071"]\n'
            'user = "dana"\ntransport = "tls"\nsrtp = "required"\nca_file = "/etc/pbx-ca.pem"\n',
        )
    ).line
    assert line.account("secret") == UseAccount(
        "dana",
        "pbx1.example",
        "secret",
        Transport.TLS,
        ("pbx2.example:5071",),
        Srtp.REQUIRED,
        "/etc/pbx-ca.pem",
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[line]\ntransport = "sctp"', "line.transport"),
        ('[line]\nsrtp = "yes"', "line.srtp"),
        ('[line]\nregistrars = "pbx2"', "line.registrars"),
        ('[line]\npassword = "secret"', "password"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(WorldError, match=key):
        load_settings(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("[line]", CallerIdBy.FROM),
        ('[line]\nregistrar = "pbx.example"', CallerIdBy.ASSERTED),
        ('[line]\nregistrar = "pbx.example"\ncaller_id = "both"', CallerIdBy.BOTH),
    ],
)
def test_a_pbx_that_knows_us_by_from_is_told_the_number_beside_it(
    tmp_path: Path, text: str, by: CallerIdBy
) -> None:
    assert load_settings(written(tmp_path, text)).line.caller_id_by is by


def test_who_else_may_call_is_told_at_the_start(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, '[line]\nhear = ["192.0.2.0/24", "198.51.100.7"]'))
    options = engine_options(settings)
    assert [options[i + 1] for i, word in enumerate(options) if word == "--hear"] == [
        "192.0.2.0/24",
        "198.51.100.7",
    ]


class Keyring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return "secret" if (service, username) == (SERVICE, "dana@pbx") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def test_the_password_is_the_keyrings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    assert line_password("dana", "pbx") == "secret"
    with pytest.raises(WorldError, match="keyring set"):
        line_password("evan", "pbx")


def test_a_keyring_that_may_write_it_down_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "__module__", "keyrings.alt.file")
    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    with pytest.raises(WorldError, match="in the clear"):
        line_password("dana", "pbx")
