"""Names spelt nearly like another: what a name that was heard over the telephone is looked for as.

A blind index finds what is the same and nothing else, so every spelling that lies one slip away is
looked for: a letter wrong, left out, too many, or changed for its neighbour (Damerau, “A technique
for computer detection and correction of spelling errors”, CACM 7(3), 1964), an initial or a middle
name more or less. Accents, capitals, dots and the order of the words count for nothing anyway
(`blind.plain_name`).
"""

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

from console.store.secrecy.blind import plain_name

LONGEST: Final = 40  # letters; of a longer name only itself is looked for


def spelt_nearly(name: str) -> tuple[str, ...]:
    """Return the plain spellings a name is looked for under, its own first; none for no name. Of
    fourteen letters it is some eight hundred."""
    plain = plain_name(name)
    if not plain:
        return ()
    if len(plain) > LONGEST:
        return (plain,)
    words = plain.split()
    return tuple(dict.fromkeys((plain, *(_joined(near) for near in _near(words)))))


def _joined(words: list[str]) -> str:
    return " ".join(sorted(word for word in words if word))


def _near(words: list[str]) -> Iterator[list[str]]:
    for at, word in enumerate(words):
        before, after = words[:at], words[at + 1 :]
        if len(words) > 2 or len(word) == 1:
            yield [*before, *after]
        for spelt in _slips(word):
            yield [*before, spelt, *after]
    if len(words) > 1:
        for initial in ascii_lowercase:
            yield [*words, initial]


def _slips(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in ascii_lowercase:
            yield f"{head}{letter}{tail}"
            if tail:
                yield f"{head}{letter}{tail[1:]}"
        if tail and len(word) > 1:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
