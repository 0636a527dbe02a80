"""Refuses files that are too large, dangerous or no spreadsheet, before reading them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from matching.domain.errors import InputError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be.

    Attributes
    ----------
    file_bytes : int
        Largest file, in bytes.
    unpacked_bytes : int
        Largest sum of everything packed inside it, in bytes.
    entries : int
        Most files packed inside it.
    cells : int
        Largest area of a sheet, rows times columns.
    """

    file_bytes: int = 10 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    entries: int = 2_000
    cells: int = 30_000_000


#: What the dashboard accepts.
SMALL = Limits()
#: What the command line accepts.
LARGE = Limits(file_bytes=250 * MEGABYTE, unpacked_bytes=2_000 * MEGABYTE)


class Container(StrEnum):
    """What a file is by its first bytes, whatever its name says."""

    ZIP = "zip"  #: xlsx, xlsb, ods
    OLE = "ole"  #: xls
    TEXT = "text"  #: csv


#: The first byte that is neither blank nor a mark of the encoding.
_CONTENT = re.compile(rb"[^\x00 \t\r\n\xef\xbb\xbf]")
_NEXT = "Save the list as .xlsx or .csv and choose that file."
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "a packed archive"),
    (b"7z\xbc\xaf", "a packed archive"),
    (b"Rar!", "a packed archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a text document"),
)


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse an empty file and one that is too large.

    Raises
    ------
    InputError
        With the size and the limit in words.
    """
    if not _CONTENT.search(data):
        raise InputError("The file is empty.", next_step="Choose a file with at least one row.")
    if len(data) > limits.file_bytes:
        raise InputError(
            f"The file has {len(data) / MEGABYTE:,.0f} MB; "
            f"at most {limits.file_bytes / MEGABYTE:,.0f} MB are read.",
            next_step="Remove pictures and sheets that are not needed, or split the list.",
        )


def container(data: bytes) -> Container:
    """Return what kind of file this is.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    Container

    Raises
    ------
    InputError
        If it is something other than a spreadsheet.
    """
    if data.startswith(b"PK\x03\x04"):
        return Container.ZIP
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Container.OLE
    for magic, what in _MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:512]):
            raise InputError(f"The file is {what}, not a spreadsheet.", next_step=_NEXT)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table")):
        raise InputError("The file is a web page, not a spreadsheet.", next_step=_NEXT)
    if head.startswith(b"<?xml"):
        raise InputError("The file is an XML document, not a spreadsheet.", next_step=_NEXT)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and b"\x00" in data[:4096]:
        raise InputError("The file is not a spreadsheet.", next_step=_NEXT)
    return Container.TEXT


def check_zip(data: bytes, limits: Limits) -> int:
    """Refuse a packed spreadsheet that would unpack to more than it may.

    The sizes written in the file are looked at first, then everything is
    unpacked in a bounded stream, because written sizes may be false.

    Parameters
    ----------
    data : bytes
        A file that starts like a zip archive.
    limits : Limits
        Largest sizes.

    Returns
    -------
    int
        How many formula cells have no stored result.

    Raises
    ------
    InputError
        If it is damaged, locked, too large inside, or no spreadsheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (
        zipfile.BadZipFile,
        NotImplementedError,  # a version of the format that does not exist
        ValueError,
        struct.error,
        EOFError,
        OSError,
    ) as error:
        raise InputError(
            "The file is damaged and cannot be opened.", next_step=_NEXT
        ) from error
    names = {info.filename for info in infos}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise InputError("The file is a packed archive, not a spreadsheet.", next_step=_NEXT)
    packed = sum(info.compress_size for info in infos)
    if (
        len(infos) > limits.entries
        or sum(info.file_size for info in infos) > limits.unpacked_bytes
        or packed > len(data)
    ):
        raise _bomb(limits)
    if any(info.flag_bits & 1 for info in infos):
        raise InputError(
            "The file is locked with a password.",
            next_step="Save it without a password and choose it again.",
        )
    left = limits.unpacked_bytes
    formulas = 0
    for info in infos:
        watch = _SheetWatch(exact=False) if _SHEET.fullmatch(info.filename) else None
        left = _unpack(data, info, left, limits, watch)
        if watch is not None and watch.area > limits.cells:
            second = _SheetWatch(exact=True)
            _unpack(data, info, limits.unpacked_bytes, limits, second)
            if second.area > limits.cells:
                raise _bomb(limits)
        formulas += watch.no_result if watch else 0
    return formulas


_SHEET = re.compile(r"/?xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def _bomb(limits: Limits) -> InputError:
    """Return the error for a file that is far larger inside than outside."""
    return InputError(
        "The file unpacks to more than a spreadsheet of this kind can hold "
        f"(limit {limits.unpacked_bytes / MEGABYTE:,.0f} MB), so it was not opened.",
        next_step="Save the list again as .xlsx or .csv and choose that file.",
    )


class _SheetWatch:
    """Looks at a sheet's XML while it streams past.

    The first look only bounds the area from above, which is quick; a sheet
    whose bound is too large is looked at again, cell by cell (``exact``).
    """

    _COLUMNS = re.compile(rb"r=[\"']([A-Z]{1,3})\d")
    _FAR_DOWN = re.compile(rb"r=[\"'][A-Z]{1,3}\d{6}")
    _CELL = re.compile(rb"<c\s(?:[^>]*?\s)?r=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
    _NO_RESULT = re.compile(rb"<f(?:>|\s[^>]*>)(?:[^<]*</f>)?\s*(?:<v\s*/>|<v></v>)?\s*</c>")

    def __init__(self, *, exact: bool) -> None:
        self._exact = exact
        self._tail = b""
        self._columns = 0
        self._rows = 0 if exact else 99_999
        self.no_result = 0

    @property
    def area(self) -> int:
        """Rows times columns seen so far, or more."""
        return self._rows * self._columns

    def see(self, block: bytes) -> None:
        """Take the next block; a cell cut in two waits for its other half."""
        text = self._tail + block
        cut = text.rfind(b"</c>") + 4
        if cut < 4:
            self._tail = text[-65_536:]
            return
        self._tail, text = text[cut:][-65_536:], text[:cut]
        if self._exact:
            found = self._CELL.findall(text)
            letters = {column for column, _ in found}
            self._rows = max([self._rows, *map(int, {row for _, row in found})])
        else:
            letters = set(self._COLUMNS.findall(text))
            self._rows = 1_048_576 if self._FAR_DOWN.search(text) else self._rows
            self.no_result += len(self._NO_RESULT.findall(text)) if b"<f" in text else 0
        self._columns = max([self._columns, *map(_column_number, letters)])


def _column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpack(
    data: bytes, info: zipfile.ZipInfo, left: int, limits: Limits, watch: _SheetWatch | None
) -> int:
    """Unpack one entry block by block and return how many bytes are still allowed."""
    start = info.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise InputError("The file is damaged and cannot be opened.", next_step=_NEXT)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start += 30 + name_length + extra_length
    packed = memoryview(data)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        blocks = iter([bytes(packed)])
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        blocks = _inflate(packed)
    else:
        raise InputError("The file is packed in an unusual way.", next_step=_NEXT)
    try:
        for block in blocks:
            left -= len(block)
            if left < 0:
                raise _bomb(limits)
            if watch is not None:
                watch.see(block)
    except zlib.error as error:
        raise InputError(
            "The file is damaged and cannot be opened.", next_step=_NEXT
        ) from error
    return left


def _inflate(packed: memoryview) -> Iterator[bytes]:
    """Yield the unpacked content in blocks of at most one megabyte."""
    unpacker = zlib.decompressobj(-15)
    waiting: bytes | memoryview = packed
    while len(waiting) and not unpacker.eof:
        yield unpacker.decompress(waiting, 1_048_576)
        waiting = unpacker.unconsumed_tail
