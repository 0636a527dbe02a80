"""Cells of uploaded files are text and nothing else, from the file to every export."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from matching.domain.errors import InputError, MatchingError
from matching.export.flat import FORMULA_STARTS
from matching.intake.fields import CATALOGUE, Kind, SheetKind
from matching.intake.template import providers_csv, referrals_csv
from matching.services import sheets, views
from matching.services.intake import read_upload, save_upload
from matching.store.schema import metadata
from tests.attacks.payloads import PAYLOADS
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at


def _columns(kind: SheetKind, *kinds: Kind) -> list[str]:
    return [one.column for one in CATALOGUE[kind] if one.kind in kinds]


#: All texts of a file at once; a code, by which records are found, each by itself.
PLACES = [
    (kind.value, columns)
    for kind in SheetKind
    for columns in (
        _columns(kind, Kind.TEXT),
        *([one] for one in _columns(kind, Kind.IDENTIFIER)),
    )
]


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


#: What would make a text look like another one, or end it.
INVISIBLE = set("\x00\x07\x1b\u202e\u202c\u200b\u2060\ufeff\r\n\t")


def seen(text: str) -> str:
    """Return what somebody would see of a text, its blanks as one."""
    shown = (" " if one.isspace() else one for one in text)
    return " ".join(
        "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Cc")).split()
    )


def attacked(kind: str, columns: Sequence[str], payload: str) -> bytes:
    """Return a file of which some cells hold the payload."""
    text = providers_csv(HOMES, POOLS) if kind == "providers" else referrals_csv(PEOPLE)
    head, first, *rest = csv.reader(io.StringIO(text, newline=""))
    for column in columns:
        first[head.index(column)] = payload
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, first, *rest])
    return out.getvalue().encode()


def tried(desk, kind: str, data: bytes) -> str | None:
    """Bring a file in; return what is said if it is refused."""
    try:
        save_upload(desk, read_upload(desk, data, "list.csv", kind))
    except MatchingError as error:
        return error.sentence()
    return None


def stored(desk) -> list[str]:
    """Return every text in every table, and prove that all tables are there."""
    found = []
    with desk.store.engine.connect() as connection:
        assert set(metadata.tables) <= set(sa.inspect(connection).get_table_names())
        for name in ("providers", "bed_pools", "referrals"):
            rows = connection.execute(sa.select(metadata.tables[name])).all()
            found += [str(value) for row in rows for value in row]
    return found


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_hostile_cell_is_kept_as_it_is_or_refused_plainly(desk, name):
    payload = PAYLOADS[name]
    for kind, columns in PLACES:
        refused = tried(desk, kind, attacked(kind, columns, payload))
        if refused is not None:
            assert payload not in refused
            continue
        for one in stored(desk):
            assert not set(one) & INVISIBLE
            if "zq" in one:
                # Kept as text with blanks and what nobody sees taken out.
                assert seen(one).removesuffix("/B1") in seen(payload)


def cells(data: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


@pytest.mark.parametrize("name", ["formula", "plus", "minus", "at", "tab"])
def test_no_cell_that_is_given_out_is_a_formula(desk, name):
    upload = read_upload(desk, attacked("providers", ["name"], PAYLOADS[name]), "a.csv")
    save_upload(desk, upload)
    rows = views.provider_rows(desk)
    found = cells(sheets.export_providers(desk, rows))
    assert not [cell for cell in found if cell.startswith(FORMULA_STARTS)]
    with zipfile.ZipFile(io.BytesIO(sheets.export_workbook(desk, rows))) as book:
        for part in book.namelist():
            if "worksheets/" in part:
                assert b"<f>" not in book.read(part)


def test_problems_of_a_file_are_given_out_without_formulas(desk):
    data = attacked("providers", ["beds_licensed"], '=cmd|"/C calc"!A0')
    upload = read_upload(desk, data, "a.csv")
    assert upload.issues
    found = cells(sheets.problems_csv(upload))
    assert not [cell for cell in found if cell.startswith(FORMULA_STARTS)]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\x00.csv", "x" * 5_000 + ".csv", "<b>.csv", "a.csv\r\nX: y"]
)
def test_the_name_of_a_file_is_never_used_as_one(desk, name):
    data = providers_csv(HOMES, POOLS).encode()
    upload = read_upload(desk, data, name, "providers")
    saved = save_upload(desk, upload)
    assert name not in repr(saved.changes)
    assert not [one for one in stored(desk) if name in one]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1_000,
        b"PK\x03\x04" + b"\x00" * 100,
        b"\xff\xfe" + b"=" * 999,
        b"," * 100_000,
    ],
)
def test_what_is_no_list_is_refused_in_words(desk, data):
    with pytest.raises(InputError) as error:
        read_upload(desk, data, "a.csv")
    assert error.value.next_step


def test_a_file_that_is_too_large_is_refused_before_it_is_read(desk):
    limit = desk.settings.max_upload_mb * 1024 * 1024
    with pytest.raises(InputError):
        read_upload(desk, b"a" * (limit + 1), "a.csv")
