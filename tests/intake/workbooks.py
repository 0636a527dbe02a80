"""Small workbooks of every kind, written byte by byte: no program is needed for them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

Cell = str | float
Rows = Sequence[Sequence[Cell]]
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(parts: dict[str, bytes | str]) -> bytes:
    """Return a zip archive of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
        f"{links}</Relationships>"
    )


def xlsx(data: str, **parts: bytes | str) -> bytes:
    """Return an .xlsx file whose only sheet holds some XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{data}'
            "</sheetData></worksheet>",
            **{name.replace("__", "/") + ".xml": content for name, content in parts.items()},
        }
    )


def ods(table: str) -> bytes:
    """Return an .ods file whose only table holds some XML."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<office:document-content xmlns:office="{space}:office:1.0" '
            f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="a">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def ods_rows(rows: Rows) -> bytes:
    """Return an .ods file of some rows."""
    return ods(
        "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
                "</table:table-cell>"
                if isinstance(cell, str)
                else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
                for cell in row
            )
            + "</table:table-row>"
            for row in rows
        )
    )


def _part(kind: int, content: bytes = b"") -> bytes:
    """Return a record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return head + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Rows, at: dict[tuple[int, int], Cell] | None = None) -> bytes:
    """Return an .xlsb file of some rows, and of cells anywhere."""
    cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row)}
    cells.update(at or {})
    data = _part(129) + _part(148, bytes(16)) + _part(145)
    last = None
    for (row, column), cell in sorted(cells.items()):
        if row != last:
            data += _part(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
            last = row
        place = struct.pack("<II", column, 0)
        text = isinstance(cell, str)
        data += (
            _part(6, place + _wide(cell)) if text else _part(5, place + struct.pack("<d", cell))
        )
    data += _part(146) + _part(130)
    sheet = _part(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("a"))
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": _part(131) + _part(143) + sheet + _part(144) + _part(132),
            "xl/_rels/workbook.bin.rels": _relations(("worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": data,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    """Return a record of an old workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def xls(rows: Rows, at: dict[tuple[int, int], Cell] | None = None) -> bytes:
    """Return an .xls file of some rows, and of cells anywhere."""
    cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row)}
    cells.update(at or {})
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for (row, column), cell in sorted(cells.items()):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(cell, str):
            text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
            sheet += _record(0x0204, place + text)
        else:
            sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A)
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += _record(0x0042, struct.pack("<H", 1200))
    name = struct.pack("<BBB", 1, 0, ord("a"))
    size = len(start) + 4 + 6 + len(name) + 4
    book = start + _record(0x0085, struct.pack("<IBB", size, 0, 0) + name) + _record(0x000A)
    return ole({"Workbook": book + sheet})


def ole(streams: dict[str, bytes]) -> bytes:
    """Return an old container of some streams."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    chains: list[int] = [0xFFFFFFFD, end]
    body, entries = b"", [_entry("Root Entry", 5, end, 0, child=1)]
    for k, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0")
        first, count = len(chains), len(padded) // sector
        chains += [*range(first + 1, first + count), end]
        body += padded
        entries.append(
            _entry(name, 2, first, len(padded), right=k + 1 if k < len(streams) else free)
        )
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(sector, b"\xff")
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    return head + fat + b"".join(entries).ljust(sector, b"\0") + body


def _entry(
    name: str, kind: int, first: int, size: int, *, child: int = 0xFFFFFFFF,
    right: int = 0xFFFFFFFF,
) -> bytes:  # fmt: skip
    """Return an entry of an old container's directory."""
    wide = name.encode("utf-16-le") + b"\0\0"
    head = wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide), kind, 1)
    head += struct.pack("<III", 0xFFFFFFFF, right, child)
    return head + bytes(36) + struct.pack("<IQ", first, size)
