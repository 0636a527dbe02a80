"""People invented for a surge: drawn from those who are waiting, and never saved.

Each has the needs of somebody who waits, drawn with replacement under a fixed
seed, so that the same scenario gives the same people, and a larger surge the
same people and some more. What belongs to one person alone is left out: the
group, whom they must be kept apart from, refusals, wishes and waivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.domain.records import Referral
from matching.domain.scenario import Surge

#: Start of every invented case reference.
INVENTED = "invented "
_SEED = 20_261_103
#: Days within which a bed is needed.
_DAYS = {w.Urgency.TONIGHT: 0, w.Urgency.WITHIN_72_HOURS: 3}


def surge(
    waiting: Sequence[Referral], step: Surge, number: int, as_of: datetime
) -> tuple[Referral, ...]:
    """Return the people of a surge.

    Parameters
    ----------
    waiting : sequence of Referral
        Those who are waiting, in the order of their case references.
    step : Surge
    number : int
        Of the surge in its scenario, from 1; each draws its own people.
    as_of : datetime
        They are referred at this moment, so nobody came after them.

    Returns
    -------
    tuple of Referral
        Under case references that begin with :data:`INVENTED`.

    Raises
    ------
    InputError
        If nobody is waiting.
    """
    if not waiting:
        raise InputError(
            "Nobody is waiting, so no further referrals can be drawn.",
            next_step="Upload referrals first.",
        )
    drawn = np.random.default_rng([_SEED, number]).random(step.people)
    taken = {one.referral_id for one in waiting}
    out = []
    for k, share in enumerate(drawn.tolist(), start=1):
        name = f"{INVENTED}{number}-{k:04d}"
        while name in taken:
            name += "'"
        model = waiting[int(share * len(waiting))]
        out.append(_invented(model, name, step, as_of))
    return tuple(out)


def _invented(model: Referral, name: str, step: Surge, as_of: datetime) -> Referral:
    moved = step.county is not None and step.county != model.home_county
    urgency = model.urgency if step.urgency is None else step.urgency
    return replace(
        model,
        referral_id=name,
        received_at=as_of,
        urgency=urgency,
        needed_by=_needed_by(model, step, as_of.date()),
        worker=None,
        group_id=None,
        separate_from=_cleared(model.separate_from),
        vetoed_providers=_cleared(model.vetoed_providers),
        avoid_providers=_cleared(model.avoid_providers),
        declined_by=_cleared(model.declined_by),
        preferred_providers=None,
        home_county=step.county or model.home_county,
        school_county=None if moved else model.school_county,
        sibling_county=None,
        avoid_counties=_cleared(model.avoid_counties) if moved else model.avoid_counties,
        data_origin=w.DataOrigin.SAMPLE,
    )


def _cleared(names: frozenset[str] | None) -> frozenset[str] | None:
    """Return that there are none; what nobody has said stays unknown."""
    return None if names is None else frozenset()


def _needed_by(model: Referral, step: Surge, today: date) -> date | None:
    """Return as long from today as the model's day was from its referral."""
    if step.urgency in _DAYS:
        return today + timedelta(days=_DAYS[step.urgency])
    if model.needed_by is None or model.received_at is None:
        return None if step.urgency is not None else model.needed_by
    return today + max(timedelta(0), model.needed_by - model.received_at.date())
