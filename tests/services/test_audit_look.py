"""What sentences about events are made of, for whatever an event holds or leaves out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from matching.services.audit_look import Look, cases_of, counted

AT = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
LOOK = Look({"P1": "Oak House"}, lambda moment: moment)


def test_a_place_is_called_by_its_name_and_by_its_code_once_it_is_gone():
    assert LOOK.place("P1") == "Oak House"
    assert LOOK.place("P9") == "provider P9"


def test_a_moment_of_another_day_names_the_day():
    assert LOOK.moment((AT - timedelta(hours=1)).isoformat(), AT) == "21:41"
    assert LOOK.moment((AT + timedelta(hours=2)).isoformat(), AT).startswith("00:41 on ")


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"case": "C-1"}, "case C-1"),
        ({"case": "C-1", "with": ["C-2"]}, "cases C-1 and C-2"),
        ({"case": "C-1", "with": ["C-2", "C-3"]}, "cases C-1, C-2 and C-3"),
    ],
)
def test_everybody_of_a_group_is_named(details, said):
    assert cases_of(details) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0 beds"), (1, "1 bed"), (2, "2 beds")])
def test_what_is_counted_agrees_with_its_number(number, said):
    assert counted(number, "bed") == said
