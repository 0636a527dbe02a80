"""Large, dangerous and wrong files are refused before anything is read."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from dataclasses import replace

import pytest

from matching.domain.errors import InputError
from matching.intake.guard import (
    LARGE,
    MEGABYTE,
    SMALL,
    Container,
    Limits,
    check_size,
    check_zip,
    container,
    wide_letters,
)
from matching.intake.reader import read
from tests.intake.workbooks import xlsx

SHEET = "xl/worksheets/sheet1.xml"


def packed(**contents: bytes) -> bytes:
    """Return a zip archive that calls itself a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def sentence(data: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(InputError) as caught:
        read(data, limits=limits)
    assert caught.value.next_step
    assert "Nothing was saved." in caught.value.sentence()
    return caught.value.message


@pytest.mark.parametrize(
    "data", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\x00\x00"]
)
def test_an_empty_file(data: bytes) -> None:
    assert sentence(data) == "The file is empty."


def test_a_large_file_is_refused_at_once() -> None:
    data = b"provider_id,name\n" + b"x" * (200 * MEGABYTE)
    start = time.perf_counter()
    assert sentence(data) == "The file has 200 MB; at most 10 MB are read."
    assert time.perf_counter() - start < 2
    check_size(data, LARGE)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"BM\x36\x00\x00\x00", "a picture"),
        (b"\x1f\x8b\x08\x00", "a packed archive"),
        (b"MZ\x90\x00\x03\x00", "a program"),
        (b"SQLite format 3\x00", "a database"),
        (b"<!DOCTYPE html><html><body>", "a web page"),
        (b"\n  <table><tr>", "a web page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
    ],
)
def test_something_else(data: bytes, what: str) -> None:
    assert sentence(data) == f"The file is {what}, not a spreadsheet."


def test_bytes_of_no_kind() -> None:
    assert sentence(b"abc\x00\x01\x02def") == "The file is not a spreadsheet."


def test_the_content_decides_and_letters_at_the_start_do_not_mislead() -> None:
    assert container(b"MZ,BM\n1,2\n") is Container.TEXT
    assert container(b"BM number,name\n1,2\n") is Container.TEXT
    assert container(b"PK\x03\x04rest") is Container.ZIP


def test_a_damaged_workbook_and_another_archive() -> None:
    assert "damaged" in sentence(b"PK\x03\x04" + b"x" * 100)
    assert "damaged" in sentence(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert sentence(other.getvalue()) == "The file is a packed archive, not a spreadsheet."


def test_a_zip_bomb_is_refused_by_what_it_says() -> None:
    data = packed(xl__worksheets__sheet1_dot_xml=b"0" * (30 * MEGABYTE))
    assert len(data) < MEGABYTE
    limits = Limits(unpacked_bytes=20 * MEGABYTE)
    assert "unpacks to more" in sentence(data, limits)


def test_a_zip_bomb_is_refused_although_it_understates_its_size() -> None:
    size = 30 * MEGABYTE
    data = packed(xl__worksheets__sheet1_dot_xml=b"0" * size)
    false = data.replace(struct.pack("<I", size), struct.pack("<I", 1_000))
    assert false != data
    with zipfile.ZipFile(io.BytesIO(false)) as archive:
        assert archive.getinfo(SHEET).file_size == 1_000
    start = time.perf_counter()
    with pytest.raises(InputError, match="unpacks to more"):
        check_zip(false, Limits(unpacked_bytes=20 * MEGABYTE))
    assert time.perf_counter() - start < 2


def test_too_many_entries() -> None:
    data = packed(**{f"part{k}": b"x" for k in range(30)})
    with pytest.raises(InputError, match="unpacks to more"):
        check_zip(data, Limits(entries=20))


def test_entries_that_overlap_are_refused() -> None:
    """Many directory entries that share one packed block are larger than the file."""
    out = io.BytesIO(packed(big=bytes(range(256)) * 4_000))
    data = out.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("big")
    start = data.rfind(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    entry = data[start:end]
    assert b"big" in entry
    again = 50
    directory = data[:start] + entry * (again + 1) + data[end:]
    count = 2 + again
    size = len(directory) - len(data) + (end - data.find(b"PK\x01\x02"))
    tail = bytearray(directory[directory.rfind(b"PK\x05\x06") :])
    tail[8:12] = struct.pack("<HH", count, count)
    tail[12:16] = struct.pack("<I", size)
    false = directory[: directory.rfind(b"PK\x05\x06")] + bytes(tail)
    assert info.compress_size * again > len(false) or info.compress_size < 5_000
    with pytest.raises(InputError):
        check_zip(false, Limits(unpacked_bytes=20 * MEGABYTE))


def test_a_sheet_whose_corners_are_far_apart() -> None:
    """Two cells may span an area that would fill the memory."""
    xml = b'<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>'
    data = packed(xl__worksheets__sheet1_dot_xml=xml)
    with pytest.raises(InputError, match="unpacks to more"):
        check_zip(data, SMALL)


def test_empty_formatted_cells_far_away_do_no_harm() -> None:
    xml = b'<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576" s="5"/></row><c r="A2"></c>'
    assert check_zip(packed(xl__worksheets__sheet1_dot_xml=xml), SMALL).formulas == 0


def test_an_unusual_packing_and_a_password() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" * 50)
    with pytest.raises(InputError, match="unusual"):
        check_zip(out.getvalue(), SMALL)
    data = bytearray(packed())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="password"):
        check_zip(bytes(data), SMALL)


# -- what a workbook may hide ------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        "<row><c r='xfd1'><v>1</v></c></row><row><c r='a1048576'><v>1</v></c></row>",
        '<x:row><x:c r="XFD1"><v>1</v></x:c><x:c r="A1048576"><v>1</v></x:c></x:row></c>',
        '<row><c\n r = "XFD1"><v>1</v></c><c s="1" r="A1048576"><v>1</v></c></row>',
        '<row r="1">'
        + "<c><v>1</v></c>" * 400
        + '</row><row r="1000000"><c><v>1</v></c></row>',
    ],
)
def test_cells_far_apart_are_refused_however_they_are_written(cells: str) -> None:
    with pytest.raises(InputError, match="unpacks to more"):
        read(xlsx(cells))


def test_a_sheet_under_another_name_is_looked_at_too() -> None:
    far = '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>'
    with pytest.raises(InputError, match="unpacks to more"):
        check_zip(packed(xl__drawing_dot_bin=far.encode()), SMALL)


def test_definitions_of_entities_are_refused() -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError, match="definitions of entities"):
        read(xlsx("<row/>", xl__sharedStrings=laughs + "<sst><si><t>&b;</t></si></sst>"))
    with pytest.raises(InputError, match="definitions of entities"):
        read(xlsx("<row/>", xl__styles=" " * 2_000_000 + laughs))


def test_a_false_count_of_texts_is_refused() -> None:
    """A reader makes room for as many texts as are announced."""
    texts = '<sst count="1" uniqueCount="{}"><si><t>a</t></si></sst>'
    with pytest.raises(InputError, match="a false count of its texts"):
        read(xlsx("<row/>", xl__sharedStrings=texts.format(4_000_000_000)))
    cell = '<row><c t="s"><v>0</v></c></row>'
    assert read(xlsx(cell, xl__sharedStrings=texts.format(1))).sheets[0].rows == [["a"]]


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("word/document.xml", "a text document"),
        ("ppt/presentation.xml", "a presentation"),
        ("Index/Document.iwa", "an Apple document"),
    ],
)
def test_other_packed_documents(part: str, what: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, b"x")
    assert sentence(out.getvalue()) == f"The file is {what}, not a spreadsheet."


def test_a_zip_cut_short() -> None:
    data = xlsx('<row><c r="A1"><v>1</v></c></row>')
    for length in range(4, len(data), 97):
        assert sentence(data[:length])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters(encoding: str) -> None:
    assert wide_letters("name,beds\n".encode(encoding)) == encoding
    assert wide_letters(b"name,beds\n") == ""
    assert wide_letters(b"\x00" * 100) == ""
    assert container("name,beds\n".encode(encoding)) is Container.TEXT


def test_a_small_file_may_not_be_huge_inside() -> None:
    data = packed(xl__sharedStrings_dot_xml=b"<si><t>a</t></si>" * 4_000_000)
    assert len(data) * 150 < 50 * MEGABYTE < 68 * MEGABYTE
    with pytest.raises(InputError, match="limit 50 MB"):
        check_zip(data, SMALL)
    assert check_zip(data, replace(SMALL, ratio=1_000)).formulas == 0
