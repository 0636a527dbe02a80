"""Several files as one: a zip, a folder or a data package becomes a book of sheets.

Each sheet is named by its file, or by the resource of ``datapackage.json``
that names the file. Tables about people are not opened beyond their first line.
"""

from __future__ import annotations

import dataclasses
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from matching.domain.errors import InputError, MatchingError
from matching.intake.firewall import is_client_list, safe_header
from matching.intake.guard import MEGABYTE, Container, Limits, container
from matching.intake.nested import load_json, looks_nested, read_nested
from matching.intake.reader import Book, Sheet, read

_NEXT = "Save the list as .xlsx or .csv and choose that file."
_TABLES = (".csv", ".tsv", ".json")
_DESCRIPTION = "datapackage.json"
#: What makes a packed file a workbook.
_WORKBOOK = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
#: All tables together may be this many times the size of one file.
_TIMES = 3
_HEAD = 8_192
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: The column that says whom a row of a homeless-services export is about.
_ABOUT_PEOPLE = re.compile(rb"(?i)\bpersonal_?id\b")

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,  # a version or kind of the format that does not exist
    ValueError,
    EOFError,
    OSError,
)

#: Gives the content of a file, or only its beginning.
Content = Callable[[int | None], bytes]


def is_package(data: bytes) -> bool:
    """Tell whether a file is several tables: a zip without a workbook, or JSON.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    bool
    """
    if looks_nested(data):
        return True
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return False  # the guard of workbooks says what is wrong with it
    parts = {"[Content_Types].xml", "mimetype"}
    tables = any(name.lower().endswith(_TABLES) for name in names)
    return tables and not names & (_WORKBOOK | parts)


def read_package(data: bytes, limits: Limits) -> Book:
    """Read a zip of tables, or JSON.

    Parameters
    ----------
    data : bytes
        What :func:`is_package` accepts.
    limits : Limits
        How large it may be.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        If it is damaged, locked, dangerous, too large or holds no tables.
    """
    if looks_nested(data):
        if _resources(data):
            raise InputError(
                "The file describes the tables of a data package and holds none of them.",
                next_step="Choose a zip of the package with its .csv files.",
            )
        return Book(tuple(read_nested(data)), ("The file is JSON; its objects are tables.",))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_zip(infos, data, limits)
            files = {info.filename: _packed(archive, info) for info in infos}
            return _book(files, limits)
    except _DAMAGED as error:
        raise InputError(
            "The file is damaged and cannot be opened.", next_step=_NEXT
        ) from error


def read_folder(files: Mapping[str, bytes], limits: Limits) -> Book:
    """Read several files that belong together.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by file name; only one file is read as if it came alone.
    limits : Limits
        How large they may be together.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        If they hold no tables, or are too large.
    """
    if len(files) == 1:
        return read(next(iter(files.values())), limits=limits)
    if len(files) > limits.entries or sum(map(len, files.values())) > _most(limits):
        raise _too_large(limits)
    return _book({name: _held(content) for name, content in files.items()}, limits)


def _held(content: bytes) -> Content:
    return lambda most: content[:most]


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Content:
    def content(most: int | None) -> bytes:
        with archive.open(info) as file:
            return file.read(info.file_size if most is None else most)

    return content


def _check_zip(infos: list[zipfile.ZipInfo], data: bytes, limits: Limits) -> None:
    """Refuse what no honest program packs."""
    for info in infos:
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise InputError(
                "The archive names files outside itself, so it was not opened.",
                next_step=_NEXT,
            )
    if any(info.flag_bits & 1 for info in infos):
        raise InputError(
            "The file is locked with a password.",
            next_step="Save it without a password and choose it again.",
        )
    if any(info.compress_type not in _PACKINGS for info in infos):
        raise InputError("The file is packed in an unusual way.", next_step=_NEXT)
    packed = sum(info.compress_size for info in infos)
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > limits.entries or unpacked > limits.unpacked_bytes or packed > len(data):
        raise _too_large(limits)


def _most(limits: Limits) -> int:
    """Return how many bytes all tables together may have."""
    return min(limits.unpacked_bytes, _TIMES * limits.file_bytes)


def _too_large(limits: Limits) -> InputError:
    most = _most(limits) / MEGABYTE
    return InputError(
        f"The archive holds more than is read (at most {limits.entries:,} files, and tables "
        f"of {most:,.0f} MB together).",
        next_step="Leave out the tables that are not about providers and pack it again.",
    )


def _is_table(name: str) -> bool:
    """Tell whether a file is a table, and not a thing that systems leave behind."""
    parts = name.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and name.lower().endswith(_TABLES)


def _stem(name: str) -> str:
    base = posixpath.basename(name.replace("\\", "/"))
    return base[: base.rindex(".")] if "." in base else base


def _book(files: Mapping[str, Content], limits: Limits) -> Book:
    """Read the tables of a package one after the other."""
    opened = _Opened(limits)
    for name in sorted(files):
        opened.take(name, files[name])
    return opened.book()


class _Opened:
    """The sheets of a package, and what was decided about its files."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = _most(limits)
        self._sheets: dict[str, Sheet] = {}
        self._named: dict[str, str] = {}
        self._people: list[str] = []
        self._ignored: list[str] = []
        self._said: list[str] = []
        self._described: dict[str, str] = {}

    def take(self, name: str, content: Content) -> None:
        """Read one file, or say why not."""
        head = content(_HEAD)
        if head.startswith(b"PK\x03\x04") or name.lower().endswith((".zip", ".7z", ".gz")):
            raise InputError(
                f"The archive holds another packed file ('{_shown(name)}'), which is not "
                "opened.",
                next_step="Choose that file by itself, or pack the tables only.",
            )
        if not _is_table(name):
            self._ignored.append(_shown(name))
        elif not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
            self._said.append(f"'{_shown(name)}' is empty.")
        elif not looks_nested(head) and _is_about_people(head):
            self._people.append(_shown(name))
        else:
            self._read(name, self._whole(content))

    def _whole(self, content: Content) -> bytes:
        data = content(None)
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._limits)
        return data

    def _read(self, name: str, data: bytes) -> None:
        if posixpath.basename(name.replace("\\", "/")).lower() == _DESCRIPTION:
            self._describe(data)
        elif looks_nested(data):
            for sheet in read_nested(data, _stem(name)):
                self._add(sheet.name, sheet, name)
        elif name.lower().endswith(".json"):
            self._ignored.append(_shown(name))
        else:
            self._text(name, data)

    def _text(self, name: str, data: bytes) -> None:
        if container(data) is not Container.TEXT:
            raise InputError(
                f"'{_shown(name)}' in the archive is no table.",
                next_step="Choose that file by itself, or pack the tables only.",
            )
        try:
            book = read(data, limits=dataclasses.replace(self._limits, file_bytes=len(data)))
        except MatchingError as error:
            raise InputError(
                f"'{_shown(name)}' in the archive cannot be read: {error.message}",
                next_step=error.next_step,
            ) from error
        self._said += [f"'{_shown(name)}': {text}" for text in book.decisions]
        self._add(_stem(name), book.sheets[0], name)

    def _add(self, title: str, sheet: Sheet, name: str) -> None:
        if title in self._sheets:
            raise InputError(
                f"The archive holds two tables called '{_shown(title)}'.",
                next_step="Pack the files of one list only.",
            )
        self._sheets[title] = dataclasses.replace(sheet, name=title)
        self._named[posixpath.basename(name.replace("\\", "/"))] = title

    def _describe(self, data: bytes) -> None:
        """Keep what a description of the package calls each file."""
        self._described = _resources(data) if looks_nested(data) else {}
        if not self._described:
            self._said.append(f"'{_DESCRIPTION}' describes no tables and was not used.")

    def book(self) -> Book:
        """Return the sheets under their names."""
        sheets = dict(self._sheets)
        for file, title in self._named.items():
            wanted = self._described.get(file)
            if wanted and wanted not in sheets and title in sheets:
                sheet = sheets.pop(title)
                sheets[wanted] = dataclasses.replace(sheet, name=wanted)
        if not sheets:
            raise self._nothing()
        for files, text in (
            (self._people, "Tables about people were not read: {}."),
            (self._ignored, "Files that are no tables were not read: {}."),
        ):
            if files:
                self._said.append(text.format(", ".join(files[:10])))
        return Book(tuple(sheets.values()), tuple(self._said))

    def _nothing(self) -> InputError:
        if self._people:
            return InputError(
                "The tables in the archive are about people, not about providers. None of "
                "them was read.",
                next_step="Choose the tables of projects, organisations and inventory.",
            )
        return InputError(
            "The archive holds no table with rows.",
            next_step="Pack the .csv or .json files together and choose that file.",
        )


def _resources(data: bytes) -> dict[str, str]:
    """Return what the description of a data package calls each file, by file name."""
    described = load_json(data)
    resources = described.get("resources") if isinstance(described, dict) else None
    found: dict[str, str] = {}
    for one in resources if isinstance(resources, list) else ():
        path: Any = one.get("path") if isinstance(one, dict) else None
        if isinstance(path, list) and len(path) == 1:
            path = path[0]
        if isinstance(path, str) and isinstance(one.get("name"), str):
            found[posixpath.basename(path)] = one["name"]
    return found


def _is_about_people(head: bytes) -> bool:
    """Tell whether the first line names the columns of a list of people."""
    line = head.splitlines()[0]
    if _ABOUT_PEOPLE.search(line):
        return True
    cells = re.split(r"[,;\t|]", line.decode("utf-8", errors="replace"))
    return is_client_list([cell.strip().strip('"') for cell in cells])


def _shown(name: str) -> str:
    """Return a file's name without its folders, safe to show."""
    return safe_header(posixpath.basename(name.replace("\\", "/")))
