"""Rules on where a place is and what kind of place it is."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import known
from matching.engine.problem import Problem
from matching.engine.rules.base import (
    Facts,
    Parameters,
    Rows,
    Verdict,
    Verdicts,
    verdicts,
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
        if f.miles is None:
            missing = "home county" if f.referral.home_county is None else "county"
            whose = "this person's" if f.referral.home_county is None else "the provider's"
            return f"Ask for {whose} {missing}: the distance cannot be told."
        between = f"{f.place} is about {f.miles:.0f} miles from {f.home}"
        if verdict is Verdict.FAIL:
            return f"{between}; the limit is {limit} miles."
        return f"{between}, within {limit} miles."
