"""Beds whose next resident decides who else can live there."""

from __future__ import annotations

from matching.domain.records import BedPool, Provider


def first_decides(provider: Provider, pool: BedPool) -> bool:
    """Tell whether the first person to move in decides for whom the beds are kept.

    So it is where nobody lives for sure, nobody has recorded a lock, and the
    beds serve more than one gender, or nobody has said which.
    """
    empty = pool.beds_occupied == 0 or provider.residents == 0
    several = pool.genders is None or len(pool.genders) > 1
    return empty and several and pool.gender_lock is None
