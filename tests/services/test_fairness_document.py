"""Fairness as plain data: protected numbers only, in plain words."""

from datetime import UTC, datetime

import pytest

from matching.domain.access import Role
from matching.insight.disclosure import Cell, Mark
from matching.insight.fairness_groups import RACE, TITLES
from matching.services.equity import record_equity
from matching.services.fairness import fairness_view, open_fairness
from matching.services.fairness_bands import Change
from matching.services.fairness_document import NOT_TOLD, against, fairness_document
from tests.services.fair import at, large_desk, large_plan, races

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def office(tmp_path):
    desk = large_desk(tmp_path)
    yield desk, large_plan()
    desk.store.close()


def test_it_holds_what_the_page_shows_of_every_group_but_by_race(office):
    desk, saved = office
    record_equity(desk, races(saved))
    view = open_fairness(at(desk, Role.MANAGER))
    document = fairness_document(view, NOON)
    assert document["as_of"] == "2026-11-22T12:00:00+00:00"
    assert RACE not in document["tables"]
    assert set(document["tables"]) <= set(TITLES)
    for table in view.tables:
        for row, plain in zip(
            table.rows, document["tables"].get(table.title, ()), strict=False
        ):
            assert plain["name"] == row.name
            for key in ("people", "placed", "without"):
                cell: Cell = getattr(row, key)
                assert plain[key] == (cell.text if cell.count is None else cell.count)
            if not row.told:
                assert {plain[key] for key in ("share", "still", "travel", "first")} == {
                    NOT_TOLD
                }
            elif row.enough:
                assert "%" in plain["share"]


def test_true_numbers_are_refused(office):
    desk, saved = office
    with pytest.raises(ValueError, match="protected"):
        fairness_document(fairness_view(desk, saved), NOON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(None), NOT_TOLD),
        (Change(0, 0), "as many"),
        (Change(1, 7), "7 more"),
        (Change(-1, 1200), "1,200 fewer"),
        (Change(1, None, (1, 10)), "1 to 10 more"),
        (Change(-1, None, (1001, 0)), "1,001 or more fewer"),
    ],
)
def test_differences_in_words(change, words):
    assert against(change) == words


def test_hidden_marks_keep_their_words():
    assert Cell(Mark.SMALL, None).text == "1 to 10"
