"""When somebody needs a bed: one place says it for pages, lists and papers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.records import Referral
from matching.domain.words import (
    CareNeed,
    IcwaStatus,
    Level,
    SubstanceNeed,
    Urgency,
    label,
)
from matching.engine.rules.base import day as written
from matching.services.needed import needed, needs, priority
from matching.services.plan_views import plan_view
from matching.services.views import board
from tests.builders import TODAY, day, known_home, known_pool, known_referral
from tests.engine.small import GENERAL
from tests.services.planned import desk_at, office

ORDER = GENERAL.ordering


@pytest.mark.parametrize("urgency", Urgency)
def test_what_was_said_is_its_own_word_and_place(urgency):
    said = priority(known_referral(urgency=urgency), ORDER)
    assert said == (ORDER.tiers.index(urgency), label(urgency))


@pytest.mark.parametrize("counted", Urgency)
def test_what_nobody_has_said_is_named_beside_what_it_counts_as(counted):
    order = replace(ORDER, unknown_urgency=counted)
    tier, words = priority(known_referral(urgency=None), order)
    assert words == f"priority not said, counts as {label(counted)}"
    assert tier == ORDER.tiers.index(counted)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"needed_by": None, "urgency": None}, "day not known yet"),
        ({"needed_by": None, "urgency": Urgency.TONIGHT}, "tonight, {0}"),
        ({"needed_by": None, "urgency": Urgency.PLANNED}, label(Urgency.PLANNED)),
        ({"needed_by": day(3), "urgency": None}, "by {3}"),
        # A day that is over helps nobody on the telephone.
        ({"needed_by": day(-3), "urgency": Urgency.TONIGHT}, "by {0}"),
    ],
)
def test_a_place_hears_by_when(facts, said):
    days = [written(day(k)) for k in range(4)]
    assert needed(known_referral(**facts), TODAY) == said.format(*days)


def test_the_board_the_plan_and_its_list_say_the_same(sqlite_store):
    desk = desk_at(sqlite_store)
    people = [known_referral("R1", urgency=None, gender=None), known_referral("R2")]
    saved = office(desk, [known_home("P1")], [known_pool("P1")], people)
    said = "priority not said, counts as tonight"
    view = plan_view(desk, saved)
    assert {row.referral.referral_id: row.priority for row in board(desk).waiting}["R1"] == said
    assert {one.case: one.priority for one in view.people}["R1"] == said


def test_nothing_that_is_unknown_or_none_is_called_a_need():
    assert needs(Referral(referral_id="R1")) == ()
    assert needs(known_referral()) == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"group_id": "G"}, ("stays with a group",)),
        ({"children_with": 2}, ("3 beds",)),
        ({"medically_fragile": True}, ("medically fragile",)),
        ({"substance_need": SubstanceNeed.DETOX}, ("substance use: detox",)),
        ({"mental_health_need": CareNeed.STANDARD}, ()),
        ({"mental_health_need": CareNeed.INPATIENT}, ("mental health: inpatient",)),
        ({"run_risk": Level.HIGH}, ("high run risk",)),
        ({"separate_from": frozenset({"R2"})}, ("must be kept apart",)),
        ({"icwa_status": IcwaStatus.INQUIRY}, ("ICWA",)),
    ],
)
def test_each_need_is_a_few_words(facts, said):
    assert needs(known_referral(**facts)) == said
