"""The list of beds: what is usable tonight, and no confidential place by its county."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Action, Role, allows
from matching.domain.confidential import is_secret
from matching.domain.errors import InputError, PermissionDenied
from matching.engine.problem import build
from matching.insight.levels import Level
from matching.insight.supply import supply
from matching.intake.reader import read
from matching.intake.sample import generate
from matching.services.diligence_exports import PaperForm
from matching.services.holding import hold
from matching.services.shared_beds import bed_lines, bed_list, export_beds
from tests.builders import FAR, HERE, NEAR, NOW, ago, known_home, known_pool
from tests.services.casefiles import open_office
from tests.services.conftest import as_role
from tests.services.planned import events

GENERAL = policies.load("general")


def lines(homes, pools=None):
    made = pools or [known_pool(one.provider_id) for one in homes]
    return bed_lines(homes, made, GENERAL, NOW)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_beds_add_up_to_those_usable_tonight(seed):
    made = generate(seed, 80, 5, as_of=NOW)
    found = bed_lines(made.providers, made.pools, GENERAL, NOW)
    whole = supply(build((), made.providers, made.pools, NOW, geography.load()), GENERAL)
    assert sum(one.beds for one in found) == whole.beds(Level.READY)
    for kind in whole.kinds:
        mine = sum(one.beds for one in found if one.kind == kind)
        assert mine == whole.beds(Level.READY, kind)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_county_of_a_confidential_place_is_told(seed):
    made = generate(seed, 80, 5, as_of=NOW)
    where = geography.load()
    told = {where.name(p.county) for p in made.providers if p.county and not is_secret(p)}
    for one in bed_lines(made.providers, made.pools, GENERAL, NOW):
        assert one.place in told or one.place.endswith("place not given")
    # The same list whatever county the confidential places are in.
    moved = [replace(p, county=FAR) if is_secret(p) and p.state else p for p in made.providers]
    assert bed_lines(moved, made.pools, GENERAL, NOW) == bed_lines(
        made.providers, made.pools, GENERAL, NOW
    )


def test_open_places_stand_by_county_and_confidential_ones_by_state():
    open_home = known_home("P1", confidential=False)
    secret = known_home("P2", confidential=True, county=NEAR)
    found = {one.place: one for one in lines([open_home, secret])}
    assert set(found) == {"Alder County, XA", "XA, place not given"}
    assert found["Alder County, XA"].providers == 1
    assert found["XA, place not given"].providers is None


def test_from_three_on_confidential_places_are_counted():
    some = [known_home(f"P{k}", confidential=True, county=HERE) for k in range(3)]
    (one,) = lines(some)
    assert (one.providers, one.beds) == (3, 6)


def test_a_place_without_a_county_is_not_told_from_a_confidential_one():
    some = [
        known_home("P1", confidential=False, county=None),
        known_home("P2", confidential=True),
    ]
    (one,) = lines(some)
    assert (one.place, one.beds, one.providers) == ("XA, place not given", 4, None)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"licence_status": w.LicenceStatus.REVOKED},
        {"background_check": w.BackgroundCheck.PENDING},
        {"trainings": ()},
    ],
)
def test_a_bed_that_cannot_be_used_is_not_on_it(spoilt):
    assert lines([known_home("P1", confidential=False, **spoilt)]) == ()


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "in the last 4 hours"), (11, "in the last 12 hours")]
)
def test_it_says_how_old_the_oldest_news_is(hours, said):
    homes = [known_home(f"P{k}", confidential=False) for k in (1, 2)]
    pools = [known_pool("P1"), known_pool("P2", as_of=ago(hours=hours))]
    assert lines(homes, pools)[0].news == ("in the last 4 hours" if hours < 4 else said)


def test_a_bed_that_is_held_is_not_on_it(store):
    desk, saved = open_office(store)
    before = bed_list(desk).beds
    hold(desk, "R1", "P1", "B1", run_id=saved.number)
    assert bed_list(desk).beds == before - 1


@pytest.mark.parametrize("form", list(PaperForm))
def test_a_list_is_handed_out_with_an_event_and_an_end(store, form):
    desk, _ = open_office(store)
    file = export_beds(desk, "Harbour team", form)
    (event,) = events(desk, "share_beds")
    assert event["beds"] == bed_list(desk).beds
    with store.reading() as record:
        (share,) = record.shares.all()
    assert (share.partner, share.referral_id) == ("Harbour team", None)
    assert (share.expires_at - share.made_at).total_seconds() == 24 * 3600
    if form is PaperForm.WORKBOOK:
        beds = read(file.content).sheets[0]
        assert len(beds.rows) == 1 + len(bed_list(desk).lines)
        said = " ".join(c for s in read(file.content).sheets for r in s.rows for c in r)
    else:
        said = file.content.decode()
    for name in ("Oak House", "Birch", "Cedar", "Elm", "R1"):
        assert name not in said


def test_a_partner_without_a_name_gets_none(sqlite_store):
    desk, _ = open_office(sqlite_store)
    with pytest.raises(InputError):
        export_beds(desk, " ")
    assert events(desk, "share_beds") == []


@pytest.mark.parametrize("role", [r for r in Role if not allows(r, Action.SHARE_BEDS)])
def test_whoever_may_not_share_beds_is_refused(sqlite_store, role):
    desk = as_role(open_office(sqlite_store)[0], role)
    for call in (lambda: bed_list(desk), lambda: export_beds(desk, "Harbour team")):
        with pytest.raises(PermissionDenied):
            call()
