"""A practice's calendar: what its file may say of it, and what is refused with which words."""

from typing import Any

import pytest
from pydantic import ValidationError

from scripts.checks import check
from scripts.own_calendar import OwnCalendar, Told
from tests.scripts.samples import riverside

URL = "https://dav.riverside.example/visits/"
CALDAV = {"kind": "caldav", "url": URL, "user": "frontdesk", "secret": "riverside-calendar"}
FEED = {"kind": "feed", "url": "https://ical.example/private-{secret}/basic.ics", "secret": "feed"}


def calendar(**more: Any) -> OwnCalendar:
    return OwnCalendar.model_validate(CALDAV | more)


def test_by_default_nothing_but_time_and_reference_leaves() -> None:
    assert calendar().tells == ()
    assert calendar().away_after == 15


def test_a_provider_has_the_practices_calendar_or_one_of_their_own() -> None:
    own = "https://dav.riverside.example/okafor/"
    both = calendar(providers={"okafor": own})
    assert (both.address_of("okafor"), both.address_of("ortega")) == (own, URL)
    assert calendar(url=None, providers={"okafor": own}).address_of("ortega") is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5232/a/", "http://[::1]/a/", "http://localhost/"]
)
def test_a_calendar_on_this_machine_needs_no_tls(url: str) -> None:
    assert calendar(url=url).url == url


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (CALDAV | {"url": "http://dav.riverside.example/"}, "never read in the clear"),
        (CALDAV | {"url": "webcal://dav.riverside.example/"}, "does not begin with https://"),
        (CALDAV | {"url": "https://"}, "is not an address"),
        (CALDAV | {"url": "https://[half/"}, "is not an address"),
        (CALDAV | {"url": "https://me:Xy7@dav.riverside.example/"}, "into the keyring"),
        (CALDAV | {"url": None}, "names no calendar"),
        (CALDAV | {"secret": "Xy7 horse!"}, "is not the name of a secret"),
        (CALDAV | {"password": "Xy7 horse!"}, "holds a password"),
        (CALDAV | {"secret": None}, "has a user and no secret"),
        (CALDAV | {"user": None}, "has a secret and no user"),
        (CALDAV | {"url": FEED["url"]}, "for a feed's address"),
        (CALDAV | {"away_after": 1}, "greater than or equal to 2"),
        (FEED | {"tells": ["type"]}, "only read"),
        (FEED | {"secret": None}, "goes with its user"),
        (FEED | {"url": "https://ical.example/basic.ics"}, "goes with its user"),
    ],
)
def test_what_cannot_be_is_refused_and_no_secret_repeated(
    given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence) as refused:
        OwnCalendar.model_validate(given)
    assert "Xy7" not in " ".join(fault["msg"] for fault in refused.value.errors())


def test_a_feed_is_read_with_the_secret_in_its_address_or_with_a_user() -> None:
    assert OwnCalendar.model_validate(FEED).secret == "feed"
    plain = {"kind": "feed", "url": "https://ical.example/basic.ics"}
    assert OwnCalendar.model_validate(plain).secret is None
    assert OwnCalendar.model_validate(plain | {"user": "a", "secret": "feed"}).user == "a"


def test_its_providers_are_the_practices_and_telling_of_patients_needs_an_agreement() -> None:
    given = calendar(providers={"okafr": URL}, tells=["patient"])
    found = list(check(riverside().model_copy(update={"calendar": given, "baa": None})))
    assert [path for path, _ in found if path[0] == "calendar"] == [
        ("calendar", "providers", "okafr"),
        ("calendar", "tells"),
    ]
    sentences = " ".join(sentence for _, sentence in found)
    assert "did you mean “okafor”?" in sentences
    assert "needs a signed agreement" in sentences
    good = calendar(tells=["patient"])
    assert good.tells == (Told.PATIENT,)
    assert list(check(riverside().model_copy(update={"calendar": good}))) == []
