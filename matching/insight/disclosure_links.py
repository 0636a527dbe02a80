"""How tables of one page, and of several, hang together."""

from __future__ import annotations

from collections.abc import Sequence

from matching.insight.disclosure_tables import Cross, Name, Release


def moved(releases: Sequence[Release]) -> bool:
    """Tell whether some count is not the same everywhere."""
    seen: dict[Name, int] = {}
    for release in releases:
        for name, value in release.counts.items():
            if seen.setdefault(name, value) != value:
                return True
    return False


def with_all(asked: Release, earlier: Sequence[Release]) -> Release:
    """Return one release of all tables there have been, for facts that did not move."""
    tables = [*asked.tables, *(table for one in earlier for table in one.tables)]
    nests = {(n.fine, n.coarse): n for one in (asked, *earlier) for n in one.nests}
    return Release(tuple(tables), tuple(nests.values()))


def refuse_rings(release: Release) -> None:
    """Refuse two-way tables that tell of a finer one together."""
    parent: dict[tuple[Name, str], tuple[Name, str]] = {}

    def root(one: tuple[Name, str]) -> tuple[Name, str]:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    coarse = {nest.fine: nest.coarse for nest in release.nests}

    def widest(dimension: str) -> str:
        while dimension in coarse:
            dimension = coarse[dimension]
        return dimension

    pairs = {(of, frozenset((widest(a), widest(b)))) for of, a, b in release.crosses}
    for of, pair in pairs:
        one, other = (root((of, dimension)) for dimension in pair)
        if one == other:
            raise ValueError("Two-way tables of one page must not form a ring.")
        parent[one] = other


def related(release: Release, one: Cross, other: Cross) -> bool:
    """Tell whether two-way tables are of dimensions that divide each other."""
    wide = {nest.fine: nest.coarse for nest in release.nests}

    def widest(dimension: str) -> str:
        while dimension in wide:
            dimension = wide[dimension]
        return dimension

    return one[0] == other[0] and set(map(widest, one[1:])) == set(map(widest, other[1:]))
