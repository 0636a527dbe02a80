"""Columns become values; what is personal is never kept, shown or told."""

from __future__ import annotations

import io
import logging
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake import body, columns, table
from matching.intake.fields import CATALOGUE, Kind, SheetKind, by_column, key_of
from matching.intake.issues import Code, Severity
from matching.intake.layout import lay_out
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.reader import Sheet
from matching.intake.vocabulary import NONE, UNKNOWN

P, R = SheetKind.PROVIDERS, SheetKind.REFERRALS


def build(kind: SheetKind, *rows: list[str], first_row: int = 1) -> table.Table:
    grid = lay_out(Sheet("", list(rows), first_row), partial(columns.score, kind=kind))
    return body.build(grid, columns.match(grid, kind))


def test_blank_rows_are_skipped_and_short_rows_are_unknown() -> None:
    found = build(
        R, ["referral_id", "age_years", "gender"], ["R1"], ["", " ", "\t"], ["R2", "", "f"]
    )
    assert found.rows == [2, 4]
    assert found.values["age_years"] == [None, None]
    assert found.column("gender")[0] is None
    assert found.column("no such column") == [None, None]
    assert found.good == [0, 1]


@given(st.integers(1, 10_000), st.integers(0, 15), st.lists(st.booleans(), max_size=12))
def test_row_numbers_are_the_spreadsheets(first: int, titles: int, blank: list[bool]) -> None:
    rows = [["List of people"]] * titles + [["referral_id", "age_years"]]
    wanted = []
    for k, empty in enumerate(blank):
        rows.append(["", ""] if empty else [f"R-{k}", "old"])
        if not empty:
            wanted.append(first + titles + 1 + k)
    found = build(R, *rows, first_row=first)
    assert found.rows == wanted
    assert [issue.row for issue in found.issues] == wanted


def test_an_error_sets_a_row_aside_and_a_warning_does_not() -> None:
    found = build(R, ["referral_id"], ["R1"], ["R2"], ["R3"])
    found.add(Severity.WARNING, Code.CONTRADICTION, 0, None, None, "a warning.")
    found.add(Severity.ERROR, Code.NOT_A_NUMBER, 1, "age_years", "x", "an error.", "Fix it.")
    found.left_out.add(2)
    assert found.bad == {1}
    assert found.good == [0]
    assert found.good_values(["referral_id"]) == [["R1"]]
    assert [issue.row for issue in found.issues] == [2, 3]


@pytest.mark.parametrize("kind", list(SheetKind))
@pytest.mark.parametrize("word", sorted(UNKNOWN))
def test_a_blank_is_never_a_zero_or_a_no(kind: SheetKind, word: str) -> None:
    names = [field.column for field in CATALOGUE[kind]]
    found = build(kind, names, ["X-1", *[word] * (len(names) - 1)])
    key = key_of(kind).column
    assert {name for name, (value,) in found.values.items() if value is not None} == {key}
    assert found.issues == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("12-17", 12, 17), ("12 – 17", 12, 17), ("0 to 120", 0, 120), ("18+", 18, None),
     ("18 and over", 18, None), ("21 or older", 21, None), ("", None, None),
     ("n/a", None, None)],
)  # fmt: skip
def test_ages_in_one_cell(text: str, low: int | None, high: int | None) -> None:
    found = build(P, ["provider_id", "ages"], ["P1", text])
    assert (found.values["age_min"], found.values["age_max"]) == ([low], [high])
    assert found.issues == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("teens", Code.NOT_A_NUMBER), ("12", Code.NOT_A_NUMBER), ("12-999", Code.OUT_OF_RANGE),
     ("200+", Code.OUT_OF_RANGE), ("12-17 girls", Code.NOT_A_NUMBER)],
)  # fmt: skip
def test_ages_in_one_cell_that_cannot_be(text: str, code: Code) -> None:
    found = build(P, ["provider_id", "ages"], ["P1", text])
    assert [issue.code for issue in found.issues] == [code]
    assert found.bad == {0}
    assert found.values["age_max"] == [None]


def test_a_county_takes_the_help_of_its_state_and_zip_code() -> None:
    found = build(
        P,
        ["provider_id", "county", "state", "zip"],
        ["P1", "Washington", "FL", ""],
        ["P2", "", "", "32301"],
        ["P3", "Leon", "", "33101"],
        ["P4", "Washington, AL", "FL", ""],
        ["P5", "12086", "TX", ""],
    )
    assert found.values["county"] == ["12133", "12073", None, "01129", "12086"]
    assert [(issue.row, issue.code) for issue in found.issues] == [(4, Code.AMBIGUOUS_COUNTY)]
    assert any("1 counties were worked out" in text for text in found.decisions)
    assert "32301" not in repr(found)


# -- nothing personal is kept, shown or told ----------------------------------------------

SECRETS = {
    "phone": "850-555-0143",
    "number": "123-45-6789",
    "mail": "jane.roe@example.org",
    "born": "2009-04-03",
    "born in words": "April 3, 2009",
    "name": "Janette Roebuck",
    "listed name": "Roebuck, Janette",
    "street": "12 Elmwood Street",
    "story": "she ran from her aunt in June with a man called Sam",
}
#: Where a name cannot be told from a place, a code or a language that is not listed.
NOT_A_NAME = {Kind.COUNTY, Kind.COUNTIES, Kind.STATE, Kind.RANKED_LANGUAGES}


def _free(field: Any, secret: str) -> bool:
    """Tell whether a text is no sign of a person in this column."""
    if field.column == "worker":  # a member of staff, by account
        return secret in {"mail", "name", "listed name", "born", "born in words", "street"}
    if field.kind in NOT_A_NAME:
        return "name" in secret or field.kind is Kind.RANKED_LANGUAGES
    if field.kind in {Kind.DATE, Kind.MOMENT} and "born" in secret:
        return True
    providers = {"vetoed_providers", "avoid_providers", "declined_by", "preferred_providers"}
    written = field.attribute in providers or field.kind in {Kind.TEXT, Kind.TOKENS}
    return (written or field.column == "group_id") and secret not in {"phone", "number", "mail"}


CASES = [
    (field, secret) for field in CATALOGUE[R] for secret in SECRETS if not _free(field, secret)
]


def test_most_columns_and_secrets_are_tried() -> None:
    tried = {field.column for field, _ in CASES}
    assert tried >= {field.column for field in CATALOGUE[R]} - {"languages"}
    assert len(CASES) > 5 * len(CATALOGUE[R])


@pytest.mark.parametrize("secret", list(SECRETS))
def test_a_secret_in_a_wrong_cell_is_nowhere(secret: str, make_csv, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    text = SECRETS[secret]
    for field in (field for field, which in CASES if which == secret):
        header = (
            ["referral_id"] if field.column == "referral_id" else ["referral_id", field.column]
        )
        row = [text] if len(header) == 1 else ["R-1", text]
        found = load_referrals(make_csv(header, row, *[["R-9"]]), "r.csv")
        told = repr(found) + " ".join(map(str, (*found.issues, *found.decisions))) + caplog.text
        for part in {text, text.lower(), text.replace("-", " ")}:
            assert part not in told, field.column
        assert found.issues, field.column
        assert found.issues[0].row == 2


@pytest.mark.parametrize("column", ["group_id", "separate_from"])
def test_a_name_as_a_shared_code_sets_the_row_aside(column: str, make_csv) -> None:
    """Blanking it would lose the conflict without a word."""
    data = make_csv(["referral_id", column], ["R-1", "C-12; John Smith"], ["R-2", "C-12"])
    found = load_referrals(data, "r.csv")
    if column == "separate_from":
        assert [(i.row, i.code, i.value) for i in found.issues] == [(2, Code.PERSONAL_ID, None)]
        assert [one.referral_id for one in found.referrals] == ["R-2"]
    alone = load_referrals(make_csv(["referral_id", column], ["R-1", "John Smith"]), "r.csv")
    assert alone.referrals == ()
    assert "Smith" not in repr(alone)


@pytest.mark.parametrize("word", ["none", "No one", "not known", "n/a", ""])
def test_no_conflict_and_an_unknown_one_are_no_names(word: str, make_csv) -> None:
    found = load_referrals(make_csv(["referral_id", "separate_from"], ["R-1", word]), "r.csv")
    expected = frozenset() if word.lower() in NONE else None
    assert [one.separate_from for one in found.referrals] == [expected]


def test_a_residents_name_in_a_provider_sheet_sets_the_row_aside(make_csv) -> None:
    data = make_csv(["provider_id", "resident_tokens"], ["P1", "Mary Major"], ["P2", "C-1"])
    found = load_providers(data, "p.csv")
    assert [one.provider_id for one in found.providers] == ["P2"]
    assert "Major" not in repr(found)


def test_a_long_reference_is_not_shown(make_csv) -> None:
    text = "Janette Roebuck, born in April, known to the Leon office since the year 2019"
    found = load_referrals(make_csv(["referral_id"], [text], ["R-2"]), "r.csv")
    assert [issue.code for issue in found.issues] == [Code.BAD_ID]
    assert "Janette" not in repr(found)


def test_a_workers_account_may_be_an_e_mail_address(make_csv) -> None:
    data = make_csv(["referral_id", "worker"], ["R-1", "kim@agency.example.org"])
    found = load_referrals(data, "r.csv")
    assert found.referrals[0].worker == "kim@agency.example.org"
    assert found.issues == ()


def test_a_providers_telephone_is_kept_where_it_belongs_and_not_shown_elsewhere(
    make_csv,
) -> None:
    data = make_csv(
        ["provider_id", "contact", "beds_available"],
        ["P1", "850-555-0100", "2"],
        ["P2", "", "850-555-0199"],
    )
    found = load_providers(data, "p.csv")
    assert found.providers[0].contact == "850-555-0100"
    assert "0199" not in repr(found)


def test_the_name_of_a_sheet_is_told_only_where_it_is_no_secret() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("850-555-0100", "other"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["referral_id", "age_years"])
        sheet.write_row(1, 0, ["R-1", 15])
    book.close()
    found = load_any(out.getvalue(), "r.xlsx")
    assert "Of 2 sheets, '(a value, not a name)' was read." in found.decisions
    assert found.format == "template"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([f.column for f in CATALOGUE[R] if f.kind is not Kind.RANKED_LANGUAGES]),
    st.from_regex(r"[A-Z][a-z]{4,8} [A-Z][a-z]{5,9} \d{3}-\d{2}-\d{4}", fullmatch=True),
)
def test_no_number_of_a_person_survives_in_any_column(column: str, text: str) -> None:
    head, row = (["referral_id"], [text])
    if column != "referral_id":
        head, row = ["referral_id", column], ["R-1", text]
    data = "\n".join(",".join(cells) for cells in (head, row)).encode()
    found = load_referrals(data, "r.csv")
    told = repr(found) + " ".join(map(str, found.issues))
    assert text not in told
    assert text[-11:] not in told
    assert text.split()[1] not in told
    assert found.issues


def test_the_help_sees_every_column_once() -> None:
    assert list(by_column(R)) == [field.column for field in CATALOGUE[R]]
