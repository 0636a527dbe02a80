"""Beds whose next resident decides who else can live there."""

from __future__ import annotations

from matching.domain.records import BedPool, Provider


def first_decides(provider: Provider, pool: BedPool) -> bool | None:
    """Tell whether the first person to move in decides for whom the beds are kept.

    So it is where nobody lives for sure, nobody has recorded a lock, and the
    beds serve more than one gender, or nobody has said which. ``None`` if
    nobody has said whether anybody lives there.
    """
    if pool.gender_lock is not None or (pool.genders is not None and len(pool.genders) < 2):
        return False
    if pool.beds_occupied == 0 or provider.residents == 0:
        return True
    return None if pool.beds_occupied is None else False
