"""Plans from records in memory."""

from __future__ import annotations

import pytest

from matching.domain import policy
from matching.domain.errors import InputError, NotFound
from matching.services.planning import make_run, require_overlap
from tests.builders import (
    HARRIS,
    HERE,
    MIAMI,
    NOW,
    home,
    known_home,
    known_pool,
    known_referral,
    referral,
)


def test_a_run_explains_each_of_its_cases():
    run = make_run(
        [known_referral()], [known_home()], [known_pool()], policy.load("general"), NOW
    )
    assert run.case("R1").proposal.provider_id == "P1"
    with pytest.raises(NotFound):
        run.case("R2")


def test_files_of_one_region_overlap():
    assert require_overlap([referral(home_county=MIAMI)], [home(state="FL")]) is None
    assert require_overlap([referral(home_county=MIAMI)], [home(county=MIAMI)]) is None


def test_a_service_area_is_an_overlap_too():
    served = home(state="TX", service_area=frozenset({"FL"}))
    assert require_overlap([referral(home_county=MIAMI)], [served]) is None
    by_county = home(state="TX", service_area=frozenset({MIAMI}))
    assert require_overlap([referral(home_county=MIAMI)], [by_county]) is None


def test_what_is_not_known_may_overlap():
    assert require_overlap([referral()], [home(state="TX")]) is None
    assert require_overlap([referral(home_county=MIAMI)], [home()]) is None


def test_files_of_different_regions_are_refused_with_both_named():
    with pytest.raises(InputError, match=r"from XA.*in FL, TX"):
        require_overlap(
            [referral(home_county=HERE)], [home(state="FL"), home("P2", county=HARRIS)]
        )


@pytest.mark.parametrize(("people", "homes"), [([], [home()]), ([referral()], [])])
def test_nobody_and_nowhere_are_refused(people, homes):
    with pytest.raises(InputError):
        require_overlap(people, homes)
