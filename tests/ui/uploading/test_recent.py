"""Uploads of late: what each did, and the way to take it back."""

from __future__ import annotations

from matching.domain.words import DataOrigin
from matching.intake.template import providers_csv
from matching.services import intake, views
from matching.services.upload_undo import batches
from matching.ui.text import uploading as text
from tests.builders import known_home, known_pool
from tests.ui.conftest import labels, words


def put(desk, name: str) -> int:
    """Upload one home under a name; return the upload's number."""
    home = known_home("P1", name=name, data_origin=DataOrigin.REAL)
    sheet = providers_csv([home], [known_pool("P1")]).encode()
    return intake.save_upload(desk, intake.read_upload(desk, sheet, "a.csv")).batch


def test_before_the_first_upload_there_is_nothing_to_take_back(open_page):
    assert text.RECENT not in words(open_page("upload"))


def test_each_upload_says_what_it_did_newest_first(open_page, desk):
    first, second = put(desk, "Oak"), put(desk, "Elm")
    said = words(open_page("upload"))
    assert said.index(f"Upload {second}:") < said.index(f"Upload {first}:")
    assert "1 of 1 row saved." in said
    assert "local user" in said


def test_taking_back_is_asked_twice_and_puts_the_facts_back(open_page, desk):
    put(desk, "Oak")
    second = put(desk, "Elm")
    app = open_page("upload")
    assert text.UNDO_YES.format(number=second) in labels(app)
    app.button(f"undo-{second}").click().run()
    assert not app.exception
    assert f"Upload {second} was undone" in words(app)
    assert [row.provider.name for row in views.provider_rows(desk)] == ["Oak"]
    assert f"undo-{second}" not in {one.key for one in app.button}


def test_an_upload_that_a_later_one_touched_says_why_it_stays(open_page, desk):
    first = put(desk, "Oak")
    put(desk, "Elm")
    app = open_page("upload")
    assert f"undo-{first}" not in {one.key for one in app.button}
    assert "cannot be undone" in words(app)


def test_taken_back_elsewhere_meanwhile_it_is_said_in_a_sentence(open_page, desk):
    from matching.services.upload_undo import undo

    number = put(desk, "Oak")
    app = open_page("upload")
    undo(desk, number)
    app.button(f"undo-{number}").click().run()
    assert not app.exception
    assert "The upload was undone" in words(app)
    assert all(not one.may_undo for one in batches(desk))
