from pathlib import Path

import pytest

from console.store.errors import BadPlace
from console.store.place import FilePlace, ServerPlace, place_of
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed


def test_a_path_is_a_file() -> None:
    assert place_of("here/records.db") == FilePlace(Path("here/records.db"))
    assert place_of(Path("records.db")) == FilePlace(Path("records.db"))
    assert place_of("~/records.db") == FilePlace(Path.home() / "records.db")
    assert place_of("sqlite:////var/records.db") == FilePlace(Path("/var/records.db"))


def test_an_address_is_a_server() -> None:
    place = place_of("postgresql://desk-12@db.example.com/frontdesk")
    assert place == ServerPlace("db.example.com", "frontdesk", "desk-12")
    assert place_of(str(place)) == place
    other = place_of("postgresql://desk@[::1]:6000/frontdesk")
    assert isinstance(other, ServerPlace)
    assert (other.host, other.port, other.loopback) == ("::1", 6000, True)
    assert place_of(str(other)) == other


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("postgresql://desk:secret@db.example.com/frontdesk", "it belongs in the keyring"),
        ("postgresql://db.example.com/frontdesk", "a user, a host and a database"),
        ("postgresql://desk@db.example.com", "a user, a host and a database"),
        ("postgresql://desk@db.example.com:port/frontdesk", "cannot be read"),
        ("postgresql://desk@db.example.com/x?sslmode=require", "could pretend to be"),
        ("postgresql://desk@db.example.com/x?passfile=secret", "cannot be set in it"),
        ("mysql://desk@db.example.com/frontdesk", "not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_mend_and_without_a_password(
    where: str, what: str
) -> None:
    with pytest.raises(BadPlace, match=what) as refused:
        place_of(where)
    assert "postgresql://user@host/database" in refused.value.mend
    assert "secret" not in str(refused.value).replace("passfile", "")


def told(where: str) -> dict[str, object]:
    place = place_of(where)
    assert isinstance(place, ServerPlace)
    return PostgreSQL(place, Handed(b"x", {place.account: "word"})).connect_arguments(busy_ms=50)


def test_a_server_elsewhere_must_prove_who_it_is() -> None:
    far = told("postgresql://desk@db.example.com/frontdesk")
    assert (far["sslmode"], far["sslrootcert"]) == ("verify-full", "system")
    own = told("postgresql://desk@db.example.com/frontdesk?sslrootcert=/etc/ca.pem")
    assert (own["sslmode"], own["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert "sslmode" not in told("postgresql://desk@127.0.0.1/frontdesk")
    assert far["password"] == "word"
