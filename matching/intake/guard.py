"""Refuses files that are too large, dangerous or no spreadsheet, before reading them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.domain.errors import InputError
from matching.intake.sheet_watch import PartWatch

MEGABYTE = 1_000_000
#: What every workbook may unpack to, however small it is.
_ALWAYS = 50 * MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be.

    Attributes
    ----------
    file_bytes : int
        Largest file, in bytes.
    unpacked_bytes : int
        Largest sum of everything packed inside it, in bytes.
    ratio : int
        How many times larger it may be inside than outside, beyond 50 MB.
    entries : int
        Most files packed inside it.
    cells : int
        Largest area of a sheet, rows times columns.
    memory_bytes : int
        Most memory that opening an old or binary workbook may take, in bytes.
    seconds : float
        Most time that opening one may take.
    """

    file_bytes: int = 10 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    ratio: int = 150
    entries: int = 2_000
    cells: int = 30_000_000
    memory_bytes: int = 2_000 * MEGABYTE
    seconds: float = 60.0


#: What the dashboard accepts.
SMALL = Limits()
#: What the command line accepts.
LARGE = Limits(
    file_bytes=250 * MEGABYTE,
    unpacked_bytes=2_000 * MEGABYTE,
    memory_bytes=8_000 * MEGABYTE,
    seconds=600.0,
)


class Container(StrEnum):
    """What a file is by its first bytes, whatever its name says."""

    ZIP = "zip"  #: xlsx, xlsb, ods
    OLE = "ole"  #: xls
    TEXT = "text"  #: csv


@dataclass(frozen=True, slots=True)
class Inside:
    """What a workbook holds besides its cells.

    Attributes
    ----------
    formulas : int
        Formula cells without a stored result.
    hidden_rows : int
        Rows that the workbook hides.
    errors : int
        Cells that show an error, such as #REF!.
    macros : bool
        Whether it holds programs, which are never run.
    plain : bool
        Whether it is of the usual kind (.xlsx), which can be opened at once.
    """

    formulas: int = 0
    hidden_rows: int = 0
    errors: int = 0
    macros: bool = False
    plain: bool = False


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
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_letters(data)
    if not wide and b"\x00" in data[:4096]:
        raise InputError("The file is not a spreadsheet.", next_step=_NEXT)
    return Container.TEXT


def wide_letters(data: bytes) -> str:
    """Return the encoding of a text of two bytes a letter that no mark announces.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    str
        Empty if it is no such text: every other byte is nought, or nearly so.
    """
    head = data[:4096]
    if len(data) % 2 or head.count(0) < 0.4 * len(head):
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) > 0.02 * len(head):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def check_ole(data: bytes) -> Inside:
    """Refuse an old container that holds something other than a spreadsheet.

    Parameters
    ----------
    data : bytes
        A file that starts like an old workbook.

    Returns
    -------
    Inside

    Raises
    ------
    InputError
        If it is locked or another kind of document.
    """
    if _wide("EncryptedPackage") in data:
        raise locked()
    for name, what in _OLE:
        if _wide(name) in data and _wide("Workbook") not in data:
            raise InputError(f"The file is {what}, not a spreadsheet.", next_step=_NEXT)
    return Inside(macros=_wide("_VBA_PROJECT") in data)


_OLE = (
    ("WordDocument", "a text document"),
    ("PowerPoint Document", "a presentation"),
    ("__substg1.0_", "an e-mail"),
)


def _wide(name: str) -> bytes:
    """Return a name as an old container writes it."""
    return name.encode("utf-16-le")


def locked() -> InputError:
    """Return the error for a file with a password."""
    return InputError(
        "The file is locked with a password.",
        next_step="Save it without a password and choose it again.",
    )


def check_zip(data: bytes, limits: Limits) -> Inside:
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
    Inside

    Raises
    ------
    InputError
        If it is damaged, locked, dangerous, too large inside, or no spreadsheet.
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
    _check_kind(names)
    most = max(_ALWAYS, limits.ratio * len(data))
    limits = replace(limits, unpacked_bytes=min(most, limits.unpacked_bytes))
    packed = sum(info.compress_size for info in infos)
    if (
        len(infos) > limits.entries
        or sum(info.file_size for info in infos) > limits.unpacked_bytes
        or packed > len(data)
    ):
        raise bomb(limits)
    if any(info.flag_bits & 1 for info in infos):
        raise locked()
    left = limits.unpacked_bytes
    formulas = hidden = errors = 0
    for info in infos:
        watch = PartWatch()
        left = _unpack(data, info, left, limits, watch)
        if watch.area > limits.cells:
            second = PartWatch(exact=True)
            _unpack(data, info, limits.unpacked_bytes, limits, second)
            if second.area > limits.cells:
                raise bomb(limits)
        formulas += watch.no_result
        hidden += watch.hidden_rows
        errors += watch.errors
        if info.filename == "META-INF/manifest.xml" and b"encryption-data" in watch.head:
            raise locked()
    macros = any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names)
    return Inside(formulas, hidden, errors, macros, "xl/workbook.xml" in names)


_PARTS = (
    ("word/", "a text document"),
    ("ppt/", "a presentation"),
    ("Index/", "an Apple document"),
)


def _check_kind(names: Set[str]) -> None:
    """Refuse a packed file that is no workbook."""
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return
    what = "a packed archive"
    for folder, known in _PARTS:
        if any(name.startswith(folder) for name in names):
            what = known
    raise InputError(f"The file is {what}, not a spreadsheet.", next_step=_NEXT)


def bomb(limits: Limits) -> InputError:
    """Return the error for a file that is far larger inside than outside."""
    return InputError(
        "The file unpacks to more than a spreadsheet of this kind can hold "
        f"(limit {limits.unpacked_bytes / MEGABYTE:,.0f} MB), so it was not opened.",
        next_step="Save the list again as .xlsx or .csv and choose that file.",
    )


def _unpack(
    data: bytes, info: zipfile.ZipInfo, left: int, limits: Limits, watch: PartWatch
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
                raise bomb(limits)
            watch.see(block)
    except zlib.error as error:
        raise InputError(
            "The file is damaged and cannot be opened.", next_step=_NEXT
        ) from error
    if watch.danger:
        raise InputError(
            f"The file was not opened: it holds {watch.danger}, as no spreadsheet program "
            "writes them.",
            next_step=_NEXT,
        )
    return left


def _inflate(packed: memoryview) -> Iterator[bytes]:
    """Yield the unpacked content in blocks of at most one megabyte."""
    unpacker = zlib.decompressobj(-15)
    waiting: bytes | memoryview = packed
    while len(waiting) and not unpacker.eof:
        yield unpacker.decompress(waiting, 1_048_576)
        waiting = unpacker.unconsumed_tail
