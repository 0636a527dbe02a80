"""What every rule means, once more, slowly and one pair at a time.

Nothing here is shared with the rules. An oracle says of a pair *of which all
is known* whether the rule holds. Where facts are missing, every way of filling
them in is tried: if the rule holds in all of them it passes, if in none it
fails, otherwise it cannot be told. Facts that a rule takes for granted while
they are blank (``kept``) are not filled in but handed over as ``None``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import chain, combinations, product
from types import SimpleNamespace
from typing import Any

from matching.domain import words as w
from matching.domain.records import Training
from tests.builders import FAR, HARRIS, HERE, MIAMI, NEAR, TODAY, ago, day
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, Verdict, defaults

Facts = SimpleNamespace
Values = Sequence[Any]


def subsets(items: Sequence[Any]) -> list[frozenset[Any]]:
    """Return every subset of some items."""
    sizes = range(len(items) + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(items, n) for n in sizes)]


@dataclass(frozen=True)
class Oracle:
    """One rule, slowly.

    ``person``, ``place`` and ``beds`` give the values that the facts it
    depends on are drawn from (and filled in from, with ``more`` beside them).
    ``judge`` replaces the trial of every completion where a rule asks on
    purpose. Where ``loose`` holds, "cannot be told" is accepted as well.
    """

    holds: Callable[[Facts, Any], bool] | None = None
    judge: Callable[[Facts, Any], Verdict] | None = None
    person: dict[str, Values] = field(default_factory=dict)
    place: dict[str, Values] = field(default_factory=dict)
    beds: dict[str, Values] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    more: dict[str, Values] = field(default_factory=dict)
    settings: tuple[dict[str, Any], ...] = ({},)
    loose: Callable[[Facts], bool] = lambda _: False

    def fields(self) -> dict[str, Values]:
        """Return the values of every fact."""
        return {**self.person, **self.place, **self.beds}

    def verdict(self, f: Facts, p: Facts) -> Verdict:
        """Judge a pair."""
        if self.judge is not None:
            return self.judge(f, p)
        assert self.holds is not None
        found = {self.holds(Facts(**full), p) for full in self._completions(f)}
        return UNKNOWN if len(found) == 2 else PASS if found.pop() else FAIL

    def _completions(self, f: Facts) -> Any:
        names, choices = [], []
        for name, values in self.fields().items():
            value = getattr(f, name)
            names.append(name)
            if name == "trainings":
                choices.append(_trainings(value, values))
            elif value is not None or name in self.kept or _settled_alone(name, f):
                choices.append([value])
            else:
                choices.append([*values, *self.more.get(name, ())])
        for chosen in product(*choices):
            yield dict(zip(names, chosen, strict=True))


def _settled_alone(name: str, f: Facts) -> bool:
    """Tell whether an unknown number of children is settled: nobody comes along."""
    status = getattr(f, "pregnant_parenting", None)
    return name == "children_with" and status in (w.Parenting.NONE, w.Parenting.PREGNANT)


def _trainings(value: Any, values: Values) -> list[Any]:
    """Fill in the end dates that nobody has said."""
    if value is None:
        return [v for v in values if all(t.expires for t in v)]
    ends = [[t.expires] if t.expires else [day(-999), day(999)] for t in value]
    return [
        tuple(Training(course=t.course, expires=e) for t, e in zip(value, chosen, strict=True))
        for chosen in product(*ends)
    ]


@cache
def _centres() -> dict[str, tuple[float, float, str]]:
    text = resources.files("matching.domain").joinpath("data/counties.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {r["fips"]: (float(r["lat"]), float(r["lon"]), r["state"]) for r in rows}


def miles(one: str, other: str) -> float:
    """Return the miles between two county centres by the law of cosines."""
    (a, b, _), (c, d, _) = _centres()[one], _centres()[other]
    if one == other:
        return 0.0
    a, b, c, d = map(math.radians, (a, b, c, d))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 3958.7613 * math.acos(max(-1.0, min(1.0, cosine)))


def _state(fips: str) -> str:
    return _centres()[fips][2]


def _area(f: Facts, _: Facts) -> bool:
    if f.service_area is None:
        return _state(f.home_county) == f.state
    return f.home_county in f.service_area or _state(f.home_county) in f.service_area


def _distance(f: Facts, p: Facts) -> bool:
    own = f.max_distance_miles
    return miles(f.home_county, f.county) <= (p.max_miles if own is None else own)


def _valid_certificate(f: Facts) -> bool:
    return f.certificate is not w.Certificate.NONE and f.certificate_expires >= TODAY


def _suitable(f: Facts, p: Facts) -> bool:
    kind = f.placement_type
    if not _valid_certificate(f):
        kind = {
            "safe_foster_home": w.PlacementType.FOSTER_HOME,
            "safe_house": w.PlacementType.RESIDENTIAL,
        }.get(kind, kind)
    young = kind == "supervised_independent" and f.age_years < p.independent_min_age
    return kind in f.acceptable_types and not young


def _licence(f: Facts, p: Facts) -> bool:
    if f.licence_status is w.LicenceStatus.NOT_REQUIRED:
        return True
    if f.licence_status is w.LicenceStatus.REVOKED:
        return False
    if f.licence_status is w.LicenceStatus.EXPIRED and p.grace_days == 0:
        return False
    return f.licence_expires + timedelta(days=p.grace_days) >= TODAY


def _certified(f: Facts, p: Facts) -> bool:
    if f.age_years >= p.minor_age or f.identification not in p.identifications:
        return True
    return _valid_certificate(f) or (p.fallback and f.behaviour_managed_confirmed)


_FAMILY = {
    "foster_home",
    "specialised_foster_home",
    "safe_foster_home",
    "kinship",
    "host_home",
}


def _trained(f: Facts, p: Facts) -> bool:
    if f.identification not in p.identifications:
        return True
    asked = list(p.courses)
    if f.trafficking_type in ("labour", "both"):
        asked += p.labour_courses
    for name in asked:
        ends = [t.expires for t in f.trainings if t.course == name]
        if not ends or min(ends) + timedelta(days=p.grace_days) < TODAY:
            return False
    return True


def _beds(f: Facts, p: Facts) -> bool:
    needed = 1 + (f.children_with or 0)
    lived_in = f.residents or 0
    if f.beds_available < needed:
        return False
    if f.beds_licensed is not None and f.beds_licensed < needed:
        return False
    if f.licensed_capacity is not None and f.licensed_capacity - lived_in < needed:
        return False
    family = f.placement_type in _FAMILY - {"kinship", "host_home"}
    return not (family and not f.foster_cap_exception and p.foster_cap - lived_in < needed)


def _opening(f: Facts, p: Facts) -> bool:
    wait = {"tonight": p.tonight_days, "72h": p.soon_days, "planned": p.planned_days}
    by = f.needed_by or TODAY + timedelta(days=wait[f.urgency or "tonight"])
    return f.available_from is None or f.available_from <= max(by, TODAY)


def _fresh(f: Facts, p: Facts) -> Verdict:
    limit = timedelta(hours=p.stale_hours + 1)
    return PASS if f.as_of is not None and ago() - f.as_of < limit else UNKNOWN


def _age_over_stay(f: Facts, _: Facts) -> Verdict:
    if f.stay_days == 0:
        return PASS
    if f.age_years is None or f.age_max is None:
        return UNKNOWN
    if f.age_years > f.age_max:
        return PASS
    if f.stay_days is None:
        return PASS if f.age_years < f.age_max else UNKNOWN
    # Walk through the stay day by day, for every birthday that is possible.
    birthdays = [f.days_to_birthday] if f.days_to_birthday else [0, 1, 365, 366]

    def within(birthday: int) -> bool:
        ages = (
            f.age_years + sum(birthday + 365 * k <= d for k in range(4))
            for d in range(f.stay_days)
        )
        return max(ages) <= f.age_max

    found = {within(birthday) for birthday in birthdays}
    return UNKNOWN if len(found) == 2 else PASS if found.pop() else FAIL


_BINARY = ("female", "male")


def _gender(f: Facts, _: Facts) -> Verdict:
    if f.genders is None:
        return UNKNOWN
    if not f.genders:
        return FAIL
    if f.gender is None:
        return PASS if len(f.genders) == 5 else UNKNOWN
    if f.gender in f.genders:
        return PASS
    if f.gender in _BINARY:
        return FAIL
    served = [g for g in _BINARY if g in f.genders]
    setting = {("female",): "female", ("male",): "male", _BINARY: "mixed"}.get(tuple(served))
    if f.acceptable_settings is None or setting in f.acceptable_settings:
        return UNKNOWN
    return UNKNOWN if setting is None and f.acceptable_settings else FAIL


def _resident_gender(f: Facts, _: Facts) -> Verdict:
    if f.gender_lock is None:
        return PASS
    if f.gender is None:
        return UNKNOWN
    if f.gender == f.gender_lock:
        return PASS
    if f.gender in _BINARY:
        return FAIL
    setting = {
        "female": "female",
        "trans_female": "female",
        "male": "male",
        "trans_male": "male",
        "nonbinary": "mixed",
    }[f.gender_lock]
    if f.acceptable_settings is None:
        return UNKNOWN
    return PASS if setting in f.acceptable_settings else FAIL


def _household(f: Facts, _: Facts) -> bool:
    return ("with_children" if f.children_with else "alone") in f.households


def _kind_taken(f: Facts, _: Facts) -> bool:
    takes = set(f.trafficking_types)
    if "both" in takes:
        takes |= {"sex", "labour"}
    wanted = {"sex", "labour"} if f.trafficking_type == "both" else {f.trafficking_type}
    return wanted <= takes


def _reserved(f: Facts, _: Facts) -> bool:
    return not f.reserved_for or f.identification in f.reserved_for


def _behaviours(f: Facts, _: Facts) -> bool:
    return not {b.value for b in f.behaviours} & {e.value for e in f.excludes}


def _serves(f: Facts, need: str, table: dict[str, set[str]]) -> bool:
    enough = table.get(need)
    return enough is None or bool(enough & set(f.capabilities))


def _substance(f: Facts, _: Facts) -> bool:
    table = {"detox": {"detox", "inpatient_substance"}, "inpatient": {"inpatient_substance"}}
    return _serves(f, f.substance_need, table)


def _mental_health(f: Facts, _: Facts) -> bool:
    full = "inpatient_mental_health"
    return _serves(
        f, f.mental_health_need, {"intensive": {"therapy", full}, "inpatient": {full}}
    )


def _medical(f: Facts, _: Facts) -> bool:
    table = {"intensive": {"nursing", "inpatient_medical"}, "inpatient": {"inpatient_medical"}}
    fragile = not f.medically_fragile or _serves(f, "intensive", table)
    return fragile and _serves(f, f.medical_need, table)


def _language(f: Facts, _: Facts) -> bool:
    spoken = any(tongue in f.spoken for tongue in f.languages)
    return spoken or f.interpreter_ok


def _run_risk(f: Facts, _: Facts) -> bool:
    order = ["low", "medium", "high"]
    return order.index(f.run_risk) <= order.index(f.run_tolerance)


def _supervised(f: Facts, _: Facts) -> bool:
    apart = f.placement_type in _FAMILY | {"supervised_independent"}
    return apart or f.recruitment_risk != "high" or f.awake_night


def _stay(f: Facts, p: Facts) -> bool:
    meant = f.urgency is None or f.urgency in p.urgencies
    return not (p.urgencies and meant) or f.stay_days <= f.max_stay_days


def _intake(f: Facts, p: Facts) -> bool:
    meant = f.urgency is None or f.urgency in p.urgencies
    return not (p.urgencies and meant) or f.intake_24_7


def _danger(f: Facts, p: Facts) -> bool:
    return not any(
        avoided == f.county or miles(avoided, f.county) < p.min_miles
        for avoided in f.avoid_counties
    )


def _compromised(f: Facts, _: Facts) -> bool:
    marked = f.compromised_until is not None and f.compromised_until >= TODAY
    return not marked or f.compromise_cleared is True


def _apart(f: Facts, _: Facts) -> bool:
    return not f.separate_from & f.resident_tokens


def _resident_age(f: Facts, _: Facts) -> bool:
    if f.age_spread_max is None or f.residents == 0:
        return True
    low, high = f.resident_age_min, f.resident_age_max
    inside = low <= f.age_years <= high
    return inside or max(high, f.age_years) - min(low, f.age_years) <= f.age_spread_max


def _acuity(f: Facts, _: Facts) -> bool:
    high = (
        "high" in (f.run_risk, f.recruitment_risk)
        or f.mental_health_need in ("intensive", "inpatient")
        or bool({"aggression", "fire_setting"} & set(f.behaviours))
    )
    if not high or f.high_acuity_limit is None:
        return True
    return f.high_acuity_residents < f.high_acuity_limit


def _payable(f: Facts, _: Facts) -> bool:
    asks_nothing = not f.accepted or "none" in f.accepted
    return asks_nothing or bool(f.funding & f.accepted)


def _family_first(f: Facts, p: Facts) -> bool:
    if f.funding != {"iv_e"} or f.age_years >= p.minor_age or f.stay_days <= p.max_days:
        return True
    return f.family_first != "other"


def _excluding(
    exclusion: w.Exclusion, test: Callable[[Facts], bool], **person: Values
) -> Oracle:
    other = next(e for e in w.Exclusion if e is not exclusion)
    return Oracle(
        holds=lambda f, _: not (test(f) and exclusion in f.excludes),
        person=person,
        place={"excludes": subsets([exclusion, other])},
    )


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
_C, _T, _F = w.Capability, w.PlacementType, w.Funding


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
        holds=_area,
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
        holds=_distance,
        person={"home_county": [HERE, NEAR, FAR], "max_distance_miles": [0, 27, 28, 29, 200]},
        place={"county": [HERE, NEAR, FAR]},
        kept=frozenset({"max_distance_miles"}),
        more={"home_county": [MIAMI], "county": [MIAMI]},
        settings=({}, {"max_miles": 0}, {"max_miles": 28}),
    ),
    "placement-type": Oracle(
        holds=_suitable,
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
        holds=_licence,
        place={"licence_status": [*w.LicenceStatus], "licence_expires": _LATER},
        settings=({}, {"grace_days": 30}),
    ),
    "certificate": Oracle(
        holds=_certified,
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
        holds=lambda f, _: f.placement_type not in _FAMILY or f.background_check == "clear",
        place={"placement_type": [*_T], "background_check": [*w.BackgroundCheck]},
    ),
    "training": Oracle(
        holds=_trained,
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
        holds=_beds,
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
    "opening": Oracle(
        holds=_opening,
        person={"urgency": [*w.Urgency], "needed_by": [day(-9), TODAY, day(3), day(20)]},
        beds={"available_from": [day(-5), TODAY, day(1), day(3), day(4), day(14), day(15)]},
        kept=frozenset({"urgency", "needed_by", "available_from"}),
        settings=({}, {"tonight_days": 1, "planned_days": 15}),
    ),
    "freshness": Oracle(
        judge=_fresh,
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
        judge=_age_over_stay,
        person={
            "age_years": [16, 17, 18],
            "days_to_birthday": [0, 1, 10, 200, 365],
            "stay_days": [0, 1, 10, 11, 300, 375, 376, 800],
        },
        beds={"age_max": [16, 17]},
        kept=frozenset({"stay_days"}),
    ),
    "gender": Oracle(
        judge=_gender,
        person={"gender": [*w.Gender], "acceptable_settings": subsets([*w.Setting])},
        beds={"genders": subsets([*w.Gender])},
    ),
    "household": Oracle(
        holds=_household,
        person=_CHILDREN,
        beds={"households": subsets([*w.Household])},
        more=_KIDS,
    ),
    "trafficking-type": Oracle(
        holds=_kind_taken,
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
        holds=_reserved,
        person={"identification": [*w.Identification]},
        beds={"reserved_for": subsets([*w.Identification])},
        kept=frozenset({"reserved_for"}),
    ),
    "excludes-pregnancy": _excluding(
        w.Exclusion.PREGNANCY,
        lambda f: f.pregnant_parenting == "pregnant",
        pregnant_parenting=[*w.Parenting],
    ),
    "excludes-parenting": _excluding(
        w.Exclusion.PARENTING, lambda f: bool(f.children_with), **_CHILDREN
    ),
    "excludes-medical": _excluding(
        w.Exclusion.MEDICAL_FRAGILITY,
        lambda f: f.medically_fragile,
        medically_fragile=_YES_NO,
    ),
    "excludes-developmental": _excluding(
        w.Exclusion.DEVELOPMENTAL,
        lambda f: f.developmental_need in ("moderate", "severe"),
        developmental_need=[*w.DevelopmentalNeed],
    ),
    "excludes-behaviour": Oracle(
        holds=_behaviours,
        person={"behaviours": subsets([*w.Behaviour])},
        place={
            "excludes": subsets(
                [
                    w.Exclusion.AGGRESSION,
                    w.Exclusion.FIRE_SETTING,
                    w.Exclusion.SEXUALISED,
                    w.Exclusion.SELF_HARM,
                ]
            )
        },
    ),
    "excludes-substance": _excluding(
        w.Exclusion.SUBSTANCE_USE,
        lambda f: f.substance_need != "none",
        substance_need=[*w.SubstanceNeed],
    ),
    "need-substance": Oracle(
        holds=_substance,
        person={"substance_need": [*w.SubstanceNeed]},
        place={"capabilities": subsets([_C.DETOX, _C.INPATIENT_SUBSTANCE, _C.NURSING])},
    ),
    "need-mental-health": Oracle(
        holds=_mental_health,
        person={"mental_health_need": [*w.CareNeed]},
        place={"capabilities": subsets([_C.THERAPY, _C.INPATIENT_MENTAL_HEALTH, _C.DETOX])},
    ),
    "need-medical": Oracle(
        holds=_medical,
        person={"medical_need": [*w.CareNeed], "medically_fragile": _YES_NO},
        place={"capabilities": subsets([_C.NURSING, _C.INPATIENT_MEDICAL, _C.DETOX])},
    ),
    "need-developmental": Oracle(
        holds=lambda f, _: (
            f.developmental_need not in ("moderate", "severe")
            or "developmental_support" in f.capabilities
        ),
        person={"developmental_need": [*w.DevelopmentalNeed]},
        place={"capabilities": subsets([_C.DEVELOPMENTAL_SUPPORT, _C.NURSING])},
    ),
    "need-parenting": Oracle(
        holds=lambda f, _: _serves(
            f,
            f.pregnant_parenting,
            {"pregnant": {"prenatal_care"}, "parenting": {"parenting_support"}},
        ),
        person={"pregnant_parenting": [*w.Parenting]},
        place={"capabilities": subsets([_C.PRENATAL_CARE, _C.PARENTING_SUPPORT])},
    ),
    "need-access": Oracle(
        holds=lambda f, _: f.access_needs <= f.capabilities,
        person={"access_needs": subsets([_C.WHEELCHAIR, _C.SIGN_LANGUAGE])},
        place={
            "capabilities": [*subsets([_C.WHEELCHAIR, _C.SIGN_LANGUAGE]), frozenset(_C)],
        },
        more={"access_needs": [frozenset(_C)]},
    ),
    "language": Oracle(
        holds=_language,
        person={
            "languages": [(), ("en",), ("es", "en"), ("fr",)],
            "interpreter_ok": _YES_NO,
        },
        place={"spoken": subsets(["en", "es"])},
        more={"languages": [("zz",)], "spoken": [frozenset({"zz", "en", "es", "fr"})]},
    ),
    "run-risk": Oracle(
        holds=_run_risk,
        person={"run_risk": [*w.Level]},
        place={"run_tolerance": [*w.Level]},
    ),
    "supervision": Oracle(
        holds=_supervised,
        person={"recruitment_risk": [*w.Level]},
        place={"placement_type": [*_T], "awake_night": _YES_NO},
    ),
    "stay": Oracle(
        holds=_stay,
        person={"urgency": [*w.Urgency], "stay_days": [1, 30, 31]},
        place={"max_stay_days": [30, 90]},
        kept=frozenset({"urgency"}),
        more={"stay_days": [9999], "max_stay_days": [0, 9999]},
        settings=({}, {"urgencies": ["tonight", "72h", "planned"]}, {"urgencies": []}),
    ),
    "intake-hours": Oracle(
        holds=_intake,
        person={"urgency": [*w.Urgency]},
        place={"intake_24_7": _YES_NO},
        kept=frozenset({"urgency"}),
        settings=({}, {"urgencies": ["tonight", "72h"]}, {"urgencies": []}),
    ),
    "danger-zone": Oracle(
        holds=_danger,
        person={"avoid_counties": subsets([HERE, NEAR, FAR])},
        place={"county": [HERE, NEAR, FAR]},
        more={"county": [MIAMI]},
        settings=({}, {"min_miles": 0}, {"min_miles": 29}),
    ),
    "compromised": Oracle(
        holds=_compromised,
        place={
            "compromised_until": [day(-1), TODAY, day(1)],
            "compromise_cleared": _YES_NO,
        },
        kept=frozenset({"compromised_until", "compromise_cleared"}),
    ),
    "kept-apart": Oracle(
        holds=_apart,
        person={"separate_from": subsets(["T1", "T2"])},
        place={"resident_tokens": subsets(["T1", "T3"])},
        more={"separate_from": [frozenset({"T3"})], "resident_tokens": [frozenset({"T2"})]},
    ),
    "resident-gender": Oracle(
        judge=_resident_gender,
        person={"gender": [*w.Gender], "acceptable_settings": subsets([*w.Setting])},
        beds={"gender_lock": [*w.Gender]},
        kept=frozenset({"gender_lock"}),
    ),
    "resident-age": Oracle(
        holds=_resident_age,
        person={"age_years": [10, 12, 14, 16, 19, 20]},
        place={"residents": [0, 2]},
        beds={
            "resident_age_min": [14],
            "resident_age_max": [14, 17],
            "age_spread_max": [0, 3, 5],
        },
        kept=frozenset({"residents", "age_spread_max"}),
        more={"age_years": [0, 99], "resident_age_min": [0], "resident_age_max": [99]},
        loose=lambda f: None in (f.resident_age_min, f.resident_age_max),
    ),
    "acuity": Oracle(
        holds=_acuity,
        person={
            "run_risk": [*w.Level],
            "recruitment_risk": [*w.Level],
            "mental_health_need": [*w.CareNeed],
            "behaviours": subsets([w.Behaviour.FIRE_SETTING, w.Behaviour.SELF_HARM]),
        },
        place={"high_acuity_residents": [0, 1, 2], "high_acuity_limit": [0, 1, 2]},
        kept=frozenset({"high_acuity_limit"}),
    ),
    "affirming": Oracle(
        holds=lambda f, _: not f.lgbtq_affirming_requested or f.lgbtq_affirming,
        person={"lgbtq_affirming_requested": _YES_NO},
        place={"lgbtq_affirming": _YES_NO},
    ),
    "funding": Oracle(
        holds=_payable,
        person={"funding": subsets([_F.IV_E, _F.STATE, _F.NONE])},
        place={"accepted": subsets([_F.IV_E, _F.STATE, _F.NONE])},
        more={"accepted": [frozenset({_F.PRIVATE})]},
    ),
    "family-first": Oracle(
        holds=_family_first,
        person={
            "funding": subsets([_F.IV_E, _F.STATE]),
            "age_years": [17, 18],
            "stay_days": [14, 15],
        },
        place={"family_first": [*w.FamilyFirstCategory]},
        kept=frozenset({"funding"}),
        more={"age_years": [0], "stay_days": [999]},
        settings=({}, {"max_days": 15, "minor_age": 17}),
    ),
}

#: Facts that both records have under one name are drawn under two names here.
RENAMED = {"spoken": "languages", "accepted": "funding"}


def settings_of(code: str, changed: dict[str, Any]) -> dict[str, Any]:
    """Return a rule's complete settings."""
    return defaults(code, **changed)
