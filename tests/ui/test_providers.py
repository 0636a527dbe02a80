"""The page Providers."""

from __future__ import annotations

import pytest

from matching.domain.access import Actor, Role
from matching.domain.confidential import OpenReason
from matching.domain.words import PlacementType
from matching.intake.vocabulary import language_name
from matching.services import finding, views
from matching.services.matching import run_plan
from matching.services.more_beds import beds_at
from matching.services.openings import open_provider
from matching.ui import session
from matching.ui.text import forms
from matching.ui.text import providers as text
from tests.builders import known_home, known_pool
from tests.ui.conftest import heading, labels, words


def names(app) -> list[str]:
    shown = [one for one in app.button if (one.key or "").startswith("open-providers")]
    return [one.label.replace("\\", "") for one in shown]


def test_the_sentence_has_the_counts_of_the_services(open_page, desk):
    rows = views.provider_rows(desk)
    free = sum(row.free.known for row in rows)
    said = heading(open_page("providers"))
    assert said.startswith(
        f"{len(rows)} providers in {len(finding.counties_of(rows))} counties"
    )
    assert f"{free} beds free" in said


def test_providers_stand_by_name_twenty_a_page(open_page, desk):
    rows = views.provider_rows(desk)
    app = open_page("providers")
    assert names(app) == [row.provider.name for row in rows[:20]]


def test_filters_agree_with_the_services(open_page, desk):
    rows = views.provider_rows(desk)
    app = open_page("providers")
    app.multiselect("provider-kinds").set_value([PlacementType.SAFE_HOUSE]).run()
    found = finding.find_providers(rows, 24, kinds=[PlacementType.SAFE_HOUSE])
    assert names(app) == [row.provider.name for row in found]
    app.checkbox("provider-free").check().run()
    found = finding.find_providers(found, 24, free_only=True)
    assert names(app) == [row.provider.name for row in found]
    assert text.shown(len(found), len(rows), sum(r.free.known for r in found)) in words(app)


def test_no_match_says_so(open_page):
    app = open_page("providers")
    app.text_input("provider-search").set_value("no such place").run()
    assert text.NO_MATCH in words(app)
    assert names(app) == []


@pytest.mark.parametrize(
    ("on_shift", "each", "said"),
    [
        (3, 4, "3, each looks after up to 4"),
        (0, 4, "0, each looks after up to 4"),
        (3, None, "3"),
        (None, 4, "not known, each looks after up to 4"),
        (None, None, "not said"),
    ],
)
def test_the_staff_on_shift_in_words(on_shift, each, said):
    assert text.staff(on_shift, each) == said


def test_one_provider_opens_and_closes(open_page, desk):
    row = views.provider_rows(desk)[1]
    app = open_page("providers")
    app.button("open-providers-1").click().run()
    assert heading(app).startswith(f"{row.provider.name}, ")
    assert row.provider.provider_id in words(app)
    assert text.staff(row.provider.staff_on_shift, row.provider.staff_ratio) in words(app)
    assert text.HELD in words(app)
    for code in row.provider.languages or ():
        assert language_name(code) in words(app)
    app.button("provider-back").click().run()
    assert len(names(app)) == 20


def test_a_confidential_place_shows_its_county_only(open_page, record, desk):
    home = known_home(name="Oak", confidential=True, excludes=frozenset())
    with record.transaction() as change:
        change.providers.replace((home,), (known_pool(),), change.batches.list()[0])
    assert "Oak" not in words(open_page("providers", provider="P1"))
    open_provider(desk, "P1", OpenReason.LICENSING.value)
    app = open_page("providers", provider="P1")
    said = words(app)
    assert "Oak" in said
    assert "location confidential: only the county is kept" in said
    assert text.NO_EXCLUSIONS in said


def test_a_provider_that_is_gone_is_a_sentence(open_page):
    app = open_page("providers", provider="P-GONE")
    assert "This provider is not on the record any more." in words(app)
    assert len(names(app)) == 20


def test_with_no_provider_the_page_says_what_to_do(open_page, record):
    with record.transaction() as change:
        change.providers.replace((), (), change.batches.list()[0])
    app = open_page("providers")
    assert text.EMPTY in words(app)
    assert labels(app) == [text.GO_UPLOAD, forms.NEW_PROVIDER]


def test_a_provider_of_which_nothing_is_known_is_shown_as_unknown(open_page, record):
    from tests.builders import home, pool

    with record.transaction() as change:
        change.providers.replace((home(),), (pool(),), change.batches.list()[0])
    assert "nobody has said" in words(open_page("providers"))
    said = words(open_page("providers", provider="P1"))
    assert "nobody has said how many beds are free" in said
    assert "not known" in said


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (12, 17, "12 to 17"),
        (None, 17, "up to 17"),
        (18, None, "18 and over"),
        (None, None, "not said"),
    ],
)
def test_ages_in_words(low, high, expected):
    assert text.ages(low, high) == expected


def test_what_one_more_bed_would_do_is_said_once_there_is_a_plan(open_page, desk):
    app = open_page("providers")
    app.button(key="open-providers-0").click().run()
    assert text.MORE_BEDS not in words(app)
    run_plan(desk)
    app.run()
    assert not app.exception
    home = views.provider_rows(desk)[0].provider.provider_id
    worth = beds_at(desk, session.current_run(session.desk()), home)
    assert (text.MORE_BEDS in words(app)) == bool(worth)
    for one in worth:
        assert one.sentence in words(app)


def test_whoever_sees_no_cases_is_told_nothing_of_them(open_page, desk, monkeypatch):
    run_plan(desk)
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    app = open_page("providers")
    app.button(key="open-providers-0").click().run()
    assert not app.exception
    assert text.MORE_BEDS not in words(app)
