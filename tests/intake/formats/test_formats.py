"""The one door for every standard."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matching.intake.formats import Standard, recognise
from matching.intake.reader import Book, Sheet, read
from tests.intake.formats.hmis_files import TODAY, tables
from tests.intake.formats.hsds_files import directory
from tests.intake.packages import package

HIC = [
    ["Year", "Project ID", "CoC Number", "Project Type", "Organization Name", "Project Name"],
    ["2026", "7", "FL-500", "ES", "Harbor", "Oak"],
]
BEDS = [
    ["Beds HH w/ Children", "Beds HH w/o Children", "PIT Count", "Total Beds"],
    ["0", "5", "3", "5"],
]


def inventory() -> list[list[str]]:
    return [first + second for first, second in zip(HIC, BEDS, strict=True)]


def test_each_standard_is_recognised_on_sight() -> None:
    names = {
        standard.name
        for book in (
            read(package(**tables())),
            read(package(**directory())),
            Book((Sheet("", inventory()),), ()),
        )
        if (standard := recognise(book)) is not None
    }
    assert names == {"hmis-csv", "hsds-3", "hud-hic"}


def test_huds_inventory_is_read_through_the_same_door(make_xlsx) -> None:
    book = read(make_xlsx(notes=[["hello"]], hic=inventory()))
    standard = recognise(book)
    assert isinstance(standard, Standard)
    assert standard.sheets == ("hic",)
    assert "Housing Inventory Count" in standard.label
    found = standard.load(book, TODAY)
    (pool,) = found.pools
    assert (pool.beds_licensed, pool.free) == (5, 2)
    assert standard.load(book, date(2030, 1, 1)) == found


def test_a_hidden_inventory_is_not_read_before_what_is_shown() -> None:
    shown, hidden = Sheet("a", [["x"], ["1"]]), Sheet("b", inventory(), hidden=True)
    assert recognise(Book((shown, hidden), ())) is None
    assert recognise(Book((hidden,), ())) is not None


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=5))
def test_anything_else_is_nobodys_standard(rows: list[list[str]]) -> None:
    assert recognise(Book((Sheet("list", rows),), ())) is None
