"""The California list is recognised, its assumptions told, and a person stands above them."""

from __future__ import annotations

from dataclasses import replace

from matching.domain.words import LicenceStatus, PlacementType
from matching.intake.known_lists import CALIFORNIA, known_list
from matching.intake.recipe import Recipe
from tests.intake.drafts import drafted

HEAD = [
    "Facility Type", "Facility Number", "Facility Name", "Licensee", "Facility Administrator",
    "Facility Telephone Number", "Facility Address", "Facility City", "Facility State",
    "Facility Zip", "County Name", "Facility Capacity", "Facility Status", "Location",
]  # fmt: skip


def row(number: str, kind: str, county: str, capacity: str, status: str) -> list[str]:
    place = f"1 MAIN ST\n{county}, CA 93722\n(36.1, -119.9)"
    return [kind, number, "HOMES INC", "HOMES INC", "ROE, JAN", "(559) 555-0100", "1 MAIN ST",
            county, "CA", "93722", county, capacity, status, place]  # fmt: skip


ROWS = (
    HEAD,
    row("1", "FOSTER FAMILY AGENCY", "FRESNO", "0", "LICENSED"),
    row("2", "FOSTER FAMILY AGENCY SUB", "LOS ANGELES", "40", "CLOSED"),
    row("3", "ADOPTION AGENCY", "FRESNO", "0", "LICENSED"),
    row("4", "FOSTER FAMILY AGENCY", "NEVEDA", "0", "LICENSED"),
    row("5", "FOSTER FAMILY AGENCY", "FRESNO", "0", "PENDING"),
)


def test_the_list_is_recognised_by_its_columns_in_any_order() -> None:
    assert known_list(HEAD) is CALIFORNIA
    assert known_list(reversed([name.lower() for name in HEAD])) is CALIFORNIA
    assert known_list(HEAD[3:]) is None
    assert known_list([]) is None


def test_agencies_load_and_what_the_list_does_not_say_stays_unknown() -> None:
    found = drafted(*ROWS)
    assert found.standard == CALIFORNIA.label
    assert found.grid is not None
    upload = found.upload
    one, two = upload.providers
    assert one.placement_type is two.placement_type is PlacementType.FOSTER_HOME
    assert (one.licensed_capacity, two.licensed_capacity) == (None, 40)
    assert (one.licence_status, two.licence_status) == (
        LicenceStatus.ACTIVE, LicenceStatus.EXPIRED,
    )  # fmt: skip
    assert one.county == "06019"
    for pool in upload.pools:
        assert (pool.beds_available, pool.genders, pool.age_min, pool.age_max) == (None,) * 4
    assert (upload.counts.read, upload.counts.loaded) == (5, 2)
    assert (upload.counts.set_aside, upload.counts.left_out) == (2, 1)
    assert set(CALIFORNIA.decisions) <= set(upload.decisions)


def test_nothing_about_an_address_or_a_person_is_kept() -> None:
    upload = drafted(*ROWS).upload
    gone = {entry.column for entry in upload.not_kept}
    assert {"Facility Address", "Facility City", "Facility Zip", "Location"} <= gone
    kept = repr((upload.providers, upload.pools))
    for word in ("MAIN ST", "93722", "119.9", "ROE"):
        assert word not in kept


def test_what_is_a_typing_error_or_not_settled_is_asked() -> None:
    asked = drafted(*ROWS).repairs
    assert {(one.column, one.value) for one in asked} == {
        ("county", "NEVEDA"), ("licence_status", "PENDING"),
    }  # fmt: skip
    (pending,) = drafted(*ROWS).asked
    assert pending.proposals == ()
    recipe = Recipe().with_value("county", "NEVEDA", "Nevada, CA")
    recipe = recipe.with_value("licence_status", "pending", "")
    settled = drafted(*ROWS, recipe=recipe)
    assert settled.repairs == ()
    assert settled.upload.counts.loaded == 4
    assert settled.upload.providers[2].county == "06057"


def test_a_person_may_decide_otherwise_or_read_it_as_any_table() -> None:
    other = Recipe().with_value("placement_type", "foster family agency", "residential")
    found = drafted(*ROWS, recipe=other)
    assert found.upload.providers[0].placement_type is PlacementType.RESIDENTIAL
    back = drafted(*ROWS, recipe=Recipe(rows={4: True}))
    assert back.upload.counts.left_out == 0
    assert ("placement_type", "ADOPTION AGENCY") in {(a.column, a.text) for a in back.asked}
    plain = drafted(*ROWS, recipe=replace(Recipe(), standard=False))
    assert plain.standard == ""
    assert plain.upload.counts.loaded == 0
    assert {one.column for one in plain.asked} == {"placement_type", "licence_status"}
