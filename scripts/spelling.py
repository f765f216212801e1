"""Names in the NATO words, so that a name read back over a poor line is heard right.

The ICAO spelling alphabet (ICAO Annex 10, volume II, 5.2.1.3).
"""

import unicodedata
from typing import Final

from scripts.wordlist import words

_WORDS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        words(
            "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike "
            "November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee "
            "Zulu"
        ),
        strict=True,
    )
)
_SIGNS: Final = {"-": "hyphen", "'": "apostrophe", "’": "apostrophe", ".": "dot", "@": "at"}
_DIGITS: Final = dict(
    zip("0123456789", words("zero one two three four five six seven eight nine"), strict=True)
)
# Letters that do not come apart into a base letter and an accent.
_APART: Final = str.maketrans({"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ß": "ss", "Æ": "AE"})


def nato(name: str) -> str:
    """Return “Oscar Kilo Alfa” for “Oka”; the words of a name are parted by commas.

    Accents are dropped, as a caller spelling aloud drops them; a letter of another script is
    given as it is.
    """
    parts = (" ".join(_word(char) for char in part) for part in _plain(name).split())
    return ", ".join(part for part in parts if part)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.translate(_APART))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _word(char: str) -> str:
    return _WORDS.get(char.upper()) or _SIGNS.get(char) or _DIGITS.get(char) or char
