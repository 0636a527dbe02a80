"""How the letters of a text file are written, and what other programs made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import charset_normalizer
from charset_normalizer.constant import IANA_SUPPORTED

from matching.intake.guard import wide_letters

#: How much of a file is looked at, in bytes.
_SAMPLE = 200_000

#: Encodings that a person may choose, with the words for them.
ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8 (usual today)",
    "cp1252": "Windows, Western Europe and America",
    "mac_roman": "Old Macintosh",
    "latin-1": "ISO Latin 1",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "cp437": "DOS, America",
    "cp850": "DOS, Western Europe",
    "cp1250": "Windows, Central Europe",
    "cp1251": "Windows, Cyrillic",
    "shift_jis": "Japanese",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "euc_kr": "Korean",
}


def is_encoding(name: str) -> bool:
    """Tell whether a name is one of letters; other codecs unpack or run what they read.

    Parameters
    ----------
    name : str
        One of :data:`ENCODINGS`, or what was guessed for a file before.

    Returns
    -------
    bool
    """
    return name in ENCODINGS or name in IANA_SUPPORTED


def decode(data: bytes, chosen: str | None) -> tuple[str, str, list[str]]:
    """Return the text of a file in whatever encoding it has.

    Parameters
    ----------
    data : bytes
        The file.
    chosen : str or None
        A person's choice among :data:`ENCODINGS`; guessed if ``None``.

    Returns
    -------
    str
        The text.
    str
        The encoding.
    list of str
        What was decided, one sentence each.
    """
    if chosen is not None:
        return _as(data, chosen, [])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16", ["The file is in UTF-16."])
    if wide := wide_letters(data):
        return _as(data, wide, ["The file is in UTF-16."])
    try:
        return data.decode("utf-8-sig"), "utf-8", []
    except UnicodeDecodeError:
        encoding = _encoding(data)
    return _as(data, encoding, [f"The file is not in UTF-8; it was read as {encoding}."])


def _as(data: bytes, encoding: str, said: list[str]) -> tuple[str, str, list[str]]:
    """Return the text in one encoding, and say how much of it could not be read."""
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    if lost:
        said = [*said, f"{lost:,} characters could not be read and show as \ufffd."]
    return text, encoding, said


def ungarbled(text: str) -> tuple[str, int]:
    """Put letters right that a program read in the wrong encoding and wrote again.

    Parameters
    ----------
    text : str
        A text that may hold "â€™" where "’" was meant.

    Returns
    -------
    str
    int
        How many places were put right.
    """
    count = 0

    def right(found: re.Match[str]) -> str:
        nonlocal count
        try:
            meant = b"".join(map(_windows, found[0])).decode("utf-8")
        except UnicodeError:
            return found[0]
        count += 1
        return meant

    if text.isascii() or not _GARBLED.search(text):
        return text, 0
    return _GARBLED.sub(right, text), count


def _windows(letter: str) -> bytes:
    """Return the byte that Windows reads as a letter; five bytes stand for nothing there."""
    return letter.encode("latin-1" if letter in "\x81\x8d\x8f\x90\x9d" else "cp1252")


#: What UTF-8's two and three bytes look like when they are read as Windows' letters.
#: Behind a capital they may be meant: "IRMÃ”" ends with a quotation mark.
_GARBLED = re.compile(
    "(?<![A-Z\u00c0-\u00de])[ÂÃ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
    "|â[€„‚ˆ†‡‰Š‹Œ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|ï»¿"
)


def _encoding(data: bytes) -> str:
    """Return the encoding that makes most sense of a file that is not UTF-8.

    Windows and old Macintosh programs write most such files, so theirs come
    first; a detector's proposal wins only where it reads strictly better.
    """
    first = next(k for k, byte in enumerate(data) if byte > 127)
    sample = data[max(0, first - _SAMPLE // 2) : first + _SAMPLE]
    found = charset_normalizer.from_bytes(sample).best()
    candidates = ["cp1252", "mac_roman", *([found.encoding] if found else [])]
    return max(candidates, key=lambda name: (_sense(sample, name), -candidates.index(name)))


def _sense(sample: bytes, encoding: str) -> float:
    """Return the share of foreign signs that make sense where they stand."""
    text, _ = ungarbled(sample.decode(encoding, errors="replace"))
    good = total = 0
    for before, sign, after in zip(" " + text[:-1], text, text[1:] + " ", strict=True):
        if sign < "\x80":
            continue
        total += 1
        if sign in _QUOTES:
            good += 1
        elif sign in "–—":
            good += not (before.islower() and after.islower())
        elif "\xc0" <= sign <= "\xff" and sign.isalpha():
            good += sign.islower() or not before.islower()
    return good / total if total else 0.0


_QUOTES = "‘’“”…•®°\xa0"
