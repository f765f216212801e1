"""The reference says all a file can say, and what it shows can be used as it stands."""

import re
from pathlib import Path

import pytest

from scripts.calltypes import CallType, Mode
from scripts.conditions import Operator
from scripts.ladders import LadderAct, Way
from scripts.loader import _KEYS, load_practice
from scripts.questions import Control, QuestionType
from scripts.rota import OverrideAct
from scripts.shapes import read_shapes

PAGE = Path(__file__).parents[2] / "docs" / "scripts.md"
TEXT = PAGE.read_text("utf-8")


@pytest.mark.parametrize("key", _KEYS)
def test_every_key_is_told(key: str) -> None:
    assert re.search(rf"(?<![A-Za-z_]){re.escape(key)}(?![A-Za-z_])", TEXT), key


@pytest.mark.parametrize(
    "kind", [CallType, Mode, QuestionType, Control, LadderAct, Way, OverrideAct]
)
def test_every_word_of_a_list_is_told(kind: type[CallType]) -> None:
    missing = [word.value for word in kind if not re.search(rf"\b{re.escape(word.value)}\b", TEXT)]
    assert missing == []


def test_every_operator_is_told() -> None:
    assert all(f"`{operator.value}`" in TEXT for operator in Operator)


def test_the_smallest_practice_is_one(tmp_path: Path) -> None:
    path = tmp_path / "elm_street.yaml"
    path.write_text(block("yaml")[-1], "utf-8")
    assert load_practice(path).spoken_name == "the Elm Street Clinic"


def test_the_shape_shown_is_one() -> None:
    (shape,) = read_shapes(PAGE, block("json")[0])
    assert shape.answers["symptom"].words == "chest pain"


def block(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
