"""A sealed file gives back what went in, and nothing once a byte of it is another one."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.store import sealing
from matching.store.sealing import CHUNK, SealedReader, SealedWriter, is_sealed

WORDS = "correct horse battery staple"
#: Of the header and of the sum at the end of a chunk.
HEAD, TAG = 32, 16
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17)


@pytest.fixture(autouse=True)
def _little_work(monkeypatch):
    monkeypatch.setattr(sealing, "WORK", 4)


def sealed(content, words=WORDS):
    file = io.BytesIO()
    with SealedWriter(file, words) as writer:
        writer.write(content)
    return file.getvalue()


def opened(data, words=WORDS):
    return SealedReader(io.BytesIO(data), words)


def content(size):
    return bytes(k * 7 % 251 for k in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_what_went_in_comes_out(size):
    data = sealed(content(size))
    assert opened(data).read() == content(size)
    assert is_sealed(io.BytesIO(data))
    assert not is_sealed(io.BytesIO(b"PK\x03\x04"))


@given(
    st.lists(st.binary(max_size=3000), max_size=30),
    st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 90_000)), max_size=5),
)
@settings(max_examples=30)
def test_it_reads_from_any_place_however_it_was_written(parts, asked):
    file = io.BytesIO()
    whole = b"".join(parts) + content(CHUNK)
    with SealedWriter(file, WORDS) as writer:
        for part in (*parts, content(CHUNK)):
            writer.write(part)
    reader = io.BufferedReader(opened(file.getvalue()))
    for place, size in asked:
        reader.seek(place)
        assert reader.read(size) == whole[place : place + size]


def test_it_holds_nothing_of_the_content():
    secret = b"Oak House, R-4711"
    data = sealed(secret * 5000)
    assert secret not in data
    assert secret[:6] not in data


def test_the_same_content_is_sealed_differently_each_time():
    assert sealed(b"x" * 100)[HEAD:] != sealed(b"x" * 100)[HEAD:]


@pytest.mark.parametrize(
    "words", ["", "correct horse battery stapl", "Correct horse battery staple"]
)
def test_another_passphrase_opens_nothing(words):
    with pytest.raises(InputError, match="passphrase is wrong"):
        opened(sealed(b"x" * 100), words)


def read_all(data):
    return opened(data).read()


@pytest.mark.parametrize("place", [8, 9, 20, 30, HEAD, HEAD + 5, HEAD + CHUNK, -1])
def test_a_changed_byte_is_seen(place):
    data = bytearray(sealed(content(2 * CHUNK + 9)))
    data[place] ^= 1
    with pytest.raises(InputError):
        read_all(bytes(data))


def test_chunks_moved_left_out_or_cut_off_are_seen():
    data = sealed(content(3 * CHUNK + 9))
    head, step = data[:HEAD], CHUNK + TAG
    chunks = [data[HEAD + k * step : HEAD + (k + 1) * step] for k in range(4)]
    for others in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], *chunks[2:]],
        chunks[:3],
        chunks[:1],
        [],
        [*chunks, chunks[3]],
    ):
        with pytest.raises(InputError):
            read_all(head + b"".join(others))


@pytest.mark.parametrize("size", [0, 7, HEAD - 1, HEAD, HEAD + 3])
def test_a_file_that_was_cut_off_early_is_seen(size):
    with pytest.raises(InputError):
        read_all(sealed(content(100))[:size])


def test_a_file_cannot_ask_for_any_amount_of_work():
    data = bytearray(sealed(b""))
    data[8] = 40
    with pytest.raises(InputError):
        opened(bytes(data))


def test_a_zip_can_be_written_through_it_and_read_back():
    file = io.BytesIO()
    with SealedWriter(file, WORDS) as writer, zipfile.ZipFile(writer, "w") as out:
        out.writestr("a.txt", content(200_000))
        with out.open("b.txt", "w", force_zip64=True) as lines:
            lines.write(b"line\n")
    with zipfile.ZipFile(opened(file.getvalue())) as back:
        assert back.read("a.txt") == content(200_000)
        assert back.read("b.txt") == b"line\n"
        assert back.testzip() is None
