"""Headers are matched by name, wherever they stand, and never by guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.columns import HEADER_DEPTH, header_row, listed, match, names_of, score
from matching.intake.fields import CATALOGUE, SheetKind, plain
from matching.intake.reader import Sheet
from matching.intake.template import header

P, R = SheetKind.PROVIDERS, SheetKind.REFERRALS


@pytest.mark.parametrize("kind", list(SheetKind))
def test_the_template_matches_itself(kind: SheetKind) -> None:
    found = match(Sheet("", [header(kind), ["1"]]), kind)
    assert found.positions == {name: k for k, name in enumerate(header(kind))}
    assert found.not_kept == ()
    assert found.issues == ()


@given(st.sampled_from(list(SheetKind)), st.randoms(), st.integers(0, HEADER_DEPTH - 1))
def test_order_case_and_titles_change_nothing(kind: SheetKind, rng, above: int) -> None:
    names = header(kind)
    rng.shuffle(names)
    written = [
        rng.choice([n, n.upper(), n.replace("_", " ").title(), f" {n}* "]) for n in names
    ]
    rows = [[f"Title {k}"] for k in range(above)] + [written, ["1"]]
    found = match(Sheet("", rows), kind)
    assert found.row == above
    assert found.positions == {name: k for k, name in enumerate(names)}


@pytest.mark.parametrize("kind", list(SheetKind))
def test_every_synonym_leads_to_its_field(kind: SheetKind) -> None:
    for field in CATALOGUE[kind]:
        for name in (*field.synonyms, field.label, field.column):
            assert names_of(kind)[plain(name)] is field
            assert score([f" {name.upper()} "], kind) == 1


def test_a_header_too_far_down_is_not_found() -> None:
    rows = [["x"]] * HEADER_DEPTH + [header(P), ["1"]]
    assert header_row(Sheet("", rows), P)[1] == 0
    with pytest.raises(InputError):
        match(Sheet("", rows), P)


def test_ages_in_one_column_only_where_the_two_are_missing() -> None:
    found = match(Sheet("", [["provider_id", "Ages served"], ["1", "12-17"]]), P)
    assert found.ages == 1
    both = match(Sheet("", [["provider_id", "Ages served", "age_min"], ["1", "", ""]]), P)
    assert both.ages is None


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
        with pytest.raises(InputError) as caught:
            match(Sheet("", [row, row]), kind)
        assert "Roe" not in caught.value.sentence()


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
        found = match(Sheet("", [row, ["1", "2", "3"]]), P)
        assert row[found.positions["beds_available"]] == "beds_available"
        assert [issue.column for issue in found.issues] == ["beds_available"]
        assert [entry.column for entry in found.not_kept] == ["Vacancies"]
