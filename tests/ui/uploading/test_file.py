"""The first step: several files as one, folders, who sent them, what goes out again."""

from __future__ import annotations

import pytest

from matching.domain.access import Actor, Role
from matching.ui import session
from matching.ui.text import upload as text
from tests.intake.formats.hmis_files import agency, export, inventory, place, project
from tests.intake.packages import as_csv, package
from tests.ui.conftest import heading, words

TABLES = {
    "Project": [project()],
    "Inventory": [inventory()],
    "Organization": [agency()],
    "ProjectCoC": [place()],
    "Export": [export()],
}


def test_several_files_are_read_as_one_export(open_page):
    app = open_page("upload")
    box = app.get("file_uploader")[0]
    for name, rows in TABLES.items():
        box.upload(f"{name}.csv", as_csv(rows))
    app.run()
    assert not app.exception
    assert heading(app) == "1 of 1 row can be saved."
    assert "5 files: a list of providers. Recognised: HMIS CSV export" in words(app)
    assert "Elm St" not in words(app)


def test_a_zip_of_them_is_the_same(open_page):
    app = open_page("upload")
    app.get("file_uploader")[0].upload("export.zip", package(**TABLES))
    app.run()
    assert heading(app) == "1 of 1 row can be saved."


def test_a_folder_can_be_chosen_instead(open_page):
    app = open_page("upload")
    app.toggle("upload-folder").set_value(True).run()
    assert [one.label for one in app.get("file_uploader")] == [text.CHOOSE_FOLDER]
    box = app.get("file_uploader")[0]
    for name, rows in TABLES.items():
        box.upload(f"{name}.csv", as_csv(rows))
    app.run()
    assert not app.exception
    assert heading(app) == "1 of 1 row can be saved."


def test_agencies_on_record_are_offered_as_senders(open_page):
    app = open_page("upload")
    options = app.selectbox("upload-sender").options
    assert options
    assert options == sorted(options)


def test_who_sent_it_can_be_said_later_too(open_page):
    app = open_page("upload")
    app.get("file_uploader")[0].upload("a.csv", b"provider_id,name,mood\nP1,Oak,x\n")
    app.run()
    app.button("upload-step-file").click().run()
    name = app.selectbox("upload-sender").options[0]
    app.selectbox("upload-sender").set_value(name).run()
    assert app.session_state["upload-work"].sender == name
    app.button("upload-on").click().run()
    assert heading(app) == "1 row under 3 columns was found."


@pytest.mark.parametrize("role", [Role.WORKER, Role.AUDITOR])
def test_who_may_not_upload_providers_is_told_so_in_a_sentence(open_page, monkeypatch, role):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("somebody", role))
    app = open_page("upload")
    boxes = app.get("file_uploader")
    if boxes:
        boxes[0].upload("a.csv", b"provider_id,name,beds_available\nP1,Oak,2\n")
        app.run()
    assert not app.exception
    assert "save" not in {one.key for one in app.button}
    assert "Nothing was" in words(app)
