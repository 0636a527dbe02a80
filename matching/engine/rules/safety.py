"""Rules that keep the person and the people around them safe."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.domain.geography import Geography
from matching.domain.words import FOSTER_FAMILY_TYPES, Level, PlacementType, label
from matching.engine.columns import SetColumn, known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, at_least, flag
from matching.engine.rules.text import ask, counted, dated, start, who


class RunRisk(Judged):
    """Can keep safe someone likely to run."""

    code = "run-risk"
    reads_referral = ("run_risk",)
    reads_pool = ("run_tolerance",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if the place accepts the risk; every place accepts a low one."""
        risk, accepted = problem.referrals.run_risk[i], problem.pools.run_tolerance[j]
        low = among(risk, (Level.LOW,))
        any_risk = among(accepted, (Level.HIGH,))
        up_to = at_least(accepted, risk)
        return Truth(up_to.yes | low.yes | any_risk.yes, up_to.no & low.no)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which risk is accepted."""
        if f.referral.run_risk is Level.LOW:
            return f"The run risk of {who(f)} is low."
        return f"Accepts people with {_up_to(f.provider.run_tolerance)} run risk."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say the risk and which one is accepted."""
        risk = f.referral.run_risk
        stated = "unknown" if risk is None else label(risk)
        return (
            f"Accepts people with {_up_to(f.provider.run_tolerance)} run risk; that of "
            f"{who(f)} is {stated}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the risk, or which one is accepted."""
        risk = f.referral.run_risk
        which = "any" if risk is None else label(risk)
        return ask(
            [
                (risk is None, f"how likely {who(f)} is to run"),
                (
                    f.provider.run_tolerance is None,
                    f"whether the place accepts somebody with {which} run risk",
                ),
            ]
        )


def _up_to(level: Level | None) -> str:
    if level is None:
        return "an unknown"
    return "low" if level is Level.LOW else f"up to {label(level)}"


#: Not congregate: a family's home, or a place of one's own.
NOT_CONGREGATE = FOSTER_FAMILY_TYPES | {
    PlacementType.KINSHIP,
    PlacementType.HOST_HOME,
    PlacementType.SUPERVISED_INDEPENDENT,
}


class Supervised(Judged):
    """Awake staff where recruitment is a risk."""

    code = "supervision"
    reads_referral = ("recruitment_risk",)
    reads_pool = ("placement_type", "awake_night")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass outside congregate settings, below a high risk, or with awake staff."""
        pools = problem.pools
        apart = among(pools.placement_type[j], NOT_CONGREGATE)
        high = among(problem.referrals.recruitment_risk[i], (Level.HIGH,))
        return apart | ~high | flag(pools.awake_night[j])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say what meets it."""
        if f.provider.awake_night:
            return "Staff are awake at night."
        if f.provider.placement_type in NOT_CONGREGATE:
            return "Not a congregate setting: awake staff are not asked for."
        return f"The recruitment risk of {who(f)} is not high."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that nobody is awake and why it matters."""
        return f"No staff are awake at night; the recruitment risk of {who(f)} is high."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the risk, the type or the staff."""
        return ask(
            [
                (
                    f.referral.recruitment_risk is None,
                    f"whether {who(f)} is at high risk of recruiting or being recruited",
                ),
                (f.provider.placement_type is None, "which type of placement it is"),
                (f.provider.awake_night is None, "whether staff are awake at night"),
            ]
        )


@lru_cache(maxsize=8)
def _near(
    geography: Geography, avoided: tuple[object, ...], miles: int
) -> tuple[SetColumn, NDArray[np.uint64]]:
    """Return, per county, the avoided counties too near, and those without a place.

    Returns
    -------
    SetColumn
        For each county, which of ``avoided`` are nearer than ``miles``, and the
        county itself if it is one of them.
    ndarray of uint64, shape (words,)
        Bits of the avoided codes that are no known county.
    """
    every = np.arange(len(geography.counties))
    centre = np.array([geography.index.get(str(fips), -1) for fips in avoided], dtype=np.intp)
    found = np.flatnonzero(centre >= 0)
    words = max(1, -(-len(avoided) // 64))
    close = np.zeros((len(every), 64 * words), dtype=np.bool_)
    for first in range(0, len(found), 256):
        some = found[first : first + 256]
        close[:, some] = (geography.miles(centre[some][:, None], every) < miles).T
    close[centre[found], found] = True
    near = np.packbits(close, axis=1, bitorder="little").view("<u8")
    told = np.ones(len(every), dtype=np.bool_)
    column = SetColumn(near, told, every.astype(np.int32), avoided)
    return column, column.mask(one for one, k in zip(avoided, centre, strict=True) if k < 0)


class DangerZone(Judged):
    """Away from danger zones."""

    code = "danger-zone"
    reads_referral = ("avoid",)
    reads_pool = ("county",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Fail if a county to be avoided is nearer than the limit, or is this one."""
        county, avoid = problem.pools.county[j], problem.referrals.avoid
        here = known(county)
        near, lost = _near(problem.geography, avoid.vocabulary, parameters["min_miles"])
        some = avoid.take(i)
        no = here & some.meets(near.take(np.where(here, county, 0)))
        yes = some.empty() | (some.known & here & ~no & ~some.any_of(lost))
        return Truth(np.asarray(yes), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that no danger zone is near."""
        if not f.avoided:
            return f"No county is recorded that {who(f)} must avoid."
        return f"At least {_miles(parameters['min_miles'])} from every county to be avoided."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which county is too near, and how near."""
        limit = parameters["min_miles"]
        if f.secret:
            return f"The place is in, or too near, a county that {who(f)} must avoid."
        if f.place in [name for name, _ in f.avoided]:
            return f"{start(f.place)} is a county that {who(f)} must avoid."
        measured = [(miles, name) for name, miles in f.avoided if miles is not None]
        if not measured:
            return f"{start(f.place)} is too near a county that {who(f)} must avoid."
        miles, name = min(measured)
        return (
            f"{start(f.place)} is about {miles:.0f} miles from {name}, which {who(f)} must "
            f"avoid; the limit is {_miles(limit)}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask where the danger is, or where the place is."""
        return ask(
            [
                (f.referral.avoid_counties is None, f"which counties {who(f)} must avoid"),
                (f.provider.county is None, "which county the place is in"),
            ]
        )


def _miles(number: int) -> str:
    return counted(number, "mile")


class NotCompromised(Judged):
    """Site not compromised; where nothing is recorded nothing is known against it."""

    code = "compromised"
    reads_pool = ("compromised_until", "compromise_cleared")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Fail through the recorded day, unless it was cleared."""
        until, cleared = problem.pools.compromised_until[j], problem.pools.compromise_cleared[j]
        marked = known(until) & (until >= problem.today) & (cleared != 1)
        return Truth(~marked, marked)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that nothing is recorded, or that it was cleared."""
        if f.provider.compromise_cleared and f.provider.compromised_until is not None:
            return "The site was marked as compromised and has been cleared."
        return "The site is not marked as compromised."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say until when."""
        return f"The site is marked as compromised until {dated(f.provider.compromised_until)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask whether the mark still stands."""
        return "Ask whether the site is safe and two people have cleared it."
