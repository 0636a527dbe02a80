"""Headers are matched by name, wherever they stand, and never by guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.columns import (
    SPECIAL_LABELS,
    Header,
    How,
    Match,
    Special,
    listed,
    match,
    names_of,
    score,
)
from matching.intake.fields import CATALOGUE, SheetKind, plain
from matching.intake.grid import Grid
from matching.intake.recipe import NOT_USED, Recipe
from matching.intake.template import header

P, R = SheetKind.PROVIDERS, SheetKind.REFERRALS


def table(names: list[str], *rows: list[str]) -> Grid:
    return Grid("", (1,), names, list(range(2, len(rows) + 2)), [list(row) for row in rows])


def matched(
    names: list[str],
    *rows: list[str],
    kind: SheetKind = P,
    recipe: Recipe | None = None,
    before: Recipe | None = None,
) -> Header:
    return match(table(names, *rows), kind, recipe, before)


def entry(found: Header, name: str) -> Match:
    return next(one for one in found.matches if one.key == name)


@pytest.mark.parametrize("kind", list(SheetKind))
def test_the_template_matches_itself(kind: SheetKind) -> None:
    found = matched(header(kind), ["1"], kind=kind)
    assert found.positions == {name: k for k, name in enumerate(header(kind))}
    assert found.not_kept == ()
    assert found.issues == ()
    assert found.stop is None
    assert {one.how for one in found.matches} == {How.NAME}


@given(st.sampled_from(list(SheetKind)), st.randoms())
def test_order_and_spelling_change_nothing(kind: SheetKind, rng) -> None:
    names = header(kind)
    rng.shuffle(names)
    written = [
        rng.choice([n, n.upper(), n.replace("_", " ").title(), f" {n}* "]) for n in names
    ]
    found = matched(written, ["1"], kind=kind)
    assert found.positions == {name: k for k, name in enumerate(names)}


@pytest.mark.parametrize("kind", list(SheetKind))
def test_every_synonym_leads_to_its_field(kind: SheetKind) -> None:
    for field in CATALOGUE[kind]:
        for name in (*field.synonyms, field.label, field.column):
            assert names_of(kind)[plain(name)] is field
            assert score([f" {name.upper()} "], kind) == 1


def test_ages_in_one_column_only_where_the_two_are_missing() -> None:
    found = matched(["provider_id", "Ages served"], ["1", "12-17"])
    assert found.special == {Special.AGES: 1}
    both = matched(["provider_id", "Ages served", "age_min"], ["1", "", ""])
    assert both.special == {}
    assert "each age" in entry(both, "Ages served").why


def test_what_was_found_is_told_shortly_and_without_data() -> None:
    assert listed(["Site", "", "Name"]) == "'Site', 'Name'"
    assert listed([f"Column {k}" for k in range(20)]).endswith("and 12 more")
    assert listed(["", " "]) == "none"
    assert "values" in listed(["Jane", "2009-04-03"])
    assert "Jane" not in listed(["Jane", "2009-04-03"])


@pytest.mark.parametrize(
    "row", [["Jane Roe", "15", "female"], ["Jane Roe", "Yes"], ["1,5", "Roe"], ["Roe", "MALE"]]
)
def test_a_row_of_values_is_not_shown_as_headers(row: list[str]) -> None:
    assert "values" in listed(row)
    assert "Roe" not in listed(row)
    for kind in SheetKind:
        stop = matched(row, row, kind=kind).stop
        assert stop is not None
        assert "Roe" not in stop.sentence()


def test_columns_in_words_are_shown_even_with_a_number_in_them() -> None:
    assert listed(["Beds 2026", "Male beds", "Yes/no"]) == "'Beds 2026', 'Male beds', 'Yes/no'"


@pytest.mark.parametrize("kind", list(SheetKind))
def test_no_name_leads_to_two_fields(kind: SheetKind) -> None:
    meaning: dict[str, str] = {}
    for field in CATALOGUE[kind]:
        for name in field.names:
            assert meaning.setdefault(name, field.column) == field.column, name


def test_the_exact_name_wins_over_a_synonym_wherever_it_stands() -> None:
    for row in (["provider_id", "Vacancies", "beds_available"],
                ["beds_available", "Vacancies", "provider_id"]):  # fmt: skip
        found = matched(row, ["1", "2", "3"])
        assert row[found.positions["beds_available"]] == "beds_available"
        assert [issue.column for issue in found.issues] == ["beds_available"]
        assert [entry.column for entry in found.not_kept] == ["Vacancies"]


# --- what a person says ------------------------------------------------------------------


def test_a_choice_stands_before_the_name_and_what_is_remembered() -> None:
    names = ["provider_id", "Vacancies", "Open tonight"]
    before = Recipe(columns={"Open tonight": "beds_accepting"})
    chosen = Recipe(columns={"Open tonight": "beds_available"})
    by_name = matched(names, ["1", "2", "3"])
    assert by_name.positions["beds_available"] == 1
    remembered = matched(names, ["1", "2", "3"], before=before)
    assert remembered.positions["beds_accepting"] == 2
    assert entry(remembered, "Open tonight").how is How.REMEMBERED
    found = matched(names, ["1", "2", "3"], recipe=chosen, before=before)
    assert found.positions["beds_available"] == 2
    assert entry(found, "Open tonight").how is How.CHOSEN
    assert "already fills" in entry(found, "Vacancies").why


def test_a_column_may_be_left_out_and_used_again() -> None:
    names = ["provider_id", "Vacancies"]
    left = Recipe(columns={"Vacancies": NOT_USED})
    assert "beds_available" not in matched(names, ["1", "2"], recipe=left).positions
    again = left.with_column("Vacancies", "beds_available")
    assert matched(names, ["1", "2"], recipe=again).positions["beds_available"] == 1


def test_of_two_columns_for_one_field_a_person_chooses() -> None:
    names = ["provider_id", "Vacancies", "Free beds"]
    open_ = matched(names, ["1", "2", "3"])
    assert "beds_available" not in open_.positions
    assert {entry(open_, name).how for name in names[1:]} == {How.UNDECIDED}
    settled = matched(
        names, ["1", "2", "3"], recipe=Recipe(columns={"Free beds": "beds_available"})
    )
    assert settled.positions["beds_available"] == 2
    assert settled.issues == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Client name", P), ("Date of birth", P), ("Home address", R), ("SSN", R), ("Notes", P)],
)
def test_a_column_that_looks_personal_cannot_be_chosen(name: str, kind: SheetKind) -> None:
    key = CATALOGUE[kind][0].column
    recipe = Recipe(columns={name: "agency" if kind is P else "worker"})
    found = matched([key, name], ["1", "x"], kind=kind, recipe=recipe)
    assert set(found.positions) == {key}
    assert entry(found, name).how is How.PRIVATE
    assert entry(found, name).proposals == ()


def test_an_address_gives_its_county_and_is_listed_as_not_kept() -> None:
    found = matched(["provider_id", "Address"], ["1", "12 Oak St, Miami, FL 33101"])
    assert found.special == {Special.PLACE: 1}
    (kept,) = found.not_kept
    assert kept.private
    assert "county" in kept.why
    with_county = matched(["provider_id", "Address", "county"], ["1", "x", "y"])
    assert with_county.special == {}


def test_a_missing_key_stops_until_it_is_chosen_or_made() -> None:
    names = ["Key", "Name", "Capacity", "Vacancies"]
    stopped = matched(names, ["0", "Oak", "4", "1"])
    assert stopped.stop is not None
    assert "provider_id" in stopped.stop.sentence()
    chosen = Recipe(columns={"Key": "provider_id"})
    assert matched(names, ["0", "Oak", "4", "1"], recipe=chosen).stop is None
    assert matched(names, ["0", "Oak", "4", "1"], recipe=Recipe(made_ids=True)).stop is None
    nameless = Recipe(made_ids=True)
    assert matched(["Capacity", "Vacancies"], ["4", "1"], recipe=nameless).stop is not None
    people = Recipe(made_ids=True)
    assert matched(["age_years", "gender"], ["4", "f"], kind=R, recipe=people).stop is not None


def test_likeness_and_cells_only_propose() -> None:
    rows = [["1", "4", "female"], ["2", "5", "male"], ["3", "5", "female"]]
    found = matched(["provider_id", "Beds availble", "Category"], *rows)
    assert "beds_available" not in found.positions
    assert "beds_available" in entry(found, "Beds availble").proposals
    assert "genders" in entry(found, "Category").proposals
    assert set(found.positions) == {"provider_id"}


def test_every_special_column_has_a_label_and_a_name_that_finds_it() -> None:
    assert set(SPECIAL_LABELS) == set(Special)
    for special, name in (
        (Special.AGES, "Age range"),
        (Special.POPULATION, "Population served"),
        (Special.PLACE, "ZIP"),
    ):
        assert matched(["provider_id", name], ["1", ""]).special == {special: 1}


@given(
    st.sampled_from(list(SheetKind)),
    st.lists(st.text(max_size=12), max_size=8, unique=True),
    st.lists(st.lists(st.text(max_size=8), max_size=8), max_size=4),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
)
def test_any_header_is_matched_without_a_guess(kind, names, rows, told) -> None:
    found = matched(names, *rows, kind=kind, recipe=Recipe(columns=told))
    assert [one.position for one in found.matches] == list(range(len(names)))
    used = sorted({*found.positions.values(), *found.special.values(), *found.undisclosed})
    filled = [*found.positions.values(), *found.special.values()]
    assert len(set(filled)) == len(filled)
    assert {one.position for one in found.matches if one.column} == set(used)
    assert all(one.why or one.column for one in found.matches)


def test_a_list_of_people_is_refused_as_providers() -> None:
    with pytest.raises(InputError, match="list of people"):
        matched(["First name", "Last name", "Date of birth"], ["a", "b", "c"])
