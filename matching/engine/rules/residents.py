"""Rules on the people who live there already."""

from __future__ import annotations

import numpy as np

from matching.domain.occupancy import first_decides
from matching.domain.words import Behaviour, CareNeed, Gender, Level, Setting, label
from matching.engine.columns import UNKNOWN, Ints, known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, at_least, holds_any, meets, position
from matching.engine.rules.person import accepts_setting
from matching.engine.rules.text import GENDERS, ask, counted, start, who
from matching.engine.sides import ReferralColumns


class KeptApart(Judged):
    """Apart from people already there."""

    code = "kept-apart"
    reads_referral = ("tokens",)
    reads_pool = ("tokens",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Fail if the two sides share a token; pass if either has none."""
        return ~meets(problem.referrals.tokens.take(i), problem.pools.tokens.take(j))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that nobody has to be kept apart."""
        if f.referral.separate_from is not None and not f.referral.separate_from:
            return f"Nobody is recorded whom {who(f)} must be kept apart from."
        return f"Nobody who lives there must be kept apart from {who(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that somebody there must be kept apart, and no more than that."""
        return f"Somebody who lives there must be kept apart from {who(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask who must be kept apart, or who lives there."""
        return ask(
            [
                (
                    f.referral.separate_from is None,
                    f"whether {who(f)} must be kept apart from anybody",
                ),
                (
                    f.provider.resident_tokens is None,
                    f"whether somebody lives there who must be kept apart from {who(f)}",
                ),
            ]
        )


#: The setting that a lock makes of the beds, for those placed by settings.
LOCK_SETTINGS = {
    Gender.FEMALE: Setting.FEMALE,
    Gender.TRANS_FEMALE: Setting.FEMALE,
    Gender.MALE: Setting.MALE,
    Gender.TRANS_MALE: Setting.MALE,
    Gender.NONBINARY: Setting.MIXED,
}
_LOCK_CODES = np.array([position(LOCK_SETTINGS[g]) for g in Gender], dtype=np.int32)


_BINARY = (Gender.FEMALE, Gender.MALE)


def fits_lock(person: ReferralColumns, i: Rows, lock: Ints) -> Truth:
    """Tell whether people fit beds that are kept for one gender.

    Parameters
    ----------
    person : ReferralColumns
    i : ndarray of int
        Positions of referrals.
    lock : ndarray of int32
        Codes of genders, or UNKNOWN: there is none. Shapes broadcast.

    Returns
    -------
    Truth
    """
    gender = person.gender[i]
    locked, stated = known(lock), known(gender)
    same = locked & stated & (lock == gender)
    binary = among(gender, _BINARY)
    setting = np.where(locked, _LOCK_CODES[np.maximum(lock, 0)], UNKNOWN).astype(np.int32)
    fits = accepts_setting(person, i, setting)
    yes = ~locked | same | (binary.no & fits.yes)
    no = locked & stated & ~same & (binary.yes | (binary.no & fits.no))
    return Truth(np.asarray(yes), np.asarray(no))


class ResidentGender(Judged):
    """Fits the gender of the residents; where no lock is recorded there is none.

    Transgender and non-binary people fit a lock on a setting that they say
    they can live in. Empty beds that serve several genders take the gender of
    the first to move in: whoever comes must be able to say whom they fit. That
    all who are placed there fit one another is seen to by the whole plan.
    """

    code = "resident-gender"
    reads_referral = ("gender", "settings")
    reads_pool = ("gender_lock", "first_decides")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Compare the lock with the person's gender, then with their settings."""
        person, pools = problem.referrals, problem.pools
        fits = fits_lock(person, i, pools.gender_lock[j])
        if not parameters["empty_pools_lock"]:
            return fits
        binary = among(person.gender[i], _BINARY)
        tells = binary.yes | (binary.no & person.settings.known[i])
        return Truth(np.asarray(fits.yes & (tells | (pools.first_decides[j] != 1))), fits.no)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that there is no lock, or that the person fits it."""
        if parameters["empty_pools_lock"] and first_decides(f.provider, f.pool):
            return (
                "Nobody lives there yet: the beds are then kept for those who fit "
                "the gender of the first to move in."
            )
        if f.pool.gender_lock is None:
            return "No lock on the gender of the residents is recorded."
        return f"The beds are kept for {GENDERS[f.pool.gender_lock]}; {who(f)} fits."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say the lock and the gender or the settings."""
        lock, gender = f.pool.gender_lock, f.referral.gender
        kept = "others" if lock is None else GENDERS[lock]
        if gender is None:
            return f"The beds are kept for {kept} who live there."
        if gender in (Gender.FEMALE, Gender.MALE):
            return f"The beds are kept for {kept}; {who(f)} is {label(gender)}."
        return f"The beds are kept for {kept}, a setting that {who(f)} does not accept."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the gender or the settings."""
        return ask(
            [
                (f.referral.gender is None, f"which gender {who(f)} states"),
                (
                    f.referral.gender is not None and f.referral.acceptable_settings is None,
                    f"in which settings {who(f)} can live",
                ),
            ]
        )


class ResidentAge(Judged):
    """Fits the ages of the residents; where no limit is recorded there is none.

    Somebody whose age lies between those of the residents widens nothing. That
    all who are placed there fit one another is seen to by the whole plan, so
    the age is asked for even where nobody lives yet.
    """

    code = "resident-age"
    reads_referral = ("age",)
    reads_pool = ("age_spread", "resident_age_min", "resident_age_max", "residents")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Compare the spread with the person among the residents to its limit."""
        age, pools = problem.referrals.age[i], problem.pools
        limit = pools.age_spread[j]
        young, old = pools.resident_age_min[j], pools.resident_age_max[j]
        none, alone = ~known(limit), pools.residents[j] == 0
        told = known(age) & known(young) & known(old)
        wide = np.maximum(age, old) - np.minimum(age, young) > limit
        outside = (age < young) | (age > old)
        no = ~none & ~alone & told & wide & outside
        yes = none | (alone & known(age)) | (told & ~no)
        return Truth(np.asarray(yes), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the ages fit."""
        if f.pool.age_spread_max is None:
            return "No limit on the spread of ages is recorded."
        if f.provider.residents == 0 or f.pool.resident_age_min is None:
            return "Nobody lives there yet: no spread of ages to widen."
        return f"The ages fit: {_resident_ages(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say the ages and the limit."""
        limit = counted(f.pool.age_spread_max, "year")
        return f"The ages would lie more than {limit} apart: {_resident_ages(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the age, or the ages of the residents."""
        ages = f.pool.resident_age_min is None or f.pool.resident_age_max is None
        lives = f.provider.residents
        nobody = lives == 0 or (lives is None and f.pool.beds_occupied == 0)
        return ask(
            [
                (f.referral.age_years is None, f"how old {who(f)} is"),
                (ages and not nobody, "how old the residents are"),
            ]
        )


def _resident_ages(f: Facts) -> str:
    low, high, age = f.pool.resident_age_min, f.pool.resident_age_max, f.referral.age_years
    if low is None or high is None:
        residents = "the ages of the residents are unknown"
    elif low == high:
        residents = f"the residents are {low}"
    else:
        residents = f"the residents are {low} to {high}"
    return f"{residents}, {who(f)} is {'of unknown age' if age is None else age}"


_HIGH_BEHAVIOURS = (Behaviour.AGGRESSION, Behaviour.FIRE_SETTING)
_HIGH_CARE = (CareNeed.INTENSIVE, CareNeed.INPATIENT)


def high_needs(person: ReferralColumns, i: Rows) -> Truth:
    """Tell whether a person has high needs."""
    return (
        among(person.run_risk[i], (Level.HIGH,))
        | among(person.recruitment_risk[i], (Level.HIGH,))
        | among(person.mental_health[i], _HIGH_CARE)
        | holds_any(person.behaviours.take(i), _HIGH_BEHAVIOURS)
    )


class Acuity(Judged):
    """Room for one more with high needs; where no limit is recorded there is none.

    Whether somebody has high needs must be known wherever there is a limit:
    those who are placed there count for it together.
    """

    code = "acuity"
    reads_referral = ("run_risk", "recruitment_risk", "mental_health", "behaviours")
    reads_pool = ("high_acuity", "high_acuity_limit")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass without high needs, without a limit, or below it."""
        pools, high = problem.pools, high_needs(problem.referrals, i)
        limit = pools.high_acuity_limit[j]
        full = at_least(pools.high_acuity[j], limit)
        none_allowed = known(limit) & (limit <= 0)
        room = full.no & ~none_allowed
        yes = ~known(limit) | high.no | (high.yes & room)
        return Truth(np.asarray(yes), np.asarray(high.yes & (full.yes | none_allowed)))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that there is room, no limit or no need."""
        limit, there = f.provider.high_acuity_limit, f.provider.high_acuity_residents
        if limit is None:
            return "No limit on residents with high needs is recorded."
        if there is not None and there < limit:
            return f"{there} of at most {limit} residents have high needs."
        return f"{start(who(f))} has no high needs."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say how many live there and what makes the needs high."""
        limit, there = f.provider.high_acuity_limit, f.provider.high_acuity_residents
        room = counted(limit, "resident")
        full = "" if there is None else f" and has {there} already"
        return f"Can keep {room} with high needs safe{full}; {who(f)} has high needs too."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the needs, or how many live there with high needs."""
        person = f.referral
        levels = (person.run_risk, person.recruitment_risk)
        needs = (*levels, person.mental_health_need, person.behaviours)
        settled = (
            Level.HIGH in levels
            or person.mental_health_need in _HIGH_CARE
            or any(one in _HIGH_BEHAVIOURS for one in person.behaviours or ())
        )
        return ask(
            [
                (None in needs and not settled, f"whether {who(f)} has high needs"),
                (
                    f.provider.high_acuity_residents is None,
                    "how many residents with high needs live there",
                ),
            ]
        )
