"""Slow twins of the rules on what is wanted, ready, free and taken."""

from __future__ import annotations

from datetime import date

from matching.domain import words as w
from matching.domain.records import Training
from tests.builders import FAR, HARRIS, HERE, MIAMI, NEAR, TODAY, ago, day
from tests.engine.rules import meanings
from tests.engine.rules.oracle import Oracle, Values, subsets

_YES_NO = (False, True)
_CHILDREN: dict[str, Values] = {
    "children_with": [0, 1, 2],
    "pregnant_parenting": [*w.Parenting],
}
_KIDS: dict[str, Values] = {"children_with": [99]}
_LATER: list[date] = [day(-400), day(-31), day(-30), day(-1), TODAY, day(1), day(400)]
_CERTIFICATE: dict[str, Values] = {
    "certificate": [w.Certificate.NONE, w.Certificate.SAFE_HOUSE],
    "certificate_expires": [day(-1), TODAY, day(90)],
}
_T = w.PlacementType


def _course_lists() -> list[tuple[Training, ...]]:
    one, year, labour = (
        w.Course.TRAFFICKING,
        w.Course.TRAFFICKING_ANNUAL,
        w.Course.LABOUR_TRAFFICKING,
    )

    def until(kind: w.Course, end: date | None) -> Training:
        return Training(course=kind, expires=end)

    return [
        (),
        tuple(until(kind, day(900)) for kind in w.Course),
        (until(one, TODAY),),
        (until(one, day(-1)),),
        (until(one, None),),
        (until(one, None), until(one, day(-40))),
        (until(one, day(90)), until(one, day(-31)), until(year, day(9))),
        (until(one, day(90)), until(labour, day(90))),
        (until(one, day(90)), until(labour, day(-1))),
        (until(year, day(90)),),
    ]


ORACLES: dict[str, Oracle] = {
    "presence": Oracle(
        holds=lambda f, _: f.presence not in ("missing", "hospital"),
        person={"presence": [*w.Presence]},
        kept=frozenset({"presence"}),
    ),
    "service-area": Oracle(
        holds=meanings.area,
        person={"home_county": [HERE, NEAR, MIAMI]},
        place={
            "service_area": [
                frozenset(s) for s in ([], ["XA"], [HERE], ["FL"], [MIAMI, NEAR], ["TX", HERE])
            ],
            "state": ["XA", "FL"],
        },
        kept=frozenset({"service_area"}),
        more={"home_county": [HARRIS, "13001"], "state": ["GA"]},
    ),
    "distance": Oracle(
        holds=meanings.distance,
        person={"home_county": [HERE, NEAR, FAR], "max_distance_miles": [0, 27, 28, 29, 200]},
        place={"county": [HERE, NEAR, FAR]},
        kept=frozenset({"max_distance_miles"}),
        more={"home_county": [MIAMI], "county": [MIAMI]},
        settings=({}, {"max_miles": 0}, {"max_miles": 28}),
    ),
    "placement-type": Oracle(
        holds=meanings.suitable,
        person={
            "acceptable_types": [
                frozenset(s)
                for s in (
                    [],
                    [_T.FOSTER_HOME],
                    [_T.SAFE_FOSTER_HOME],
                    [_T.SAFE_FOSTER_HOME, _T.FOSTER_HOME],
                    [_T.SUPERVISED_INDEPENDENT],
                    [_T.SAFE_HOUSE, _T.RESIDENTIAL],
                    _T,
                )
            ],
            "age_years": [15, 16],
        },
        place={
            "placement_type": [
                _T.FOSTER_HOME,
                _T.SAFE_FOSTER_HOME,
                _T.SAFE_HOUSE,
                _T.RESIDENTIAL,
                _T.SUPERVISED_INDEPENDENT,
            ],
            **_CERTIFICATE,
        },
        settings=({}, {"independent_min_age": 0}),
        loose=lambda f: f.placement_type is None,
    ),
    "licence": Oracle(
        holds=meanings.licence,
        place={"licence_status": [*w.LicenceStatus], "licence_expires": _LATER},
        settings=({}, {"grace_days": 30}),
    ),
    "certificate": Oracle(
        holds=meanings.certified,
        person={
            "age_years": [17, 18],
            "identification": [*w.Identification],
            "behaviour_managed_confirmed": _YES_NO,
        },
        place=_CERTIFICATE,
        settings=(
            {},
            {"fallback": False},
            {"identifications": ["verified", "suspected", "at_risk"]},
            {"identifications": []},
        ),
    ),
    "background-check": Oracle(
        holds=lambda f, _: (
            f.placement_type not in meanings.FAMILY or f.background_check == "clear"
        ),
        place={"placement_type": [*_T], "background_check": [*w.BackgroundCheck]},
    ),
    "training": Oracle(
        holds=meanings.trained,
        person={
            "identification": [*w.Identification],
            "trafficking_type": [*w.TraffickingType],
        },
        place={"trainings": _course_lists()},
        settings=(
            {},
            {"courses": ["trafficking", "trafficking_annual"], "grace_days": 31},
            {"labour_courses": ["labour_trafficking"], "identifications": ["verified"]},
            {"courses": []},
        ),
    ),
    "beds": Oracle(
        holds=meanings.beds,
        person=_CHILDREN,
        place={
            "licensed_capacity": [1, 2, 5, 8],
            "residents": [0, 1, 4, 5, 6],
            "placement_type": [_T.FOSTER_HOME, _T.RESIDENTIAL],
            "foster_cap_exception": _YES_NO,
        },
        beds={"beds_available": [0, 1, 2, 3], "beds_licensed": [0, 1, 2, 4]},
        kept=frozenset({"licensed_capacity", "residents", "beds_licensed"}),
        more={"beds_available": [999], **_KIDS},
        settings=({}, {"foster_cap": 5}),
    ),
    "staffing": Oracle(
        judge=meanings.staffing,
        person={"children_with": [0, 1, 2]},
        place={
            "staff_on_shift": [0, 1, 2, 3],
            "staff_ratio": [1, 2, 4],
            "residents": [0, 1, 3, 4, 8],
        },
        kept=frozenset({"children_with", "staff_on_shift", "staff_ratio", "residents"}),
    ),
    "opening": Oracle(
        holds=meanings.opening,
        person={"urgency": [*w.Urgency], "needed_by": [day(-9), TODAY, day(3), day(20)]},
        beds={"available_from": [day(-5), TODAY, day(1), day(3), day(4), day(14), day(15)]},
        kept=frozenset({"urgency", "needed_by", "available_from"}),
        settings=({}, {"tonight_days": 1, "planned_days": 15}),
    ),
    "freshness": Oracle(
        judge=meanings.fresh,
        beds={
            "as_of": [
                ago(hours=1),
                ago(hours=24),
                ago(hours=24.9),
                ago(hours=25),
                ago(hours=-2),
            ]
        },
        settings=({}, {"stale_hours": 1}),
    ),
    "age": Oracle(
        holds=lambda f, _: f.age_min <= f.age_years <= f.age_max,
        person={"age_years": [9, 10, 11, 12, 13, 17, 18, 19]},
        beds={"age_min": [10, 12], "age_max": [12, 17]},
        more={"age_years": [0, 99], "age_min": [0, 99], "age_max": [0, 99]},
    ),
    "age-stay": Oracle(
        judge=meanings.age_over_stay,
        person={
            "age_years": [16, 17, 18],
            "days_to_birthday": [0, 1, 10, 200, 365],
            "stay_days": [0, 1, 10, 11, 300, 375, 376, 800],
        },
        beds={"age_max": [16, 17]},
        kept=frozenset({"stay_days"}),
    ),
    "gender": Oracle(
        judge=meanings.gender,
        person={"gender": [*w.Gender], "acceptable_settings": subsets([*w.Setting])},
        beds={"genders": subsets([*w.Gender])},
    ),
    "household": Oracle(
        holds=meanings.household,
        person=_CHILDREN,
        beds={"households": subsets([*w.Household])},
        more=_KIDS,
    ),
    "trafficking-type": Oracle(
        holds=meanings.kind_taken,
        person={"trafficking_type": [*w.TraffickingType]},
        place={"trafficking_types": subsets([*w.TraffickingType])},
    ),
    "identification": Oracle(
        holds=lambda f, _: f.identification in f.identifications,
        person={"identification": [*w.Identification]},
        place={"identifications": subsets([*w.Identification])},
    ),
    "referral-source": Oracle(
        holds=lambda f, _: f.referral_source in f.referral_sources,
        person={"referral_source": [*w.ReferralSource]},
        place={"referral_sources": subsets([*w.ReferralSource])},
    ),
    "reserved": Oracle(
        holds=meanings.reserved,
        person={"identification": [*w.Identification]},
        beds={"reserved_for": subsets([*w.Identification])},
        kept=frozenset({"reserved_for"}),
    ),
}
