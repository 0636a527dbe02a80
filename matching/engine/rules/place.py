"""Rules on where a place is and what kind of place it is."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from matching.domain.geography import Geography
from matching.domain.words import WITHOUT_CERTIFICATE, PlacementType, label
from matching.engine.columns import UNKNOWN, Ints, known
from matching.engine.problem import Problem
from matching.engine.rules.base import (
    Facts,
    Parameters,
    Rows,
    Verdict,
    Verdicts,
    type_today,
    verdicts,
)
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, at_least, bit, certain, contains, position
from matching.engine.rules.text import ask, start, who, worded

#: Per type code, what the place is without a certificate.
_WITHOUT = np.array(
    [position(WITHOUT_CERTIFICATE.get(kind, kind)) for kind in PlacementType],
    dtype=np.int32,
)


@lru_cache(maxsize=8)
def _lookup(
    geography: Geography, states: tuple[str, ...], area: tuple[object, ...]
) -> tuple[Ints, Ints, Ints]:
    """Return, per county: its state, its place in an area vocabulary, its state's."""
    state_at = {state: k for k, state in enumerate(states)}
    area_at = {item: k for k, item in enumerate(area)}
    rows = [
        (state_at[c.state], area_at.get(c.fips, UNKNOWN), area_at.get(c.state, UNKNOWN))
        for c in geography.counties
    ]
    table = np.array(rows, dtype=np.int32)
    return table[:, 0], table[:, 1], table[:, 2]


class ServiceArea(Judged):
    """Serves the home area; a place that names no area serves its own state."""

    code = "service-area"
    reads_referral = ("home",)
    reads_pool = ("area", "state")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Look the home county and its state up in the area, or compare states."""
        home, area = problem.referrals.home[i], problem.pools.area
        here, some = problem.pools.state[j], area.take(j)
        home_state, as_county, as_state = _lookup(
            problem.geography, problem.states, area.vocabulary
        )
        at_home = known(home)
        row = np.where(at_home, home, 0)
        named = np.zeros(np.broadcast_shapes(np.shape(i), np.shape(j)), dtype=np.bool_)
        for place in (as_county[row], as_state[row]):
            named |= known(place) & bit(area, j, np.where(known(place), place, 0))
        same = home_state[row] == here
        states_known = at_home & known(here)
        yes = at_home & np.where(some.known, named, states_known & same)
        no = np.where(some.known, (at_home & ~named) | some.empty(), states_known & ~same)
        return Truth(np.asarray(yes), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the home is served."""
        if f.provider.service_area is None:
            return f"In the same state as {f.home}; no narrower service area is named."
        return f"Serves {f.home}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the home is not served."""
        if f.provider.service_area is None:
            return f"Names no service area and is in another state than {f.home}."
        return f"Its service area does not include {f.home}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the home county or the area."""
        return ask(
            [
                (f.referral.home_county is None, f"which county {who(f)} is from"),
                (
                    f.provider.service_area is None and f.provider.state is None,
                    "which states or counties the place serves",
                ),
            ]
        )


class Distance:
    """Within reach of home."""

    code = "distance"
    reads_referral = ("home", "own_max_miles")
    reads_pool = ("county",)

    def evaluate(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Verdicts:
        """Fail beyond the limit; the person's own limit comes before the policy's."""
        home, own = problem.referrals.home[i], problem.referrals.own_max_miles[i]
        limit = np.where(known(own), own, parameters["max_miles"])
        miles = problem.geography.miles(home, problem.pools.county[j])
        return verdicts(miles > limit, np.isnan(miles))

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Say the distance between the county centres and the limit."""
        own = f.referral.max_distance_miles
        limit = parameters["max_miles"] if own is None else own
        if f.miles is None or verdict is Verdict.UNKNOWN:
            return ask(
                [
                    (f.referral.home_county is None, f"which county {who(f)} is from"),
                    (f.provider.county is None, "which county the place is in"),
                ]
            )
        if f.secret:
            # The miles from a known county would tell which county this one is.
            far = "further than" if verdict is Verdict.FAIL else "within"
            of = "from" if verdict is Verdict.FAIL else "of"
            return f"The place is {far} {limit} miles {of} {f.home}."
        between = f"{f.place} is about {f.miles:.0f} miles from {f.home}"
        if f.home == f.place:
            between = f"{start(f.place)} is the home county"
        if verdict is Verdict.FAIL:
            return f"{between}; the limit is {limit} miles."
        return f"{between}, within {limit} miles."


class Suitable(Judged):
    """Suitable placement type, as it is today given its certificate.

    While nobody knows about the certificate of a place that claims to be
    certified, the rule is told only if the answer is the same with and
    without one.
    """

    code = "placement-type"
    reads_referral = ("types", "age")
    reads_pool = ("effective_type", "placement_type", "certified")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if the type was found suitable and the person is old enough for it."""
        pools = problem.pools
        now = pools.effective_type[j]
        claimed = pools.placement_type[j]
        settled = known(pools.certified[j]) | ~known(claimed)
        otherwise = np.where(settled, now, _WITHOUT[np.maximum(claimed, 0)])
        one = self._fits(problem, parameters, i, now)
        other = self._fits(problem, parameters, i, otherwise)
        return Truth(one.yes & other.yes, one.no & other.no)

    @staticmethod
    def _fits(problem: Problem, parameters: Parameters, i: Rows, kind: Ints) -> Truth:
        named = contains(problem.referrals.types, i, kind)
        least = parameters["independent_min_age"]
        old_enough = at_least(problem.referrals.age[i], least) if least else certain(True)
        independent = kind == position(PlacementType.SUPERVISED_INDEPENDENT)
        maybe = independent | ~known(kind)
        return named & Truth(old_enough.yes | ~maybe, old_enough.no & independent)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say what it is and that it was found suitable."""
        return f"{_kind(f)}: a type found suitable for {who(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say what it is and what would be suitable."""
        suitable, age = f.referral.acceptable_types, f.referral.age_years
        least = parameters["independent_min_age"]
        kind = type_today(f)
        if kind is PlacementType.SUPERVISED_INDEPENDENT and age is not None and age < least:
            return f"Supervised independent living is for {least} and over; {who(f)} is {age}."
        if not suitable:
            return f"{_kind(f)}; no type has been found suitable for {who(f)}."
        return f"{_kind(f)}; found suitable for {who(f)}: {worded(suitable, 'or')}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the suitable types, the type, the age or the certificate."""
        claimed = f.provider.placement_type
        certified = claimed in WITHOUT_CERTIFICATE
        unsure = f.provider.certificate is None or f.provider.certificate_expires is None
        independent = claimed in (None, PlacementType.SUPERVISED_INDEPENDENT)
        return ask(
            [
                (
                    f.referral.acceptable_types is None,
                    f"which placement types are suitable for {who(f)}",
                ),
                (claimed is None, "which type of placement it is"),
                (certified and unsure, "until when a certificate of the place is valid"),
                (
                    independent and f.referral.age_years is None,
                    f"how old {who(f)} is",
                ),
            ]
        )


def _kind(f: Facts) -> str:
    kind, claimed = type_today(f), f.provider.placement_type
    if kind is None:
        return "A place of unknown type"
    if kind is not claimed and claimed is not None:
        return f"{start(label(claimed))} without a valid certificate, so a {label(kind)}"
    return start(label(kind))
