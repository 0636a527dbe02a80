"""What one more bed would do: at one provider, and where it would do most."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.access import Action
from matching.domain.errors import NotFound
from matching.engine.beds import BedValue
from matching.engine.effort import Effort
from matching.insight.consequences import bed_sentence
from matching.services.desk import Desk
from matching.services.matching import SavedRun

#: Nothing is solved again: a page shows what is sure at once.
AT_ONCE = Effort(0.0)


@dataclass(frozen=True, slots=True)
class BedWorth:
    """What one more bed in a pool would do.

    Attributes
    ----------
    provider_id, pool_id : str
    sentence : str
    more : int
        How many more people would have a place.
    useful : bool
        Whether it makes the plan better at all.
    licence : bool
        Whether the licence has to grow with it.
    exact : bool
        Whether it could do no more, by proof.
    """

    provider_id: str
    pool_id: str
    sentence: str
    more: int
    useful: bool
    licence: bool
    exact: bool


def beds_at(
    desk: Desk, saved: SavedRun, provider_id: str, *, effort: Effort = AT_ONCE
) -> tuple[BedWorth, ...]:
    """Return what one more bed would do in each pool of a provider.

    Where the licence is full, the bed with a licence for one more is added.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    provider_id : str
    effort : Effort, optional
        For making the plan again where people are tied; by default none, and
        what is said is what is sure.

    Returns
    -------
    tuple of BedWorth
        Nothing for a pool of which nobody has said how many beds are free.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases: the sentences name them.
    NotFound
        If the provider is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    problem = saved.run.problem
    if provider_id not in problem.provider_ids:
        raise NotFound("This provider is not part of the plan.", next_step="Make it again.")
    out = []
    for pool, key in enumerate(problem.pool_keys):
        if key[0] == provider_id:
            plain = saved.run.beds.of_pool(pool, effort=effort)
            wider = saved.run.beds.of_pool(pool, licence=True, effort=effort)
            if plain is not None:
                out.append(_worth(saved, plain))
            if plain is not None and wider is not None and wider.levels < plain.levels:
                out.append(_worth(saved, wider))
    return tuple(out)


def best_beds(
    desk: Desk, saved: SavedRun, most: int = 5, *, effort: Effort = AT_ONCE
) -> tuple[BedWorth, ...]:
    """Return where one more bed would do most, the most useful first.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
    most : int, default 5
        At most so many; beds that change nothing are left out.
    effort : Effort, optional

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    useful = [one for one in saved.run.beds.of_pools(effort) if one.useful]
    return tuple(_worth(saved, one) for one in useful[:most])


def _worth(saved: SavedRun, value: BedValue) -> BedWorth:
    provider_id, pool_id = saved.run.problem.pool_keys[value.pool]
    return BedWorth(
        provider_id=provider_id,
        pool_id=pool_id,
        sentence=bed_sentence(saved.run.solution, value),
        more=sum(value.tiers),
        useful=value.useful,
        licence=value.licence,
        exact=value.exact,
    )
