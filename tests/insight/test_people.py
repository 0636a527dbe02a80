from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.insight.people import case, home, in_line, number_of, place, this_person
from tests.builders import ago, known_home, known_pool, known_referral, problem

PEOPLE = [
    known_referral("A", age_years=15, received_at=ago(hours=3)),
    known_referral("B", age_years=30, received_at=ago(hours=1), urgency=w.Urgency.PLANNED),
    known_referral("C", age_years=None, received_at=ago(days=9), urgency=None),
    known_referral("D", received_at=None, urgency=w.Urgency.WITHIN_72_HOURS),
]
HOMES = [known_home("P1", name="Oak House"), known_home("P2")]
ONE = problem(PEOPLE, HOMES, [known_pool("P1"), known_pool("P2")])


def test_young_people_are_called_so_and_adults_are_people():
    assert [this_person(ONE, k) for k in range(4)] == [
        "this young person",
        "this person",
        "this young person",
        "this young person",
    ]
    assert number_of(ONE, [0]) == "1 young person"
    assert number_of(ONE, [0, 2, 3]) == "3 young people"
    assert number_of(ONE, [1]) == "1 person"
    assert number_of(ONE, [0, 1]) == "2 people"


def test_cases_and_places_by_their_names():
    assert case(ONE, 2) == "case C"
    assert (place(ONE, 0), place(ONE, 1)) == ("Oak House", "P2")
    assert (home(ONE, 0), home(ONE, 1)) == ("Oak House", "P2")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (0, "needed tonight, waiting 3 hours"),
        (1, "planned, waiting 1 hour"),
        (2, "priority not known, waiting 9 days"),
        (3, "needed within 72 hours, wait not known"),
    ],
)
def test_where_somebody_stands_in_line(row, said):
    assert in_line(ONE, row) == said
