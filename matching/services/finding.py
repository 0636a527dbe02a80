"""Finding people and providers in the lists of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from matching.domain.words import Course, PlacementType, label
from matching.services.views import ProviderRow, Waiting


class WaitingOrder(StrEnum):
    """Orders of the people who are waiting."""

    PRIORITY = "priority"
    LONGEST = "longest"
    CASE = "case"


def _waited(row: Waiting) -> int:
    return -1 if row.hours is None else row.hours


_ORDERS: dict[WaitingOrder, Callable[[Waiting], tuple[int | str, ...]]] = {
    WaitingOrder.PRIORITY: lambda row: (row.tier, -_waited(row), row.referral.referral_id),
    WaitingOrder.LONGEST: lambda row: (-_waited(row), row.referral.referral_id),
    WaitingOrder.CASE: lambda row: (row.referral.referral_id,),
}


def find_waiting(
    rows: Iterable[Waiting],
    *,
    priorities: Iterable[str] = (),
    county: str | None = None,
    text: str = "",
    order: WaitingOrder = WaitingOrder.PRIORITY,
) -> tuple[Waiting, ...]:
    """Return the people who match, in order.

    Parameters
    ----------
    rows : iterable of Waiting
    priorities : iterable of str
        In words; none is all.
    county : str, optional
        Home county in words.
    text : str
        Every word of it must stand in the case reference, the county or the
        needs; capitals do not matter.
    order : WaitingOrder
    """
    wanted, words = frozenset(priorities), text.casefold().split()

    def matches(row: Waiting) -> bool:
        said = " ".join((row.referral.referral_id, row.home, *row.needs)).casefold()
        return (
            (not wanted or row.priority in wanted)
            and (county is None or row.home == county)
            and all(word in said for word in words)
        )

    return tuple(sorted(filter(matches, rows), key=_ORDERS[order]))


class News(StrEnum):
    """How old the news of a provider's beds is."""

    FRESH = "fresh"
    STALE = "stale"  #: older than the limit, or of unknown age


def is_fresh(row: ProviderRow, stale_hours: int) -> bool:
    """Tell whether all pools of a provider have news within the limit."""
    undated = any(pool.as_of is None for pool in row.pools)
    return not undated and row.news_hours is not None and row.news_hours <= stale_hours


def find_providers(
    rows: Iterable[ProviderRow],
    stale_hours: int,
    *,
    text: str = "",
    kinds: Iterable[PlacementType] = (),
    county: str | None = None,
    course: Course | None = None,
    free_only: bool = False,
    news: News | None = None,
) -> tuple[ProviderRow, ...]:
    """Return the providers that match, in the order given.

    Parameters
    ----------
    rows : iterable of ProviderRow
    stale_hours : int
        Age from which news no longer counts as fresh.
    text : str
        Every word of it must stand in the name, the code or the agency.
    kinds : iterable of PlacementType
        None is all.
    county : str, optional
        In words.
    course : Course, optional
        Training that somebody there has, whether or not it has ended.
    free_only : bool
        Only those known to have a free bed.
    news : News, optional
    """
    wanted, words = frozenset(kinds), text.casefold().split()

    def matches(row: ProviderRow) -> bool:
        one = row.provider
        said = " ".join((one.name or "", one.provider_id, one.agency or "")).casefold()
        return (
            all(word in said for word in words)
            and (not wanted or one.placement_type in wanted)
            and (county is None or row.county == county)
            and (course is None or any(t.course is course for t in one.trainings or ()))
            and (not free_only or row.free.known > 0)
            and (news is None or (news is News.FRESH) == is_fresh(row, stale_hours))
        )

    return tuple(filter(matches, rows))


def kinds_of(rows: Iterable[ProviderRow]) -> tuple[PlacementType, ...]:
    """Return the placement types there are, by their words."""
    found = {row.provider.placement_type for row in rows} - {None}
    return tuple(sorted((one for one in found if one is not None), key=label))


def counties_of(rows: Sequence[ProviderRow] | Sequence[Waiting]) -> tuple[str, ...]:
    """Return the counties there are, in words and in order."""
    return tuple(
        sorted({row.county if isinstance(row, ProviderRow) else row.home for row in rows})
    )
