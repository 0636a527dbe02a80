"""Real files beside the checkout, against counts worked out by hand; a table of all of them.

Where the folder is not there, the same is proven of files built here.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import python_calamine

from matching.domain.errors import InputError
from matching.intake.draft import digest, draft
from matching.intake.fields import SheetKind
from matching.intake.formats import recognise
from matching.intake.guard import LARGE
from matching.intake.reader import read
from matching.intake.recipe import Recipe
from matching.intake.uploads import ProviderUpload
from tests.intake.formats.hmis_files import inventory, project, tables
from tests.intake.formats.hsds_files import capacity, directory, located, service, unit
from tests.intake.packages import package

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class ByHand:
    """What a file must come to; ``None`` is not worked out."""

    standard: str
    read: int | None = None
    kept: int | None = None
    left_out: int | None = None
    set_aside: int | None = None
    beds: int | None = None
    says: str = ""


#: Worked out with csv and calamine alone, one line each:
#: - HIC raw: of 23,587 rows 6,828 are ES, 6,463 TH and 133 SH; 90 of these 13,424 have
#:   "U" (under development) as Inventory Type. Beds: sum(row["Total Beds"]) of the rest.
#: - HIC extract: len(rows); sum(int(float(row["beds_total"]))).
#: - HMIS: projects of type 0, 1, 2 or 8 are 109, 389, 486, 608 and 877. On 30 Sep 2022,
#:   the end of the export, rows 1997 (36), 3641 (10) and 4311 (11) have not ended.
#: - HSDS: services by csv.DictReader; none of their names is a bed. grep for "shelter" and
#:   "bed" finds rows 15 and 16 of Ohana and row 49 of the Florida list.
#: - California: 180 of 895 rows are adoption agencies; of the 715 others 8 are pending, 2
#:   lie in "NEVEDA" and 4 share 2 numbers. sum(Facility Capacity) of the remaining 701.
#: - Atlanta: only three rows say plainly "Men" (450 + 92 + 330) and one "Families", which
#:   has no number; the others are questions about who is served, rooms or apartments.
#: - HSDS 3.1 examples: one service (counselling), one capacity of beds without its service,
#:   12 available of 10.
EXPECTED: dict[str, ByHand] = {
    "hud_hic/2014-Housing-Inventory-Count-Raw-File.xlsx": ByHand(
        "Housing Inventory Count", 23_587, 13_334, 10_253, 0, 475_463
    ),
    "hud_hic/hic2014_youth_dv_providers.csv": ByHand(
        "Housing Inventory Count", 3_103, 3_103, 0, 0, 71_319
    ),
    "hmis": ByHand("HMIS", 8, 5, 3, 0, 57),
    "hmis/Project.csv": ByHand("HMIS", 8, 5, 3, 0, 0),
    "hmis/Inventory.csv": ByHand("HMIS", says="without its projects"),
    "hsds/spec_3_1_dev/examples": ByHand("HSDS 3.1", 2, 1, 1, 0, 10),
    "hsds/ohana": ByHand("HSDS 2", says="lists 23 services"),
    "hsds/florida": ByHand("HSDS 2", says="lists 135 services"),
    "hsds/sample_datapackage": ByHand("HSDS 2", says="lists 13 services"),
    "hsds/datapackage_3.0.json": ByHand("", says="holds none of them"),
    "messy_uploads/05_wrong_file_picnic_shelters.xlsx": ByHand("", says="not a list of"),
    "messy_uploads/04_hud_pit_binary_workbook.xlsb": ByHand("", says="not a list of"),
    "ca_foster_agencies/Community_Care_Licensing_-_Foster_Family_Agency_Locations.xlsx": ByHand(
        "California", 895, 701, 180, 14, 13_858
    ),
    "messy_uploads/06_ca_ccl_multiline_location_no_style.xlsx": ByHand(
        "California", 895, 701, 180, 14, 13_858
    ),
    "messy_uploads/07_atlanta_capacity_as_text.csv": ByHand("", 13, 4, 0, 9, 872),
    "messy_uploads/14_dcyf_not_utf8_not_cp1252.csv": ByHand("", says="provider_id is missing"),
    "messy_uploads/12_visionlink_metadata_row_under_header.csv": ByHand(
        "", says="not a list of"
    ),
}


@dataclass(frozen=True)
class Line:
    """One file and what came of it."""

    name: str
    standard: str
    upload: ProviderUpload | None
    asked: int
    stop: str = ""
    next_step: str = ""

    @property
    def beds(self) -> int:
        """Beds of every provider, by its pools or, where it says more, its capacity."""
        if self.upload is None:
            return 0
        pools: dict[str, int] = {}
        for pool in self.upload.pools:
            pools[pool.provider_id] = pools.get(pool.provider_id, 0) + (pool.beds_licensed or 0)
        return sum(
            max(one.licensed_capacity or 0, pools.get(one.provider_id, 0))
            for one in self.upload.providers
        )

    def __str__(self) -> str:
        """One row of the table."""
        if self.upload is None:
            return f"{self.name[-58:]:<58} {self.standard[:26]:<26} {self.stop[:90]}"
        counts = self.upload.counts
        numbers = (counts.read, counts.loaded, counts.left_out, counts.set_aside, self.asked)
        shown = " ".join(f"{number:>7,}" for number in (*numbers, self.beds))
        return f"{self.name[-58:]:<58} {self.standard[:26] or '-':<26} {shown}"


TITLE = f"{'file':<58} {'recognised as':<26} " + " ".join(
    f"{name:>7}" for name in ("rows", "kept", "out", "aside", "asked", "beds")
)


def through_the_door(name: str, data: bytes) -> Line:
    """Read a file as an upload is read. Only a refusal in words may come of it."""
    known = ""
    try:
        book = read(data, limits=LARGE)
        standard = recognise(book)
        known = "" if standard is None else standard.label
        found = draft(book, name, digest(data), today=TODAY)
        if found.stop is not None and "provider_id is missing" in found.stop.message:
            # What the page offers first: codes made from the rows themselves.
            made = Recipe(made_ids=True)
            kind = SheetKind.PROVIDERS
            found = draft(book, name, digest(data), kind=kind, recipe=made, today=TODAY)
    except InputError as refused:
        return Line(name, known, None, 0, refused.message, refused.next_step)
    label, asked, stop = found.standard or known, len(found.asked), found.stop
    if stop is not None:
        return Line(name, label, None, asked, stop.message, stop.next_step)
    upload = found.upload
    assert isinstance(upload, ProviderUpload)
    return Line(name, label, upload, asked)


def check(line: Line, data: bytes) -> None:
    """Hold one file against what was worked out, and against what holds for all."""
    if line.upload is not None:
        counts = line.upload.counts
        assert counts.read == counts.loaded + counts.set_aside + counts.left_out, line.name
        assert len(line.upload.providers) <= max(counts.loaded, len(line.upload.pools))
        assert {one.provider_id for one in line.upload.pools} <= {
            one.provider_id for one in line.upload.providers
        }
        no_beds = sum(one.licensed_capacity == 0 for one in line.upload.providers)
        assert no_beds <= zeros(data), f"{line.name}: a blank was read as 0"
    else:
        assert line.stop, line.name
        assert line.next_step, line.name
    hand = EXPECTED.get(line.name)
    if hand is None:
        return
    assert hand.standard in line.standard, (line.name, line.standard)
    if hand.says:
        assert line.upload is None, line.name
        assert hand.says in line.stop
        return
    assert line.upload is not None, (line.name, line.stop)
    counts = line.upload.counts
    for said, number in (
        (hand.read, counts.read),
        (hand.kept, counts.loaded),
        (hand.left_out, counts.left_out),
        (hand.set_aside, counts.set_aside),
        (hand.beds, line.beds),
    ):
        assert said in (None, number), (line.name, str(line))


def zeros(data: bytes) -> int:
    """Cells of a file that are 0, counted without the code under test."""
    if data.startswith(b"PK") and b"xl/workbook" not in data:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(zeros(archive.read(name)) for name in archive.namelist())
    if data.startswith((b"PK", b"\xd0\xcf")):
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        return sum(cell in (0, "0") for sheet in sheets for row in sheet for cell in row)
    rows = csv.reader(io.StringIO(data.decode("latin-1"), newline=""))
    return sum(cell.strip() in {"0", "0.0"} for row in rows for cell in row)


def folder(path: Path) -> bytes:
    """Every file of a folder as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path.iterdir()):
            if file.is_file():
                archive.writestr(file.name, file.read_bytes())
    return out.getvalue()


def shared() -> Iterator[tuple[str, bytes]]:
    """Every file beside the checkout, and each folder that belongs together as a zip."""
    together = [
        "hmis",
        *(f"hsds/{name}" for name in ("ohana", "florida", "sample_datapackage")),
    ]
    for name in (*together, "hsds/spec_3_1_dev/examples"):
        if (SHARED / name).is_dir():
            yield name, folder(SHARED / name)
    for path in sorted(SHARED.rglob("*")) if SHARED.is_dir() else ():
        if path.is_file():
            yield path.relative_to(SHARED).as_posix(), path.read_bytes()


def built() -> Iterator[tuple[str, bytes, ByHand]]:
    """Small files with the same faults, and what they must come to."""
    projects = [project("1"), project("2", ProjectType=2), project("3", ProjectType=13)]
    stock = [
        inventory("1", 36, 3),
        inventory("1", 8, 1, InventoryEndDate="2021-01-26"),
        inventory("1", 10, 1, InventoryStartDate="2021-01-27"),
    ]
    exported = package(**tables(Project=projects, Inventory=stock))
    yield "built HMIS", exported, ByHand("HMIS", 3, 2, 1, 0, 46)
    beds = {"service_capacity": [capacity(12, 10)], "units": [unit()]}
    services = [service(), service("Community Counselling", "s2")]
    listed = package(**directory(services=services, **beds, **located()))
    yield "built HSDS", listed, ByHand("HSDS 3.1", 2, 1, 1, 0, 10)
    advice = package(**directory(services=[service("Legal aid")]))
    yield "built advice", advice, ByHand("HSDS 3", says="lists 1 service,")
    wrong = b"SITE #,SITE NAME,QUANTITY UOM:\n1,Oak Park,4\n2,Elm Park,0\n"
    yield "built wrong file", wrong, ByHand("", says="not a list of")


def test_every_file_comes_to_what_was_worked_out_by_hand(capsys) -> None:
    lines = []
    for name, data, hand in built():
        EXPECTED[name] = hand
        lines.append(through_the_door(name, data))
        check(lines[-1], data)
    for name, data in shared():
        line = through_the_door(name, data)
        lines.append(line)
        check(line, data)
    with capsys.disabled():
        sys.stdout.write("\n".join(["", TITLE, *map(str, lines), ""]))
    assert sum(line.upload is not None for line in lines) >= 2
    missing = [name for name in EXPECTED if name not in {line.name for line in lines}]
    assert not SHARED.is_dir() or not missing
