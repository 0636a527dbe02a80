"""A provider's page: corrected, confirmed in one press, taken out of use, opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.sites import ClearReason, SiteReason
from matching.domain.words import PlacementType
from matching.services.clearing import Site, report
from matching.services.provider_edit import open_form
from matching.services.upload_commit import ShrinkReason
from matching.ui import session
from matching.ui.casework_forms import edit_provider
from matching.ui.text import forms as text
from matching.ui.text import providers
from tests.builders import day, known_home, known_pool, known_referral
from tests.ui.office import finished, go, keys, labels_of, opener_of, record_of, said

HOMES = (
    known_home("P1", name="Oak House", confidential=False),
    known_home("P2", name="Elm House", confidential=True),
)


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    pools = tuple(known_pool(one.provider_id) for one in HOMES)
    return record_of(sqlite_template, tmp_path_factory, HOMES, pools, (known_referral(),))


@pytest.fixture
def opener(office_record, tmp_path, monkeypatch):
    return opener_of(office_record, tmp_path, monkeypatch)


def opened(opener, provider_id="P1"):
    app = opener("providers")
    app.session_state["provider"] = provider_id
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def page(opener):
    return opened(opener)


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return finished(app, "renewal")


def on_record(provider_id="P1"):
    with session.desk().store.reading() as record:
        home, pools = record.providers.get(provider_id)
        return home, pools[0]


def widget(app, ending):
    kinds = ("button_group", "number_input", "selectbox", "multiselect", "text_input")
    return next(
        one for kind in kinds for one in app.get(kind) if (one.key or "").endswith(ending)
    )


def test_beds_are_confirmed_as_they_were_in_one_press(page):
    before = on_record()[1]
    assert text.STILL.format(beds=before.free) in labels_of(page)
    press(page, "still-B1")
    after = on_record()[1]
    assert after.as_of > before.as_of
    assert after.free == before.free
    assert "confirmed at" in said(page)


def test_a_fact_is_corrected_told_and_taken_back(page):
    before = on_record()[0]
    press(page, "edit-home-open")
    page.get("button_group")[0].set_value("offers").run()
    widget(page, "-max_stay_days").set_value(45)
    press(page, "edit-home-save")
    assert on_record()[0].max_stay_days == 45
    assert "Oak House is corrected: longest stay in days." in said(page)
    assert "edit-home-save" not in keys(page)
    press(page, "casework-undo")
    assert on_record()[0] == before


def test_what_loosens_safety_is_confirmed_one_by_one(page):
    press(page, "edit-home-open")
    widget(page, "-age_max").set_value(20)
    press(page, "edit-home-save")
    assert on_record()[1].age_max == 17
    assert text.CONFIRM in said(page)
    press(page, "edit-home-confirm")
    assert on_record()[1].age_max == 17
    assert text.NOT_ALL in said(page)
    page.checkbox(key="edit-home-confirm-0").check().run()
    press(page, "edit-home-confirm")
    assert on_record()[1].age_max == 20


def test_going_back_saves_nothing(page):
    press(page, "edit-home-open")
    widget(page, "-age_max").set_value(20)
    press(page, "edit-home-save")
    press(page, "edit-home-back")
    assert text.CONFIRM not in said(page)
    assert on_record()[1].age_max == 17


def test_a_place_takes_in_nobody_with_a_reason(page):
    press(page, "edit-home-open")
    press(page, "edit-home-stop")
    assert "fewer beds than people" in said(page)
    widget(page, "edit-home-shrink").set_value(ShrinkReason.SAFETY)
    press(page, "edit-home-stop")
    assert on_record()[1].beds_accepting == 0


def test_a_site_is_taken_out_of_use_and_one_user_alone_does_not_open_it(page):
    press(page, "site-report-save")
    assert text.REPORT_MISSING in said(page)
    widget(page, "site-reason").set_value(SiteReason.EXPLOITER_CAME)
    press(page, "site-report-save")
    assert on_record()[0].compromise_cleared is False
    assert "Oak House is out of use until" in said(page)
    press(page, "site-clear-save")
    assert text.CLEAR_MISSING in said(page)
    widget(page, "site-clear-reason").set_value(ClearReason.INSPECTED)
    press(page, "site-clear-save")
    assert "stays out of use until a second person says so too" in said(page)
    assert "make accounts" in said(page)
    assert "site-clear-save" not in keys(page)


def test_a_confidential_provider_is_opened_with_a_reason(opener):
    app = opened(opener, "P2")
    assert "Elm House" not in said(app)
    assert "edit-home-open" not in keys(app)
    press(app, "open-provider-save")
    assert text.OPEN_MISSING in said(app)
    widget(app, "open-provider-reason").set_value("licensing")
    press(app, "open-provider-save")
    assert "Elm House" in said(app)
    assert "edit-home-open" in keys(app)


def test_a_site_out_of_use_stands_on_the_board_with_the_way_to_it(opener):
    app = opener("board")
    report(session.desk(), "P1", day_from_now(9), SiteReason.POLICE)
    app.run()
    assert not app.exception
    assert "Oak House is out of use until" in said(app)
    press(app, "site-open-0")
    go(app, "providers")
    assert "Is the site safe?" in said(app)


def day_from_now(days):
    at = session.desk()
    return at.local(at.clock()).date() + timedelta(days)


def test_what_is_typed_for_one_provider_never_stands_in_the_form_of_another(page):
    """Two with the same version and a group of the same name are told apart."""
    one = open_form(session.desk(), "P1")
    other = replace(one, provider=replace(one.provider, provider_id="P3"))
    assert edit_provider._key(one, "place") != edit_provider._key(other, "place")
    press(page, "edit-home-open")
    assert any("-P1-" in (field.key or "") for field in page.number_input)


def headed(app):
    return next(one.value for one in app.html if "<h1>" in one.value)


def test_the_page_of_a_compromised_home_says_first_that_it_is_out_of_use(page):
    assert "free." in headed(page)
    report(session.desk(), "P1", day_from_now(9), SiteReason.POLICE)
    page.run()
    assert not page.exception
    heading = headed(page)
    assert "<h1>Out of use until " in heading
    assert "the site is compromised: Oak House, " in heading
    assert "free" not in heading
    assert "live there" not in heading


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (None, ""),
        (0, ""),
        (1, " 1 person lives there or has a bed held there: see to them now."),
        (2, " 2 people live there or have a bed held there: see to them now."),
    ],
)
def test_who_lives_at_a_compromised_home_is_told_in_its_heading_to_those_who_see_cases(
    people, told
):
    site = Site("P1", "Oak House", day(9), None, "", "", False, people)
    assert providers.closed(site, "safe house", "Orange, FL") == (
        "Out of use until 12 Nov 2026, the site is compromised: Oak House, safe house in "
        f"Orange, FL.{told}"
    )


def test_a_new_provider_is_recorded_opened_and_taken_back(opener):
    app = opener("providers")
    press(app, "new-home")
    assert text.NEW_PROVIDER_HEAD in said(app)
    press(app, "new-home-save")
    assert "The provider has no name" in said(app)
    widget(app, "-name").set_value("Cedar House")
    widget(app, "-placement_type").set_value(PlacementType.FOSTER_HOME)
    widget(app, "-confidential").set_value(False)
    widget(app, "-beds_available").set_value(2)
    widget(app, "new-home-code").set_value("H7")
    press(app, "new-home-save")
    assert "Cedar House is on the record." in said(app)
    assert on_record("H7")[1].beds_available == 2
    assert "edit-home-open" in keys(app)
    press(app, "casework-undo")
    assert "What was put on the record is off it again." in said(app)
    assert "phone-round" in keys(app)
    with session.desk().store.reading() as record:
        assert record.providers.get("H7") is None


def test_more_beds_are_recorded_on_the_page_of_their_home(page):
    press(page, "edit-home-open")
    page.get("button_group")[0].set_value("more-beds").run()
    press(page, "edit-home-save")
    assert "Nothing is said of these beds." in said(page)
    widget(page, "-pool_name").set_value("Nursery")
    press(page, "edit-home-save")
    assert "Oak House, Nursery is on the record." in said(page)
    press(page, "casework-undo")
    assert "off it again" in said(page)


def test_a_provider_that_somebody_took_off_meanwhile_is_told_over_the_list(opener):
    app = opener("providers")
    app.session_state["provider"] = "P9"
    app.run()
    assert not app.exception
    assert "not on the record any more" in said(app)
    assert "phone-round" in keys(app)
