"""The six questions of the emergency form: of the catalogue, and none asked twice."""

from __future__ import annotations

from matching.domain.records import Referral
from matching.intake.by_hand import fields_of
from matching.services.emergency_questions import questions
from matching.services.referral_forms import NOT_ANSWERED


def test_the_six_questions_are_of_the_catalogue_and_ask_nothing_twice():
    asked = [name for one in questions() for name in one.fields]
    assert len(questions()) == 6
    assert len(set(asked)) == len(asked)
    assert set(asked) <= fields_of(Referral).keys() - NOT_ANSWERED
