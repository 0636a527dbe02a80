"""The two sides of a problem in columns: one row for each person, one for each pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Ints, SetColumn

#: A course that a known training record does not hold.
NO_COURSE = np.int32(-1)


@dataclass(frozen=True, slots=True)
class ReferralColumns:
    """One row for each referral. Days are proleptic ordinals; flags are 0 or 1."""

    urgency: Ints
    waiting_hours: Ints  #: whole hours since received, never negative
    needed_by: Ints
    source: Ints
    presence: Ints
    age: Ints
    days_to_birthday: Ints
    gender: Ints
    settings: SetColumn
    affirming: Ints
    trafficking: Ints
    identification: Ints
    run_risk: Ints
    recruitment_risk: Ints
    types: SetColumn
    preferred_types: SetColumn
    stay_days: Ints
    substance: Ints
    mental_health: Ints
    medical: Ints
    fragile: Ints
    developmental: Ints
    parenting: Ints
    children: Ints
    behaviours: SetColumn
    behaviour_managed: Ints
    access: SetColumn
    languages: SetColumn
    first_language: Ints
    interpreter_ok: Ints
    tokens: SetColumn
    icwa: Ints
    home: Ints  #: position of the county in the geography
    school: Ints
    siblings: Ints
    avoid: SetColumn  #: over the counties that anybody avoids
    own_max_miles: Ints
    faith: Ints
    devices: Ints
    funding: SetColumn


@dataclass(frozen=True, slots=True)
class PoolColumns:
    """One row for each bed pool, the facts of its provider repeated."""

    provider: NDArray[np.int32]  #: position of the provider, never unknown
    placement_type: Ints
    effective_type: Ints  #: as it is without a certificate that is not valid
    certified: Ints  #: 1 valid, 0 not
    foster_family: Ints
    foster_exception: Ints
    licence_status: Ints
    licence_expires: Ints
    background: Ints
    training: Ints  #: (rows, courses): earliest end, NO_COURSE or UNKNOWN
    training_first_end: Ints  #: the same over the ends that are known
    licensed_capacity: Ints
    residents: Ints
    beds_licensed: Ints
    free: Ints
    available_from: Ints
    news_hours: Ints  #: whole hours since the vacancy was confirmed
    genders: SetColumn
    age_min: Ints
    age_max: Ints
    households: SetColumn
    reserved: SetColumn
    gender_lock: Ints
    first_decides: Ints  #: 1 where the first to move in decides on the gender
    resident_age_min: Ints
    resident_age_max: Ints
    age_spread: Ints
    capabilities: SetColumn
    languages: SetColumn
    excludes: SetColumn
    trafficking: SetColumn
    identifications: SetColumn
    sources: SetColumn
    run_tolerance: Ints
    awake_night: Ints
    intake_24_7: Ints
    max_stay: Ints
    funding: SetColumn
    family_first: Ints
    affirming: Ints
    faith: Ints
    devices: Ints
    icwa_tier: Ints
    compromised_until: Ints
    compromise_cleared: Ints
    tokens: SetColumn
    high_acuity: Ints
    high_acuity_limit: Ints
    staff_on_shift: Ints
    staff_ratio: Ints  #: residents for each of them
    county: Ints
    state: Ints  #: position in ``Problem.states``
    area: SetColumn  #: over states and county codes named by any provider


@dataclass(frozen=True, slots=True)
class PairList:
    """Named (referral, provider) pairs, such as declines.

    Attributes
    ----------
    referral, provider : ndarray of int32, shape (pairs,)
        Positions.
    rank : ndarray of int32, shape (pairs,)
        Place in the referral's own list, from 0.
    """

    referral: NDArray[np.int32]
    provider: NDArray[np.int32]
    rank: NDArray[np.int32]
