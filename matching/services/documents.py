"""A run as a document: what is stored, exported and printed by the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from matching.domain.rulebook import RULES, Stage
from matching.insight.disclosure import Cell, Protected, ProtectedCross
from matching.insight.gaps import STAGE_TITLES, stage_counts
from matching.services.gap_tables import OUTCOME, PLACED, STAGES, WITHOUT
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


def about_gaps(run: Run) -> dict[str, Any]:
    """Return what the gaps of a run are of; no count of people."""
    return {
        "policy": run.plan.policy_name,
        "as_of": run.problem.as_of.isoformat(),
        "definition": "identified demand: referrals in the file that the plan does not place",
        "stage_titles": {stage.value: STAGE_TITLES[stage] for stage in Stage},
    }


def gaps_document(run: Run, shown: Protected) -> dict[str, Any]:
    """Return the gaps of a run as plain data, exact and, apart, as they may be passed on.

    Parameters
    ----------
    run : Run
    shown : Protected
        Its tables, as :func:`matching.services.gap_tables.gap_tables` gives them.

    Returns
    -------
    dict
        Ready for JSON. ``stages`` maps every stage letter to a count; they add
        up to ``without_place``. These are true numbers, as in the plan itself,
        for those who work with the cases. Under ``to_pass_on`` counts of people
        are numbers or "hidden"; ``stages`` and ``by_stage`` are ``None`` there
        where nothing of them can be shown.
    """
    counts = stage_counts(run.gaps)
    return {
        **about_gaps(run),
        "exact": "True numbers for those who work with the cases: pass on only 'to_pass_on'.",
        "waiting": run.problem.size[0],
        "placed": len(run.plan.referral),
        "without_place": len(run.gaps),
        "stages": {stage.value: counts[stage] for stage in Stage},
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
        "rules": dict(sorted(Counter(gap.rule for gap in run.gaps).items())),
        "to_pass_on": _published(shown),
    }


def _published(shown: Protected) -> dict[str, Any]:
    split, stages = shown.tables[OUTCOME], shown.tables[STAGES]
    return {
        "waiting": _shown(split.total),
        "placed": _shown(split.cells.get(PLACED)),
        "without_place": _shown(split.cells.get(WITHOUT)),
        "stages": None if stages.withheld else _shown_all(stages.cells),
        "breakdowns": {
            title: {
                "people": _shown_all(cross.margins[title].cells),
                "by_stage": None if cross.withheld else _by_stage(cross),
                "together": {
                    by: {label: list(many) for label, many in some.items()}
                    for by, some in cross.together.items()
                },
            }
            for title, cross in shown.crosses.items()
        },
    }


def _by_stage(cross: ProtectedCross) -> dict[str, dict[str, int | str]]:
    return {
        row: {column: _shown(cross.cells[row, column]) for column in cross.columns.cells}
        for row in cross.rows.cells
    }


def _shown_all(cells: Mapping[str, Cell]) -> dict[str, int | str]:
    return {name: _shown(cell) for name, cell in cells.items()}


def _shown(cell: Cell | None) -> int | str:
    if cell is None:
        return "hidden"
    return cell.text if cell.count is None else cell.count
