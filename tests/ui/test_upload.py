"""The page Upload, step by step: nothing is lost, guessed or saved too early."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import pytest
import xlsxwriter
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from matching.domain.access import Actor, Role
from matching.domain.errors import StoreError
from matching.domain.sites import SiteReason
from matching.domain.words import DataOrigin, Household
from matching.intake.template import providers_csv, referrals_csv
from matching.services import intake, views
from matching.services.clearing import report, site
from matching.services.upload_commit import ShrinkReason
from matching.ui import session
from matching.ui.pages_of import may_open
from matching.ui.text import shell
from matching.ui.text import upload as text
from matching.ui.text import upload_answers as answers
from matching.ui.text import uploading as saving
from tests.builders import known_home, known_pool, known_referral
from tests.ui.conftest import heading, labels, words

MESSY = """Key,Name,Capacity,Restrictions,Longitude,Latitude,Address,Notes,PhoneNum
0,My Sister's House,264,Women/Children,-84.41,33.78,"921 Howell Mill Road, Atlanta, \
Georgia 30318","Temporary, Emergency",(404) 555-0101
1,The Inn,450,Men,-84.39,33.76,"156 Mills Street, Atlanta, Georgia 30313",,(404) 555-0102
2,Eden Village ,"32 for families, 80 singles",Women/Children,-84.4,33.7,\
"1300 Joseph Boone Blvd, Atlanta, Georgia 30314",Long term,(404) 555-0103
3,Our House ,76 family rooms ,Families,-84.4,33.7,"711 Columbia Drive, Atlanta, Georgia 30030",,
4,Nicholas House,,Veterans ,-84.4,33.7,"830 Boulevard, Atlanta, Georgia 30312",,
"""
CALIFORNIA = """Facility Type,Facility Number,Facility Name,Licensee,Facility Administrator,\
Facility Telephone Number,Facility Address,Facility Zip,County Name,Facility Capacity,\
Facility Status
FOSTER FAMILY AGENCY,107202376,GOLDEN,GOLDEN INC,"NORD, KRIS",(559) 555-0171,4325 N Blvd,93722,\
FRESNO,24,LICENSED
FOSTER FAMILY AGENCY SUB,107202377,RIVER,GOLDEN INC,"NORD, KRIS",(559) 555-0172,1 Elm,93722,\
FRESNO,0,PENDING
FOSTER FAMILY AGENCY SUB,107202378,HILL,GOLDEN INC,"NORD, KRIS",(559) 555-0173,2 Elm,93722,\
FRESNO,6,LICENSED
ADOPTION AGENCY,127000268,HORIZONS,HORIZONS,"SAV, CYN",(707) 555-0174,10 7TH ST,95501,HUMBOLDT,\
0,LICENSED
"""


def _providers(number: int = 5, **changes) -> bytes:
    """Some providers; cells named ``row_column`` are changed."""
    sheet = providers_csv(
        [
            known_home(f"P{k}", name=f"Home {k}", data_origin=DataOrigin.REAL)
            for k in range(number)
        ],
        [known_pool(f"P{k}") for k in range(number)],
    )
    rows = list(csv.reader(io.StringIO(sheet)))
    for place, value in changes.items():
        row, column = place.removeprefix("row").split("_", 1)
        rows[int(row)][rows[0].index(column)] = value
    return _csv(rows)


def _csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _chosen(open_page, data: bytes | str, name: str = "list.csv"):
    app = open_page("upload")
    app.get("file_uploader")[0].upload(name, data.encode() if isinstance(data, str) else data)
    app.run()
    assert not app.exception
    return app


def _press(app, key: str):
    app.button(key).click().run()
    assert not app.exception
    return app


def _go(app, step: str):
    key = f"upload-step-{step}"
    return _press(app, key) if key in {one.key for one in app.button} else app


def _key(app, start: str, end: str = "", *, place: int = 0) -> str:
    """Return the key of a button by how it starts and ends."""
    found = [one.key for one in app.button if (one.key or "").startswith(start)]
    return [key for key in found if key.endswith(end)][place]


def _keys(app) -> list[str]:
    return [one.key or "" for one in app.button]


def _primary(app) -> list[str]:
    return [one.label for one in app.button if one.proto.type == "primary"]


# --- the file -------------------------------------------------------------------------


def test_first_step_says_that_nothing_is_saved_and_offers_templates(open_page):
    app = open_page("upload")
    said = words(app)
    assert heading(app) == text.START
    assert text.START_NOTE in said
    assert text.PRIVACY_SENTENCE in said
    assert [one.label for one in app.get("download_button")] == [
        *text.TEMPLATE.values(),
        text.FILLED,
    ]
    assert "beds_available" in said
    assert app.button("upload-step-columns").disabled


def test_a_good_file_is_shown_and_not_yet_saved(open_page, desk):
    app = _chosen(open_page, _providers())
    assert heading(app) == "5 rows can be saved, and this is what changes."
    assert "5 providers and 5 bed pools are new." in words(app)
    assert _primary(app) == ["Save 5 rows"]
    assert len(views.provider_rows(desk)) == 132


def test_every_step_can_be_gone_back_to_without_losing_anything(open_page):
    app = _chosen(open_page, _providers(row2_beds_available="two or three"))
    _press(app, _key(app, "upload-leave-"))
    assert heading(app) == "4 of 5 rows can be saved; 1 is left out."
    for step in ("file", "sheet", "columns", "values"):
        _go(app, step)
        assert len(_primary(app)) == 1
    _go(app, "problems")
    assert heading(app) == "4 of 5 rows can be saved; 1 is left out."
    _press(app, "upload-back")
    assert heading(app) == "Every text is understood."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 list",
        b"Client name,Date of birth,SSN\nA B,2010-01-01,123-45-6789\n",
        b"provider_id,bed_pool\n" + b"P1,B1\n" * 1_800_000,
    ],
)
def test_a_refused_file_is_a_sentence_and_nothing_is_saved(open_page, desk, data):
    app = _chosen(open_page, data)
    said = words(app)
    assert text.REFUSED in said
    assert "Nothing was" in said
    assert "123-45-6789" not in said
    assert heading(app) == text.START
    assert len(views.provider_rows(desk)) == 132


def _bomb() -> bytes:
    """A small file that says of itself that it holds four gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    true, said = (1_000_000).to_bytes(4, "little"), (4_000_000_000).to_bytes(4, "little")
    return out.getvalue().replace(true, said)


def test_a_bomb_is_refused(open_page):
    assert text.REFUSED in words(_chosen(open_page, _bomb(), "list.xlsx"))


def test_a_wrong_file_is_refused_and_can_be_matched_by_hand_all_the_same(open_page):
    app = _chosen(open_page, "park,shelter,tables\nElm,North picnic shelter,4\n")
    assert text.REFUSED in words(app)
    assert "is not a list of providers" in words(app)
    _press(app, "upload-by-hand")
    assert heading(app) == "1 row under 3 columns was found."
    assert app.button("upload-step-changes").disabled


def test_another_file_starts_again(open_page, desk):
    app = _chosen(open_page, _providers())
    _press(app, "upload-another")
    assert heading(app) == text.START
    assert len(views.provider_rows(desk)) == 132


def test_a_file_that_cannot_be_read_leaves_the_one_before(open_page):
    app = _go(_chosen(open_page, _providers()), "file")
    assert "list.csv" in words(app)
    app.get("file_uploader")[0].upload("other.csv", b"%PDF-1.7")
    app.run()
    assert text.REFUSED in words(app)
    _go(app, "changes")
    assert heading(app) == "5 rows can be saved, and this is what changes."


def test_people_are_recognised_too(open_page):
    people = [known_referral(f"R{k}", data_origin=DataOrigin.REAL) for k in range(3)]
    app = _chosen(open_page, referrals_csv(people))
    assert "a list of people who are waiting" in words(app)
    _press(app, "save")
    assert heading(app) == "3 people saved: 3 added."
    assert saving.next_step("referrals", True) in words(app)


# --- the sheet ------------------------------------------------------------------------


def test_the_preview_shows_the_own_rows_and_nothing_private(open_page):
    app = _chosen(open_page, MESSY)
    said = words(app)
    assert heading(app) == "5 rows under 9 columns were found."
    assert "32 for families, 80 singles" in said
    for private in ("Howell Mill", "555-0101", "Temporary, Emergency", "-84.41"):
        assert private not in said
    assert "Longitude, Latitude, Address, Notes and PhoneNum" in said


def test_of_people_no_cell_of_an_unknown_column_is_shown(open_page):
    people = referrals_csv([known_referral("R1", data_origin=DataOrigin.REAL)])
    rows = list(csv.reader(io.StringIO(people)))
    wide = [
        [*row, extra] for row, extra in zip(rows, ["Her words", "Mary of Elm"], strict=True)
    ]
    app = _go(_chosen(open_page, _csv(wide)), "sheet")
    said = words(app)
    assert "Her words" in said
    assert "Mary" not in said


def test_the_letters_and_the_separator_can_be_changed(open_page):
    data = "provider_id;name;county\nP1;Peña;Leon, FL\n".encode("mac_roman")
    app = _go(_chosen(open_page, data), "sheet")
    app.selectbox("upload-encoding").set_value("mac_roman").run()
    assert not app.exception
    assert "Peña" in words(app)
    app.selectbox("upload-delimiter").set_value("|").run()
    assert "under 1 column" in heading(app)
    app.selectbox("upload-delimiter").set_value(";").run()
    assert "Peña" in words(app)


def test_rows_of_the_header_and_of_data_can_be_chosen(open_page):
    data = (
        'Beds of our county,,\nprovider_id,name,county\nP1,Oak,"Leon, FL"\n'
        'P2,Elm,"Leon, FL"\nTotal,2,\n'
    )
    app = _go(_chosen(open_page, data), "sheet")
    assert heading(app) == "2 rows under 3 columns were found."
    assert "Beds of our county" in words(app)
    app.multiselect("upload-as-data").set_value([5]).run()
    assert heading(app) == "3 rows under 3 columns were found."
    app.multiselect("upload-as-data").set_value([]).run()
    app.multiselect("upload-no-data").set_value([3]).run()
    assert heading(app) == "1 row under 3 columns was found."
    assert "Your choice" in words(app)
    app.multiselect("upload-header").set_value([1]).run()
    assert not app.exception
    app.multiselect("upload-header").set_value([2]).run()
    assert heading(app) == "1 row under 3 columns was found."


def test_another_sheet_can_be_read(open_page):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, number in (("Beds", 2), ("Old", 3)):
            sheet = book.add_worksheet(name)
            for line, row in enumerate(csv.reader(io.StringIO(_providers(number).decode()))):
                sheet.write_row(line, 0, row)
        sheet.hide()
    app = _go(_chosen(open_page, out.getvalue(), "list.xlsx"), "sheet")
    assert heading(app).startswith("2 rows")
    assert "Old, 4 rows (hidden in the file)" in app.selectbox("upload-sheet").options
    app.selectbox("upload-sheet").set_value("Old").run()
    assert heading(app).startswith("3 rows")


# --- the columns ----------------------------------------------------------------------


def test_a_missing_code_is_asked_for_and_can_be_made_from_the_names(open_page):
    app = _press(_chosen(open_page, MESSY), "upload-on")
    assert heading(app) == "4 of 9 columns are used; 1 question waits."
    assert text.missing_label("providers") in words(app)
    assert text.USE_COLUMN.format(column="Key") in labels(app)
    assert app.button("upload-step-problems").disabled
    _press(app, "upload-codes")
    assert text.CODES_MADE in words(app)
    assert not app.button("upload-step-problems").disabled
    _press(app, "upload-no-codes")
    _press(app, "upload-key-0")
    assert app.selectbox("upload-fills-0").value == "provider_id"
    assert "As you chose." in words(app)


def test_locked_columns_are_told_and_cannot_be_chosen(open_page):
    app = _press(_chosen(open_page, MESSY), "upload-on")
    assert "Phone numbers and e-mail addresses are never stored." in words(app)
    keys = {one.key for one in app.selectbox}
    assert "upload-fills-0" in keys
    assert not keys & {"upload-fills-7", "upload-fills-8"}


def test_a_column_is_left_out_and_given_to_another_field(open_page):
    app = _go(_chosen(open_page, _providers()), "columns")
    place = next(one.key for one in app.selectbox if one.value == "name")
    app.selectbox(place).set_value("").run()
    assert "somebody decided not to use it".capitalize() in words(app)
    app.selectbox(place).set_value("name").run()
    assert "As you chose." in words(app)


def test_a_proposal_is_taken_with_one_press(open_page):
    rows = list(csv.reader(io.StringIO(_providers().decode())))
    rows[0][rows[0].index("licence_status")] = "State of papers"
    for row, word in zip(
        rows[1:], ["active", "expired", "active", "active", "expired"], strict=True
    ):
        row[rows[0].index("State of papers")] = word
    app = _go(_chosen(open_page, _csv(rows)), "columns")
    assert text.OPEN_COLUMNS in words(app)
    button = next(one for one in app.button if "licence status" in one.label)
    _press(app, button.key)
    assert text.OPEN_COLUMNS not in words(app)


def test_two_columns_for_one_field_are_told_on_top(open_page):
    rows = list(csv.reader(io.StringIO(_providers().decode())))
    wide = [[*row, extra] for row, extra in zip(rows, ["Facility name", *"abcde"], strict=True)]
    wide[0][wide[0].index("name")] = "provider name"
    app = _go(_chosen(open_page, _csv(wide)), "columns")
    assert "2 columns may fill this" in words(app)
    assert "question" in heading(app)


def test_a_hundred_columns_are_folded_away_and_not_kept(open_page):
    rows = list(csv.reader(io.StringIO(_providers().decode())))
    extra = ["Staff SSN", *(f"unknown {k}" for k in range(100))]
    wide = [[*row, *(extra if k == 0 else ["123-45-6789"] * 101)] for k, row in enumerate(rows)]
    app = _go(_chosen(open_page, _csv(wide)), "columns")
    said = words(app)
    assert text.unused(100) in [one.label for one in app.expander]
    assert "101 columns are not kept" in said
    assert "unknown 99" in said
    assert "123-45-6789" not in said
    assert "123-45-6789" not in words(_go(app, "sheet"))
    assert len(app.selectbox) < 100


# --- the values -----------------------------------------------------------------------


def test_who_is_served_is_answered_once_for_all_cells(open_page):
    app = _press(_chosen(open_page, MESSY), "upload-on")
    _press(app, "upload-codes")
    _press(app, "upload-on")
    assert heading(app) == "2 texts in 3 cells are not understood yet."
    first = _key(app, "upload-asked-", "-apply").removesuffix("-apply")
    app.multiselect(f"{first}-households").set_value([Household.WITH_CHILDREN])
    app.number_input(f"{first}-low").set_value(18)
    _press(app, f"{first}-apply")
    assert heading(app) == "1 text in 1 cell is not understood yet."
    assert "with children; 18 and older" in words(app)
    _press(app, _key(app, "upload-asked-", "-unknown"))
    assert heading(app) == "Every text is understood."
    app.selectbox("upload-change-population").set_value("veterans").run()
    _press(app, _key(app, "upload-stands-"))
    assert heading(app) == "1 text in 1 cell is not understood yet."


def test_a_word_is_chosen_from_the_list_or_proposed(open_page):
    app = _chosen(open_page, CALIFORNIA)
    _go(app, "values")
    assert heading(app) == "1 text in 1 cell is not understood yet."
    assert "foster home" in words(app)
    box = next(one for one in app.selectbox if (one.key or "").startswith("upload-asked-"))
    box.set_value("probation").run()
    assert heading(app) == "Every text is understood."
    assert "as decided" in words(app)


def test_the_order_of_dates_is_asked_once(open_page):
    data = _providers(row1_licence_expires="3/4/2027", row2_licence_expires="5/6/2027")
    app = _go(_chosen(open_page, data), "values")
    assert heading(app) == "1 column of dates has two readings."
    _press(app, "upload-order-" + _key(app, "upload-order-").split("-")[2] + "-DAY_FIRST")
    assert heading(app) == "Every text is understood."
    assert "Day first" in words(app)


# --- the problems ---------------------------------------------------------------------


def test_bad_rows_are_listed_and_good_rows_go_on(open_page):
    bad = _providers(row2_beds_available="two or three", row4_age_min="twelve")
    app = _chosen(open_page, bad)
    said = words(app)
    assert heading(app) == "3 of 5 rows can be saved; 2 are set aside."
    assert "Row 3 of the file." in said
    assert "Row 5 of the file." in said
    assert "'two or three' is not a number." in said
    assert answers.PROBLEMS_CSV in [one.label for one in app.get("download_button")]
    assert answers.PROBLEMS_XLSX in [one.label for one in app.get("download_button")]
    assert "Save 3 rows" in labels(_press(app, "upload-on"))


def test_a_value_is_fixed_once_for_all_its_rows(open_page):
    app = _chosen(open_page, _providers(row2_beds_available="some", row4_beds_available="some"))
    assert "Rows 3 and 5 of the file." in words(app)
    key = _key(app, "upload-problem-", "-apply").removesuffix("-apply")
    app.number_input(f"{key}-number").set_value(1)
    _press(app, f"{key}-apply")
    assert heading(app) == "5 of 5 rows can be saved."


def test_a_single_cell_is_corrected_and_the_other_stays(open_page):
    app = _chosen(open_page, _providers(row2_beds_available="some", row4_beds_available="some"))
    name = _key(app, "upload-correct-").removeprefix("upload-correct-")
    app.selectbox(f"upload-row-{name}").set_value(5)
    app.text_input(f"upload-cell-{name}").set_value("1")
    _press(app, f"upload-correct-{name}")
    assert heading(app) == "4 of 5 rows can be saved; 1 is set aside."


def test_rows_are_left_out_for_a_reason_and_taken_in_again(open_page):
    app = _chosen(open_page, _providers(row2_beds_available="some"))
    name = _key(app, "upload-leave-").removeprefix("upload-leave-")
    app.text_input(f"upload-why-{name}").set_value("closed last year")
    _press(app, f"upload-leave-{name}")
    assert heading(app) == "4 of 5 rows can be saved; 1 is left out."
    assert "Closed last year. Row 3 of the file." in words(app)
    _press(app, _key(app, "upload-back-"))
    assert heading(app) == "4 of 5 rows can be saved; 1 is set aside."


def test_a_file_with_no_good_row_offers_no_save(open_page):
    bad = _providers(**{f"row{k}_beds_available": f"many {k}?" for k in range(1, 6)})
    app = _chosen(open_page, bad)
    assert answers.NOTHING_GOOD in words(app)
    assert not _primary(_go(app, "changes"))


def test_a_known_standard_needs_no_matching_and_can_be_read_as_a_table(open_page):
    from tests.intake.formats.test_formats import inventory

    app = _chosen(open_page, _csv(inventory()), "hic.csv")
    assert "Housing Inventory Count" in words(app)
    assert "upload-step-columns" not in {one.key for one in app.button}
    _go(app, "problems")
    assert answers.AS_TABLE in labels(app)
    _press(app, "upload-as-table")
    assert "upload-step-columns" in {one.key for one in app.button}
    _press(app, "upload-as-standard")
    assert "upload-step-columns" not in {one.key for one in app.button}


# --- what changes, saving and taking it back ------------------------------------------


def test_saving_says_what_changed_removes_the_sample_and_can_be_undone(open_page, desk):
    app = _press(_chosen(open_page, _providers()), "save")
    assert heading(app) == "5 providers saved: 5 added."
    assert "192 sample records were removed" in words(app)
    assert shell.SAMPLE not in words(app.run())
    assert [row.provider.name for row in views.provider_rows(desk)] == [
        f"Home {k}" for k in range(5)
    ]
    _press(app, _key(app, "undo-"))
    assert "was undone" in words(app)
    assert views.provider_rows(desk) == ()


def test_a_save_whose_run_is_cut_short_is_still_told(open_page, desk, monkeypatch):
    cut = []

    @contextmanager
    def spinner(words, **given):
        yield
        if words == saving.SAVING:
            cut.append(words)
            raise RerunException(RerunData())  # as when a part of the page refreshes itself

    app = _chosen(open_page, _providers())
    with monkeypatch.context() as patch:
        patch.setattr("streamlit.spinner", spinner)
        _press(app, "save")
    assert len(cut) == 1
    app.switch_page("matching/ui/pages/upload.py").run()
    assert heading(app) == "5 providers saved: 5 added."
    assert len(views.provider_rows(desk)) == 5


def test_the_board_is_the_way_on(open_page):
    app = _press(_chosen(open_page, _providers()), "save")
    _press(app, "to-board")
    assert heading(app).startswith("Nobody is waiting")


WAYS_ON = {
    Role.SUPERVISOR: ["to-board"],
    Role.MANAGER: ["to-gaps", "to-providers"],
    Role.LICENSING: ["to-providers"],
    Role.ADMIN: ["to-providers"],
}


@pytest.mark.parametrize("role", list(WAYS_ON))
def test_after_saving_only_pages_are_offered_that_the_role_may_open(
    open_page, monkeypatch, role
):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("mina", role))
    app = _press(_chosen(open_page, _providers()), "save")
    found = [key for key in _keys(app) if key.startswith("to-")]
    assert found == WAYS_ON[role]
    assert all(may_open(Actor("mina", role), key.removeprefix("to-")) for key in found)
    assert _primary(app) == [saving.ONWARD[found[0].removeprefix("to-")]]
    both = role is Role.SUPERVISOR
    assert saving.next_step("providers", both) in words(app)
    assert ("upload them next" in words(app)) is both
    _press(app, found[0])
    assert "is not for the role" not in words(app)


def test_a_worker_who_may_not_upload_providers_is_not_told_to(open_page, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("wanda", Role.WORKER))
    people = [known_referral("R1", data_origin=DataOrigin.REAL)]
    app = _press(_chosen(open_page, referrals_csv(people)), "save")
    assert saving.next_step("referrals", False) in words(app)
    assert "upload them next" not in words(app)
    assert [key for key in _keys(app) if key.startswith("to-")] == ["to-board"]


def test_a_manager_is_told_that_a_list_does_not_open_a_compromised_site(
    open_page, desk, monkeypatch
):
    intake.save_upload(desk, intake.read_upload(desk, _providers(), "list.csv"))
    today = desk.local(desk.clock()).date()
    report(desk, "P1", today + timedelta(days=9), SiteReason.POLICE)
    monkeypatch.setattr(session, "LOCAL_USER", Actor("mina", Role.MANAGER))
    app = _chosen(
        open_page,
        _providers(row2_compromise_cleared="yes", row3_name="Elm"),
    )
    stays = "It stays out of use until two people who may say so have said that it is clear."
    assert stays in words(app)
    _press(app, "save")
    assert heading(app).endswith("saved: 1 changed and 4 unchanged.")
    assert stays in words(app)
    assert site(desk, "P1").first is None


def test_the_same_file_again_changes_nothing(open_page, desk):
    intake.save_upload(desk, intake.read_upload(desk, _providers(), "list.csv"))
    app = _chosen(open_page, _providers())
    assert heading(app) == "Saving this would change nothing on the record."


def test_what_changes_is_shown_fact_by_fact_and_looser_needs_a_tick(open_page, desk):
    intake.save_upload(desk, intake.read_upload(desk, _providers(), "list.csv"))
    app = _chosen(open_page, _providers(row1_age_min="5", row2_name="Oak"))
    said = words(app)
    assert "Home 1" in said
    assert "Oak" in said
    assert saving.LOOSER in said
    assert app.button("save").disabled
    app.checkbox[-1].check().run()
    assert not app.button("save").disabled
    _press(app, "save")
    assert heading(app) == "5 providers saved: 1 changed and 4 unchanged."


def test_what_loosens_safety_can_be_kept_as_on_record(open_page, desk):
    intake.save_upload(desk, intake.read_upload(desk, _providers(), "list.csv"))
    app = _chosen(open_page, _providers(row1_age_min="5"))
    _press(app, _key(app, "upload-keep-"))
    assert not app.button("save").disabled
    assert "1 fact stays as on record" in words(app)
    _press(app, "upload-keep-none")
    assert app.button("save").disabled


def _override(app) -> None:
    """Say who decided that a place has fewer beds than people, and why."""
    for one in [one for one in app.text_input if (one.key or "").startswith("upload-who-")]:
        one.set_value("unit manager")
    for one in [one for one in app.selectbox if (one.key or "").startswith("upload-reason-")]:
        one.set_value(ShrinkReason.LICENSING)
    app.run()
    assert not app.exception


def test_fewer_beds_than_people_needs_a_name_and_a_reason(open_page, desk):
    full = _providers(row1_beds_occupied="4", row1_beds_licensed="4")
    intake.save_upload(desk, intake.read_upload(desk, full, "list.csv"))
    app = _chosen(
        open_page,
        _providers(
            row1_beds_occupied="", row1_beds_licensed="1", row1_beds_staffed="",
            row1_beds_accepting="", row1_beds_available="",
        ),
    )  # fmt: skip
    assert saving.SHRUNK in words(app)
    assert app.button("save").disabled
    _override(app)
    assert not app.button("save").disabled
    _press(app, "save")
    assert "saved" in heading(app)


def test_providers_that_the_file_lacks_are_kept_and_can_be_closed(open_page, desk):
    intake.save_upload(desk, intake.read_upload(desk, _providers(5), "list.csv"))
    app = _chosen(open_page, _providers(4))
    assert saving.gone(1, "providers") in words(app)
    app.multiselect("upload-closing").set_value(["P4"]).run()
    assert "takes in nobody any more" in words(app)
    _override(app)
    _press(app, "save")
    closed = next(r for r in views.provider_rows(desk) if r.provider.provider_id == "P4")
    assert closed.pools[0].beds_available == 0


def test_when_the_record_moved_the_difference_is_shown_anew(open_page, desk, monkeypatch):
    intake.save_upload(desk, intake.read_upload(desk, _providers(5), "list.csv"))
    app = _chosen(open_page, _providers(row1_name="Oak"))
    moved = _providers(row1_name="Birch")
    from matching.ui.uploading import changes

    commit = changes.commit

    def other_first(at, comparison, **given):
        intake.save_upload(desk, intake.read_upload(desk, moved, "list.csv"))
        monkeypatch.setattr(changes, "commit", commit)
        return commit(at, comparison, **given)

    monkeypatch.setattr(changes, "commit", other_first)
    _press(app, "save")
    said = words(app)
    assert saving.MOVED in said
    assert "Birch" in said
    _press(app, "save")
    assert heading(app).startswith("5 providers saved")


def test_an_error_while_saving_keeps_what_was_read(open_page, monkeypatch):
    from matching.ui.uploading import changes

    def fails(*args, **given):
        raise StoreError("The record cannot be reached.", next_step="Try again.")

    app = _chosen(open_page, _providers())
    monkeypatch.setattr(changes, "commit", fails)
    _press(app, "save")
    assert "The record cannot be reached. Nothing was saved. Try again." in words(app)
    assert "Save 5 rows" in labels(app)


def test_decisions_are_remembered_for_the_next_file_of_the_same_sender(open_page):
    app = open_page("upload", **{"upload-sender": "Fulton County"})
    app.get("file_uploader")[0].upload("a.csv", MESSY.encode())
    app.run()
    _go(app, "columns")
    _press(app, "upload-codes")
    _go(app, "changes")
    _press(app, "save")
    app = _chosen(open_page, MESSY, "b.csv")
    _go(app, "columns")
    assert "question" not in heading(app)


def test_the_whole_way_of_a_messy_list(open_page, desk):
    app = _chosen(open_page, MESSY)
    for key in ("upload-on", "upload-codes", "upload-on"):
        _press(app, key)
    while any((one.key or "").endswith("-unknown") for one in app.button):
        _press(app, _key(app, "upload-asked-", "-unknown"))
    _press(app, "upload-on")
    assert heading(app) == "4 of 5 rows can be saved; 1 is set aside."
    _press(app, _key(app, "upload-problem-", "-unknown"))
    assert heading(app) == "5 of 5 rows can be saved."
    _press(app, "upload-on")
    assert "set aside" not in words(app)
    _press(app, "save")
    found = {row.provider.name: row for row in views.provider_rows(desk)}
    assert sorted(pool.beds_licensed for pool in found["Eden Village"].pools) == [32, 80]
    assert found["The Inn"].provider.licensed_capacity == 450
    assert found["Nicholas House"].provider.licensed_capacity is None
    assert found["The Inn"].provider.contact is None


def test_the_whole_way_of_the_california_list(open_page, desk):
    app = _chosen(open_page, CALIFORNIA)
    assert "California" in words(app)
    assert "NORD" not in words(app)
    _go(app, "problems")
    assert heading(app) == "2 of 4 rows can be saved; 1 is set aside and 1 is left out."
    assert "stands for the homes it certifies" in words(app)
    _press(app, "upload-on")
    _press(app, "save")
    assert "1 row set aside is not saved." in words(app)
    assert {row.provider.name for row in views.provider_rows(desk)} == {"GOLDEN", "HILL"}
