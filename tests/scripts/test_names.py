"""A practice found among many by what is typed of its name."""

import pytest

from scripts.loader import Library
from scripts.practice import Practice
from tests.scripts.samples import library, riverside

NAMES = (
    "Riverside Family Medicine",
    "Maple Pediatrics",
    "Lakeshore Cardiology",
    "Maple Grove Dermatology",
    "St. Mary's Women's Health",
    "Cedar Valley Orthopedics",
)


def named(name: str, number: int) -> Practice:
    changed = {"id": f"p{number}", "name": name, "spoken_name": name, "city": "Ames"}
    return riverside().model_copy(update=changed)


MANY = Library(tuple(named(name, number) for number, name in enumerate(NAMES)))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("riv", "Riverside Family Medicine"),
        ("riversid famly", "Riverside Family Medicine"),
        ("pediatrics maple", "Maple Pediatrics"),
        ("maple ped", "Maple Pediatrics"),
        ("maple", "Maple Pediatrics"),
        ("mapel grove", "Maple Grove Dermatology"),
        ("lakshore cardology", "Lakeshore Cardiology"),
        ("the lakeshore office", "Lakeshore Cardiology"),
        ("st marys", "St. Mary's Women's Health"),
        ("womens health", "St. Mary's Women's Health"),
        ("ortho", "Cedar Valley Orthopedics"),
        ("orthopedics ames", "Cedar Valley Orthopedics"),
        ("CEDAR-VALLEY", "Cedar Valley Orthopedics"),
    ],
)
def test_a_name_is_found_as_it_is_typed(typed: str, first: str) -> None:
    assert MANY.find_name(typed)[0].name == first


@pytest.mark.parametrize("typed", ["", "   ", "!!", "xyzzy", "zz top plumbing"])
def test_what_is_no_name_finds_nothing(typed: str) -> None:
    assert MANY.find_name(typed) == ()


def test_every_letter_keeps_the_practice_in_sight() -> None:
    for practice in library().practices:
        for end in range(1, len(practice.name) + 1):
            assert practice in library().find_name(practice.name[:end])


def test_no_more_are_given_than_asked_for() -> None:
    assert len(MANY.find_name("ames", limit=2)) == 2
    assert len(MANY.find_name("a")) <= 8
