"""A run as a document: what is stored, exported and printed by the command line."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.domain.rulebook import RULES, Stage
from matching.insight.gaps import STAGE_TITLES, stage_counts
from matching.services.planning import Run
from matching.services.proof import Stopped, proof_document, proof_of


def plan_document(run: Run, stopped: Stopped | None = None) -> dict[str, Any]:
    """Return a plan as plain data.

    Parameters
    ----------
    run : Run
    stopped : Stopped, optional
        Why the proof is missing, where it is.

    Returns
    -------
    dict
        Ready for JSON. ``objective`` is the total preference cost and
        ``bound`` the least it could be; they are equal when the status is
        "optimal". ``claim`` says how far the plan is proven, ``gap`` how many
        more people might have a place. Every funnel adds up to the number of
        providers.
    """
    plan, problem = run.plan, run.problem
    return {
        "status": plan.status.value,
        **proof_document(proof_of(run.solution, stopped)),
        "objective": plan.objective,
        "bound": plan.bound,
        "verified": plan.verified,
        "policy": plan.policy_name,
        "policy_version": plan.policy_version,
        "policy_fingerprint": plan.policy_fingerprint,
        "fingerprint": plan.problem_fingerprint,
        "as_of": problem.as_of.isoformat(),
        "salt": plan.salt,
        "versions": dict(plan.versions),
        "referrals": problem.size[0],
        "providers": len(problem.provider_ids),
        "bed_pools": problem.size[1],
        "pairs": plan.pairs,
        "eligible_pairs": plan.eligible,
        "tiers": [
            {"tier": t.tier, "waiting": t.waiting, "placed": t.placed, "most": t.most}
            for t in plan.tiers
        ],
        "placements": [_placement(run, k) for k in range(len(plan.referral))],
        "not_placed": [
            {
                "referral": problem.referral_ids[gap.row],
                "stage": gap.stage.value,
                "rule": gap.rule,
                "funnel": dict(gap.funnel),
            }
            for gap in run.gaps
        ],
        "seconds": {name: round(value, 4) for name, value in plan.seconds.items()},
    }


def _placement(run: Run, k: int) -> dict[str, Any]:
    plan, problem = run.plan, run.problem
    provider, pool = problem.pool_keys[int(plan.pool[k])]
    bits = int(plan.unknown[k])
    asked = [spec.code for n, spec in enumerate(RULES) if bits >> n & 1]
    return {
        "referral": problem.referral_ids[int(plan.referral[k])],
        "provider": provider,
        "bed_pool": pool,
        "cost": int(plan.cost[k]),
        "provisional": bool(asked),
        "ask": asked,
    }


def gaps_document(run: Run) -> dict[str, Any]:
    """Return the gaps of a run as plain data.

    Returns
    -------
    dict
        ``stages`` maps every stage letter to a count; they add up to
        ``without_place``.
    """
    counts = stage_counts(run.gaps)
    return {
        "policy": run.plan.policy_name,
        "as_of": run.problem.as_of.isoformat(),
        "definition": "identified demand: referrals in the file that the plan does not place",
        "waiting": run.problem.size[0],
        "placed": len(run.plan.referral),
        "without_place": len(run.gaps),
        "stages": {stage.value: counts[stage] for stage in Stage},
        "stage_titles": {stage.value: STAGE_TITLES[stage] for stage in Stage},
        "breakdowns": {
            breakdown.title: {
                category: {
                    stage.value: breakdown.counts[category, stage]
                    for stage in Stage
                    if (category, stage) in breakdown.counts
                }
                for category in breakdown.categories
            }
            for breakdown in run.breakdowns
        },
        "rules": _rules(run),
    }


def _rules(run: Run) -> dict[str, int]:
    """Count people without a place by the rule at which the last provider fell."""
    names, counts = np.unique([gap.rule for gap in run.gaps], return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))
