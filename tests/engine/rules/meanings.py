"""What each rule says of a pair of which all is known, in plain Python."""

from __future__ import annotations

import csv
import math
from datetime import timedelta
from functools import cache
from importlib import resources

from matching.domain import words as w
from tests.builders import TODAY, ago
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, Verdict
from tests.engine.rules.oracle import Facts


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


def area(f: Facts, _: Facts) -> bool:
    if f.service_area is None:
        return _state(f.home_county) == f.state
    return f.home_county in f.service_area or _state(f.home_county) in f.service_area


def distance(f: Facts, p: Facts) -> bool:
    own = f.max_distance_miles
    return miles(f.home_county, f.county) <= (p.max_miles if own is None else own)


def valid_certificate(f: Facts) -> bool:
    return f.certificate is not w.Certificate.NONE and f.certificate_expires >= TODAY


def suitable(f: Facts, p: Facts) -> bool:
    kind = f.placement_type
    if not valid_certificate(f):
        kind = {
            "safe_foster_home": w.PlacementType.FOSTER_HOME,
            "safe_house": w.PlacementType.RESIDENTIAL,
        }.get(kind, kind)
    young = kind == "supervised_independent" and f.age_years < p.independent_min_age
    return kind in f.acceptable_types and not young


def licence(f: Facts, p: Facts) -> bool:
    if f.licence_status is w.LicenceStatus.NOT_REQUIRED:
        return True
    if f.licence_status is w.LicenceStatus.REVOKED:
        return False
    if f.licence_status is w.LicenceStatus.EXPIRED and p.grace_days == 0:
        return False
    return f.licence_expires + timedelta(days=p.grace_days) >= TODAY


def certified(f: Facts, p: Facts) -> bool:
    if f.age_years >= p.minor_age or f.identification not in p.identifications:
        return True
    return valid_certificate(f) or (p.fallback and f.behaviour_managed_confirmed)


FAMILY = {
    "foster_home",
    "specialised_foster_home",
    "safe_foster_home",
    "kinship",
    "host_home",
}


def trained(f: Facts, p: Facts) -> bool:
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


def beds(f: Facts, p: Facts) -> bool:
    needed = 1 + (f.children_with or 0)
    lived_in = f.residents or 0
    if f.beds_available < needed:
        return False
    if f.beds_licensed is not None and f.beds_licensed < needed:
        return False
    if f.licensed_capacity is not None and f.licensed_capacity - lived_in < needed:
        return False
    family = f.placement_type in FAMILY - {"kinship", "host_home"}
    return not (family and not f.foster_cap_exception and p.foster_cap - lived_in < needed)


def staffing(f: Facts, _: Facts) -> Verdict:
    staff, each = f.staff_on_shift, f.staff_ratio
    if staff is None and each is None:
        return PASS
    if staff == 0:
        return FAIL
    if staff is None or each is None:
        return UNKNOWN
    room = sum([each] * staff) - (f.residents or 0)
    return PASS if 1 + (f.children_with or 0) <= room else FAIL


def opening(f: Facts, p: Facts) -> bool:
    wait = {"tonight": p.tonight_days, "72h": p.soon_days, "planned": p.planned_days}
    by = f.needed_by or TODAY + timedelta(days=wait[f.urgency or "tonight"])
    return f.available_from is None or f.available_from <= max(by, TODAY)


def fresh(f: Facts, p: Facts) -> Verdict:
    limit = timedelta(hours=p.stale_hours + 1)
    return PASS if f.as_of is not None and ago() - f.as_of < limit else UNKNOWN


def age_over_stay(f: Facts, _: Facts) -> Verdict:
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


BINARY = ("female", "male")


def gender(f: Facts, _: Facts) -> Verdict:
    if f.genders is None:
        return UNKNOWN
    if not f.genders:
        return FAIL
    if f.gender is None:
        return PASS if len(f.genders) == 5 else UNKNOWN
    if f.gender in f.genders:
        return PASS
    if f.gender in BINARY:
        return FAIL
    served = [g for g in BINARY if g in f.genders]
    setting = {("female",): "female", ("male",): "male", BINARY: "mixed"}.get(tuple(served))
    if f.acceptable_settings is None or setting in f.acceptable_settings:
        return UNKNOWN
    return UNKNOWN if setting is None and f.acceptable_settings else FAIL


def resident_gender(f: Facts, p: Facts) -> Verdict:
    if f.gender_lock is None:
        nobody = f.residents == 0 or f.beds_occupied == 0
        anybody = f.genders is None or len(f.genders) >= 2
        if not (p.empty_pools_lock and nobody and anybody):
            return PASS
        settled = f.gender in BINARY or (f.gender and f.acceptable_settings is not None)
        return PASS if settled else UNKNOWN
    if f.gender is None:
        return UNKNOWN
    if f.gender == f.gender_lock:
        return PASS
    if f.gender in BINARY:
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


def household(f: Facts, _: Facts) -> bool:
    return ("with_children" if f.children_with else "alone") in f.households


def kind_taken(f: Facts, _: Facts) -> bool:
    takes = set(f.trafficking_types)
    if "both" in takes:
        takes |= {"sex", "labour"}
    wanted = {"sex", "labour"} if f.trafficking_type == "both" else {f.trafficking_type}
    return wanted <= takes


def reserved(f: Facts, _: Facts) -> bool:
    return not f.reserved_for or f.identification in f.reserved_for


def behaviours(f: Facts, _: Facts) -> bool:
    return not {b.value for b in f.behaviours} & {e.value for e in f.excludes}


def serves(f: Facts, need: str, table: dict[str, set[str]]) -> bool:
    enough = table.get(need)
    return enough is None or bool(enough & set(f.capabilities))


def substance(f: Facts, _: Facts) -> bool:
    table = {"detox": {"detox", "inpatient_substance"}, "inpatient": {"inpatient_substance"}}
    return serves(f, f.substance_need, table)


def mental_health(f: Facts, _: Facts) -> bool:
    full = "inpatient_mental_health"
    return serves(
        f, f.mental_health_need, {"intensive": {"therapy", full}, "inpatient": {full}}
    )


def medical(f: Facts, _: Facts) -> bool:
    table = {"intensive": {"nursing", "inpatient_medical"}, "inpatient": {"inpatient_medical"}}
    fragile = not f.medically_fragile or serves(f, "intensive", table)
    return fragile and serves(f, f.medical_need, table)


def language(f: Facts, _: Facts) -> bool:
    spoken = any(tongue in f.spoken for tongue in f.languages)
    return spoken or f.interpreter_ok


def run_risk(f: Facts, _: Facts) -> bool:
    order = ["low", "medium", "high"]
    return order.index(f.run_risk) <= order.index(f.run_tolerance)


def supervised(f: Facts, _: Facts) -> bool:
    apart = f.placement_type in FAMILY | {"supervised_independent"}
    return apart or f.recruitment_risk != "high" or f.awake_night


def stay(f: Facts, p: Facts) -> bool:
    meant = f.urgency is None or f.urgency in p.urgencies
    return not (p.urgencies and meant) or f.stay_days <= f.max_stay_days


def intake(f: Facts, p: Facts) -> bool:
    meant = f.urgency is None or f.urgency in p.urgencies
    return not (p.urgencies and meant) or f.intake_24_7


def danger(f: Facts, p: Facts) -> bool:
    return not any(
        avoided == f.county or miles(avoided, f.county) < p.min_miles
        for avoided in f.avoid_counties
    )


def compromised(f: Facts, _: Facts) -> bool:
    marked = f.compromised_until is not None and f.compromised_until >= TODAY
    return not marked or f.compromise_cleared is True


def apart(f: Facts, _: Facts) -> bool:
    return not f.separate_from & f.resident_tokens


def resident_age(f: Facts, _: Facts) -> Verdict:
    if f.age_spread_max is None:
        return PASS
    if f.age_years is None:
        return UNKNOWN
    if f.residents == 0:
        return PASS
    low, high = f.resident_age_min, f.resident_age_max
    if low is None or high is None:
        return UNKNOWN
    inside = low <= f.age_years <= high
    spread = max(high, f.age_years) - min(low, f.age_years)
    return PASS if inside or spread <= f.age_spread_max else FAIL


def high_needs(f: Facts) -> bool | None:
    found = [
        None if level is None else level == "high" for level in (f.run_risk, f.recruitment_risk)
    ]
    care, behaviours = f.mental_health_need, f.behaviours
    found.append(None if care is None else care in ("intensive", "inpatient"))
    dangerous = {"aggression", "fire_setting"}
    found.append(None if behaviours is None else bool(dangerous & set(behaviours)))
    return True if True in found else None if None in found else False


def acuity(f: Facts, _: Facts) -> Verdict:
    high, there, most = high_needs(f), f.high_acuity_residents, f.high_acuity_limit
    if most is None or high is False:
        return PASS
    if high is None:
        return UNKNOWN
    if most == 0 or (there is not None and there >= most):
        return FAIL
    return UNKNOWN if there is None else PASS


def payable(f: Facts, _: Facts) -> bool:
    asks_nothing = not f.accepted or "none" in f.accepted
    return asks_nothing or bool(f.funding & f.accepted)


def family_first(f: Facts, p: Facts) -> bool:
    if f.funding != {"iv_e"} or f.age_years >= p.minor_age or f.stay_days <= p.max_days:
        return True
    return f.family_first != "other"
