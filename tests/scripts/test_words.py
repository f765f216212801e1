"""What is said and shown: greetings, answers, numbers, names, times of day, 911."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import facts, phone_numbers
from scripts.emergency import line_for
from scripts.greeting import BadTemplate, check_template, say_greeting
from scripts.practice import Practice
from scripts.spelling import nato
from scripts.spoken import plain_clock, spoken_clock
from tests.scripts.samples import EVENING, lakeshore, library, maple, riverside
from tests.scripts.samples import practice as named


def greeted(practice: Practice, at: str, agent: str = "Dana") -> str:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(practice.timezone))
    return say_greeting(practice, moment, agent)


def test_the_greeting_of_the_evening() -> None:
    assert greeted(riverside(), "2026-11-24 19:42") == (
        "Thank you for calling Riverside Family Medicine, this is Dana with the after-hours team. "
        "If this is a medical emergency, please hang up and dial 911. How can I help you?"
    )


def test_the_greeting_follows_mode_and_hour() -> None:
    assert greeted(riverside(), "2026-11-24 09:00").startswith("Good morning, thank you for")
    assert greeted(riverside(), "2026-11-24 14:00").startswith("Good afternoon")
    assert "back today at one in the afternoon" in greeted(riverside(), "2026-11-24 12:10")
    assert "opens Monday at eight." in greeted(riverside(), "2026-11-26 10:00")
    assert "opens tomorrow at eight thirty" in greeted(lakeshore(), "2026-11-24 18:00")
    assert "while the front desk is with families" in greeted(maple(), "2026-11-19 10:00")


def test_every_greeting_of_every_practice_can_be_said_at_any_hour() -> None:
    for practice in (*library().practices, library().neutral("5155550177", "America/Chicago")):
        for day in range(22, 29):
            for hour in range(24):
                said = greeted(practice, f"2026-11-{day} {hour:02}:15", "Dana")
                assert "Dana" in said
                assert "{" not in said
                assert "  " not in said


def test_an_agents_name_is_never_run_as_a_template() -> None:
    assert "{{ practice }}" in greeted(riverside(), "2026-11-24 09:00", "{{ practice }}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ unknown }}",
        "{{ practice.__class__ }}",
        "{{ practice * 99999999 }}",
        "{{ range(10**9) }}",
        "{{ practice | upper }}",
        "{% set x = practice %}",
        "{% include 'x' %}",
        "{% for c in practice %}{{ c }}{% endfor %}",
        "{{ practice",
        "{% if practice %}",
    ],
)
def test_a_template_reaches_nothing(source: str) -> None:
    with pytest.raises(BadTemplate):
        check_template(source)


def test_a_template_may_choose_its_words() -> None:
    check_template("{% if mode == 'overflow' %}{{ agent }}{% else %}{{ practice }}{% endif %}")


# --- the practice's answers ----------------------------------------------------------------------


def test_the_lines_shown_before_anything_is_asked() -> None:
    lines = {fact.label: fact.text for fact in facts.summary(riverside(), EVENING)}
    assert lines == {
        "Hours": "Mon–Fri 8–17",
        "Address": "410 Locust St, Suite 2",
        "Insurance": "Wellmark, Aetna +5",
        "New patients": "Yes, Dr. Ortega",
        "Parking": "Ramp on 4th St, we stamp the ticket",
    }
    assert (
        facts.summary(maple(), EVENING)[0].text
        == "Mon–Wed 7:30–18, Thu 7:30–20, Fri 7:30–17, Sat 9–12"
    )
    assert facts.summary(library().neutral(), EVENING) == ()


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("parking", "Parking"),
        ("where can i park", "Parking"),
        ("wheres the parking", "Parking"),
        ("do you take aetna", "Insurance"),
        ("insurence", "Insurance"),
        ("medicare", "Insurance"),
        ("united healthcare", "Insurance"),
        ("are you open friday", "Fri 27 Nov"),
        ("what time do you close tomorow", "Wed 25 Nov"),
        ("open thanksgiving", "Thu 26 Nov"),
        ("closed on christmas?", "Fri 25 Dec"),
        ("are you open on wensday", "Wed 25 Nov"),
        ("fax", "Fax"),
        ("fax numbr", "Fax"),
        ("wheelchiar", "Wheelchair access"),
        ("dr ortega", "Dr. Ortega"),
        ("okafor", "Dr. Okafor"),
        ("new patient", "New patients"),
        ("adress", "Address"),
        ("directions", "Address"),
        ("copy of my records", "Records"),
        ("blood work results", "Lab results"),
        ("how much is a visit without insurance", "Payment without insurance"),
        ("do you speak spanish", "Interpreter"),
        ("which languages", "Languages"),
        ("no show fee", "Cancelling"),
        ("insur", "Insurance"),
    ],
)
def test_an_answer_is_found_as_it_is_asked(query: str, label: str) -> None:
    found = facts.search(riverside(), query, EVENING)
    assert found
    assert found[0].label == label, [(fact.label, fact.score) for fact in found]


@pytest.mark.parametrize("query", ["xyzzy", "quantum", "zebra crossing", "pizza"])
def test_what_the_practice_has_no_words_for_finds_nothing(query: str) -> None:
    assert facts.search(riverside(), query, EVENING) == ()


def test_a_day_is_answered_with_its_own_hours() -> None:
    (friday, *_) = facts.search(riverside(), "are you open friday", EVENING)
    assert friday.text == "Closed: Day after Thanksgiving"
    assert friday.full == "Friday the office is closed for Day after Thanksgiving."
    (today, *_) = facts.search(lakeshore(), "open today", EVENING)
    assert today.text == "8:30–16:30"
    assert today.full == (
        "Today the office is open from eight thirty to four thirty, with lunch from noon to twelve "
        "forty-five."
    )


@pytest.mark.parametrize(
    ("query", "label", "text"),
    [
        ("are you open now", "Now", "Closed, opens Wed 08:00"),
        ("are you open at 12:30", "Tue 24 Nov", "Closed at 12:30"),
        ("open tomorrow at 3", "Wed 25 Nov", "Open at 15:00"),
        ("open on december 24?", "Thu 24 Dec", "8–12"),
        ("are you open 12/24", "Thu 24 Dec", "8–12"),
        ("christmas eve", "Thu 24 Dec", "8–12"),
        ("open the 26th", "Thu 26 Nov", "Closed: Thanksgiving Day"),
        ("open thanksgivng?", "Thu 26 Nov", "Closed: Thanksgiving Day"),
        ("july 4th", "Sun 4 Jul", "Closed: Independence Day"),
        ("how do I get there", "Address", "410 Locust St, Suite 2"),
        ("is dr okafor in on thursday", "Dr. Okafor", "Thu 26 Nov: not in"),
        ("is dr okafer in monday", "Dr. Okafor", "Mon: 08:00–12:00 13:00–17:00"),
        ("do you take aetna", "Insurance", "Aetna: yes"),
        ("do you accept atna", "Insurance", "Aetna: yes"),
        ("do you take UHC", "Insurance", "UnitedHealthcare: yes"),
        ("do you take kaiser", "Insurance", "Kaiser Permanente: no"),
        ("do you take medicaid", "Insurance", "Medicaid: not on the list"),
        ("medicare advantage", "Insurance", "Medicare: on the list"),
    ],
)
def test_an_answer_is_worked_out(query: str, label: str, text: str) -> None:
    found = facts.search(riverside(), query, EVENING)[0]
    assert (found.label, found.text) == (label, text)


def test_next_friday_may_be_either_and_both_are_told() -> None:
    found = facts.search(riverside(), "are you open next friday", EVENING)
    assert [fact.label for fact in found][:2] == ["Fri 27 Nov", "Fri 4 Dec"]


def test_a_yes_is_only_said_of_the_very_plan() -> None:
    """Medicare is taken; whether every plan with the word in it is, the list does not say."""
    (found, *_) = facts.search(riverside(), "medicare advantage", EVENING)
    assert found.full.startswith(
        "Medicare is on the office's list. “advantage” is not named in it."
    )


def test_now_says_when_it_closes_or_opens_again() -> None:
    def now(at: str) -> str:
        moment = datetime.fromisoformat(at).replace(tzinfo=riverside().zone)
        return facts.search(riverside(), "are you open right now?", moment)[0].full

    assert now("2026-11-24 09:00") == "Yes, the office is open until noon."
    assert now("2026-11-24 12:10") == (
        "The office is closed for lunch now. It opens today at one in the afternoon."
    )
    assert now("2026-11-26 09:00") == (
        "The office is closed for Thanksgiving Day now. It opens Monday at eight."
    )


@given(query=st.text("abcdefo /0123456789:'", max_size=30), half=st.integers(0, 60))
def test_whatever_is_typed_is_looked_up(query: str, half: int) -> None:
    """Half a question, dates that are none, nonsense: an answer or none, never an error."""
    asked = f"is dr okafor in {query} on friday the 24th at 3, do you take blue cross"[:half]
    for text in (query, asked, f"open {query}"):
        facts.search(riverside(), text, EVENING)


def test_blank_asks_for_the_summary() -> None:
    assert facts.search(riverside(), "  ", EVENING) == facts.summary(riverside(), EVENING)


# --- numbers, names, times -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "e164", "shown", "said"),
    [
        (
            "5155550142",
            "+15155550142",
            "(515) 555-0142",
            "five one five, five five five, zero one four two",
        ),
        (
            "+1 (515) 555-0142",
            "+15155550142",
            "(515) 555-0142",
            "five one five, five five five, zero one four two",
        ),
        (
            "+44 20 7946 0018",
            "+442079460018",
            "+44 20 7946 0018",
            "plus four four, two zero, seven nine four six, zero zero one eight",
        ),
    ],
)
def test_numbers_are_kept_shown_and_said(given: str, e164: str, shown: str, said: str) -> None:
    number = phone_numbers.to_e164(given)
    assert number == e164
    assert phone_numbers.display(number) == shown
    assert phone_numbers.spoken(number) == said


@pytest.mark.parametrize("given", ["", "911", "555-0142", "anonymous", "5" * 20, "5155550142 x9"])
def test_what_is_no_number_is_refused_and_shown_as_it_came(given: str) -> None:
    with pytest.raises(phone_numbers.NotANumber):
        phone_numbers.to_e164(given)
    assert phone_numbers.dial_key(f" {given} ") == given
    assert phone_numbers.display("anonymous") == "anonymous"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Okafor", "Oscar Kilo Alfa Foxtrot Oscar Romeo"),
        ("Ann Lee", "Alfa November November, Lima Echo Echo"),
        (
            "O'Neil-Ruiz",
            "Oscar apostrophe November Echo India Lima hyphen Romeo Uniform India Zulu",
        ),
        ("Núñez", "November Uniform November Echo Zulu"),
        ("Søren", "Sierra Oscar Romeo Echo November"),
        ("Ward 7", "Whiskey Alfa Romeo Delta, seven"),
        ("", ""),
    ],
)
def test_names_in_nato_words(name: str, said: str) -> None:
    assert nato(name) == said


@pytest.mark.parametrize(
    ("clock", "plain", "said"),
    [
        (time(8), "eight", "eight"),
        (time(9, 20), "nine twenty", "nine twenty"),
        (time(6, 30), "six thirty", "six thirty in the morning"),
        (time(15, 5), "three oh five", "three oh five in the afternoon"),
        (time(12), "noon", "noon"),
        (time(12, 45), "twelve forty-five", "twelve forty-five in the afternoon"),
        (time(19, 42), "seven forty-two", "seven forty-two in the evening"),
        (time(0), "midnight", "midnight"),
        (time(0, 15), "twelve fifteen", "twelve fifteen in the morning"),
    ],
)
def test_times_of_day_in_words(clock: time, plain: str, said: str) -> None:
    assert plain_clock(clock) == plain
    assert spoken_clock(clock) == said


# --- 911 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("410 Locust St, Des Moines", "Des Moines and Polk County"),
        ("12 Oak St, West Des Moines", "West Des Moines and Dallas County"),
        ("west des moins", "West Des Moines and Dallas County"),
        ("50309", "Des Moines and Polk County"),
        ("waukee", "West Des Moines and Dallas County"),
        ("5030 Elm", None),
        ("Chicago", None),
        ("", None),
    ],
)
def test_the_emergency_number_of_the_patients_area(place: str, area: str | None) -> None:
    line = line_for(riverside(), place)
    assert (line.area if line else None) == area


def test_a_provider_is_named_with_a_title_once() -> None:
    names = {provider.id: provider.full for provider in maple().providers}
    assert names["patel"] == "Nina Patel"
    assert names["lindqvist"] == "Dr. Karin Lindqvist"


def test_a_number_may_have_a_greeting_of_its_own() -> None:
    noon = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    usual = say_greeting(riverside(), noon, "Dana", "+15155550100")
    assert usual == say_greeting(riverside(), noon, "Dana")
    for dialled in ("+15155550101", "515 555 0101"):
        own = say_greeting(riverside(), noon, "Dana", dialled)
        assert own == (
            "Riverside Family Medicine, colleagues' line, this is Dana. Who is calling, please?"
        )


def test_a_mode_a_number_says_nothing_of_has_the_usual_greeting() -> None:
    evening = datetime(2026, 11, 25, 1, 42, tzinfo=UTC)
    summit = named("summit_orthopedics")
    assert say_greeting(summit, evening, "Dana", "+13035550104") == (
        say_greeting(summit, evening, "Dana")
    )
