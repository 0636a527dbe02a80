"""The page Upload: read, look, save."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from matching.domain.words import DataOrigin
from matching.intake.template import providers_csv, referrals_csv
from matching.services import intake, views
from matching.ui.text import shell
from matching.ui.text import upload as text
from tests.builders import known_home, known_pool, known_referral
from tests.ui.conftest import heading, labels, words


def _providers(**changes) -> bytes:
    """Five providers; cells named ``row_column`` are changed."""
    sheet = providers_csv(
        [known_home(f"P{k}", name=f"Home {k}", data_origin=DataOrigin.REAL) for k in range(5)],
        [known_pool(f"P{k}") for k in range(5)],
    )
    rows = list(csv.reader(io.StringIO(sheet)))
    for place, value in changes.items():
        number, column = place.removeprefix("row").split("_", 1)
        rows[int(number)][rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _chosen(open_page, data: bytes, name: str = "list.csv"):
    app = open_page("upload")
    app.get("file_uploader")[0].upload(name, data)
    app.run()
    assert not app.exception
    return app


def test_first_step_says_that_nothing_is_saved_and_offers_templates(open_page):
    app = open_page("upload")
    said = words(app)
    assert heading(app) == text.START
    assert text.START_NOTE in said
    assert text.PRIVACY_SENTENCE in said
    assert [one.label for one in app.get("download_button")] == list(text.TEMPLATE.values())
    assert "beds_available" in said


def test_a_good_file_is_shown_and_not_yet_saved(open_page, desk):
    app = _chosen(open_page, _providers())
    assert heading(app) == "5 of 5 rows can be saved."
    assert "list of providers" in words(app)
    assert text.NO_PROBLEMS in words(app)
    assert [one.label for one in app.button if one.proto.type == "primary"] == ["Save 5 rows"]
    assert len(views.provider_rows(desk)) == 132


def test_bad_rows_are_listed_and_good_rows_go_on(open_page):
    bad = _providers(row2_beds_available="two or three", row4_age_min="twelve")
    app = _chosen(open_page, bad)
    said = words(app)
    assert heading(app) == "3 of 5 rows can be saved; 2 are set aside."
    assert "Row 3" in said
    assert "Row 5" in said
    assert "'two or three' is not a number." in said
    assert text.PROBLEMS_CSV in [one.label for one in app.get("download_button")]
    assert "Save 3 rows" in labels(app)


def test_saving_says_what_changed_and_removes_the_sample(open_page, desk):
    app = _chosen(open_page, _providers())
    app.button("save").click().run()
    assert not app.exception
    assert heading(app) == "5 providers saved: 5 added."
    assert "192 sample records were removed" in words(app)
    assert shell.SAMPLE not in words(app.run())
    assert [row.provider.name for row in views.provider_rows(desk)] == [
        f"Home {k}" for k in range(5)
    ]
    app.button("to-board").click().run()
    assert heading(app).startswith("Nobody is waiting")


def test_the_same_file_again_changes_nothing(open_page, desk):
    intake.save_upload(desk, intake.read_upload(desk, _providers(), "list.csv"))
    app = _chosen(open_page, _providers())
    app.button("save").click().run()
    assert heading(app) == "5 providers saved: 5 unchanged."


def test_people_are_recognised_too(open_page):
    people = [known_referral(f"R{k}", data_origin=DataOrigin.REAL) for k in range(3)]
    app = _chosen(open_page, referrals_csv(people).encode())
    assert "list of people who are waiting" in words(app)
    app.button("save").click().run()
    assert heading(app) == "3 people saved: 3 added."
    assert text.next_step("referrals") in words(app)


def test_another_file_starts_again(open_page, desk):
    app = _chosen(open_page, _providers())
    app.button("another").click().run()
    assert heading(app) == text.START
    assert len(views.provider_rows(desk)) == 132


def test_columns_that_are_not_kept_are_listed_by_reason(open_page):
    rows = list(csv.reader(io.StringIO(_providers().decode())))
    extra = ["Staff SSN", *(f"unknown {k}" for k in range(40))]
    wide = [[*row, *(extra if k == 0 else ["123-45-6789"] * 41)] for k, row in enumerate(rows)]
    out = io.StringIO()
    csv.writer(out).writerows(wide)
    said = words(_chosen(open_page, out.getvalue().encode()))
    assert "41 columns were not kept" in said
    assert "Staff SSN" in said
    assert "unknown 39" in said
    assert "123-45-6789" not in said


def _bomb() -> bytes:
    """A small file that says of itself that it holds four gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    data = out.getvalue()
    true, said = (1_000_000).to_bytes(4, "little"), (4_000_000_000).to_bytes(4, "little")
    return data.replace(true, said)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"park,shelter,tables\nElm,North picnic shelter,4\n", "shelters.csv"),
        (b"", "empty.csv"),
        (b"%PDF-1.7 list", "list.csv"),
        (_bomb(), "list.xlsx"),
        (b"provider_id,bed_pool\n" + b"P1,B1\n" * 1_800_000, "large.csv"),
    ],
)
def test_a_refused_file_is_a_sentence_and_nothing_is_saved(open_page, desk, data, name):
    app = _chosen(open_page, data, name)
    said = words(app)
    assert text.REFUSED in said
    assert "Nothing was saved." in said
    assert heading(app) == text.START
    assert len(views.provider_rows(desk)) == 132


def test_a_file_with_no_good_row_offers_no_save(open_page):
    bad = _providers(**{f"row{k}_beds_available": "many" for k in range(1, 6)})
    app = _chosen(open_page, bad)
    assert text.NOTHING_GOOD in words(app)
    assert not [one for one in app.button if one.proto.type == "primary"]


def test_an_error_while_saving_keeps_what_was_read(open_page, monkeypatch):
    from matching.domain.errors import StoreError

    def fails(*args):
        raise StoreError("The record cannot be reached.", next_step="Try again.")

    app = _chosen(open_page, _providers())
    monkeypatch.setattr(intake, "save_upload", fails)
    app.button("save").click().run()
    assert "The record cannot be reached. Nothing was saved. Try again." in words(app)
    assert "Save 5 rows" in labels(app)
