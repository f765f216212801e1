"""Edits of a practice's text: everything else stays as it was written."""

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.editing import edits
from scripts.editing.data import find, same, with_entry, with_move, with_value, without
from scripts.editing.order import keys_at
from scripts.faults import KeyPath
from scripts.loader import SAMPLES, load_text

FILES = sorted(Path(SAMPLES).glob("*.yaml"))
TEXTS = {path.name: path.read_text("utf-8") for path in FILES}


TYPED = (
    *("no", "true", "12", "1.50", "a: b", "# x", "- x", "“Hi”", "", "x'\"y", "{{ a }}"),
    *("yes, [and] {more}", "0", "null", "*x", "tab\there", "a\u2028b", "\x07"),
)


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def places(data: Any, path: KeyPath = ()) -> list[KeyPath]:
    """Every path of a file's data."""
    found: list[KeyPath] = [path] if path else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += places(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            found += places(value, (*path, place))
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_one_changed_value_changes_its_own_lines_and_no_other(name: str) -> None:
    text = TEXTS[name]
    data = edits.read(text)
    words = [path for path in places(data) if isinstance(find(data, path), str)]
    for path in words[::16]:
        value = find(data, path)
        after = edits.put(text, path, f"{value} changed")
        assert same(edits.read(after), with_value(data, path, f"{value} changed"))
        assert edits.put(after, path, value).count("#") == text.count("#")
        removed = [line for line in changed_lines(text, after) if line[0] == "-"]
        assert len(removed) <= 8, path  # long words fill several lines
        assert not any(line[1:].lstrip().startswith("#") for line in removed), path


@pytest.mark.parametrize("name", TEXTS)
def test_every_entry_can_be_moved_copied_and_taken_out(name: str) -> None:
    text = TEXTS[name]
    data = edits.read(text)
    lists = [path for path in places(data) if isinstance(find(data, path), list)]
    for path in lists[::8]:
        count = len(find(data, path))
        last = (*path, count - 1)
        assert same(edits.read(edits.move(text, last, 0)), with_move(data, last, 0)), path
        copied = edits.copy(text, (*path, 0))
        assert same(edits.read(copied), with_entry(data, path, 1, find(data, (*path, 0)))), path
        assert edits.take_out(copied, (*path, 1)) == text or count == 1, path
        gone = edits.take_out(text, (*path, 0))
        assert same(edits.read(gone), without(data, (*path, 0))), path


def test_a_comment_stays_with_what_it_is_about() -> None:
    text = TEXTS["maple_pediatrics.yaml"]
    moved = edits.insert(text, ("coverage", "rules"), 0, {"days": ["sat"], "mode": "primary"})
    moved = edits.move(moved, ("coverage", "rules", 1), 0)
    lines = [line.strip() for line in moved.splitlines()]
    at = lines.index("# The nurses' meeting: their desk does not answer.")
    assert lines[at + 1].startswith("- {days: [wed]")
    gone = edits.take_out(moved, ("coverage", "rules", 0))
    assert "nurses' meeting" not in gone
    kept = edits.put(text, ("forms", "question", "steps", 0, "questions", 2, "enableWhen", 0,
                            "operator"), "=")  # fmt: skip
    assert "enableWhen: # not sure counts as yes" in kept


def test_a_new_key_stands_where_the_models_have_it() -> None:
    text = TEXTS["maple_pediatrics.yaml"]
    after = edits.put(text, ("faq", 0, "short"), "Phones open early")
    assert len(changed_lines(text, after)) == 2
    gone = edits.take_out(text, ("faq", 0, "short"))
    again = edits.put(gone, ("faq", 0, "short"), "Phones open 7:30, Saturday 9:00")
    lines = [line.strip() for line in again.splitlines()]
    at = next(i for i, line in enumerate(lines) if line.startswith("short: ") and "7:30" in line)
    assert lines[at + 1].startswith("synonyms:")
    assert load_text(again).faq == load_text(text).faq
    assert keys_at(("forms", "symptom", "steps", 0, "questions", 1))[:3] == (
        "linkId",
        "type",
        "text",
    )


def test_what_is_typed_stays_words() -> None:
    text = TEXTS["maple_pediatrics.yaml"]
    for typed in TYPED:
        for path in (
            ("address",),
            ("faq", 1, "answer"),
            ("faq", 2, "synonyms", 0),
            ("languages", 1),
        ):
            assert find(edits.read(edits.put(text, path, typed)), path) == typed


def test_anchors_do_not_carry_a_change_elsewhere() -> None:
    text = "id: a\nx: &one {p: 1, q: [2]}\ny: *one\nz:\n  <<: 3\n"
    after = edits.put(text, ("y", "p"), 5)
    assert edits.read(after) == {"id": "a", "x": {"p": 1, "q": [2]}, "y": {"p": 5, "q": [2]},
                                 "z": {"<<": 3}}  # fmt: skip
    after = edits.take_out(text, ("x",))
    assert edits.read(after) == {"id": "a", "y": {"p": 1, "q": [2]}, "z": {"<<": 3}}


def test_what_is_no_yaml_cannot_be_edited() -> None:
    with pytest.raises(edits.CannotEdit, match="is not YAML"):
        edits.put("a: [", ("a",), 1)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)
VALUES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.integers(0, 999)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_sequence_of_edits_reads_as_was_asked(data: st.DataObject) -> None:
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    known = edits.read(text)
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.sampled_from(places(known)))
        at = find(known, path)
        in_list = isinstance(path[-1], int)
        act = data.draw(st.sampled_from(("put", "out", "insert", "move", "copy", "key")))
        if act == "put":
            value = data.draw(VALUES)
            known, text = with_value(known, path, value), edits.put(text, path, value)
        elif act == "out":
            known, text = without(known, path), edits.take_out(text, path)
        elif act == "insert" and isinstance(at, list):
            place, value = data.draw(st.integers(0, len(at))), data.draw(VALUES)
            known, text = (
                with_entry(known, path, place, value),
                edits.insert(text, path, place, value),
            )
        elif act == "move" and in_list:
            to = data.draw(st.integers(0, len(find(known, path[:-1])) - 1))
            known, text = with_move(known, path, to), edits.move(text, path, to)
        elif act == "copy" and in_list:
            known = with_entry(known, path[:-1], int(path[-1]) + 1, at)
            text = edits.copy(text, path)
        elif act == "key" and isinstance(at, dict):
            text = edits.put(text, (*path, "newly"), data.draw(VALUES))
            known = edits.read(text)
            assert "newly" in find(known, path)
        assert same(edits.read(text), known)
        if not known:
            return
