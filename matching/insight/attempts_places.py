"""Changes to a place, which hold for everybody: training, licences, staff and beds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matching.domain.rulebook import RULE_BY_CODE
from matching.domain.rulebook import Remedy as Means
from matching.engine.capacity import UNLIMITED, pool_room, provider_room, staffed_room
from matching.engine.columns import known
from matching.engine.rules.text import counted
from matching.insight.attempts import Attempt, Case, ChangeKind, for_place
from matching.insight.edits import Edit
from matching.insight.near import Flags, bit
from matching.insight.remedies import (
    LIFTED,
    OF_A_POOL,
    Remedy,
    certificate_decides,
    remedy,
    with_beds,
    with_licence,
    with_staff,
)

_KINDS = {
    Means.TRAIN: ChangeKind.TRAIN,
    Means.RELICENSE: ChangeKind.RELICENSE,
    Means.CONFIRM: ChangeKind.RELICENSE,  # a background check that is not clear
    Means.STAFF: ChangeKind.STAFF,
    Means.ADD_BED: ChangeKind.BED,
}
#: How many more of the staff than the person needs are tried: others come as well.
MOST_SPARE = 1


def kind_of(code: str) -> ChangeKind:
    """Return the kind of change that lifts a rule by its remedy."""
    return _KINDS[RULE_BY_CODE[code].remedy]


def remedied(case: Case) -> Iterator[Attempt]:
    """Yield the remedies of every rule that alone bars the unit somewhere."""
    for code in RULE_BY_CODE:
        if code in OF_A_POOL:
            yield from _of_pools(case, code)
        elif code == "certificate":
            yield from _certified(case)
        elif code in LIFTED:
            yield from _of_homes(case, code)


def _of_pools(case: Case, code: str) -> Iterator[Attempt]:
    near = case.near
    if code not in near.codes:
        return
    single = near.single(code)
    for pool in np.flatnonzero(single.any(axis=0)).tolist():
        lifted = np.zeros_like(near.barred)
        lifted[:, pool] = near.failed[:, pool] & bit(code)
        home = int(near.solution.problem.pools.provider[pool])
        open_to = near.opened(lifted)
        if home in near.homes(open_to):
            seats = [(int(k), pool) for k in np.flatnonzero(single[:, pool])]
            yield from _attempt(case, code, home, pool, seats, open_to)


def _of_homes(case: Case, code: str) -> Iterator[Attempt]:
    near = case.near
    if code not in near.codes:
        return
    single, open_to = near.single(code), near.opened(near.failed & bit(code))
    for home in near.homes(open_to).tolist():
        yield from _attempt(case, code, home, None, near.at(single, home), open_to)


def _certified(case: Case) -> Iterator[Attempt]:
    """Yield certificates; one decides on the type of some places as well."""
    near, problem = case.near, case.near.solution.problem
    today = problem.as_of.date()
    both = near.failed & (bit("certificate") | bit("placement-type"))
    open_to = near.opened(both)
    for home in near.homes(open_to).tolist():
        provider = problem.provider_records[home]
        needy = near.at(open_to & (near.barred != 0), home)
        of_type = [
            near.facts(k, j) for k, j in needy if near.barred[k, j] & bit("placement-type")
        ]
        decides = certificate_decides(provider, today) and all(
            provider.placement_type in (f.referral.acceptable_types or ()) for f in of_type
        )
        if of_type and not decides:
            continue
        if needy:
            yield from _attempt(case, "certificate", home, None, needy, open_to)


def _attempt(
    case: Case,
    code: str,
    home: int,
    pool: int | None,
    seats: Sequence[tuple[int, int]],
    open_to: Flags,
) -> Iterator[Attempt]:
    near = case.near
    if not seats:
        return
    about = [near.facts(k, j) for k, j in seats]
    parameters = near.solution.policy.rules[code].parameters
    found = remedy(code, about, parameters)
    if found is None:
        return
    pools = near.pools_of(home) if pool is None else np.array([pool])
    mask = np.full(len(pools), bit(code), dtype=np.uint64)
    room = case.chances.free(pools.tolist())
    mine = pools[open_to[0, pools]]
    hopeless = not case.chances.could_take(case.row, mine)
    if room:
        hopeless = case.chances.before(case.row, pools, mask) >= room
    yield Attempt(
        kind=kind_of(code),
        code=code,
        home=home,
        pool=pool,
        amount=None,
        make=lambda: _edit(found),
        words=for_place(found.words, found.at, near.name(home)),
        people=near.rows,
        order=case.order(
            hopeless, near.cost(open_to, home), home=home, pool=-1 if pool is None else pool
        ),
    )


def _edit(found: Remedy) -> Edit:
    return Edit(
        providers=() if found.provider is None else (found.provider,),
        pools=() if found.pool is None else (found.pool,),
    )


def staffed(case: Case) -> Iterator[Attempt]:
    """Yield more staff where too few are on shift for one more, or for all who fit."""
    near, solution = case.near, case.near.solution
    problem = solution.problem
    if "staffing" not in near.codes:
        return
    open_to = near.opened(near.failed & bit("staffing"))
    staff_for = staffed_room(problem, solution.policy)
    for home in near.homes(open_to).tolist():
        provider, pools = problem.provider_records[home], near.pools_of(home)
        if staff_for[pools[0]] == UNLIMITED:
            continue
        come = sum(problem.referral_records[row].beds_needed for row in near.rows)
        lived_in = max(0, int(problem.pools.residents[pools[0]]))
        short = lived_in + come - int(staff_for[pools[0]])
        ratio = provider.staff_ratio or 1
        # Where nobody has said how many each looks after, anybody on shift is enough to ask.
        least = 1 if provider.staff_ratio is None else max(1, -(-short // ratio))
        mask = np.full(len(pools), bit("staffing"), dtype=np.uint64)
        for more in range(least, least + MOST_SPARE + 1):
            found = with_staff(provider, more)
            hopeless = case.chances.before(case.row, pools, mask) >= more * ratio
            yield Attempt(
                kind=ChangeKind.STAFF,
                code="staffing",
                home=home,
                pool=None,
                amount=more,
                make=lambda found=found: _edit(found),  # type: ignore[misc]
                words=for_place(found.words, found.at, near.name(home)),
                people=near.rows,
                order=case.order(hopeless, more, near.cost(open_to, home), home=home),
            )


def beds(case: Case) -> Iterator[Attempt]:
    """Yield one more bed, or as many as the unit takes, where the vacancy is known."""
    near, problem = case.near, case.near.solution.problem
    full = near.failed & bit("beds")
    told = np.flatnonzero(known(problem.pools.free))
    for pool in told.tolist():
        lifted = np.zeros_like(near.barred)
        lifted[:, pool] = full[:, pool]
        open_to = near.opened(lifted)
        home = int(problem.pools.provider[pool])
        members = np.flatnonzero(open_to[:, pool])
        if len(members) and home in near.homes(open_to):
            most = sum(problem.referral_records[near.rows[k]].beds_needed for k in members)
            for number in range(1, most + 1):
                yield from _more_beds(case, home, pool, number, open_to)


def _more_beds(
    case: Case, home: int, pool: int, number: int, open_to: Flags
) -> Iterator[Attempt]:
    """Yield so many more beds, without and with a licence for them where one may bind."""
    near, solution = case.near, case.near.solution
    problem, policy = solution.problem, solution.policy
    record, provider = problem.pool_records[pool], problem.provider_records[home]
    licensed = record.beds_licensed
    grown = with_beds(record, number)
    room = int(provider_room(problem, policy)[home])
    in_pools = int(pool_room(problem, policy)[near.pools_of(home)].sum())
    fits = licensed is None or (grown.free or 0) <= licensed
    hopeless = (
        case.chances.before(case.row, np.array([pool]), np.array([bit("beds")])) >= number
    )
    words = counted(number, "more bed")
    cost = near.cost(open_to, home)
    if fits and room > 0:
        yield _bed(case, home, pool, number, Edit(pools=(grown,)), words, (hopeless, cost))
    if fits and room >= in_pools + number:
        return
    residents = max(0, int(problem.pools.residents[pool]))
    cap = policy.rules["beds"].parameters["foster_cap"]
    wider, licensed_pool, besides = with_licence(provider, grown, residents, number, cap)
    if besides:
        edit = Edit(providers=(wider,) if wider != provider else (), pools=(licensed_pool,))
        yield _bed(
            case, home, pool, number, edit, f"{words}, with {besides},", (hopeless, cost), True
        )


def _bed(
    case: Case,
    home: int,
    pool: int,
    number: int,
    edit: Edit,
    words: str,
    rank: tuple[bool, int],
    licence: bool = False,
) -> Attempt:
    hopeless, cost = rank
    return Attempt(
        kind=ChangeKind.BED,
        code="beds",
        home=home,
        pool=pool,
        amount=number,
        make=lambda: edit,
        words=f"{words} at {case.near.name(home)}",
        people=case.near.rows,
        order=(*case.order(hopeless, number, cost, home=home, pool=pool), licence),
        licence=licence,
    )
