"""Words nobody else says: a caller's name, number and symptom, in every form they might leak in."""

import base64
from collections.abc import Iterator
from pathlib import Path

NAME = "Quillon Marksdottir"
NUMBER = "+15155550177"
SYMPTOM = "vermilion hiccups"
WORDS = ("Quillon", "Marksdottir", "vermilion", "5155550177", "555-0177", "555 0177", "5550177")


def forms() -> Iterator[tuple[str, bytes]]:
    """Return each mark in the encodings a file may have it in."""
    for word in WORDS:
        for text in {word, word.lower(), word.upper()}:
            yield word, text.encode()
            yield word, text.encode("utf-16-le")
            yield word, text.encode("utf-16-be")
            yield word, text.encode().hex().encode()
            for shift in range(3):  # base64 of a text that has it anywhere
                encoded = base64.b64encode(b"x" * shift + text.encode())
                yield word, encoded[4 if shift else 0 : -4]


def found_in(folder: Path, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return every file under a folder with a mark in its name or bytes, but for named ones."""
    told = [(word, form) for word, form in forms() if len(form) >= 6]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.name in but:
            continue
        found += [f"{path}: name, {word}" for word in WORDS if word.lower() in path.name.lower()]
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path}: {word}" for word, form in told if form in data]
    return found
