"""Codes of providers and bed pools that fit the record and are no two alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from matching.domain.records import BedPool
from matching.intake.values import ID_LENGTH

_MARK = 8


def fitted(code: str) -> str:
    """Return a code that is not too long; what is cut off is told by a mark.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
        The same for the same code, and another for another one.
    """
    if len(code) <= ID_LENGTH:
        return code
    mark = hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:_MARK]
    return f"{code[: ID_LENGTH - _MARK - 1]}-{mark}"


def distinct(pools: Iterable[BedPool]) -> tuple[BedPool, ...]:
    """Return bed pools of which no two have one code.

    Parameters
    ----------
    pools : iterable of BedPool
        A later one with a code that is taken gets its provider's before it.

    Returns
    -------
    tuple of BedPool
    """
    taken: set[str] = set()
    found = []
    for pool in pools:
        code, number = pool.pool_id, 1
        while code in taken:
            ending = "" if number == 1 else f"-{number}"
            code, number = fitted(f"{pool.provider_id}/{pool.pool_id}{ending}"), number + 1
        taken.add(code)
        found.append(pool if code == pool.pool_id else replace(pool, pool_id=code))
    return tuple(found)
