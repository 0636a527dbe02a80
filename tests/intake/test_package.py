"""Zips, folders and data packages of tables."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.guard import SMALL, Limits
from matching.intake.package import is_package, read_folder, read_package
from matching.intake.reader import Book, read
from tests.intake.packages import as_csv, package, zipped

ONE = [{"id": "1", "name": "Oak"}]


def names(book: Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def refused(data: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(InputError) as error:
        read(data, limits=limits)
    assert error.value.next_step
    assert not error.value.saved
    return error.value.message


def tried(call: Callable[[], Book]) -> Book | InputError:
    try:
        return call()
    except InputError as error:
        return error


def test_each_table_of_a_zip_is_a_sheet_named_by_its_file() -> None:
    book = read(package(services=ONE, organizations=[{"id": "2", "name": "Elm"}]))
    assert names(book) == ["organizations", "services"]
    assert book.sheets[1].rows == [["id", "name"], ["1", "Oak"]]


def test_tables_in_a_folder_of_the_zip_are_named_without_it() -> None:
    assert names(read(zipped({"export/2026/Project.csv": as_csv(ONE)}))) == ["Project"]


def test_a_folder_is_read_like_a_zip() -> None:
    files = {"b.csv": as_csv(ONE), "a.csv": as_csv(ONE)}
    assert read_folder(files, SMALL) == read(zipped(files))


def test_a_folder_of_one_file_is_that_file() -> None:
    assert read_folder({"list.csv": as_csv(ONE)}, SMALL) == read(as_csv(ONE))


def test_a_data_package_names_its_tables() -> None:
    described = {"resources": [{"name": "service", "path": "data/s_2026.csv"}]}
    files = {"datapackage.json": json.dumps(described), "data/s_2026.csv": as_csv(ONE)}
    assert names(read(zipped(files))) == ["service"]


@pytest.mark.parametrize(
    "text",
    [
        "../../datapackage.json",
        "{}",
        '{"resources": 3}',
        '{"resources": [4, {"name": 5}]}',
        "[]",
    ],
)
def test_a_description_that_describes_nothing_is_passed_over(text: str) -> None:
    book = read(zipped({"datapackage.json": text, "units.csv": as_csv(ONE)}))
    assert names(book) == ["units"]
    assert any("datapackage.json" in said for said in book.decisions)


def test_a_description_without_its_tables_says_what_is_missing() -> None:
    described = {"name": "x", "resources": [{"name": "service", "path": "s.csv"}]}
    with pytest.raises(InputError) as error:
        read(json.dumps(described).encode())
    assert "holds none of them" in error.value.message
    assert "zip" in error.value.next_step


def test_the_paths_of_a_description_are_never_followed() -> None:
    described = {"resources": [{"name": "secret", "path": "../../../etc/passwd"}]}
    files = {"datapackage.json": json.dumps(described), "units.csv": as_csv(ONE)}
    assert names(read(zipped(files))) == ["units"]


def test_nested_json_and_tables_may_stand_side_by_side() -> None:
    files = {"services.json": json.dumps([{"id": "s", "n": 1}]), "units.csv": as_csv(ONE)}
    assert names(read(zipped(files))) == ["services", "units"]


def test_what_is_no_table_is_named_and_not_read() -> None:
    book = read(zipped({"a.csv": as_csv(ONE), "read me.txt": "hello", "__MACOSX/a.csv": "x"}))
    assert names(book) == ["a"]
    assert any("read me.txt" in said for said in book.decisions)


def test_an_empty_table_is_said_and_passed_over() -> None:
    book = read(zipped({"a.csv": as_csv(ONE), "b.csv": " \n"}))
    assert names(book) == ["a"]
    assert "'b.csv' is empty." in book.decisions


def test_what_was_decided_about_a_table_names_it() -> None:
    book = read(zipped({"a.csv": b"id;name\n1;Caf\xe9\n", "b.csv": as_csv(ONE)}))
    assert any(said.startswith("'a.csv': Columns are separated") for said in book.decisions)
    assert book.sheets[0].rows[1] == ["1", "Café"]


@pytest.mark.parametrize(
    "header", ["PersonalID,FirstName", '"EnrollmentID","PersonalID"', "First Name,DOB,Beds"]
)
def test_tables_about_people_are_not_read(header: str) -> None:
    files = {"Client.csv": f"{header}\n7,Jane,3\n", "Project.csv": as_csv(ONE)}
    book = read(zipped(files))
    assert names(book) == ["Project"]
    assert any("about people" in said and "Client.csv" in said for said in book.decisions)
    assert "Jane" not in str(book)


def test_nothing_but_people_is_refused() -> None:
    assert "about people" in refused(zipped({"Client.csv": "PersonalID,DOB\n1,2\n"}))


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/evil.csv", "a/../../b.csv", "..\\evil.csv", "C:\\x.csv"]
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "outside itself" in refused(zipped({name: as_csv(ONE)}))


@pytest.mark.parametrize("name", ["inner.zip", "looks like.csv"])
def test_a_zip_inside_a_zip_is_not_opened(name: str) -> None:
    files = {name: zipped({"a.csv": as_csv(ONE)}), "b.csv": as_csv(ONE)}
    assert "another packed file" in refused(zipped(files))


def test_two_tables_of_one_name_are_refused() -> None:
    files = {"a/services.csv": as_csv(ONE), "b/services.csv": as_csv(ONE)}
    assert "two tables" in refused(zipped(files))


def test_a_thing_that_only_calls_itself_a_table_is_refused() -> None:
    assert "PDF" in refused(zipped({"a.csv": b"%PDF-1.7 rest", "b.csv": as_csv(ONE)}))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = zipped({"a.csv": b"a,b\n" + b"1,2\n" * 100_000})
    assert "more than is read" in refused(data, Limits(file_bytes=50_000))
    assert "more than is read" in refused(data, Limits(unpacked_bytes=10_000))


def test_too_many_files_are_refused() -> None:
    files = {f"{n}.csv": as_csv(ONE) for n in range(5)}
    assert "more than is read" in refused(zipped(files), Limits(entries=4))
    with pytest.raises(InputError, match="more than is read"):
        read_folder(files, Limits(entries=4))


def test_files_that_share_their_bytes_are_refused() -> None:
    """Entries that overlap unpack to far more than the archive holds."""
    data = bytearray(zipped({"a.csv": as_csv(ONE), "b.csv": as_csv(ONE)}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.infolist()[0].compress_size
    for found in (at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"):
        assert int.from_bytes(data[found + 20 : found + 24], "little") == size
        data[found + 20 : found + 24] = (len(data)).to_bytes(4, "little")
    assert "more than is read" in refused(bytes(data))


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(package(a=ONE))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert "password" in refused(bytes(data))


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray(package(a=[{"id": str(n), "name": "x" * n} for n in range(50)]))
    at = data.index(b"PK\x03\x04") + 60
    data[at : at + 20] = bytes(20)
    assert "damaged" in refused(bytes(data))


def test_an_archive_without_tables_is_refused_as_before() -> None:
    assert refused(zipped({"letter.txt": "x"})) == (
        "The file is a packed archive, not a spreadsheet."
    )


def test_an_archive_of_blank_tables_is_refused() -> None:
    assert "no table with rows" in refused(zipped({"a.csv": "", "b.csv": "\n"}))


def test_a_workbook_is_no_package(make_xlsx) -> None:
    assert not is_package(make_xlsx(list=[["id"], ["1"]]))
    assert not is_package(as_csv(ONE))


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_never_breaks_it(at: int, byte: int) -> None:
    data = bytearray(package(services=ONE, units=[{"id": "u", "name": "Bed"}]))
    data[min(at, len(data) - 1)] = byte
    found = tried(lambda: read(bytes(data)))
    assert found.next_step if isinstance(found, InputError) else found.sheets


@given(st.dictionaries(st.text(min_size=1, max_size=6), st.binary(max_size=40), max_size=4))
def test_any_files_are_read_or_refused(files: dict[str, bytes]) -> None:
    named = {f"{name}.csv": content for name, content in files.items()}
    found = tried(lambda: read_folder({**named, "x.csv": as_csv(ONE)}, SMALL))
    assert found.next_step if isinstance(found, InputError) else found.sheets


def test_the_door_for_packages_says_the_same_as_the_reader() -> None:
    data = package(services=ONE)
    assert read_package(data, SMALL) == read(data)
