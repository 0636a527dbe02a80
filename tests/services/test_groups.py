"""A group on the page Case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.intake.sample import generate
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.groups import GroupView, Member, group_of
from matching.services.matching import SavedRun
from tests.builders import NEAR, NOW, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, office

HOMES = (known_home("P1", name="Oak House"), known_home("P2", county=NEAR))
PAIR = (known_referral("R1", group_id="G1"), known_referral("R2", group_id="G1"))
OTHERS = (known_referral("R3"), known_referral("R4", group_id="G2"))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def beds(*free):
    return tuple(
        known_pool(home.provider_id, beds_available=number)
        for home, number in zip(HOMES, free, strict=True)
    )


def planned(desk, free):
    return office(desk, HOMES, beds(*free), (*PAIR, *OTHERS))


def test_a_group_with_a_place_is_together(desk):
    saved = planned(desk, (2, 2))
    found = group_of(desk, saved, "R1")
    assert found == group_of(desk, saved, "R2")
    assert [one.case for one in found.members] == ["R1", "R2"]
    assert found.placed == 2
    assert found.obstacles == ()
    home = found.members[0]
    assert found.sentence == f"The 2 of this group are together at {home.provider}."
    assert not found.may_be_apart


def test_a_group_without_a_place_is_told_what_keeps_it_apart(desk):
    found = group_of(desk, planned(desk, (1, 1)), "R2")
    assert found.placed == 0
    assert found.sentence == "The 2 of this group have no place."
    assert {one.provider_id for one in found.obstacles} == {"P1", "P2"}
    assert any("Oak House" in one.sentence for one in found.obstacles)
    assert found.matter == d.split("G1")


def test_a_group_that_may_be_apart_has_nothing_in_the_way(desk):
    saved = planned(desk, (1, 1))
    wish = Wish(d.split("G1"), d.Reason.NO_OTHER_PLACE, day(3))
    trial = try_out(desk, saved, wish)
    after = SavedRun(2, NOW, "x", saved.data_version, trial.run)
    found = group_of(desk, after, "R1")
    assert found.may_be_apart
    assert found.obstacles == ()


@pytest.mark.parametrize("case", ["R3", "R4"])
def test_whoever_waits_alone_has_no_group(desk, case):
    assert group_of(desk, planned(desk, (2, 2)), case) is None


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((None, None), "The 2 of this group have no place."),
        (("P1", None), "1 of the 2 of this group has a place."),
        (("P1", "P1"), "The 2 of this group are together at Oak."),
        (("P1", "P2"), "The 2 of this group have places at 2 providers."),
    ],
)
def test_where_a_group_stands_is_one_sentence(places, said):
    members = tuple(Member("R", home, home and "Oak") for home in places)
    assert GroupView("G", members, False, (), d.split("G")).sentence == said


def test_only_those_who_see_cases_see_groups_and_only_of_the_plan(desk):
    saved = planned(desk, (2, 2))
    with pytest.raises(NotFound):
        group_of(desk, saved, "R99")
    for role in (Role.MANAGER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            group_of(replace(desk, actor=Actor("x", role)), saved, "R1")


def test_in_a_whole_region_every_group_is_told_where_it_stands(desk):
    made = generate(11, 60, 90, as_of=NOW)
    saved = office(desk, made.providers, made.pools, made.referrals)
    groups = Counter(one.group_id for one in made.referrals if one.group_id)
    seen = 0
    for person in made.referrals:
        found = group_of(desk, saved, person.referral_id)
        assert (found is not None) == (groups[person.group_id] > 1)
        if found is not None:
            seen += 1
            assert len(found.members) == groups[found.group]
            assert found.placed in (0, len(found.members))
            assert (found.obstacles == ()) == (found.placed > 0)
            if found.placed:
                assert len({one.provider_id for one in found.members}) == 1
    assert seen > 3
