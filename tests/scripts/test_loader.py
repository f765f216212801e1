import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts import yamlfile
from scripts.calltypes import CallType
from scripts.faults import Fault, PracticeFileError
from scripts.loader import SAMPLES, load_library, load_practice
from scripts.practice import Practice
from tests.scripts.samples import library, riverside, text_of

RIVERSIDE = text_of("riverside_family_medicine.yaml")
MAPLE = text_of("maple_pediatrics.yaml")
LAKESHORE = text_of("lakeshore_cardiology.yaml")


def write(folder: Path, text: str, name: str = "practice.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    path = write(folder, text)
    with pytest.raises(PracticeFileError) as caught:
        load_practice(path)
    assert caught.value.faults
    return caught.value.faults


def edited(text: str, old: str, new: str) -> tuple[str, int]:
    """The text with one passage changed, and the line the passage begins at."""
    assert old in text, old
    return text.replace(old, new, 1), text[: text.index(old)].count("\n") + 1


# --- what is good ------------------------------------------------------------------------------


def test_the_sample_practices_load_and_differ() -> None:
    names = library().names
    assert names == (
        "Desert Bloom Dermatology",
        "Harborside Women's Health",
        "Lakeshore Cardiology",
        "Maple Pediatrics",
        "Riverside Family Medicine",
        "Summit Orthopedics and Sports Medicine",
    )
    _, _, lakeshore, maple, river, _ = library().practices
    assert (lakeshore.baa, lakeshore.timezone) == (None, "America/Detroit")
    assert (maple.coverage.daytime, river.coverage.daytime) == ("overflow", "primary")
    assert len({practice.specialty for practice in library().practices}) == 6
    assert len({practice.timezone for practice in library().practices}) == 5
    for practice in library().practices:
        assert len(practice.faq) >= 8
        assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers(practice))
    for call_type in CallType:  # no two ask the same
        asked = [
            tuple((q.text, q.say) for q in practice.forms[call_type].questions())
            for practice in library().practices
        ]
        assert len(set(asked)) == len(asked)


def numbers(practice: Practice) -> list[str]:
    phones = [provider.phone for provider in practice.providers if provider.phone]
    lines = [line.number for line in practice.protocol.emergency_lines]
    return [*practice.numbers, *phones, *lines]


@pytest.mark.parametrize(
    "dialled", ["+15155550100", "5155550100", "(515) 555-0101", "515-555-0100", "15155550100"]
)
def test_a_practice_is_found_by_the_number_as_dialled(dialled: str) -> None:
    assert library().by_number(dialled) is riverside()


def test_a_number_nobody_has_gets_the_neutral_practice() -> None:
    assert library().by_number("+15155550177") is None
    neutral = library().for_number("+15155550177", "America/Denver")
    assert neutral.neutral
    assert neutral.numbers == ("+15155550177",)
    assert neutral.timezone == "America/Denver"
    assert library().for_number("sip-extension-7").neutral
    assert library().by_id("riverside_family_medicine") is riverside()


def test_the_version_changes_with_the_file(tmp_path: Path) -> None:
    before = load_practice(write(tmp_path, RIVERSIDE)).version
    assert before == riverside().version
    assert len(before) == 12
    assert load_practice(write(tmp_path, RIVERSIDE + "# edited\n")).version != before


def test_words_that_other_readers_take_for_values_stay_words(tmp_path: Path) -> None:
    text, _ = edited(RIVERSIDE, "languages: [English, Spanish]", "languages: [no, on, Yes]")
    text = text.replace('opens: "08:00"', "opens: 8:00").replace('to: "13:00"', "to: 13:00")
    loaded = load_practice(write(tmp_path, text))
    assert loaded.languages == ("no", "on", "Yes")
    assert loaded.hours["mon"] == riverside().hours["mon"]


# --- what is wrong -----------------------------------------------------------------------------

WRONG = [
    # old, new, key, a piece of the sentence
    (
        'mon: {opens: "08:00"',
        'mon: {opens: "8 am"',
        "hours.mon.opens",
        "write 24-hour clock, such as 08:00",
    ),
    ('mon: {opens: "08:00"', 'mon: {opens: "18:00"', "hours.mon", "before it opens"),
    (
        'lunch: {from: "12:00", to: "13:00"}',
        'lunch: {from: "19:00", to: "20:00"}',
        "hours.mon",
        "lunch",
    ),
    ("  sun: closed\n", "", "hours", "says nothing of sun"),
    ("timezone: America/Chicago", "timezone: Central", "timezone", "IANA"),
    ('numbers: ["+15155550100", "+15155550101"]', "numbers: []", "numbers", "at least one"),
    ('numbers: ["+15155550100"', 'numbers: ["555"', "numbers[0]", "not a phone number"),
    ("id: riverside_family_medicine", "id: Riverside!", "id", "small letters"),
    ("specialty: Family medicine\n", "", "specialty", "missing"),
    ("specialty:", "speciality:", "speciality", "did you mean “specialty”"),
    ("city: Des Moines", "city: [Des Moines]", "city", "has to be words"),
    ("city: Des Moines", "city: ''", "city", "is empty"),
    ("date: 2026-12-24", "date: 24.12.2026", "exceptions[0].date", "year-month-day"),
    ("date: 2027-03-12", "date: 2026-12-24", "exceptions[1].date", "given twice"),
    ("- Memorial Day", "- Memorial Dey", "holidays.closed_on[1]", "did you mean “Memorial Day”"),
    ("subdivision: IA", "subdivision: ZZ", "holidays", "no calendar"),
    ("daytime: primary", "daytime: after_hours", "coverage.daytime", "primary or overflow"),
    ("daytime: primary", "daytime: sometimes", "coverage.daytime", "write one of"),
    (
        'from: "15:00", to: "17:00", mode',
        'from: "15:00", mode',
        "coverage.rules[0]",
        "both from and to",
    ),
    ("{date: 2026-12-31, from", "{from", "coverage.rules[0]", "either date or days"),
    (
        "{{ agent }} with the after-hours team. If this",
        "{{ agnet }} with. 911",
        "greetings.after_hours.default",
        "agnet",
    ),
    (
        "{{ agent }}. How can I",
        "{{ agent.__class__ }}. How",
        "greetings.primary.default",
        "getattr",
    ),
    (
        "{{ agent }}. How can I",
        "{{ agent. How can I",
        "greetings.primary.default",
        "cannot be read as a greeting",
    ),
    (
        "{{ agent }}. How can I",
        "{% for x in agent %}{{ x }}{% endfor %}",
        "greetings.primary.default",
        "only names and if",
    ),
    (
        "please hang up and dial 911. How can I",
        "please wait. How can I",
        "greetings.after_hours.default",
        "does not say 911",
    ),
    (
        "please hang up and dial 911. The office is at lunch",
        "you will be fine. 911. The office is at lunch",
        "greetings.after_hours.lunch",
        "reassures",
    ),
    (
        "  overflow:\n    default: >-\n      Good {{ part_of_day }}, {{ practice }}, this",
        "  x: >-\n      Good {{ part_of_day }}, this",
        "greetings.x",
        "write one of",
    ),
    ("  - label: Fax\n", "  - label: Parking\n", "faq[1].label", "label of entry 1"),
    (
        "The ramp on Fourth Street is free for our patients.",
        "Take an aspirin, and don't worry.",
        "faq[0].answer",
        "reassures or advises",
    ),
    ("  - id: ortega\n", "  - id: okafor\n", "providers[1].id", "taken by entry 1"),
    (
        "providers: [ortega, okafor]",
        "providers: [ortegga]",
        "appointment_types[0].providers[0]",
        "did you mean “ortega”",
    ),
    (
        "minutes: 40\n    providers",
        "minutes: 2\n    providers",
        "appointment_types[0].minutes",
        "too small",
    ),
    (
        "minutes: 40\n    providers",
        "minutes: soon\n    providers",
        "appointment_types[0].minutes",
        "figures",
    ),
    ("who: new\n", "who: nobody\n", "appointment_types[0].who", "new or existing or both"),
    ("document_sha256: 5b1f", "document_sha256: zz", "baa.document_sha256", "does not fit"),
    ("ends_on: 2028-01-11", "ends_on: 2020-01-11", "baa.ends_on", "before signed_on"),
    (
        "    refill: {recipient: clinical staff, due: {business_days: 1}}\n",
        "",
        "protocol.messages",
        "no rule for refill",
    ),
    (
        "due: {business_days: 1}}",
        "due: {}}",
        "protocol.messages.refill.due",
        "either business_days or minutes",
    ),
    (
        "question: caller_wish, operator",
        "question: caller_wsh, operator",
        "protocol.hold_policy.when[0].question",
        "did you mean “caller_wish”",
    ),
    (
        "answerCoding: message}",
        "answerCoding: nurse}",
        "protocol.hold_policy.when[0].answerCoding",
        "there are doctor, message",
    ),
    (
        "fallback: [{provider: okafor}",
        "fallback: [{provider: nobody}",
        "on_call.fallback[0].provider",
        "not a provider",
    ),
    ('    phone: "+15155550110"\n', "", "on_call.fallback[0].provider", "on call without a phone"),
    (
        "tiers: [{provider: okafor}, {provider: ortega, after: 10}]",
        "tiers: [{provider: okafor, after: 3}]",
        "on_call.weekly[0]",
        "after: 0",
    ),
    ("to: 2026-11-28T00:00", "to: 2026-11-20T00:00", "on_call.dated[0]", "before it starts"),
    ("to: 2026-11-28T00:00", "to: 2026-11-28T00:00Z", "on_call.dated[0].to", "time zone"),
    (
        "linkId: question\n            type: string",
        "linkId: question\n            type: words",
        "forms.question.steps[0].questions[0].type",
        "write one of",
    ),
    (
        "linkId: needs_message",
        "linkId: question",
        "forms.question.steps[0].questions[1].linkId",
        "used twice",
    ),
    (
        "linkId: question\n",
        "linkId: 1 question\n",
        "forms.question.steps[0].questions[0].linkId",
        "not a linkId",
    ),
    (
        "- {question: needs_message,",
        "- {question: needs_mesage,",
        "forms.question.steps[1].questions[0].enableWhen[0].question",
        "did you mean “needs_message”",
    ),
    (
        "- {question: needs_message,",
        "- {question: callback,",
        "forms.question.steps[1].questions[0].enableWhen[0].question",
        "not asked before",
    ),
    (
        'operator: "=", answerBoolean: true}]\n',
        'operator: "=", answerString: "yes"}]\n',
        "forms.refill.steps[1].questions[4].enableWhen[0]",
        "use answerBoolean",
    ),
    (
        'operator: "=", answerBoolean: true}]\n',
        'operator: "="}]\n',
        "forms.refill.steps[1].questions[4].enableWhen[0]",
        "exactly one of",
    ),
    (
        'operator: "=", answerBoolean: true}]\n',
        'operator: ">", answerBoolean: true}]\n',
        "forms.refill.steps[1].questions[4].enableWhen[0]",
        "exists, = or !=",
    ),
    (
        'operator: "=", answerBoolean: true}]\n',
        'operator: "~", answerBoolean: true}]\n',
        "forms.refill.steps[1].questions[4].enableWhen[0].operator",
        "write one of",
    ),
    (
        "control: open_times, feeds: slot,",
        "feeds: slot,",
        "forms.new_appointment.steps[2].questions[0]",
        "choice without answers",
    ),
    (
        "control: phone,\n             feeds: callback_number",
        "feeds: callback_number",
        "forms.new_appointment.steps[0].questions[2]",
        "control: phone",
    ),
    (
        "feeds: medication,\n             phi: true,",
        "feeds: medication,\n            ",
        "forms.refill.steps[1].questions[0]",
        "add phi: true",
    ),
    (
        "{code: cancel, display: Cancel}",
        "{code: drop, display: Drop}",
        "forms.change_appointment.steps[1].questions[2].answerOption",
        "move and cancel",
    ),
    (
        "“What would you like to know?”",
        "“Is this an emergency?”",
        "forms.question.steps[0].say",
        "judge an emergency",
    ),
    (
        "Is it getting worse?\n            say: “Is it getting worse?”",
        "Is it life-threatening?\n            say: “Worse?”",
        "forms.symptom.steps[2].questions[1].text",
        "judge an emergency",
    ),
    (
        "“A few short questions for the doctor.”",
        "“Don't worry, it is probably nothing.”",
        "forms.symptom.steps[2].say",
        "reassures",
    ),
    (
        "            feeds: refused_911\n",
        "            feeds: refused_911\n            required: true\n",
        "forms.emergency.steps[0].questions[3].required",
        "in the way of 911",
    ),
    (
        "             feeds: location}",
        "             feeds: location, phi: true}",
        "forms.emergency.steps[0].questions[0].phi",
        "in the way of 911",
    ),
    ("            feeds: refused_911\n", "", "forms.emergency", "refused_911"),
    (
        "feeds: slot,\n             required: true, critical: true}",
        "feeds: notes,\n             required: true, critical: true}",
        "forms.new_appointment",
        "feeds slot",
    ),
    ("  refill:\n    steps:", "  refil:\n    steps:", "forms.refil", "write one of"),
    (
        "  urgent:\n    steps:",
        "  urgent:\n    ends: answered\n    steps:",
        "forms.urgent.ends",
        "it ends escalated",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "piece"), WRONG, ids=lambda value: str(value)[:40])
def test_a_fault_names_file_line_key_and_mend(
    tmp_path: Path, old: str, new: str, key: str, piece: str
) -> None:
    text, line = edited(RIVERSIDE, old, new)
    faults = faults_of(tmp_path, text)
    found = [fault for fault in faults if fault.key == key]
    assert found, "\n".join(map(str, faults))
    assert any(piece in fault.wrong for fault in found), "\n".join(map(str, faults))
    assert all(fault.file.name == "practice.yaml" for fault in faults)
    # the fault lies at the passage or in the block around it, never somewhere else
    if old.strip() in RIVERSIDE and key.count(".") > 1 and "on_call.fallback" not in key:
        assert min(abs(fault.line - line) for fault in found) <= 8


def test_a_missing_form_is_named(tmp_path: Path) -> None:
    text = RIVERSIDE[: RIVERSIDE.index("  emergency:\n    steps:")]
    (fault,) = faults_of(tmp_path, text)
    assert (fault.key, fault.line) == (
        "forms",
        RIVERSIDE[: RIVERSIDE.index("\nforms:")].count("\n") + 2,
    )
    assert "no form for emergency" in fault.wrong


def test_a_symptom_form_cannot_be_kept_as_a_message_without_a_signature(tmp_path: Path) -> None:
    text, _ = edited(MAPLE, "  symptom:\n    steps:", "  symptom:\n    ends: message\n    steps:")
    (fault,) = faults_of(tmp_path, text)
    assert fault.key == "forms.symptom.ends"
    assert "hold_policy is signed" in fault.wrong


def test_the_line_is_the_lines_own(tmp_path: Path) -> None:
    text, line = edited(RIVERSIDE, 'thu: {opens: "08:00"', 'thu: {opens: "8 am"')
    (fault,) = faults_of(tmp_path, text)
    assert fault.line == line
    assert str(fault) == (
        f"practice.yaml, line {line}, hours.thu.opens: "
        "“8 am” is not a time; write 24-hour clock, such as 08:00"
    )


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = RIVERSIDE.replace("timezone: America/Chicago", "timezone: Nowhere")
    text = text.replace('wed: {opens: "08:00"', 'wed: {opens: "late"')
    text = text.replace("accepting: true", "accepting: perhaps")
    text = text.replace("linkId: onset", "linkId: on set")
    faults = faults_of(tmp_path, text)
    assert [fault.key for fault in faults] == [
        "timezone",
        "hours.wed.opens",
        "new_patients.accepting",
        "forms.symptom.steps[1].questions[1].linkId",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert len(str(PracticeFileError(faults)).splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("- a\n- b\n", "key: value lines"),
        ("just words", "key: value lines"),
        ("id: [1, 2\nname: x", "not YAML"),
        ("id: a\n\tname: b\n", "a tab stands"),
        ("id: a: b\n", "“:”"),
        ("id: *nobody\n", "anchor"),
        ("id: a\nname: x\nid: b\n", "given twice, first in line 1"),
        ("id: !!python/object/apply:os.system ['true']\n", "tag"),
        ("id: !secret x\n", "tag"),
        ("? [a, b]\n: c\n", "a key has to be a word"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
            "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c]\n"
            "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n",
            "unfolds to more",
        ),
        ("a: &a [*a]\n", "unfolds to more"),
        ("[" * 5000, "nested too deeply"),
        ("- " * 5000 + "x", "nested too deeply"),
        ("\n".join(" " * n + "a:" for n in range(300)), "nested too deeply"),
        ("id: a\n---\nid: b\n", "not YAML"),
        ("id: \x07\n", "not YAML"),
        ("x: " + "y" * 1_100_000, "at most 1,000,000"),
    ],
    ids=lambda value: value[:24].encode("unicode_escape").decode(),
)
def test_what_is_no_practice_file_at_all_is_refused_in_a_sentence(
    tmp_path: Path, text: str, piece: str
) -> None:
    begun = time.monotonic()
    faults = faults_of(tmp_path, text)
    assert piece in " ".join(map(str, faults))
    assert time.monotonic() - begun < 5


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"id: a\nname: Caf\xe9\n")
    with pytest.raises(PracticeFileError, match=r"latin.yaml, line 2: is not UTF-8"):
        load_practice(tmp_path / "latin.yaml")
    with pytest.raises(PracticeFileError, match=r"gone.yaml, line 1: cannot be read: No such file"):
        load_practice(tmp_path / "gone.yaml")
    with pytest.raises(PracticeFileError, match="is not a folder"):
        load_library(tmp_path / "nowhere")


def test_what_the_program_sets_is_not_written(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, RIVERSIDE + "version: mine\n")
    assert (fault.key, fault.line) == ("version", RIVERSIDE.count("\n") + 1)


# --- a folder ----------------------------------------------------------------------------------


def test_a_broken_neighbour_takes_no_practice_down(tmp_path: Path) -> None:
    write(tmp_path, RIVERSIDE, "a.yaml")
    write(tmp_path, "id: [", "b.yaml")
    write(tmp_path, MAPLE.replace("city: Ames", "town: Ames"), "c.yaml")
    write(tmp_path, LAKESHORE, "d.yml")
    write(tmp_path, "not a practice", "README.txt")
    loaded = load_library(tmp_path)
    assert loaded.names == ("Riverside Family Medicine", "Lakeshore Cardiology")
    assert {fault.file.name for fault in loaded.faults} == {"b.yaml", "c.yaml"}


def test_a_number_has_one_practice_and_the_first_keeps_it(tmp_path: Path) -> None:
    write(tmp_path, RIVERSIDE, "a.yaml")
    text, line = edited(
        MAPLE, 'numbers: ["+15155550120"]', 'numbers: ["+15155550120", "5155550101"]'
    )
    write(tmp_path, text, "b.yaml")
    loaded = load_library(tmp_path)
    assert loaded.names == ("Riverside Family Medicine",)
    (fault,) = loaded.faults
    assert (fault.file.name, fault.line, fault.key) == ("b.yaml", line, "numbers[1]")
    assert "(515) 555-0101 belongs to a.yaml already" in fault.wrong


def test_an_id_has_one_practice(tmp_path: Path) -> None:
    write(tmp_path, RIVERSIDE, "a.yaml")
    write(
        tmp_path, MAPLE.replace("id: maple_pediatrics", "id: riverside_family_medicine"), "b.yaml"
    )
    loaded = load_library(tmp_path)
    assert [fault.key for fault in loaded.faults] == ["id"]
    assert "taken by a.yaml" in loaded.faults[0].wrong


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert load_library(tmp_path).practices == ()


def test_the_samples_are_where_the_program_looks() -> None:
    assert len(list(SAMPLES.glob("*.yaml"))) == 6


ODD_TEXTS = [
    *("a: 1\na: 2", "a: &x 1\nb: *x", "- !tag a", "? [a]\n: b", "a: 1\n---\nb: 2", "", "# no"),
    *("a: [1, 2", "a: " + "[" * 60 + "]" * 60, "a: !!str 1", "[a, {b: c}]", "word"),
]
PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["no", "12:30"])
YAML_TEXTS = st.one_of(
    st.sampled_from(ODD_TEXTS),
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=12,
    ).map(lambda data: yaml.safe_dump(data, allow_unicode=True)),
    st.text("ab:-[]{}&*!'\"\n #1", max_size=30),
)


@given(text=YAML_TEXTS)
def test_the_quick_reader_reads_what_the_one_with_lines_reads(text: str) -> None:
    """And whatever is odd it leaves to the other, which says so."""
    path = Path("practice.yaml")
    try:
        expected = yamlfile.data_of(path, yamlfile.compose(path, text))
    except PracticeFileError:
        with pytest.raises(PracticeFileError):
            yamlfile.parse(path, text)
    else:
        assert yamlfile.parse(path, text)[0] == expected


@pytest.mark.parametrize(
    ("words", "piece"),
    [
        ("“{{ agnet }} will help.”", "names {{ agnet }}, which is not known"),
        ("“{{ agent.upper() }}”", "only names and if are allowed"),
        ("“{% for a in practice %}{% endfor %}”", "only names and if are allowed"),
        ("“{{ agent ”", "cannot be read"),
    ],
)
@pytest.mark.parametrize(
    "old",
    [
        "say: “What would you like to know?”",
        "say: “Shall I have somebody from the office call you back?”",
    ],
)
def test_a_phrase_is_a_template_too(tmp_path: Path, old: str, words: str, piece: str) -> None:
    text, line = edited(RIVERSIDE, old, f"say: '{words}'")
    (fault,) = faults_of(tmp_path, text)
    assert fault.line == line
    assert fault.key.endswith(".say")
    assert piece in fault.wrong
