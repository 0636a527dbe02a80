"""People who are tied to one another and want the same few beds, drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.problem import Problem
from tests.builders import FAR, HERE, NEAR, ago, known_home, known_pool, known_referral

G, S = w.Gender, w.Setting
NOTHING: frozenset[Any] = frozenset()
BOTH_TYPES = frozenset({w.PlacementType.SAFE_FOSTER_HOME, w.PlacementType.FOSTER_HOME})


def one_of(draw: st.DrawFn, *values: Any) -> Any:
    """Draw one of some values; one that is named twice comes twice as often."""
    return draw(st.sampled_from(values))


def crowd_member(draw: st.DrawFn, number: int) -> Referral:
    """Draw somebody who fits most places, and whom much may tie to others."""
    facts: dict[str, Any] = {
        "urgency": one_of(draw, *(3 * [w.Urgency.TONIGHT]), w.Urgency.PLANNED, None),
        "received_at": one_of(draw, None, *(ago(hours=h) for h in (1, 2, 2, 9, 30, 31, 100))),
        "needed_by": None,
        "acceptable_types": BOTH_TYPES,
        "age_years": one_of(draw, 12, 13, 14, 14, 15, 15, 16, 17, None),
        "gender": one_of(draw, *(4 * [G.FEMALE]), G.MALE, G.MALE, *G, None),
        "acceptable_settings": one_of(
            draw,
            None,
            frozenset({S.FEMALE, S.MIXED}),
            frozenset({S.FEMALE, S.MIXED}),
            frozenset({S.MIXED, S.MALE}),
            frozenset({S.MIXED}),
        ),
        "run_risk": one_of(draw, *(3 * [w.Level.LOW]), *(2 * [w.Level.HIGH]), None),
        "group_id": one_of(draw, *(6 * [None]), "F1", "F1", "F2"),
        "separate_from": one_of(
            draw, *(4 * [NOTHING]), frozenset({"T1"}), frozenset({"T1"}), frozenset({"T2"})
        ),
        "school_county": one_of(draw, HERE, NEAR, FAR),
        "languages": one_of(draw, ("en",), ("es", "en"), ("fr",)),
        "icwa_status": one_of(draw, *(4 * [w.IcwaStatus.NO]), w.IcwaStatus.YES),
        "preferred_providers": one_of(draw, None, None, ("P2", "P1"), ("P3",)),
        "vetoed_providers": one_of(draw, *(9 * [NOTHING]), frozenset({"P1"})),
        "declined_by": one_of(draw, *(9 * [NOTHING]), frozenset({"P2"})),
    }
    if one_of(draw, *(9 * [False]), True):
        facts |= {"pregnant_parenting": w.Parenting.PARENTING, "children_with": 1}
    return known_referral(f"R{number}", **facts)


def crowded_home(draw: st.DrawFn, number: int) -> Provider:
    """Draw a home that fits most people, with limits on how many."""
    staff, each = one_of(
        draw, *(9 * [(None, None)]), (2, 1), (3, 1), (1, 2), (2, 2), (None, 2), (0, 1)
    )
    return known_home(
        f"P{number}",
        placement_type=one_of(draw, *BOTH_TYPES),
        county=one_of(draw, HERE, HERE, NEAR),
        licensed_capacity=one_of(draw, None, None, 2, 3, 4),
        residents=one_of(draw, 0, 0, 1, None),
        languages=one_of(draw, frozenset({"en"}), frozenset({"en", "es"})),
        icwa_tier=one_of(draw, w.IcwaTier.NONE, w.IcwaTier.INDIAN_HOME),
        high_acuity_limit=one_of(draw, None, None, 1, 2),
        high_acuity_residents=one_of(draw, 0, 0, 0, 1, None),
        staff_on_shift=staff,
        staff_ratio=each,
    )


def crowded_beds(draw: st.DrawFn, home: Provider, number: int) -> BedPool:
    """Draw a bed pool that fits most people, most often empty and for several genders."""
    lived_in = one_of(draw, 0, 0, 1, None) if home.residents != 0 else 0
    young, old = one_of(draw, (None, None), (14, 14), (14, 16), (12, 17), (None, 15))
    return known_pool(
        home.provider_id,
        f"B{number}",
        genders=one_of(draw, *(6 * [frozenset(G)]), None, frozenset({G.FEMALE})),
        gender_lock=one_of(draw, *(7 * [None]), G.FEMALE),
        beds_licensed=one_of(draw, None, 2, 3),
        beds_accepting=None,
        beds_occupied=lived_in,
        beds_available=one_of(draw, 1, 1, 2, 2, 3, None),
        resident_age_min=young,
        resident_age_max=old,
        age_spread_max=one_of(draw, None, None, 1, 2, 3),
    )


@st.composite
def decisions(draw: st.DrawFn, problem: Problem) -> Choices:
    """Draw what people may have decided about a problem: at most three things."""
    people, keys = st.sampled_from(problem.referral_ids), st.sampled_from(problem.pool_keys)
    places = keys.flatmap(lambda key: st.sampled_from([key, (key[0], None)]))
    seats = st.builds(lambda who, where: Seat(who, *where), people, places)
    homes = st.none() | st.sampled_from(problem.provider_ids)
    codes = st.sampled_from(["resident-age", "acuity", "together", "distance"])
    groups = sorted({r.group_id for r in problem.referral_records} - {None})
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "forced": seats,
        "forbidden": seats,
        "only": seats,
        "calling": seats,
        "waived": st.builds(Waiver, people, codes, homes),
    }
    if groups:
        kinds["split"] = st.sampled_from(groups)
    out = NO_CHOICES
    for kind in draw(st.lists(st.sampled_from(sorted(kinds)), max_size=3)):
        out = out.and_(**{kind: [draw(kinds[kind])]})
    return out
