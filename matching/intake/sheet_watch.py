"""Looks at the parts of a packed workbook while they stream past, before it is opened."""

from __future__ import annotations

import re

#: The last column and row of any spreadsheet program.
_COLUMNS, _ROWS = 16_384, 1_048_576
#: The first look takes a sheet without far rows to be this long.
_NEAR = 99_999
#: Longest piece that waits for its other half, in bytes.
_WAITING = 65_536

#: How many columns come before column HA.
_FEW = 208
#: A cell that is not between A1 and GZ99999.
_FAR = re.compile(rb'<c r="(?![A-G]?[A-Z]\d{1,5}+")')
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,7})\d")
_FAR_DOWN = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]{0,7}\d{6}")
_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,7})(\d{1,10})[\"'][^>]*(?<!/)>"
)
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,10})")
_BARE = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=)")
_ANY = re.compile(rb"<(?:\w+:)?c[\s>]")
_NO_RESULT = re.compile(rb"<f(?:>|\s[^>]*>)(?:[^<]*</f>)?\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_HIDDEN = re.compile(rb"<(?:\w+:)?row\s[^>]*\bhidden\s*=\s*[\"'](?:1|true)")
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
#: Comments and orders to programs, which may hold anything, even if they do not end here.
_ASIDE = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_][^<>]*>")
_UNIQUE = re.compile(rb"uniqueCount\s*=\s*[\"']\s*(\d+)")


class PartWatch:
    """Looks at one part of a workbook.

    The first look only bounds the area of a sheet from above, which is quick;
    a sheet whose bound is too large is looked at again, cell by cell
    (``exact``). Any part may be a sheet, whatever its name.

    Attributes
    ----------
    no_result : int
        Formula cells without a stored result.
    hidden_rows : int
        Rows that the workbook hides.
    errors : int
        Cells that show an error, such as #REF!.
    head : bytes
        How the part begins.
    """

    def __init__(self, *, exact: bool = False) -> None:
        self._exact = exact
        self._tail = b""
        self._columns = 0
        self._rows = 0 if exact else _NEAR
        self._row_starts = 0
        self._bare = False
        self._open = self._widest = 0
        self._seen = self._announced = 0
        self._entity = self._begun = False
        self.no_result = 0
        self.hidden_rows = 0
        self.errors = 0
        self.head = b""

    @property
    def area(self) -> int:
        """Rows times columns seen so far, or more."""
        if not self._exact:
            return self._rows * (_COLUMNS if self._bare else self._columns)
        rows = max(self._rows, self._row_starts if self._bare else 0)
        return rows * max(self._columns, self._widest if self._bare else 0)

    @property
    def danger(self) -> str:
        """What the part holds that nobody writes in good faith; empty if nothing."""
        if self._entity:
            return "definitions of entities"
        if self._announced > max(100_000, self._seen // 4):
            return "a false count of its texts"
        return ""

    def see(self, block: bytes) -> None:
        """Take the next block; a cell cut in two waits for its other half."""
        if not self._seen:
            self.head = block[:_WAITING]
        self._seen += len(block)
        text = self._tail + block
        if not self._begun:  # only before the first element can anything be defined
            self._entity = self._entity or _ENTITY.search(text) is not None
            self._begun = _ROOT.search(_ASIDE.sub(b"", text)) is not None
        if b"uniqueCount" in text:
            self._announced = max([self._announced, *map(int, _UNIQUE.findall(text))])
        cut = text.rfind(b"</c>") + 4
        if cut < 4:
            self._tail = text[-_WAITING:]
            return
        self._tail, text = text[cut:][-_WAITING:], text[:cut]
        if self._exact:
            self._measure(text)
        else:
            self._glance(text)

    def _glance(self, text: bytes) -> None:
        """Bound the area from above, and count what is told about the sheet."""
        cells, plain = text.count(b"<c"), text.count(b'<c r="')
        usual = cells in (plain, plain + text.count(b"<col")) and b":c" not in text
        if usual and not _FAR.search(text):
            self._columns = max(self._columns, _FEW)
        else:
            self._rows = _ROWS if _FAR_DOWN.search(text) else self._rows
            self._bare = self._bare or _BARE.search(text) is not None
            self._columns = max([self._columns, *map(_number, set(_REF.findall(text)))])
        if b"<f" in text:
            self.no_result += len(_NO_RESULT.findall(text))
        self.errors += text.count(b' t="e"')
        if b"hidden" in text:
            self.hidden_rows += len(_HIDDEN.findall(text))

    def _measure(self, text: bytes) -> None:
        """Find the last row and column that hold a cell."""
        found = _CELL.findall(text)
        self._rows = max([self._rows, *map(int, {row for _, row in found})])
        self._columns = max([self._columns, *map(_number, {column for column, _ in found})])
        self._row_starts = max([self._row_starts, *map(int, set(_ROW.findall(text)))])
        self._bare = self._bare or _BARE.search(text) is not None
        if self._bare:
            for part in text.split(b"row>"):
                self._open += len(_ANY.findall(part))
                self._widest = max(self._widest, self._open)
                self._open = 0
            self._open = len(_ANY.findall(text[text.rfind(b"row>") + 1 :]))


def _number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
