"""The sealed file: everything comes back, and nothing can be changed without being noticed."""

import io
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone import vault
from softphone.vault import End, Mark, Sealer, Sound, Tampered

ID = "0123456789abcdef" * 2
KEY = bytes(range(32))


def written(sounds: list[bytes], *, end: bool = True) -> bytes:
    sealer = Sealer(ID, KEY)
    file = sealer.header + sealer.mark(100.0, "started")
    for pcm in sounds:
        file += sealer.sound(pcm)
    return file + (sealer.end(200.0) if end else b"")


def read(file: bytes, recording: str = ID, key: bytes = KEY) -> list[vault.Piece]:
    return list(vault.pieces(io.BytesIO(file), recording, key))


def sound_of(pieces: list[vault.Piece]) -> bytes:
    return b"".join(piece.pcm for piece in pieces if isinstance(piece, Sound))


samples = st.binary(min_size=1, max_size=200).map(lambda data: data * vault.FRAME)
chunks = st.lists(samples, max_size=8)


@given(chunks)
def test_whatever_the_chunks_the_sound_comes_back_whole_and_in_its_place(
    sounds: list[bytes],
) -> None:
    pieces = read(written(sounds))
    assert sound_of(pieces) == b"".join(sounds)
    place = 0
    for piece in pieces:
        assert piece.place == place
        place += len(piece.pcm) // vault.FRAME if isinstance(piece, Sound) else 0
    assert pieces[0] == Mark(0, 100.0, "started")
    assert pieces[-1] == End(place, 200.0)


@given(chunks, st.data())
def test_a_file_cut_anywhere_gives_its_whole_chunks_and_shows_the_cut(
    sounds: list[bytes], data: st.DataObject
) -> None:
    file = written(sounds)
    kept = file[: data.draw(st.integers(32, len(file) - 1))]
    pieces = read(kept)
    assert vault.looks_whole(io.BytesIO(file))
    assert not vault.looks_whole(io.BytesIO(kept))
    assert b"".join(sounds).startswith(sound_of(pieces))
    assert not any(isinstance(piece, End) for piece in pieces)


@given(chunks, st.data())
def test_a_bit_changed_anywhere_is_noticed(sounds: list[bytes], data: st.DataObject) -> None:
    file = bytearray(written(sounds))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        pieces = read(bytes(file))
    except Tampered:
        return
    # A longer length tears the rest off: what is left is whole and the cut shows.
    assert b"".join(sounds).startswith(sound_of(pieces))
    assert not any(isinstance(piece, End) for piece in pieces)


def parts(file: bytes) -> list[bytes]:
    """The header, then each chunk."""
    found, at = [file[:32]], 32
    while at < len(file):
        length = int.from_bytes(file[at : at + 4], "big") + 5
        found.append(file[at : at + length])
        at += length
    return found


@pytest.mark.parametrize("wrong", ["swapped", "left out", "twice", "another's", "something after"])
def test_chunks_cannot_be_moved_dropped_repeated_or_brought_in(wrong: str) -> None:
    header, *kept = parts(written([b"\1\2\3\4" * 9, b"\5\6\7\0" * 9]))
    if wrong == "swapped":
        kept[1], kept[2] = kept[2], kept[1]
    elif wrong == "left out":
        del kept[1]
    elif wrong == "twice":
        kept.insert(1, kept[1])
    elif wrong == "another's":
        other = Sealer("f" * 32, KEY)
        other.mark(100.0, "started")
        kept[1] = other.sound(b"\1\2\3\4" * 9)
    else:
        kept.append(b"\0")
    with pytest.raises(Tampered):
        read(b"".join([header, *kept]))


def test_without_its_own_key_and_id_a_file_is_unreadable() -> None:
    file = written([bytes(400)])
    with pytest.raises(Tampered, match="key"):
        read(file, key=secrets.token_bytes(32))
    with pytest.raises(Tampered, match="not this recording's"):
        read(file, recording="f" * 32)
    assert bytes(400) not in file


def test_a_name_says_nothing_and_leads_nowhere_else(tmp_path: Path) -> None:
    assert vault.file_of(tmp_path, ID).parent == tmp_path
    for strange in ("../../etc/passwd", "5155550142", "", ID.upper()):
        with pytest.raises(ValueError, match="id"):
            vault.file_of(tmp_path, strange)
