import time

import pytest

from scripts.practice import Practice
from scripts.protocol import RedFlagRule
from scripts.redflags import RedFlags
from tests.scripts.samples import library

BASE = RedFlags()


def flags(text: str) -> set[str]:
    return {hit.flag for hit in BASE.find(text)}


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ("I have chest pain", "Chest pain"),
        ("my chest is hurting since noon", "Chest pain"),
        ("pressure in the middle of my chest", "Chest pain"),
        ("CHEST PAINS!!", "Chest pain"),
        ("chset pain", "Chest pain"),
        ("he can't breathe", "Trouble breathing"),
        ("shes short of breath", "Trouble breathing"),
        ("difficulty brething", "Trouble breathing"),
        ("hard for her to get air", "Trouble breathing"),
        ("she is not breathing", "Not breathing"),
        ("lips are turning blue", "Not breathing"),
        ("his face is drooping", "Stroke signs"),
        ("slurred speach all of a sudden", "Stroke signs"),
        ("numb on the left side", "Weakness on one side"),
        ("can't move his right arm", "Weakness on one side"),
        ("worst headache of my life", "Worst headache"),
        ("fever of 103 since this morning and a stiff neck", "Stiff neck with fever"),
        ("her neck is stiff and she has a temperature", "Stiff neck with fever"),
        ("neck stiff, 102.5", "Stiff neck with fever"),
        ("my 6 week old has a fever", "Fever in a young infant"),
        ("newborn with 101.2", "Fever in a young infant"),
        ("fever, 2 months old", "Fever in a young infant"),
        ("I want to kill myself", "Suicide or self-harm"),
        ("thinking about suicide", "Suicide or self-harm"),
        ("feeling suicidle", "Suicide or self-harm"),
        ("I don't want to live any more", "Suicide or self-harm"),
        ("the bleeding won't stop", "Severe bleeding"),
        ("there is blood everywhere", "Severe bleeding"),
        ("coughing up blood", "Bleeding inside"),
        ("she passed out in the kitchen", "Unconscious"),
        ("he is unresponsive", "Unconscious"),
        ("I can't wake him up", "Unconscious"),
        ("unconcious", "Unconscious"),
        ("having a siezure", "Seizure"),
        ("her throat is closing up", "Anaphylaxis"),
        ("I used the EpiPen", "Anaphylaxis"),
        ("hives and trouble swallowing, lips swollen", "Allergic reaction, severe"),
        ("took too many pills", "Overdose or poisoning"),
        ("pregnant and bleeding", "Bleeding in pregnancy"),
        ("no fever but chest pain", "Chest pain"),
        ("denies fever. Has chest pain", "Chest pain"),
        ("not sure if it is chest pain", "Chest pain"),
        ("no relief from the chest pain", "Chest pain"),
        ("chest pain is not going away", "Chest pain"),
        ("chest pain no better", "Chest pain"),
        ("no, I have chest pain", "Chest pain"),
        ("no cough, chest pain since noon", "Chest pain"),
        ("not only fever, also chest pain", "Chest pain"),
        ("never had chest pain like this before", "Chest pain"),
        ("chest pain, no fever", "Chest pain"),
    ],
)
def test_red_flags_are_seen_however_they_are_said(said: str, flag: str) -> None:
    assert flag in flags(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "no chest pain",
        "denies chest pain",
        "denied any chest pain or shortness of breath",
        "no chest pain, fever or stiff neck",
        "no fever, chest pain or trouble breathing",
        "she doesn't have chest pain",
        "he does not have any trouble breathing",
        "without fever and stiff neck",
        "chest pain: no",
        "Chest pain? No.",
        "never had chest pain",
        "not suicidal",
        "stiff neck from sleeping badly",
        "fever of 103",
        "needs a refill of lisinopril",
        "spelling of the name",
        "the staff fewer days",
        "wants blood work results",
        "fever, 6 years old",
        "ate breakfast then took a breather",
        "my heart medicine ran out",
        "left side of the parking lot",
    ],
)
def test_denials_and_everyday_words_show_nothing(said: str) -> None:
    assert flags(said) == set()


def test_a_hit_names_the_words_as_the_caller_said_them() -> None:
    (hit,) = BASE.find("Fever of 103 since this morning and a Stiff Neck")
    assert hit.words == ("Fever", "Stiff Neck")
    assert hit.sentence == "“Fever” with “Stiff Neck” is a red flag here."


def test_a_practice_adds_flags_and_takes_none_away() -> None:
    own = RedFlags([RedFlagRule(name="Device", all_of=(("icd",), ("fired", "shock*")))])
    assert {hit.flag for hit in own.find("my ICD fired twice, chest pain")} == {
        "Device",
        "Chest pain",
    }


def test_words_within_a_window_only() -> None:
    near = RedFlags([RedFlagRule(name="Near", all_of=(("purple",), ("zebra",)), within=3)])
    assert [hit.flag for hit in near.find("a purple and zebra")] == ["Near"]
    assert near.find("purple is the colour of that striped zebra") == ()


@pytest.mark.parametrize("practice", library().practices, ids=lambda p: p.id)
def test_a_keystroke_takes_less_than_two_milliseconds(practice: Practice) -> None:
    matcher = RedFlags(practice.protocol.red_flags)
    text = (
        "My son has had a fever of 103 since this morning and now he says his neck hurts when he "
        "bends it, no rash, he drinks a little and threw up twice; we gave him something at noon. "
    ) * 2
    matcher.find(text)
    took = []
    for end in range(len(text) - 100, len(text)):
        start = time.perf_counter()
        matcher.find(text[:end])
        took.append(time.perf_counter() - start)
    assert sorted(took)[len(took) // 4] < 0.002
