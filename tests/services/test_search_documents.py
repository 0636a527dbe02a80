"""A kept search says of every provider what the plan said, and no name."""

from __future__ import annotations

import json

import pytest

from matching.domain import policy as policies
from matching.domain.errors import StoreError
from matching.services.planning import make_run
from matching.services.search_documents import NO_POOL, considered, search_document
from matching.store.columns import canonical
from tests.builders import NOW, known_home, known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS


@pytest.fixture(scope="module")
def run():
    homes = (*HOMES, known_home("P9", name="Poolless House"))
    return make_run(PEOPLE, homes, POOLS, policies.load("general"), NOW)


def kept(run, case):
    """Return a search as it comes back from the record's own form of JSON."""
    return considered(json.loads(canonical(search_document(run, case, {}))))


@pytest.mark.parametrize("case", [one.referral_id for one in PEOPLE])
def test_it_says_what_the_plan_said(run, case):
    found, told = kept(run, case), run.case(case)
    assert [(o.provider_id, o.pool_id, o.cost, o.proposed, o.taken) for o in found.fitting] == [
        (o.provider_id, o.pool_id, o.cost, o.proposed, o.taken) for o in told.options
    ]
    for mine, theirs in zip(found.fitting, told.options, strict=True):
        assert mine.unknown == tuple((q.code, q.sentence) for q in theirs.questions)
        assert sum(cost for _, _, cost in mine.points) == sum(p.cost for p in theirs.points)
        assert mine.distance == theirs.distance
    barred = {one.provider_id: one for one in found.fallen}
    for one in told.barred:
        assert barred[one.provider_id].reasons == tuple(
            (f.code, f.sentence) for f in one.findings
        )
    assert found.funnel == tuple((s.code, s.fell, s.left) for s in told.funnel)


@pytest.mark.parametrize("case", [one.referral_id for one in PEOPLE])
def test_every_provider_is_in_it_once(run, case):
    found = kept(run, case)
    fits = {one.provider_id for one in found.fitting}
    fell = [one.provider_id for one in found.fallen]
    assert len(fell) == len(set(fell))
    assert fits | set(fell) == set(run.problem.provider_ids)
    assert not fits & set(fell)
    assert found.providers == len(run.problem.provider_ids)


def test_a_provider_without_beds_is_said_to_have_none(run):
    (one,) = [o for o in kept(run, "R1").fallen if o.provider_id == "P9"]
    assert one.reasons == (("placement-type", NO_POOL),)
    assert one.fresh.beds_as_of is None


def test_where_nobody_fits_the_stage_of_the_gap_is_kept(run):
    gap = next(one for one in run.gaps if run.problem.referral_ids[one.row] == "R5")
    found = kept(run, "R5")
    assert (found.placed, found.stage, found.rule) == (None, gap.stage.value, gap.rule)


def test_it_tells_how_fresh_each_fact_was(run):
    document = search_document(run, "R1", {("P1", "B1"): "night desk"})
    (one,) = [o for o in considered(document).fitting if o.provider_id == "P1"]
    home, pool = HOMES[0], POOLS[0]
    assert one.fresh.beds_as_of == pool.as_of
    assert one.fresh.confirmed_by == "night desk"
    assert one.fresh.licence == home.licence_expires
    assert one.fresh.certificate == home.certificate_expires
    assert one.fresh.training == min(t.expires for t in home.trainings)


def test_no_name_of_a_provider_is_kept(run):
    for person in PEOPLE:
        said = str(kept(run, person.referral_id))
        for home in HOMES:
            assert str(home.name) not in said


def test_the_same_sentence_is_kept_once():
    homes = [known_home(f"P{k}", trainings=()) for k in range(60)]
    pools = [POOLS[0].__class__(provider_id=h.provider_id, pool_id="B1") for h in homes]
    run = make_run([known_referral()], homes, pools, policies.load("general"), NOW)
    few = make_run([known_referral()], homes[:2], pools[:2], policies.load("general"), NOW)
    big, small = (len(canonical(search_document(one, "R1", {}))) for one in (run, few))
    assert big < 2 * small


@pytest.mark.parametrize("spoiled", [{}, {"packed": "x"}, {"packed": None, "as_of": "never"}])
def test_a_search_of_another_version_is_refused_in_words(spoiled):
    with pytest.raises(StoreError, match="kept search"):
        considered(spoiled)
